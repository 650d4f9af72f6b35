import { low } from '../sql/reading';
import { columnNamer, rewriteSome } from './make';

/** `count(1)` for `count(*)` and back. */
export const countStar = rewriteSome('count-star', (sql) => {
  const namesColumn = columnNamer(sql);
  return sql.tokens.map((token, at) => {
    const counted = ['*', '1'].includes(token.text) && low(sql, at - 1) === '(' && low(sql, at - 2) === 'count' && low(sql, at + 1) === ')';
    return counted && !namesColumn(at) ? [{ start: token.start, end: token.end, text: token.text === '*' ? '1' : '*' }] : undefined;
  });
});
