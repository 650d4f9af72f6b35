import type { JinjaContext } from '../jinja/context';
import type { Located, Span } from '../text';
import type { ColumnFact, InputFact, JoinFact, StageFact, TechnicalFacts } from '../spec/types';
import { relationId } from '../sql/references';
import type { Attachment, Dialect, Expr, Join, Name, OutputColumn, ParsedExpr, Relation, SqlService, Stage, StageGraph, Variant } from '../sql/types';
import { mapChildren } from '../sql/exprs';

/** A technical spec as the same graph that SQL becomes; spans point into the YAML. */
export interface LoweredSpec {
  graph: StageGraph;
  /** The facts each stage of the graph comes from. */
  facts: ReadonlyMap<string, StageFact>;
  /** Relation ids of the inputs, by position. */
  inputs: ReadonlyMap<InputFact, string>;
  /** What is no SQL expression, by the start of its span. */
  unparsed: ReadonlyMap<number, string>;
  /** Joins and bases that name neither an input nor a step. */
  dangling: Located<string>[];
  /** True where the last stage starts from the only input though no `from` says so. */
  implied: boolean;
}

export const TOP = 'top';

/** Id of a step's stage. */
export function stepId(name: string): string {
  return `step:${name}`;
}

/** The words of a spec that stand for SQL, parsed in one batch. */
interface Expressions {
  of(text: Located<string>): Expr;
  failed: Map<number, string>;
}

interface Lowering {
  expressions: Expressions;
  inputs: Map<string, { relation: Relation; fact: InputFact }>;
  steps: Set<string>;
  dangling: Located<string>[];
  relations: Map<string, Relation>;
  extra: Stage[];
}

/** What a project says of the Jinja in expressions; undefined where they have none. */
export type JinjaOf = (texts: readonly string[]) => JinjaContext | undefined;

/** Lowers the facts of a technical spec. Expressions that do not parse become `other` nodes and are listed in `unparsed`. */
export async function lowerSpec(file: string, facts: TechnicalFacts, sql: SqlService, dialect: Dialect, jinjaOf?: JinjaOf): Promise<LoweredSpec> {
  const stages = [...(facts.steps?.items ?? []), facts.stage];
  const expressions = await parseAll(stages, sql, dialect, jinjaOf);
  const inputs = new Map<string, { relation: Relation; fact: InputFact }>();
  const ids = new Map<InputFact, string>();
  for (const fact of facts.inputs?.items ?? []) {
    const relation = relationOf(fact);
    ids.set(fact, relation.id);
    for (const name of [fact.as?.value, fact.name]) if (name !== undefined && !inputs.has(name.toLowerCase())) inputs.set(name.toLowerCase(), { relation, fact });
  }
  const steps = facts.steps?.items ?? [];
  const lowering: Lowering = { expressions, inputs, steps: new Set(steps.map((step) => step.name?.value.toLowerCase() ?? '')), dangling: [], relations: new Map(), extra: [] };
  for (const { relation } of inputs.values()) lowering.relations.set(relation.id, relation);
  const lowered = new Map<string, Stage>();
  const stageFacts = new Map<string, StageFact>();
  for (const step of steps) {
    const id = stepId(step.name?.value.toLowerCase() ?? '');
    lowered.set(id, stageOf(id, step, lowering, undefined));
    stageFacts.set(id, step);
  }
  const only = facts.inputs?.items.length === 1 && steps.length === 0 ? facts.inputs.items[0] : undefined;
  lowered.set(TOP, stageOf(TOP, facts.stage, lowering, only));
  stageFacts.set(TOP, facts.stage);
  for (const stage of lowering.extra) lowered.set(stage.id, stage);
  return {
    graph: { source: { in: 'spec', file }, relations: [...lowering.relations.values()], stages: ordered(lowered), unused: [] },
    facts: stageFacts,
    inputs: ids,
    unparsed: expressions.failed,
    dangling: lowering.dangling,
    implied: only !== undefined && facts.stage.from === undefined && facts.stage.union === undefined,
  };
}

