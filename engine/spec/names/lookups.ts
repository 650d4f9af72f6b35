import { hasNodeNamed, lookupModel } from '../../project/lookup';
import type { RelationNode } from '../../project/types';
import { businessOf, resolvePath } from '../implementsOf';
import type { SpecDocument } from '../types';
import type { Lookups, NameContext } from './types';

/** A context whose look-ups are shared; one that has them already stays as it is. */
export function sharing(context: NameContext): NameContext & { lookups: Lookups } {
  return context.lookups ? { ...context, lookups: context.lookups } : { ...context, lookups: lookupsOf(context) };
}

function lookupsOf({ project, specs }: NameContext): Lookups {
  let technical: Map<string, SpecDocument> | undefined;
  const models = new Map<string, RelationNode | undefined>();
  const hasNode = (name: string): boolean => project !== undefined && hasNodeNamed(project, name);
  let written: Set<string> | undefined;
  let business: ReturnType<typeof businessSpecs> | undefined;
  return {
    hasNode,
    hasSpec: (model) => (written ??= new Set(specs.flatMap((spec) => spec.facts?.model?.value ?? []))).has(model),
    model(name) {
      if (!models.has(name)) {
        const found = project && name.split('.').some(hasNode) ? lookupModel(project, name) : undefined;
        models.set(name, found?.kind === 'one' ? found.node : undefined);
      }
      return models.get(name);
    },
    business(spec) {
      if (spec.facts?.kind !== 'technical') return [];
      business ??= businessSpecs(specs);
      const { facts } = spec;
      const named = facts.implements.length > 0 ? facts.implements.flatMap((one) => business?.byPath.get(resolvePath(spec.path, one.business.value) ?? '') ?? []) : (business.byModel.get(facts.model?.value ?? '') ?? []);
      return businessOf(spec, facts, [...new Set(named)].sort((a, b) => (business?.rank.get(a) ?? 0) - (business?.rank.get(b) ?? 0)));
    },
    technical(model) {
      if (!technical) {
        technical = new Map();
        for (const spec of specs) if (spec.facts?.kind === 'technical' && spec.facts.model && !technical.has(spec.facts.model.value)) technical.set(spec.facts.model.value, spec);
      }
      return technical.get(model);
    },
  };
}

/** Business specs by their path, by the model they say, and in which order they come. */
function businessSpecs(specs: readonly SpecDocument[]): { byPath: Map<string, SpecDocument[]>; byModel: Map<string, SpecDocument[]>; rank: Map<SpecDocument, number> } {
  const rank = new Map<SpecDocument, number>();
  const [byPath, byModel] = [new Map<string, SpecDocument[]>(), new Map<string, SpecDocument[]>()];
  for (const spec of specs) {
    if (spec.kind !== 'business') continue;
    byPath.set(spec.path, [spec]);
    rank.set(spec, rank.size);
    const model = spec.facts?.model?.value;
    if (model !== undefined) byModel.set(model, [...(byModel.get(model) ?? []), spec]);
  }
  return { byPath, byModel, rank };
}
