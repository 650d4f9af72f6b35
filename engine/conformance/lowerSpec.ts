import type { Located, Span } from '../text';
import { stagesOf } from '../spec/checkTechnical';
import type { ColumnFact, InputFact, JoinFact, SpecDocument, StageFact, TechnicalFacts } from '../spec/types';
import type { Attachment, Dialect, Expr, OrderKey, OutputColumn, ParsedExpr, Relation, SqlService, Stage, StageGraph, Variant } from '../sql/types';
import { relationId } from '../sql/references';
import type { ClauseGroup } from './types';

/** One written clause of a technical spec, before it is judged. */
export interface SpecClause {
  /** Its stable address. */
  id: string;
  group: ClauseGroup;
  stage?: string;
  span: Span;
  text: string;
  /** What it is, for the rule that judges it. */
  kind: 'grain' | 'input' | 'join' | 'cardinality' | 'filter' | 'aggregate' | 'distinct' | 'deduplicate' | 'limit' | 'union' | 'unnest' | 'column' | 'column_type' | 'all_from' | 'test' | 'materialization' | 'opaque' | 'note';
  /** Position of the fact in its section, for rules that read the facts. */
  index: number;
}

/** A technical spec as a graph and its clauses. */
export interface LoweredSpec {
  graph: StageGraph;
  clauses: SpecClause[];
}

/** Lowers the facts of a technical spec to the graph that SQL is lowered to. Expressions are parsed in one batch. */
export async function lowerSpec(spec: SpecDocument, facts: TechnicalFacts, sql: SqlService, dialect: Dialect): Promise<LoweredSpec> {
  const texts = expressionTexts(facts);
  const parsed = await sql.expressions(dialect, texts);
  const expressions = new Map(texts.map((text, index) => [text, parsed[index]]));
  const context: LowerContext = { spec, facts, expressions, names: targetNames(facts) };
  const stages = stagesOf(facts).map((stage) => lowerStage(stage, context));
  const relations = [...new Map((facts.inputs?.items ?? []).map((input) => [relationOf(input).id, relationOf(input)])).values()];
  return {
    graph: { source: { in: 'spec', file: spec.path }, relations, stages, unused: [] },
    clauses: [...topClauses(spec, facts), ...stagesOf(facts).flatMap((stage) => stageClauses(spec, facts, stage))],
  };
}

interface LowerContext {
  spec: SpecDocument;
  facts: TechnicalFacts;
  expressions: ReadonlyMap<string, ParsedExpr | undefined>;
  names: ReadonlyMap<string, Attachment['target']>;
}

/** Addresses of a stage's clauses start with this. */
export function prefixOf(facts: TechnicalFacts, stage: StageFact): string {
  return stage === facts.stage ? '' : `steps/${stage.name?.value ?? ''}/`;
}

/** The relation an input names. */
export function relationOf(input: InputFact): Relation {
  const text = input.kind === 'source' ? `source('${input.sourceName ?? ''}','${input.name}')` : input.kind === 'this' ? 'this' : `ref('${input.name}')`;
  const relation: Omit<Relation, 'id'> = {
    kind: input.kind,
    name: input.name,
    ...(input.package === undefined ? {} : { package: input.package }),
    ...(input.sourceName === undefined ? {} : { sourceName: input.sourceName }),
    ...(input.version === undefined ? {} : { version: input.version }),
    text,
    span: input.span,
  };
  return { id: relationId(relation), ...relation };
}

function targetNames(facts: TechnicalFacts): Map<string, Attachment['target']> {
  const names = new Map<string, Attachment['target']>();
  for (const input of facts.inputs?.items ?? []) names.set(aliasOf(input), { kind: 'relation', id: relationOf(input).id });
  for (const step of facts.steps?.items ?? []) names.set(step.name?.value ?? '', { kind: 'stage', id: `step:${step.name?.value ?? ''}` });
  return names;
}

/** The name an input is used under. */
export function aliasOf(input: InputFact): string {
  return input.as?.value ?? input.name;
}

