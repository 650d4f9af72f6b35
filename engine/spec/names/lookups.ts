import { hasNodeNamed, lookupModel } from '../../project/lookup';
import type { RelationNode } from '../../project/types';
import { businessOf, resolvePath } from '../implementsOf';
import type { SpecDocument } from '../types';
import { modelOf } from '../waitingSpec';
import type { Lookups, NameContext, SpecsByModel } from './types';

/** A context whose look-ups are shared; one that has them already stays as it is. */
export function sharing<Context extends NameContext>(context: Context): Context & { lookups: Lookups } {
  return context.lookups ? { ...context, lookups: context.lookups } : { ...context, lookups: lookupsOf(context) };
}

function lookupsOf({ project, specs, index }: NameContext): Lookups {
  const models = new Map<string, RelationNode | undefined>();
  const hasNode = (name: string): boolean => project !== undefined && hasNodeNamed(project, name);
  let byWord: SpecsByModel | undefined = index;
  const naming = (word: string): readonly SpecDocument[] => (byWord ??= byWordsOf(specs)).naming(word);
  const saying = (model: string): SpecDocument[] => naming(model.split('.')[0] ?? '').filter((spec) => modelOf(spec) === model);
  let business: ReturnType<typeof businessSpecs> | undefined;
  return {
    hasNode,
    naming,
    saying,
    model(name) {
      if (!models.has(name)) {
        const found = project && name.split('.').some(hasNode) ? lookupModel(project, name) : undefined;
        models.set(name, found?.kind === 'one' ? found.node : undefined);
      }
      return models.get(name);
    },
    business(spec) {
      const { facts } = spec;
      if (facts?.kind !== 'technical') return [];
      const found = (business ??= businessSpecs(specs));
      const own = facts.model?.value;
      const named = facts.implements.length > 0 ? facts.implements.flatMap((one) => found.byPath.get(resolvePath(spec.path, one.business.value) ?? '') ?? []) : own === undefined ? [] : saying(own).filter(({ kind }) => kind === 'business');
      return businessOf(spec, facts, [...new Set(named)].sort((a, b) => (found.rank.get(a) ?? 0) - (found.rank.get(b) ?? 0)));
    },
    technical: (model) => saying(model).find(({ kind, facts }) => kind === 'technical' && facts?.kind === 'technical'),
  };
}

/** Specs by the words between the dots of their model. */
function byWordsOf(specs: readonly SpecDocument[]): SpecsByModel {
  const found = new Map<string, SpecDocument[]>();
  for (const spec of specs) {
    for (const word of new Set(modelOf(spec)?.split('.') ?? [])) {
      const known = found.get(word);
      if (known) known.push(spec);
      else found.set(word, [spec]);
    }
  }
  return { naming: (word) => found.get(word) ?? [] };
}

/** Business specs by their path, and in which order they come. */
function businessSpecs(specs: readonly SpecDocument[]): { byPath: Map<string, SpecDocument>; rank: Map<SpecDocument, number> } {
  const business = specs.filter(({ kind }) => kind === 'business');
  return { byPath: new Map(business.map((spec) => [spec.path, spec])), rank: new Map(business.map((spec, index) => [spec, index])) };
}
