import { businessOf, lookupInput, resolvePath, stagesOf, type BusinessItem, type PathAt, type SpecDocument } from '../engine/spec';
import { get, text } from '../engine/yaml/tree';
import type { Column, DataTest, RelationNode } from '../engine/project/types';
import type { Span } from '../engine/text';
import { nodeNamed } from './compareDocument';
import type { LoadedProject } from './session';

/** What a name in a spec stands for. */
export type Meaning =
  | { kind: 'node'; node: RelationNode }
  | { kind: 'column'; node: RelationNode; column: Column }
  | { kind: 'step'; name: string; span: Span }
  | { kind: 'item'; file: string; item: BusinessItem }
  | { kind: 'spec'; file: string }
  | { kind: 'test'; node: RelationNode; tests: DataTest[] };

/** Resolves the scalar at a place of a spec against the project and the other specs. */
export function meaningAt(spec: SpecDocument, at: PathAt, project: LoadedProject): Meaning | undefined {
  if (at.on !== 'value' || at.tree.kind !== 'scalar') return undefined;
  const word = text(at.tree) ?? '';
  const keys = at.path.filter((step): step is string => typeof step === 'string');
  const key = keys[keys.length - 1] ?? '';
  const own = nodeNamed(project, spec.facts?.model?.value);
  if (key === 'model') return node(nodeNamed(project, word));
  if (key === 'business') {
    const file = resolvePath(spec.path, word);
    return file !== undefined && project.specs.some((s) => s.path === file) ? { kind: 'spec', file } : undefined;
  }
  if (spec.facts?.kind !== 'technical') return undefined;
  const { facts } = spec;
  if (key === 'implements' || key === 'covers') {
    const id = word.replace(/^.*#/, '');
    for (const business of businessOf(spec, facts, project.specs)) {
      const item = business.facts.items.find((i) => i.id?.value === id);
      if (item) return { kind: 'item', file: business.path, item };
    }
    return undefined;
  }
  const input = (facts.inputs?.items ?? []).find((i) => i.span.start <= at.span.start && at.span.end <= i.span.end);
  if (keys[0] === 'inputs' && input) {
    const found = lookupInput(project.project, input);
    if (found.kind !== 'one') return undefined;
    return key === 'grain' ? column(found.node, word) : node(found.node);
  }
  if (key === 'from' && keys.includes('columns')) return columnAt(spec, word, project);
  if (key === 'to' || key === 'from' || key === 'all_from' || key === 'branches') return attached(spec, word, project);
  if (key === 'test' && own) {
    const name = text(get(at.around[at.around.length - 1], 'column'));
    const tests = own.tests.filter((t) => (t.test === word || t.test.endsWith(`.${word}`)) && (name === undefined || t.column === name));
    return tests.length > 0 ? { kind: 'test', node: own, tests } : undefined;
  }
  if ((key === 'grain' || key === 'column' || (key === 'name' && keys[0] === 'columns')) && own) return column(own, word) ?? undefined;
  return columnAt(spec, word, project);
}

function node(found: RelationNode | undefined): Meaning | undefined {
  return found && { kind: 'node', node: found };
}

function column(found: RelationNode, name: string): Meaning | undefined {
  const match = found.columns.find((c) => c.name.toLowerCase() === name.toLowerCase());
  return match && { kind: 'column', node: found, column: match };
}

function attached(spec: SpecDocument, name: string, project: LoadedProject): Meaning | undefined {
  if (spec.facts?.kind !== 'technical') return undefined;
  const step = spec.facts.steps?.items.find((s) => s.name?.value === name);
  if (step?.name) return { kind: 'step', name, span: step.name.span };
  const input = spec.facts.inputs?.items.find((i) => (i.as?.value ?? i.name) === name);
  const found = input && lookupInput(project.project, input);
  return found?.kind === 'one' ? node(found.node) : undefined;
}

/** `alias.column`, or a column that exactly one input has. */
function columnAt(spec: SpecDocument, word: string, project: LoadedProject): Meaning | undefined {
  if (spec.facts?.kind !== 'technical' || !/^[\w.]+$/.test(word)) return undefined;
  const [alias, name] = word.includes('.') ? word.split('.') : [undefined, word];
  const found = (spec.facts.inputs?.items ?? [])
    .filter((input) => alias === undefined || (input.as?.value ?? input.name) === alias)
    .flatMap((input) => {
      const node = lookupInput(project.project, input);
      return node.kind === 'one' ? (column(node.node, name ?? '') ?? []) : [];
    });
  if (found.length === 1) return found[0];
  const step = alias === undefined ? undefined : stagesOf(spec.facts).find((s) => s.name?.value === alias);
  return step?.name ? { kind: 'step', name: step.name.value, span: step.name.span } : undefined;
}