function expressionTexts(facts: TechnicalFacts): string[] {
  const texts = stagesOf(facts).flatMap((stage) => [
    ...(stage.filters?.items ?? []).map((f) => f.expression.value),
    ...(stage.joins?.items ?? []).flatMap((j) => [...(j.condition ? [j.condition.value] : []), ...(j.keys?.value ?? []).flatMap((k) => [k.left, k.right])]),
    ...(stage.columns?.items ?? []).flatMap((c) => [...(c.expression ? [c.expression.value] : []), ...c.from.map((f) => f.value)]),
    ...(stage.aggregate?.by ?? []).map((by) => by.value),
    ...(stage.deduplicate?.by ?? []).map((by) => by.value),
    ...[...(stage.deduplicate?.orderBy ?? []), ...(stage.limit?.orderBy ?? [])].map((key) => orderText(key.value).text),
    ...(stage.limit?.rows ? [stage.limit.rows.value] : []),
    ...(stage.unnest?.items ?? []).map((u) => u.expression.value),
  ]);
  return [...new Set(texts)];
}

function orderText(text: string): { text: string; descending: boolean; nulls?: 'first' | 'last' } {
  const match = /^([\s\S]*?)(?:\s+(asc|desc))?(?:\s+nulls\s+(first|last))?\s*$/i.exec(text);
  const nulls = match?.[3]?.toLowerCase();
  return { text: match?.[1] ?? text, descending: match?.[2]?.toLowerCase() === 'desc', ...(nulls === 'first' || nulls === 'last' ? { nulls } : {}) };
}

function expr(context: LowerContext, text: string): Expr {
  const parsed = context.expressions.get(text);
  return parsed?.kind === 'ok' ? parsed.expr : { kind: 'other', tag: 'unparsed', props: text, args: [] };
}

function order(context: LowerContext, keys: readonly Located<string>[]): OrderKey[] {
  return keys.map((key) => {
    const { text, descending, nulls } = orderText(key.value);
    return { expr: expr(context, text), descending, ...(nulls ? { nulls } : {}) };
  });
}

function variant(when: Located<string> | undefined): { when?: Variant } {
  return when?.value === 'incremental' || when?.value === 'full' ? { when: when.value } : {};
}

function lowerStage(stage: StageFact, context: LowerContext): Stage {
  const { facts } = context;
  const prefix = prefixOf(facts, stage);
  const id = stage === facts.stage ? 'out' : `step:${stage.name?.value ?? ''}`;
  const attachment = (target: Located<string>, as?: Located<string>): Attachment => ({
    target: context.names.get(target.value) ?? { kind: 'relation', id: `unknown:${target.value}` },
    alias: { text: as?.value ?? target.value, quoted: false },
    span: target.span,
  });
  const by = stage.aggregate?.by.map((key) => expr(context, key.value));
  const columns = (stage.columns?.items ?? []).map((column) => lowerColumn(column, context, prefix));
  const rows = stage.limit?.rows;
  const branches = stage.union?.branches.flatMap((branch) => {
    const target = context.names.get(branch.value);
    return target?.kind === 'stage' ? [target.id] : [];
  });
  return {
    id,
    ...(stage.name ? { name: stage.name.value } : {}),
    span: stage.span,
    ...(stage.from ? { from: attachment(stage.from) } : {}),
    joins: (stage.joins?.items ?? []).map((join) => ({ ...lowerJoin(join, context), to: attachment(join.to, join.as), ref: `${prefix}joins/${joinName(join)}` })),
    unnests: (stage.unnest?.items ?? []).map((u) => ({ expr: expr(context, u.expression.value), alias: { text: u.as.value, quoted: false }, columns: [], outer: u.outer, span: u.span, ref: `${prefix}unnest/${u.as.value}` })),
    filters: (stage.filters?.items ?? []).map((filter, index) => ({
      expr: expr(context, filter.expression.value),
      at: filter.at?.value === 'having' || filter.at?.value === 'qualify' ? filter.at.value : 'where',
      span: filter.span,
      ref: `${prefix}filters/${filter.id?.value ?? index}`,
      ...variant(filter.when),
    })),
    ...(stage.aggregate && by ? { aggregate: { by, implicit: by.length === 0, span: stage.aggregate.span, ref: `${prefix}aggregate` } } : {}),
    ...(stage.distinct?.value === true ? { distinct: { on: [], span: stage.distinct.span, ref: `${prefix}distinct` } } : {}),
    ...(stage.deduplicate ? { deduplicate: { by: stage.deduplicate.by.map((key) => expr(context, key.value)), orderBy: order(context, stage.deduplicate.orderBy), span: stage.deduplicate.span, ref: `${prefix}deduplicate` } } : {}),
    orderBy: order(context, stage.limit?.orderBy ?? []),
    ...(stage.limit ? { limit: { ...(rows ? { rows: expr(context, rows.value) } : {}), span: stage.limit.span, ref: `${prefix}limit` } } : {}),
    ...(stage.union ? { union: { op: stage.union.op.value as 'union', byName: false, branches: branches ?? [], span: stage.union.span, ref: `${prefix}union` } } : {}),
    recursive: stage.recursive !== undefined,
    columns,
    opaque: (stage.opaque?.items ?? []).map((item) => ({ reason: 'unsupported', aspects: ['joins', 'filters', 'aggregate', 'distinct', 'limit', 'union', 'unnest', 'columns'], text: item.text.value, span: item.span })),
    ...variant(stage.when),
  };
}

