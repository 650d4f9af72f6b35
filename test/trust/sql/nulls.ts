import { columnRefs, indices, low, plain, relationsOf, wholeConjuncts } from './reading';
import type { JoinText, SelectText, SqlText, TokenRange } from './selects';

const COMPARISONS = new Set(['=', '<>', '!=', '<', '>', '<=', '>=', 'like', 'ilike', 'in', 'between']);

/** Whether a conjunct cannot be true where a relation's columns are null: it is one of them or compares one, and nothing in it gives null a value. */
export function rejectsNulls(sql: SqlText, conjunct: TokenRange, name: string): boolean {
  const words = indices(conjunct).map((at) => low(sql, at));
  if (words.some((word) => ['coalesce', 'ifnull', 'nvl', 'case', 'or', 'iff', 'if', 'distinct', '<=>'].includes(word))) return false;
  const mentions = columnRefs(sql, conjunct).some((ref) => ref.qualifier !== undefined && low(sql, ref.qualifier) === name.toLowerCase());
  if (!mentions) return false;
  const [only] = columnRefs(sql, conjunct);
  if (only?.range.from === conjunct.from && only.range.to === conjunct.to) return true;
  return plain(sql, conjunct).includes('is not null') || (!words.includes('is') && words.some((word) => COMPARISONS.has(word)));
}

/** Whether a later part of the SELECT (WHERE, or the condition of a later inner join) drops the rows in which a relation is null. */
export function nullsDroppedLater(sql: SqlText, select: SelectText, name: string, join: JoinText | undefined): boolean {
  const after = join ? select.joins.slice(select.joins.indexOf(join) + 1) : select.joins;
  const conditions = [...wholeConjuncts(sql, select.where), ...after.filter((one) => joinKind(sql, one) === 'inner').flatMap((one) => wholeConjuncts(sql, one.on))];
  return conditions.some((conjunct) => rejectsNulls(sql, conjunct, name));
}

/** The kind of a join by its keywords: `inner`, `left`, `right`, `full`, `cross`, or `other`. */
export function joinKind(sql: SqlText, join: JoinText): 'inner' | 'left' | 'right' | 'full' | 'cross' | 'other' {
  const words = indices(join.words).map((at) => low(sql, at)).filter((word) => word !== 'outer').join(' ');
  if (words === 'join' || words === 'inner join') return 'inner';
  if (words === 'left join') return 'left';
  if (words === 'right join') return 'right';
  if (words === 'full join') return 'full';
  return words === 'cross join' ? 'cross' : 'other';
}

/** Whether an expression is never null as its text shows: a literal, a count, a row number, or a COALESCE that ends in one. */
export function neverNull(sql: SqlText, expr: TokenRange): boolean {
  const first = sql.tokens[expr.from];
  if (expr.to - expr.from === 1) return first?.kind === 'number' || first?.kind === 'string' || first?.low === 'true' || first?.low === 'false';
  return first?.low === 'count' && sql.tokens[expr.to - 1]?.text === ')' && low(sql, expr.from + 1) === '(';
}

/** Names of the relations in a SELECT other than one, in lower case; empty where they cannot be read. */
export function otherNames(sql: SqlText, select: SelectText, name: string): string[] {
  return (relationsOf(sql, select) ?? []).flatMap((relation) => (relation.name && relation.name.toLowerCase() !== name.toLowerCase() ? [relation.name.toLowerCase()] : []));
}