/** The relation an input names. */
export function relationOf(fact: InputFact): Relation {
  const relation = { kind: fact.kind, name: fact.name, ...(fact.package === undefined ? {} : { package: fact.package }), ...(fact.sourceName === undefined ? {} : { sourceName: fact.sourceName }), ...(fact.version === undefined ? {} : { version: fact.version }), text: fact.name };
  return { id: relationId(relation), ...relation, span: fact.span };
}

/** The name an input is attached by. */
export function inputAlias(fact: InputFact): string {
  return fact.as?.value ?? fact.name;
}

async function parseAll(stages: readonly StageFact[], sql: SqlService, dialect: Dialect, jinjaOf: JinjaOf | undefined): Promise<Expressions> {
  const texts = stages.flatMap(textsOf);
  const values = texts.map((text) => text.value);
  const parsed = await sql.expressions(dialect, values, jinjaOf?.(values));
  const bySpan = new Map<string, ParsedExpr>(texts.map((text, index) => [keyOf(text), parsed[index] ?? { kind: 'failed', message: 'it was not parsed' }]));
  const failed = new Map<number, string>();
  return {
    failed,
    of: (text) => {
      const found = bySpan.get(keyOf(text));
      if (found?.kind === 'ok') return withoutSpans(found.expr, text.span);
      failed.set(text.span.start, found?.message ?? 'it was not parsed');
      return { kind: 'other', tag: 'unparsed', props: text.value, args: [], span: text.span };
    },
  };
}

function keyOf(text: Located<string>): string {
  return `${text.span.start}:${text.value}`;
}

function withoutSpans(expr: Expr, span: Span): Expr {
  return { ...mapChildren(expr, (child) => withoutSpans(child, span)), span };
}

function textsOf(stage: StageFact): Located<string>[] {
  const joins = stage.joins?.items ?? [];
  return [
    ...joins.flatMap((join) => [...(join.keys?.value ?? []).flatMap((key) => [{ value: key.left, span: key.span }, { value: key.right, span: key.span }]), ...(join.condition ? [join.condition] : [])]),
    ...(stage.filters?.items ?? []).map((filter) => filter.expression),
    ...(stage.aggregate?.by ?? []),
    ...(stage.deduplicate?.by ?? []),
    ...(stage.deduplicate?.orderBy ?? []).map((item) => orderText(item).text),
    ...(stage.limit?.orderBy ?? []).map((item) => orderText(item).text),
    ...(stage.limit?.rows ? [stage.limit.rows] : []),
    ...(stage.unnest?.items ?? []).map((item) => item.expression),
    ...(stage.columns?.items ?? []).flatMap((column) => [...(column.expression ? [column.expression] : []), ...column.from]),
  ];
}

/** `updated_at desc nulls last` taken apart. */
function orderText(item: Located<string>): { text: Located<string>; descending: boolean; nulls?: 'first' | 'last' } {
  const match = /^(.*?)(?:\s+(asc|desc))?(?:\s+nulls\s+(first|last))?\s*$/is.exec(item.value);
  const nulls = match?.[3]?.toLowerCase();
  return { text: { value: match?.[1] ?? item.value, span: item.span }, descending: match?.[2]?.toLowerCase() === 'desc', ...(nulls === 'first' || nulls === 'last' ? { nulls } : {}) };
}