function joinName(join: JoinFact): string {
  return join.as?.value ?? join.to.value;
}

function lowerJoin(join: JoinFact, context: LowerContext): Omit<Stage['joins'][number], 'to'> {
  const alias = { text: joinName(join), quoted: false };
  const keys = (join.keys?.value ?? []).map((key) => {
    const left = expr(context, key.left);
    const right = expr(context, key.right);
    return { left, right: right.kind === 'column' && right.table === undefined ? { ...right, table: alias } : right };
  });
  const type = join.type?.value ?? 'inner';
  return {
    type: type as 'inner',
    keys,
    conditions: join.condition ? [expr(context, join.condition.value)] : [],
    opaque: false,
    span: join.span,
    ...variant(join.when),
  };
}

function lowerColumn(column: ColumnFact, context: LowerContext, prefix: string): OutputColumn {
  const ref = `${prefix}columns/${columnName(column)}`;
  const name = { text: column.name.value, quoted: false };
  if (column.kind === 'all_from') {
    const names = (list: readonly Located<string>[]): { text: string; quoted: boolean }[] => list.map((item) => ({ text: item.value, quoted: false }));
    return {
      expr: { kind: 'star', table: name, except: names(column.except), replace: [], rename: column.rename.map((r) => ({ from: { text: r.from, quoted: false }, to: { text: r.to, quoted: false } })) },
      span: column.span,
      ref,
    };
  }
  const only = column.from.length === 1 ? column.from[0] : undefined;
  const body: Expr = column.expression ? expr(context, column.expression.value) : only ? expr(context, only.value) : { kind: 'column', name };
  return { name, expr: body, span: column.span, ref };
}

function columnName(column: ColumnFact): string {
  return column.kind === 'all_from' ? `all_from-${column.name.value}` : column.name.value;
}

function topClauses(spec: SpecDocument, facts: TechnicalFacts): SpecClause[] {
  const clause = (id: string, group: ClauseGroup, kind: SpecClause['kind'], span: Span, text: string, index = 0): SpecClause => ({ id, group, kind, span, text, index });
  return [
    ...(facts.grain ? [clause('grain', 'grain', 'grain', facts.grain.span, `one row per ${facts.grain.value.map((c) => c.value).join(', ') || 'nothing'}`)] : []),
    ...(facts.inputs?.items ?? []).map((input, index) => clause(`inputs/${aliasOf(input)}`, 'inputs', 'input', input.span, inputText(input), index)),
    ...(facts.tests?.items ?? []).map((test, index) => clause(`tests/${test.id?.value ?? index}`, 'tests', 'test', test.span, `${test.test.value}${test.column ? ` on ${test.column.value}` : ''}${test.covers.length > 0 ? ` covers ${test.covers.map((c) => c.value).join(', ')}` : ''}`, index)),
    ...(facts.materialization?.entries ?? []).map((entry, index) => clause(`materialization/${entry.key.value}`, 'materialization', 'materialization', { start: entry.key.span.start, end: entry.value.span.end }, `${entry.key.value}: ${spec.text.slice(entry.value.span.start, entry.value.span.end)}`, index)),
  ];
}

function inputText(input: InputFact): string {
  const name = input.kind === 'this' ? 'itself' : input.kind === 'source' ? `source ${input.sourceName ?? ''}.${input.name}` : `${input.package === undefined ? '' : `${input.package}.`}${input.name}${input.version === undefined ? '' : ` v${input.version}`}`;
  return input.as && input.as.value !== input.name ? `${name} as ${input.as.value}` : name;
}

