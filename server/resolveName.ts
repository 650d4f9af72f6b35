import { businessOf, clauseAddresses, lookupInput, resolvePath, schemaAt, schemaOf, stagesOf, type BusinessItem, type ColumnFact, type PathAt, type SchemaNode, type SpecDocument, type TechnicalFacts } from '../engine/spec';
import { get, text } from '../engine/yaml/tree';
import type { Column, DataTest, RelationNode } from '../engine/project/types';
import type { Span } from '../engine/text';
import { columnsInScope } from './columnScope';
import { nodeNamed } from './compareDocument';
import type { LoadedProject } from './session';

/** A place of a spec that another one refers to. */
export interface SpecPlace {
  file: string;
  span: Span;
  /** What stands there: a clause's address, or the kind of spec. */
  name: string;
}

/** What a name in a spec stands for; `span` is the word that was resolved. */
export type Meaning = { span: Span } & (
  | { kind: 'node'; node: RelationNode }
  | { kind: 'column'; node: RelationNode; column: Column }
  | { kind: 'computed'; step: string; column: ColumnFact }
  | { kind: 'step'; name: string; at: Span }
  | { kind: 'item'; file: string; item: BusinessItem }
  | { kind: 'ownItem'; item: BusinessItem; places: SpecPlace[] }
  | { kind: 'specs'; places: SpecPlace[] }
  | { kind: 'test'; node: RelationNode; tests: DataTest[] }
);

type Bare = Meaning extends infer M ? (M extends { span: Span } ? Omit<M, 'span'> : never) : never;

/** Resolves the word at an offset of a spec against the project and the other specs. */
export function meaningAt(spec: SpecDocument, at: PathAt, offset: number, project: LoadedProject): Meaning | undefined {
  if (at.on !== 'value' || at.tree.kind !== 'scalar' || !spec.kind) return undefined;
  const schema = schemaAt(schemaOf(spec), at.path.map((step) => (typeof step === 'number' ? 0 : step)));
  if (!schema) return undefined;
  const word = wordAt(spec, at, offset, schema);
  const meaning = word && meaningOf(spec, at, word.text, schema, project);
  return meaning && ({ span: word.span, ...meaning } as Meaning);
}

/** The name under the cursor: the whole text, in an expression the word. */
function wordAt(spec: SpecDocument, at: PathAt, offset: number, schema: SchemaNode): { text: string; span: Span } | undefined {
  const whole = text(at.tree) ?? '';
  if (schema['x-expression'] !== true && /^\S*$/.test(whole)) return { text: whole, span: at.span };
  const [before, after] = [/[\w.$]*$/.exec(spec.text.slice(at.span.start, offset))?.[0] ?? '', /^[\w$]*(?:\.[\w$]+)*/.exec(spec.text.slice(offset, at.span.end))?.[0] ?? ''];
  return before + after === '' ? undefined : { text: before + after, span: { start: offset - before.length, end: offset + after.length } };
}

function meaningOf(spec: SpecDocument, at: PathAt, word: string, schema: SchemaNode, project: LoadedProject): Bare | undefined {
  const what = schema['x-complete'];
  if (at.path.length === 1 && at.path[0] === 'spec') return counterparts(spec, project);
  if (what === 'model') return node(nodeNamed(project, word)) ?? counterparts(spec, project);
  if (what === 'business_spec') return specNamed(spec, word, project);
  if (spec.facts?.kind === 'business') return at.path[at.path.length - 1] === 'id' ? ownItem(spec, word, project) : undefined;
  return spec.facts ? technicalMeaning(spec, spec.facts, at, word, schema, project) : undefined;
}

function technicalMeaning(spec: SpecDocument, facts: TechnicalFacts, at: PathAt, word: string, schema: SchemaNode, project: LoadedProject): Bare | undefined {
  const own = nodeNamed(project, facts.model?.value);
  switch (schema['x-complete'] ?? (schema['x-expression'] === true ? 'column' : undefined)) {
    case 'ref':
    case 'source': {
      const input = (facts.inputs?.items ?? []).find((one) => one.span.start <= at.span.start && at.span.end <= one.span.end);
      const found = input && lookupInput(project.project, input);
      return found?.kind === 'one' ? node(found.node) : undefined;
    }
    case 'business_id':
    case 'coverable_id':
      return itemNamed(spec, facts, word, project);
    case 'clause': {
      const clause = clauseAddresses(facts).findLast(({ address }) => word === address || word.startsWith(`${address}/`));
      return clause ? { kind: 'specs', places: [{ file: spec.path, span: clause.span, name: clause.address }] } : itemNamed(spec, facts, word, project);
    }
    case 'attachable':
    case 'step':
      return attached(facts, word, project);
    case 'test': {
      const column = text(get(at.around[at.around.length - 1], 'column'));
      const tests = (own?.tests ?? []).filter((test) => (test.test === word || test.test.endsWith(`.${word}`)) && (column === undefined || test.column?.toLowerCase() === column.toLowerCase()));
      return own && tests.length > 0 ? { kind: 'test', node: own, tests } : undefined;
    }
    case 'output_column':
      return ofNode(own, word) ?? outputOf(facts, word);
    case 'new_column':
      return (at.path[0] === 'columns' ? ofNode(own, word) : undefined) ?? scoped(facts, at, word, project);
    case 'column':
      return scoped(facts, at, word, project) ?? attached(facts, word.split('.')[0] ?? '', project);
    default:
      return undefined;
  }
}