function stageOf(id: string, fact: StageFact, lowering: Lowering, only: InputFact | undefined): Stage {
  const { expressions } = lowering;
  const from = fact.from ? attach(fact.from, undefined, fact.from.span, lowering) : only && !fact.union ? attach({ value: inputAlias(only), span: only.span }, undefined, only.span, lowering) : undefined;
  const columns = columnsOf(fact, lowering, from);
  const stage: Stage = {
    id,
    ...(fact.name ? { name: fact.name.value } : {}),
    span: fact.span,
    ...(from ? { from } : {}),
    joins: (fact.joins?.items ?? []).flatMap((join) => joinOf(join, lowering)),
    unnests: (fact.unnest?.items ?? []).map((item) => ({ expr: expressions.of(item.expression), alias: nameOf(item.as.value), columns: [], outer: item.outer, span: item.span })),
    filters: (fact.filters?.items ?? []).map((filter) => ({ expr: expressions.of(filter.expression), at: atOf(filter.at?.value), span: filter.span, ...whenOf(filter.when) })),
    orderBy: (fact.limit?.orderBy ?? []).map((item) => orderOf(item, expressions)),
    columns,
    opaque: [],
    ...whenOf(fact.when),
    ...(fact.recursive ? { recursive: true } : {}),
  };
  if (fact.aggregate) stage.aggregate = { by: fact.aggregate.by.map((item) => expressions.of(item)), implicit: false, span: fact.aggregate.span };
  if (fact.distinct?.value === true) stage.distinct = { on: [], span: fact.distinct.span };
  if (fact.deduplicate) stage.filters.push(dedupeFilter(fact.deduplicate, expressions));
  if (fact.limit) stage.limit = { ...(fact.limit.rows ? { rows: expressions.of(fact.limit.rows) } : {}), span: fact.limit.span };
  if (fact.union) stage.union = { op: unionOp(fact.union.op.value), byName: false, branches: fact.union.branches.flatMap((branch) => branchOf(branch, id, lowering)), span: fact.union.span };
  for (const item of fact.opaque?.items ?? []) stage.opaque.push({ reason: 'unsupported', aspects: ['from', 'joins', 'filters', 'aggregate', 'distinct', 'limit', 'union', 'unnest', 'columns'], text: item.text.value, span: item.span });
  if (fact.generate) stage.opaque.push({ reason: 'unsupported', aspects: ['from', 'joins', 'filters', 'unnest', 'union', 'columns'], text: fact.generate.value, span: fact.generate.span });
  return stage;
}

function atOf(value: string | undefined): 'where' | 'having' | 'qualify' {
  return value === 'having' || value === 'qualify' ? value : 'where';
}

const OPS = ['union', 'union_all', 'intersect', 'intersect_all', 'except', 'except_all'] as const;

function unionOp(value: string): (typeof OPS)[number] {
  return OPS.find((op) => op === value) ?? 'union_all';
}

/** `when: incremental` of an item. */
function whenOf(when: Located<string> | undefined): { when?: Variant } {
  return when?.value === 'incremental' || when?.value === 'full' ? { when: when.value } : {};
}

function orderOf(item: Located<string>, expressions: Expressions): Stage['orderBy'][number] {
  const { text, descending, nulls } = orderText(item);
  return { expr: expressions.of(text), descending, ...(nulls ? { nulls } : {}) };
}

function dedupeFilter(fact: NonNullable<StageFact['deduplicate']>, expressions: Expressions): Stage['filters'][number] {
  const call: Expr = {
    kind: 'call', name: 'row_number', args: [], distinct: false, aggregate: false,
    over: { partitionBy: fact.by.map((item) => expressions.of(item)), orderBy: fact.orderBy.map((item) => orderOf(item, expressions)), frame: '' },
  };
  return { expr: { kind: 'op', op: '=', args: [call, { kind: 'literal', type: 'number', value: '1' }] }, at: 'qualify', span: fact.span };
}

