import { someExpr } from '../../sql/exprs';
import type { Expr } from '../../sql/types';
import { hides, type NFilter, type NSource, type NStage } from './types';

/** Recognises what SQL can say in several ways: outer joins that are inner, anti joins, IN as semi join, QUALIFY = 1. */
export function recognise(stage: NStage, stages: readonly NStage[]): NStage {
  return [leftForRight, antiJoins, innerJoins, (s: NStage) => semiJoins(s, stages), qualify].reduce((at, step) => step(at), stage);
}

/** `a right join b` is `b left join a`. */
function leftForRight(stage: NStage): NStage {
  const [first, second] = stage.sources;
  if (stage.sources.length !== 2 || !first || !second?.join || second.join.type !== 'right') return stage;
  const { join } = second;
  const swapped: NSource = { ...first, join: { ...join, type: 'left', keys: join.keys.map(({ left, right }) => ({ left: right, right: left })) } };
  return { ...stage, sources: [{ key: second.key, alias: second.alias, target: second.target, span: second.span }, swapped] };
}

/** `left join b … where b.key is null` keeps what has no match. */
function antiJoins(stage: NStage): NStage {
  return stage.sources.reduce((at, source) => {
    if (source.join?.type !== 'left') return at;
    const test = at.filters.find((filter) => isNullTest(filter.expr, source));
    const used = [...at.columns.map((c) => c.expr), ...at.filters.filter((f) => f !== test).map((f) => f.expr), ...(at.aggregate?.by ?? [])];
    if (!test || used.some((expr) => readsFrom(expr, source.key))) return at;
    const { join } = source;
    return {
      ...at,
      filters: at.filters.filter((filter) => filter !== test),
      sources: at.sources.map((other) => (other === source ? { ...other, join: { ...join, type: 'anti' as const } } : other)),
    };
  }, stage);
}

function isNullTest(expr: Expr, source: NSource): boolean {
  if (expr.kind !== 'op' || expr.op !== 'is null') return false;
  const column = expr.args[0];
  if (column?.kind !== 'column' || column.source !== source.key) return false;
  return source.join?.keys.some((key) => key.right.kind === 'column' && key.right.name.text.toLowerCase() === column.name.text.toLowerCase()) ?? false;
}

function readsFrom(expr: Expr, key: string): boolean {
  return someExpr(expr, (part) => (part.kind === 'column' && part.source === key) || (part.kind === 'star' && (part.table === undefined || part.table.text === key)));
}

const REJECTS_NULL = new Set(['=', '<>', '<', '<=', 'in', 'like', 'ilike', 'is not null']);

/** A left join whose right side must satisfy a plain comparison keeps only matches. */
function innerJoins(stage: NStage): NStage {
  const rejected = new Set(stage.filters.flatMap((filter) => nullRejecting(filter)));
  if (!stage.sources.some((source) => source.join?.type === 'left' && rejected.has(source.key))) return stage;
  return { ...stage, sources: stage.sources.map((source) => (source.join?.type === 'left' && rejected.has(source.key) ? { ...source, join: { ...source.join, type: 'inner' } } : source)) };
}

function nullRejecting(filter: NFilter): string[] {
  const { expr } = filter;
  if (filter.when !== undefined || expr.kind !== 'op' || !REJECTS_NULL.has(expr.op)) return [];
  const [first, ...others] = expr.args;
  const sides = expr.op === 'in' ? [first] : [first, ...others];
  return sides.flatMap((side) => (side?.kind === 'column' && side.source !== undefined ? [side.source] : []));
}

/** `x in (select y from …)` is a semi join, `not in` an anti join. */
function semiJoins(stage: NStage, stages: readonly NStage[]): NStage {
  const left: NFilter[] = [];
  const sources = [...stage.sources];
  let opaque = stage.opaque;
  for (const filter of stage.filters) {
    const { expr } = filter;
    const inner = expr.kind === 'subquery' ? stages.find((s) => s.id === expr.stage) : undefined;
    const column = inner?.columns[0];
    if (expr.kind === 'subquery' && expr.use === 'in' && expr.operand && inner && column?.name && inner.columns.length === 1) {
      const key = `in ${inner.id}`;
      sources.push({
        key,
        alias: inner.name ?? inner.id,
        target: { kind: 'stage', id: inner.id },
        span: filter.span,
        join: { type: expr.negated ? 'anti' : 'semi', keys: [{ left: expr.operand, right: { kind: 'column', name: column.name, source: key } }], conditions: [], opaque: false, span: filter.span, ...(filter.when ? { when: filter.when } : {}) },
      });
    } else {
      left.push(filter);
      if (someExpr(expr, (part) => part.kind === 'subquery')) opaque = [...opaque, { reason: 'unsupported', aspects: ['filters', 'joins'], text: 'subquery', span: filter.span }];
    }
  }
  return { ...stage, sources, filters: left, opaque };
}

/** `qualify row_number() over (partition by a order by b) = 1` keeps the first of several. */
function qualify(stage: NStage): NStage {
  if (stage.deduplicate || hides(stage, 'filters')) return stage;
  const test = stage.filters.find((filter) => firstRow(filter.expr) !== undefined);
  const over = test && firstRow(test.expr);
  if (!over || !test) return stage;
  return { ...stage, filters: stage.filters.filter((f) => f !== test), deduplicate: { by: over.partitionBy, orderBy: over.orderBy, span: test.span } };
}

/** The window of `row_number() over (…) = 1`. */
export function firstRow(expr: Expr): Extract<Expr, { kind: 'call' }>['over'] {
  if (expr.kind !== 'op' || expr.op !== '=') return undefined;
  const call = expr.args.find((arg) => arg.kind === 'call' && arg.name === 'row_number' && arg.over !== undefined);
  const one = expr.args.find((arg) => arg.kind === 'literal' && arg.value === '1');
  return call?.kind === 'call' && one ? call.over : undefined;
}
