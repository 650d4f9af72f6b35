import type { CompareContext } from '../conformance/context';
import { candidateKeys } from '../project/keys';
import type { RelationNode } from '../project/types';
import { specPathFor } from '../spec/config';
import { meaningOf } from '../spec/meaning';
import { renderSpec } from '../spec/render';
import type { BusinessFacts, BusinessItem, SpecDocument } from '../spec/types';
import { proposalOf, type Proposal } from './infer';
import { proposeInputs, type ProposedInput } from './proposeInputs';
import { proposeJoins } from './proposeJoins';
import { termsOf } from './terms';
import { uniqueId } from './names';

/** What `generate` works from: the business spec, the model if it exists, the technical spec if there is one. */
export interface GenerateInput {
  business: SpecDocument;
  path?: string;
  node?: RelationNode;
  existing?: SpecDocument;
}

type Question = (text: string, blocking?: boolean) => void;

/**
 * Proposes the technical spec of a business spec. Deterministic, from the project's own words, keys and tests only. What
 * they do not say becomes an open question; a grain, a cardinality or a filter is stated only with proof.
 */
export function generateTechnical(context: CompareContext, input: GenerateInput): Proposal {
  const { business, existing } = input;
  if (business.facts?.kind !== 'business') return proposalOf(input.path ?? business.path, existing?.text ?? '', existing, []);
  const { facts } = business;
  const model = facts.model?.value ?? '';
  const path = existing?.path ?? input.path ?? specPathFor(context.config, context.project, { name: model, ...(input.node ? { node: input.node } : {}) }, 'technical');
  const ids = new Set<string>();
  const questions: Record<string, unknown>[] = [];
  const ask: Question = (question, blocking) => {
    questions.push({ id: uniqueId('Q', question, ids), question, ...(blocking ? { blocking: true } : {}) });
  };
  const inputs = proposeInputs(context.project, facts, model);
  if (inputs.length === 0) ask('Which models or sources hold what the business spec speaks of? None matched its words.', true);
  const base = baseInput(facts, inputs, ask);
  const joins = base ? proposeJoins(base, inputs, facts, ask) : [];
  const grain = base ? grainOf(facts, base, joins, ask) : undefined;
  const data = {
    spec: 'technical/v1',
    model,
    implements: [{ business: relative(path, business.path), meaning: meaningOf(business) }],
    ...(grain ? { grain } : {}),
    inputs: inputs.map(({ node, alias }) => ({ ...reference(node), ...(alias === node.name ? {} : { as: alias }), ...grainOfInput(node) })),
    ...(base ? { from: base.alias } : {}),
    ...(joins.length > 0 ? { joins } : {}),
    ...filtersOf(facts, inputs, ids, ask),
    ...columnsOf(facts, base, grain, inputs, ask),
    tests: testsOf(facts, grain, ids),
    open_questions: questions,
  };
  return proposalOf(path, renderSpec('technical', { ...data, open_questions: questions.length > 0 ? questions : undefined }), existing, questions.map((q) => String(q['question'])));
}

function reference(node: RelationNode): Record<string, unknown> {
  return node.kind === 'source' ? { source: `${node.sourceName ?? ''}.${node.name}` } : { ref: node.name };
}

function grainOfInput(node: RelationNode): Record<string, unknown> {
  const key = candidateKeys(node)[0];
  return key ? { grain: key.columns } : {};
}

/** The input whose one row is the business grain: its key is named after the grain's words. */
function baseInput(facts: BusinessFacts, inputs: readonly ProposedInput[], ask: Question): ProposedInput | undefined {
  const grain = (facts.grain?.oneRowPer ?? []).map((word) => word.value);
  const proven = inputs.filter((input) => keyFor(grain, input.node) !== undefined);
  const first = proven.sort((a, b) => (keyFor(grain, a.node)?.length ?? 9) - (keyFor(grain, b.node)?.length ?? 9) || b.score - a.score)[0];
  if (!first && inputs[0]) {
    ask(`Which input has one row per ${grain.join(', ') || 'row of the answer'}? No key of ${inputs.map((i) => i.alias).join(', ')} proves it.`, true);
    return inputs[0];
  }
  return first;
}

/** The candidate key of a node whose columns are named after the grain's words, one column a word. */
function keyFor(grain: readonly string[], node: RelationNode): string[] | undefined {
  return candidateKeys(node).map((key) => key.columns).find((columns) => columns.length === grain.length && grain.every((word) => columns.some((column) => names(column, word, node))));
}

function names(column: string, word: string, node: RelationNode): boolean {
  const [have, wanted] = [termsOf(column), termsOf(word)];
  const core = have.filter((part) => !['id', 'key', 'sk', 'pk', 'code', 'number'].includes(part));
  if (core.length === 0) return wanted.every((part) => termsOf(node.name).includes(part));
  return wanted.length > 0 && wanted.every((part) => core.includes(part));
}

function grainOf(facts: BusinessFacts, base: ProposedInput, joins: readonly Record<string, unknown>[], ask: Question): string[] | undefined {
  const grain = (facts.grain?.oneRowPer ?? []).map((word) => word.value);
  const key = facts.grain?.time ? undefined : keyFor(grain, base.node);
  if (!key) {
    ask(`Which columns name one row, that is one ${grain.join(' and ')}${facts.grain?.time ? ` per ${facts.grain.time.value}` : ''}?`, true);
    return undefined;
  }
  if (joins.some((join) => join['cardinality'] !== 'many_to_one' && join['cardinality'] !== 'one_to_one')) ask(`How are the joined inputs brought to one row per ${key.join(', ')}? They may have several, so they need a step that aggregates them.`);
  return key;
}

