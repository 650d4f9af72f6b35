import { isKeyword } from '../sql/reading';
import { columnNamer, rewriteSome } from './make';

/** Comments between tokens of SQL, at the end of a line or in the middle of one. */
export const comments = rewriteSome(
  'comments',
  (sql, _around, random) => {
    const namesColumn = columnNamer(sql);
    return sql.tokens.slice(1).map((token, index) => {
      const before = sql.tokens[index];
      const gap = before && sql.text.slice(before.end, token.start);
      if (!before || !gap || namesColumn(index) || gap.trim() !== '' || [before, token].some((one) => one.kind === 'jinja' || one.kind === 'statement' || one.kind === 'string')) return undefined;
      if (isKeyword(before.low) && isKeyword(token.low)) return undefined;
      const text = gap.includes('\n') && random() < 0.6 ? ` -- as agreed, from x where y = 'z'` : ' /* select nothing, it is a comment */';
      return [{ start: before.end, end: before.end, text }];
    });
  },
  0.08,
);
