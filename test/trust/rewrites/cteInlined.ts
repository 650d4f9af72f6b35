import { usesOf } from '../sql/columns';
import { definitionsOf, type CteText } from '../sql/ctes';
import { hasStatement, inJinja, low } from '../sql/reading';
import type { SqlText } from '../sql/selects';
import type { Edit } from '../types';
import { rewriteOne } from './make';

/** A CTE that is used once becomes the subquery it stands for. */
export const cteInlined = rewriteOne('cte-inlined', (sql) => {
  const withs = sql.tokens.filter((token) => token.kind === 'word' && token.low === 'with' && token.kind === 'word').length;
  if (withs !== 1 || sql.tokens.some((token) => token.low === 'recursive')) return [];
  return definitionsOf(sql).map((cte) => inlined(sql, cte));
});

function inlined(sql: SqlText, cte: CteText): Edit[] | undefined {
  const name = sql.tokens[cte.name];
  const uses = usesOf(sql, name?.low ?? '');
  const [use] = uses;
  const body = { from: cte.open, to: cte.close + 1 };
  const mentions = sql.tokens.filter((token, at) => token.low === name?.low && sql.tokens[at - 1]?.text !== '.' && sql.tokens[at + 1]?.text !== '.' && sql.tokens[at - 1]?.low !== 'as').length;
  if (!name || use === undefined || uses.length !== 1 || mentions !== 2 || use < cte.close || hasStatement(sql, body) || inJinja(sql, name.text) || sql.tokens[use]?.kind !== 'word') return undefined;
  const removal = definitionRemoval(sql, cte);
  const bare = sql.text.slice(name.start, name.end);
  const next = sql.tokens[use + 1];
  const aliased = low(sql, use + 1) === 'as' || (next?.kind === 'word' && /^[a-z_]\w*$/.test(next.low) && !ENDS.has(next.low)) || next?.kind === 'quoted';
  if (!removal || next?.kind === 'statement' || next?.kind === 'jinja' || next?.low === 'tablesample') return undefined;
  const inner = sql.text.slice(sql.tokens[body.from]?.start, sql.tokens[body.to - 1]?.end);
  const at = sql.tokens[use];
  return at ? [removal, { start: at.start, end: at.end, text: `${inner}${aliased ? '' : ` as ${bare}`}` }] : undefined;
}

const ENDS = new Set([
  'join', 'inner', 'left', 'right', 'full', 'outer', 'cross', 'natural', 'lateral', 'on', 'using', 'where', 'group', 'having', 'qualify', 'order', 'limit', 'union', 'intersect', 'except', 'minus',
  'window', 'semi', 'anti', 'asof', 'pivot', 'unpivot', 'offset', 'fetch',
]);

/** The edit that takes a definition out of its WITH; undefined where Jinja stands beside it. */
function definitionRemoval(sql: SqlText, cte: CteText): Edit | undefined {
  const start = sql.tokens[cte.name]?.start ?? 0;
  const end = sql.tokens[cte.close]?.end ?? 0;
  const before = sql.tokens[cte.name - 1];
  const after = sql.tokens[cte.close + 1];
  if (after?.text === ',' && sql.tokens[cte.close + 2]?.kind === 'word' && ['with', ','].includes(before?.low ?? '')) return { start, end: sql.tokens[cte.close + 2]?.start ?? end, text: '' };
  if (after?.low !== 'select' || !before) return undefined;
  if (before.text === ',') return sql.tokens[cte.name - 2]?.text === ')' ? { start: before.start, end, text: '' } : undefined;
  return before.low === 'with' ? { start: before.start, end, text: '' } : undefined;
}