/** A name of a spec: an unquoted identifier where it looks like one, else exact. */
export function nameOf(text: string): Name {
  const quoted = /^(["`])(.*)\1$/.exec(text);
  if (quoted) return { text: quoted[2] ?? '', quoted: true };
  return { text, quoted: !/^[\w$]+$/.test(text) };
}

function attach(name: Located<string>, alias: string | undefined, span: Span, lowering: Lowering): Attachment {
  const written = name.value.toLowerCase();
  const as = nameOf(alias ?? name.value);
  if (lowering.steps.has(written)) return { target: { kind: 'stage', id: stepId(written) }, alias: as, span };
  const input = lowering.inputs.get(written);
  if (input) return { target: { kind: 'relation', id: input.relation.id }, alias: as, span };
  lowering.dangling.push(name);
  const relation: Relation = { id: `unknown:${written}`, kind: 'opaque', name: name.value, text: name.value, span: name.span };
  lowering.relations.set(relation.id, relation);
  return { target: { kind: 'relation', id: relation.id }, alias: as, span };
}

function branchOf(branch: Located<string>, owner: string, lowering: Lowering): string[] {
  const written = branch.value.toLowerCase();
  if (lowering.steps.has(written)) return [stepId(written)];
  const id = `${owner}/${written}`;
  const from = attach(branch, undefined, branch.span, lowering);
  lowering.extra.push({ id, span: branch.span, from, joins: [], unnests: [], filters: [], orderBy: [], opaque: [], columns: [{ expr: { kind: 'star', except: [], replace: [], rename: [] }, span: branch.span }] });
  return [id];
}

const JOIN_TYPES = ['inner', 'left', 'right', 'full', 'cross', 'semi', 'anti'] as const;

function joinOf(fact: JoinFact, lowering: Lowering): Join[] {
  const to = attach(fact.to, fact.as?.value, fact.span, lowering);
  const { expressions } = lowering;
  return [
    {
      to,
      type: JOIN_TYPES.find((type) => type === fact.type?.value) ?? 'inner',
      keys: (fact.keys?.value ?? []).map((key) => orient(expressions.of({ value: key.left, span: key.span }), expressions.of({ value: key.right, span: key.span }), to.alias)),
      conditions: fact.condition ? [expressions.of(fact.condition)] : [],
      opaque: false,
      span: fact.span,
      ...whenOf(fact.when),
    },
  ];
}

/** The right side of a key is over `to`: bare columns there are its columns, and a swapped pair is turned round. */
function orient(left: Expr, right: Expr, to: Name): Join['keys'][number] {
  const isOf = (expr: Expr): boolean => expr.kind === 'column' && expr.table?.text.toLowerCase() === to.text.toLowerCase();
  const foreign = right.kind === 'column' && right.table !== undefined && !isOf(right);
  const [a, b] = isOf(left) && (foreign || !isOf(right)) ? [right, left] : [left, right];
  const own = (expr: Expr): Expr => (expr.kind === 'column' && !expr.table ? { ...expr, table: to } : mapChildren(expr, own));
  return { left: a, right: own(b) };
}

function columnsOf(fact: StageFact, lowering: Lowering, from: Attachment | undefined): OutputColumn[] {
  if (!fact.columns) {
    // An absent section is open: whatever its sources have may come out.
    return fact.aggregate || (!from && !fact.union) ? [] : [{ expr: { kind: 'star', except: [], replace: [], rename: [] }, span: fact.span }];
  }
  return fact.columns.items.map((column) => columnOf(column, lowering));
}

function columnOf(column: ColumnFact, lowering: Lowering): OutputColumn {
  if (column.kind === 'all_from') {
    return { expr: { kind: 'star', table: nameOf(column.name.value), except: column.except.map((name) => nameOf(name.value)), replace: [], rename: column.rename.map(({ from, to }) => ({ from: nameOf(from), to: nameOf(to) })) }, span: column.span };
  }
  const name = nameOf(column.name.value);
  const [lineage] = column.from;
  const expr = column.expression ? lowering.expressions.of(column.expression) : column.from.length === 1 && lineage ? lowering.expressions.of(lineage) : ({ kind: 'column', name, span: column.name.span } as Expr);
  return { name, expr, span: column.span };
}

/** Stages in dependency order, the top last; a step in a cycle comes where it was written. */
function ordered(stages: ReadonlyMap<string, Stage>): Stage[] {
  const out: Stage[] = [];
  const seen = new Set<string>();
  const visit = (id: string): void => {
    const stage = stages.get(id);
    if (!stage || seen.has(id)) return;
    seen.add(id);
    for (const attached of [stage.from, ...stage.joins.map((join) => join.to)]) if (attached?.target.kind === 'stage') visit(attached.target.id);
    stage.union?.branches.forEach(visit);
    out.push(stage);
  };
  for (const id of [...stages.keys()].filter((id) => id !== TOP)) visit(id);
  visit(TOP);
  return out;
}