const POPULATION = (item: BusinessItem): boolean => item.section === 'population';

/** A population line becomes a filter only where one of its words is an accepted value of a status-like column. */
function filtersOf(facts: BusinessFacts, inputs: readonly ProposedInput[], ids: Set<string>, ask: Question): Record<string, unknown> {
  const population = (facts.data['population'] ?? {}) as { exclude?: { id?: string }[] };
  const excluded = new Set((population.exclude ?? []).map((item) => item.id));
  const filters: Record<string, unknown>[] = [];
  for (const item of facts.items.filter(POPULATION)) {
    const id = item.id?.value ?? '';
    if (/\b(every|all|each)\b/i.test(item.text) && !excluded.has(id)) continue;
    const found = valuesIn(item.text, inputs);
    const only = found[0];
    if (found.length === 1 && only) {
      const condition = `${only.alias}.${only.column} ${excluded.has(id) ? '<>' : '='} '${only.value.replace(/'/g, "''")}'`;
      filters.push({ id: uniqueId('F', id.replace(/^\w+-/, ''), ids), expression: condition, implements: [id] });
      ask(`Does "${item.text}" (${id}) mean ${condition}? It was matched by an accepted value.`);
    } else ask(`Which condition stands for "${item.text}" (${id})?`);
  }
  return filters.length > 0 ? { filters } : {};
}

function valuesIn(sentence: string, inputs: readonly ProposedInput[]): { alias: string; column: string; value: string }[] {
  const words = new Set(termsOf(sentence));
  return inputs.flatMap(({ node, alias }) =>
    node.tests
      .filter((test) => test.test === 'accepted_values' && test.column !== undefined && Array.isArray(test.arguments['values']))
      .flatMap((test) => (test.arguments['values'] as unknown[]).filter((value): value is string => typeof value === 'string' && termsOf(value).length > 0 && termsOf(value).every((part) => words.has(part))).map((value) => ({ alias, column: test.column ?? '', value }))),
  );
}

function columnsOf(facts: BusinessFacts, base: ProposedInput | undefined, grain: readonly string[] | undefined, inputs: readonly ProposedInput[], ask: Question): Record<string, unknown> {
  const measures = facts.items.filter((item) => item.section === 'measures');
  const data = Array.isArray(facts.data['measures']) ? (facts.data['measures'] as { id?: string; name?: string; means?: string; unit?: string }[]) : [];
  const columns: Record<string, unknown>[] = (grain ?? []).map((name) => ({ name, ...(base ? { from: [`${base.alias}.${name}`] } : {}) }));
  for (const measure of data) {
    if (measure.name === undefined) continue;
    const name = measure.name.toLowerCase().replace(/[^a-z0-9]+/g, '_').replace(/^_+|_+$/g, '');
    columns.push({ name, means: measure.means ?? measure.name, ...(measure.id === undefined ? {} : { implements: [measure.id] }) });
    const near = nearColumns(`${measure.name} ${measure.means ?? ''}`, inputs);
    ask(`How is ${name} computed (${measure.means ?? measure.name}${measure.unit === undefined ? '' : `, in ${measure.unit}`})?${near.length > 0 ? ` Columns that may hold it: ${near.join(', ')}.` : ''}`);
  }
  if (measures.length === 0) ask('Which columns does the answer need besides its grain? The business spec names no measures.');
  return columns.length > 0 && measures.length > 0 ? { columns } : {};
}

function nearColumns(text: string, inputs: readonly ProposedInput[]): string[] {
  const wanted = new Set(termsOf(text));
  return inputs
    .flatMap(({ node, alias }) => node.columns.map((column) => ({ name: `${alias}.${column.name}`, hits: new Set([...termsOf(column.name), ...termsOf(column.description ?? '')].filter((word) => wanted.has(word))).size })))
    .filter(({ hits }) => hits > 0)
    .sort((a, b) => b.hits - a.hits || (a.name < b.name ? -1 : 1))
    .slice(0, 4)
    .map(({ name }) => name);
}

function testsOf(facts: BusinessFacts, grain: readonly string[] | undefined, ids: Set<string>): Record<string, unknown>[] {
  const covered = facts.items.filter((item) => item.section === 'edge_cases' || item.section === 'correct_when');
  const only = grain?.length === 1 ? grain[0] : undefined;
  const unique = only !== undefined ? [{ id: uniqueId('T', `unique-${only}`, ids), test: 'unique', column: only }, { id: uniqueId('T', `not-null-${only}`, ids), test: 'not_null', column: only }] : [];
  return [
    ...unique,
    ...covered.map((item) => {
      const id = item.id?.value ?? '';
      return { id: uniqueId('T', id.replace(/^[A-Z]+-/, ''), ids), test: item.section === 'edge_cases' ? 'unit' : 'reconciliation', covers: [id] };
    }),
  ];
}

function relative(from: string, to: string): string {
  const folder = from.split('/').slice(0, -1);
  const parts = to.split('/');
  let shared = 0;
  while (shared < folder.length && shared < parts.length - 1 && folder[shared] === parts[shared]) shared++;
  return [...folder.slice(shared).map(() => '..'), ...parts.slice(shared)].join('/');
}
