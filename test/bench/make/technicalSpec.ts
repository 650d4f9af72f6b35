import { randomOf } from '../../trust/random';
import { MEASURES, NOUNS, pick, STATES } from './words';

/** A model that is made together with its spec, so that the two say the same. */
export interface MadeModel {
  name: string;
  spec: string;
  sql: string;
  /** Models it reads. */
  parents: string[];
  columns: { name: string; type: string }[];
}

interface Step {
  name: string;
  parent: string;
  state: string;
  columns: { name: string; sum: string }[];
}

/** What a parent of a generated model has: its key, what it is joined by, its state, and amounts. */
export const PARENT_COLUMNS = ['row_id', 'customer_id', 'row_state', ...MEASURES] as const;

/** How a model names its parents: compiled code has relation names where raw code has refs. */
export type Reference = (parent: string) => string;
const REF: Reference = (parent) => `{{ ref('${parent}') }}`;

/**
 * A mart of one step per parent, aggregated and joined to the first parent, with as many columns as a spec of about so
 * many lines has. The same for the same seed.
 */
export function technicalModel(name: string, parents: readonly string[], lines: number, seed: string): MadeModel & { code(reference: Reference): string } {
  const random = randomOf(`technical ${seed} ${name} ${lines}`);
  const [base = '', ...rest] = parents;
  const stepCount = Math.max(1, Math.min(rest.length, Math.round(lines / 60)));
  const perStep = Math.max(2, Math.round((lines - 20 - stepCount * 13) / stepCount / 5));
  const steps = Array.from({ length: stepCount }, (_, index): Step => ({
    name: `${pick(NOUNS, random)}_${index + 1}`,
    parent: rest[index % rest.length] ?? base,
    state: pick(STATES, random),
    columns: Array.from({ length: perStep }, (_, n) => ({ name: `${pick(MEASURES, random)}_${index + 1}_${n + 1}`, sum: pick(MEASURES, random) })),
  }));
  const code = (reference: Reference): string => sqlOf(base, steps, reference);
  const columns = [{ name: 'customer_id', type: 'INTEGER' }, ...steps.flatMap((step) => step.columns.map((column) => ({ name: column.name, type: 'DOUBLE' })))];
  return { name, spec: specOf(name, base, steps, random), sql: code(REF), parents: [...new Set([base, ...steps.map((step) => step.parent)])], columns, code };
}

function sqlOf(base: string, steps: readonly Step[], reference: Reference): string {
  const ctes = steps.map((step) => [
    `${step.name} as (`, '    select', '        parts.customer_id,', step.columns.map((column) => `        sum(parts.${column.sum}) as ${column.name}`).join(',\n'),
    `    from ${reference(step.parent)} as parts`, `    where parts.row_state <> '${step.state}'`, '    group by parts.customer_id', ')',
  ].join('\n'));
  const columns = steps.flatMap((step) => step.columns.map((column) => `    coalesce(${step.name}.${column.name}, 0) as ${column.name}`));
  const joins = steps.map((step) => `left join ${step.name} on base.customer_id = ${step.name}.customer_id`);
  return [`with ${ctes.join(',\n')}`, '', 'select', ['    base.customer_id', ...columns].join(',\n'), `from ${reference(base)} as base`, ...joins, ''].join('\n');
}

function specOf(name: string, base: string, steps: readonly Step[], random: () => number): string {
  const input = (parent: string, as: string): string => `  - { ref: ${parent}, as: ${as}, grain: [row_id] }`;
  const stepLines = steps.flatMap((step, index) => [
    `  - name: ${step.name}`, `    from: parts_${index + 1}`, '    filters:', `      - { id: F-${index + 1}, expression: "row_state <> '${step.state}'" }`, '    aggregate: { by: [customer_id] }', '    columns:', '      - { name: customer_id }',
    ...step.columns.map((column) => `      - { name: ${column.name}, expression: "sum(${column.sum})" }`),
  ]);
  const columnLines = steps.flatMap((step) => step.columns.flatMap((column) => [
    `  - name: ${column.name}`, `    type: decimal`, `    expression: "coalesce(${step.name}.${column.name}, 0)"`, `    means: "the ${column.sum} of every ${pick(NOUNS, random)} that is not ${step.state}"`,
  ]));
  return [
    'spec: technical/v1', `model: ${name}`, 'grain: [customer_id]', 'inputs:', input(base, 'base'), ...steps.map((step, index) => input(step.parent, `parts_${index + 1}`)),
    'steps:', ...stepLines, 'from: base', 'joins:', ...steps.map((step) => `  - { to: ${step.name}, type: left, keys: [customer_id], cardinality: many_to_one, unmatched: keep }`),
    'filters: []', 'columns:', '  - { name: customer_id, type: integer }', ...columnLines, 'tests:', '  - { id: T-key, test: unique, column: customer_id }', '  - { id: T-null, test: not_null, column: customer_id }',
    'materialization: { type: table }', '',
  ].join('\n');
}

/** A model that takes its rows from a source as they are, but for one state. */
export function stagingModel(name: string, table: string): MadeModel & { code(reference: Reference): string } {
  const columns = PARENT_COLUMNS.map((column) => ({ name: column, type: ['row_id', 'customer_id'].includes(column) ? 'INTEGER' : column === 'row_state' ? 'VARCHAR' : 'DOUBLE' }));
  const code = (reference: Reference): string => ['select', columns.map((column) => `    ${column.name}`).join(',\n'), `from ${reference(table)}`, "where row_state <> 'test'", ''].join('\n');
  const spec = [
    'spec: technical/v1', `model: ${name}`, 'grain: [row_id]', 'inputs:', `  - { source: raw.${table}, as: rows }`, 'from: rows', 'filters:', "  - { id: F-test, expression: \"row_state <> 'test'\" }",
    'columns:', ...columns.map((column) => `  - { name: ${column.name} }`), 'materialization: { type: table }', '',
  ].join('\n');
  return { name, spec, sql: code((parent) => `{{ source('raw', '${parent}') }}`), parents: [], columns, code };
}