function node(found: RelationNode | undefined): Bare | undefined {
  return found && { kind: 'node', node: found };
}

function ofNode(found: RelationNode | undefined, name: string): Bare | undefined {
  const match = found?.columns.find((c) => c.name.toLowerCase() === name.toLowerCase());
  return found && match && { kind: 'column', node: found, column: match };
}

/** A column the spec itself puts out, where the model is not written yet. */
function outputOf(facts: TechnicalFacts, name: string): Bare | undefined {
  const column = facts.stage.columns?.items.find((c) => c.kind === 'column' && c.name.value.toLowerCase() === name.toLowerCase());
  return column && { kind: 'computed', step: '', column };
}

/** `alias.column`, or the first column of that name in scope. */
function scoped(facts: TechnicalFacts, at: PathAt, word: string, project: LoadedProject): Bare | undefined {
  const [alias, name] = word.includes('.') ? word.split('.') : [undefined, word];
  const path = at.path.map((step) => (typeof step === 'number' ? '[]' : step));
  const found = columnsInScope(facts, { path, whole: at.span }, project).find((column) => column.name.toLowerCase() === (name ?? '').toLowerCase() && (alias === undefined || column.alias.toLowerCase() === alias.toLowerCase()));
  if (!found) return undefined;
  return 'node' in found.from ? { kind: 'column', ...found.from } : { kind: 'computed', ...found.from };
}

/** An input alias or a step. */
function attached(facts: TechnicalFacts, name: string, project: LoadedProject): Bare | undefined {
  const step = stagesOf(facts).find((s) => s.name?.value === name);
  if (step?.name) return { kind: 'step', name, at: step.name.span };
  const input = facts.inputs?.items.find((i) => (i.as?.value ?? i.name) === name);
  const found = input && lookupInput(project.project, input);
  return found?.kind === 'one' ? node(found.node) : undefined;
}

function itemNamed(spec: SpecDocument, facts: TechnicalFacts, word: string, project: LoadedProject): Bare | undefined {
  const id = word.replace(/^.*#/, '');
  for (const business of businessOf(spec, facts, project.specs)) {
    const item = business.facts.items.find((i) => i.id?.value === id);
    if (item) return { kind: 'item', file: business.path, item };
  }
  return undefined;
}

function specNamed(spec: SpecDocument, word: string, project: LoadedProject): Bare | undefined {
  const file = resolvePath(spec.path, word);
  return project.specs.some((s) => s.path === file) && file !== undefined ? { kind: 'specs', places: [{ file, span: { start: 0, end: 0 }, name: 'business spec' }] } : undefined;
}

/** The technical specs of a business spec, and the business specs of a technical one. */
function counterparts(spec: SpecDocument, project: LoadedProject): Bare | undefined {
  const others = spec.facts?.kind === 'technical' ? businessOf(spec, spec.facts, project.specs).map(({ path }) => path) : technicalOfBusiness(spec, project).map(({ path }) => path);
  const name = spec.kind === 'technical' ? 'business spec' : 'technical spec';
  return others.length > 0 ? { kind: 'specs', places: others.map((file) => ({ file, span: { start: 0, end: 0 }, name })) } : undefined;
}

function technicalOfBusiness(spec: SpecDocument, project: LoadedProject): SpecDocument[] {
  return project.specs.filter((other) => other.facts?.kind === 'technical' && businessOf(other, other.facts, project.specs).some(({ path }) => path === spec.path));
}

/** A line of this business spec, with the clauses that implement and the tests that cover it. */
function ownItem(spec: SpecDocument, id: string, project: LoadedProject): Bare | undefined {
  if (spec.facts?.kind !== 'business') return undefined;
  const item = spec.facts.items.find((one) => one.id?.value === id);
  if (!item) return undefined;
  const places = technicalOfBusiness(spec, project).flatMap((other) => {
    if (other.facts?.kind !== 'technical') return [];
    const { facts } = other;
    const named = (ids: readonly { value: string }[]): boolean => ids.some(({ value }) => value.replace(/^.*#/, '') === id);
    const addresses = new Map(clauseAddresses(facts).map(({ address, span }) => [span.start, address]));
    const place = (span: Span): SpecPlace => ({ file: other.path, span, name: addresses.get(span.start) ?? '' });
    const clauses = stagesOf(facts).flatMap((stage) => [
      ...(stage.joins?.items ?? []).filter((join) => named(join.implements)).map((join) => place(join.to.span)),
      ...(stage.filters?.items ?? []).filter((filter) => named(filter.implements)).map((filter) => place(filter.id?.span ?? filter.expression.span)),
      ...(stage.columns?.items ?? []).filter((column) => named(column.implements)).map((column) => place(column.name.span)),
    ]);
    return [...clauses, ...(facts.tests?.items ?? []).filter((test) => named(test.covers)).map((test) => place(test.id?.span ?? test.test.span))];
  });
  return { kind: 'ownItem', item, places };
}
