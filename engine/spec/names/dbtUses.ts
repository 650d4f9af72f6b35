import { jinjaBlocks } from '../../sql/raw';
import { dbtYaml, get, items, text, type YamlTree } from '../../yaml/tree';
import { bareSpan } from './places';
import { idSymbol, modelNamed } from './symbols';
import type { NameContext, NameUse, SpecSymbol } from './types';

/** Lists of dbt's YAML whose items are, or are about, a model. */
const OWNERS: Readonly<Record<string, string>> = { models: 'name', snapshots: 'name', seeds: 'name', unit_tests: 'model' };

/** The ids and models that `meta.spec` names in a YAML file of dbt. */
export function yamlUses(source: string, context: NameContext): NameUse[] {
  const uses = new Map<string, NameUse>();
  const visit = (tree: YamlTree, owner: string | undefined): void => {
    if (tree.kind === 'seq') tree.items.forEach((item) => visit(item, owner));
    if (tree.kind !== 'map') return;
    for (const { key, value } of tree.entries) {
      const named = OWNERS[key];
      if (key === 'meta') for (const id of items(get(value, 'spec'))) idUses(source, id, owner, context).forEach((use) => uses.set(`${use.span.start}:${use.kind}`, use));
      if (value.kind === 'seq' && named !== undefined) value.items.forEach((item) => visit(item, text(get(item, named)) ?? owner));
      else visit(value, owner);
    }
  };
  const { tree } = dbtYaml(source);
  if (tree) visit(tree, undefined);
  return [...uses.values()];
}

function idUses(source: string, tree: YamlTree, owner: string | undefined, context: NameContext): NameUse[] {
  const written = text(tree);
  const span = bareSpan(source, tree.span);
  return written === undefined || span.end - span.start !== written.length ? [] : metaUses(written, span.start, owner, context);
}

function metaUses(written: string, start: number, owner: string | undefined, context: NameContext): NameUse[] {
  const hash = written.indexOf('#');
  const model = hash < 0 ? owner : written.slice(0, hash);
  const symbol = model === undefined ? undefined : idOfModel(model, written.slice(hash + 1), context);
  const id: NameUse = { kind: 'id', span: { start: start + hash + 1, end: start + written.length }, symbol, defines: false, certain: true };
  return hash <= 0 ? [id] : [{ kind: 'model', span: { start, end: start + hash }, symbol: modelNamed(context, written.slice(0, hash)), defines: false, certain: true }, id];
}

/** An id in the specs of a model, the business spec's first. */
function idOfModel(model: string, id: string, { specs }: NameContext): SpecSymbol | undefined {
  const own = specs.filter((spec) => (spec.facts?.model?.value.split('.').find((part) => part === model) !== undefined) && spec.ids.some((one) => one.id === id));
  const spec = own.find(({ kind }) => kind === 'business') ?? own[0];
  return spec && idSymbol(spec.path, id);
}

/** The models that a dbt template refs, and the ids that its `config(meta={'spec': […]})` names. */
export function sqlUses(source: string, context: NameContext): NameUse[] {
  return jinjaBlocks(source).filter(({ kind }) => kind !== 'comment').flatMap((block) => {
    const inside = source.slice(block.bodyStart, block.span.end);
    const refs = [...inside.matchAll(/(?<![\w.'"])(?:builtins\.)?ref\s*\(\s*(?:(['"])\w+\1\s*,\s*)?(['"])(\w+)\2/g)].map((match): NameUse => {
      const name = match[3] ?? '';
      const end = block.bodyStart + match.index + match[0].length - 1;
      return { kind: 'model', span: { start: end - name.length, end }, symbol: modelNamed(context, name), defines: false, certain: true };
    });
    const ids = /^config\s*\(/.test(block.body) && /\bmeta\b/.test(block.body)
      ? [...inside.matchAll(/(['"])(\w+#[A-Za-z0-9_-]+)\1/g)].flatMap((match) => metaUses(match[2] ?? '', block.bodyStart + match.index + 1, undefined, context))
      : [];
    return [...refs, ...ids];
  });
}
