import { callAround, low } from './reading';
import type { SelectText, SqlText } from './selects';

/** Whether a literal at a token stands where another value gives other rows: not a position, a type's length, a frame, an interval's unit or a counted constant. */
export function isValue(sql: SqlText, at: number): boolean {
  if (sql.selects.some((select) => inPositions(select, at))) return false;
  const before = low(sql, at - 1);
  if (['interval', 'preceding', 'limit', 'offset', 'as', 'escape', 'zone', '::'].includes(before) || ['preceding', 'following', '('].includes(low(sql, at + 1))) return false;
  const { name, open } = callAround(sql, at);
  if (name === 'count' || isTypeLength(sql, open)) return false;
  if (before === 'select' && low(sql, at + 1) === 'from') return false;
  return sql.tokens[at - 1]?.kind !== 'word' || sql.tokens[at]?.kind !== 'string' || ['=', 'in', 'when', 'then', 'else', 'and', 'or', 'like', 'between', 'select', 'not', 'ilike', 'distinct', 'where', 'on', 'case', 'date', 'timestamp'].includes(before);
}

function inPositions(select: SelectText, at: number): boolean {
  return [select.groupBy, select.orderBy, select.limit].some((range) => range && at >= range.from && at < range.to);
}

/** Whether an opening parenthesis belongs to a type: `varchar(10)`, `numeric(28, 6)`. */
function isTypeLength(sql: SqlText, open: number): boolean {
  return ['varchar', 'char', 'numeric', 'decimal', 'number', 'string', 'text', 'character', 'varying', 'nvarchar', 'timestamp', 'bignumeric'].includes(low(sql, open - 1)) && ['as', '::', 'character'].includes(low(sql, open - 2));
}