function stageClauses(spec: SpecDocument, facts: TechnicalFacts, stage: StageFact): SpecClause[] {
  const prefix = prefixOf(facts, stage);
  const step = stage === facts.stage ? {} : { stage: stage.name?.value ?? '' };
  const clause = (id: string, group: ClauseGroup, kind: SpecClause['kind'], span: Span, text: string, index = 0): SpecClause => ({ id: prefix + id, group, kind, span, text, index, ...step });
  const source = (span: Span): string => spec.text.slice(span.start, span.end).replace(/\s+/g, ' ').trim();
  return [
    ...(stage.joins?.items ?? []).flatMap((join, index) => [
      clause(`joins/${joinName(join)}`, 'joins', 'join', join.span, joinText(join), index),
      ...(join.cardinality ? [clause(`joins/${joinName(join)}/cardinality`, 'joins', 'cardinality', join.cardinality.span, `${join.cardinality.value.replace(/_/g, ' ')} with ${joinName(join)}`, index)] : []),
    ]),
    ...(stage.filters?.items ?? []).map((filter, index) => clause(`filters/${filter.id?.value ?? index}`, 'filters', 'filter', filter.span, `${filter.expression.value}${filter.when ? ` (${filter.when.value} runs)` : ''}`, index)),
    ...(stage.aggregate ? [clause('aggregate', 'aggregation', 'aggregate', stage.aggregate.span, stage.aggregate.by.length === 0 ? 'one row in all' : `group by ${stage.aggregate.by.map((b) => b.value).join(', ')}`)] : []),
    ...(stage.distinct ? [clause('distinct', 'aggregation', 'distinct', stage.distinct.span, stage.distinct.value ? 'distinct rows' : 'not distinct')] : []),
    ...(stage.deduplicate ? [clause('deduplicate', 'aggregation', 'deduplicate', stage.deduplicate.span, `first of ${stage.deduplicate.by.map((b) => b.value).join(', ')} by ${stage.deduplicate.orderBy.map((o) => o.value).join(', ') || 'no order'}`)] : []),
    ...(stage.limit ? [clause('limit', 'aggregation', 'limit', stage.limit.span, `at most ${stage.limit.rows?.value ?? '?'} rows`)] : []),
    ...(stage.union ? [clause('union', 'aggregation', 'union', stage.union.span, `${stage.union.op.value.replace('_', ' ')} of ${stage.union.branches.map((b) => b.value).join(', ')}`)] : []),
    ...(stage.unnest?.items ?? []).map((u, index) => clause(`unnest/${u.as.value}`, 'joins', 'unnest', u.span, `unnest ${u.expression.value} as ${u.as.value}`, index)),
    ...(stage.columns?.items ?? []).flatMap((column, index) => [
      clause(`columns/${columnName(column)}`, 'columns', column.kind === 'all_from' ? 'all_from' : 'column', column.span, columnText(column), index),
      ...(column.type ? [clause(`columns/${columnName(column)}/type`, 'columns', 'column_type', column.type.span, `${column.name.value} is ${column.type.value}`, index)] : []),
    ]),
    ...(stage.opaque?.items ?? []).map((item, index) => clause(`opaque/${index}`, 'other', 'opaque', item.span, source(item.text.span), index)),
    ...(stage.generate ? [clause('generate', 'other', 'note', stage.generate.span, stage.generate.value)] : []),
    ...(stage.recursive ? [clause('recursive', 'other', 'note', stage.recursive.span, stage.recursive.value)] : []),
  ];
}

function joinText(join: JoinFact): string {
  const keys = (join.keys?.value ?? []).map((key) => (key.left === key.right ? key.left : `${key.left} = ${key.right}`));
  const on = [...keys, ...(join.condition ? [join.condition.value] : [])].join(' and ');
  return `${join.type?.value ?? ''} join ${join.to.value}${join.as ? ` as ${join.as.value}` : ''}${on === '' ? '' : ` on ${on}`}`;
}

function columnText(column: ColumnFact): string {
  if (column.kind === 'all_from') return `all columns of ${column.name.value}${column.except.length > 0 ? ` except ${column.except.map((e) => e.value).join(', ')}` : ''}`;
  return column.expression ? `${column.name.value} = ${column.expression.value}` : column.from.length > 0 ? `${column.name.value} from ${column.from.map((f) => f.value).join(', ')}` : column.name.value;
}
