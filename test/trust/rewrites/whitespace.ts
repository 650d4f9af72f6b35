import { columnNamer, rewriteSome } from './make';

const GAPS = [' ', '\n', '\n    ', '  ', '\n\n\t'];

/** Other whitespace between tokens of SQL; gaps that hold comments, and those beside Jinja or between two strings, stay. */
export const whitespace = rewriteSome(
  'whitespace',
  (sql, _around, random) => {
    const namesColumn = columnNamer(sql);
    return sql.tokens.slice(1).map((token, index) => {
      const before = sql.tokens[index];
      const gap = before && sql.text.slice(before.end, token.start);
      if (!before || !gap || namesColumn(index) || gap.trim() !== '' || [before, token].some((one) => one.kind === 'jinja' || one.kind === 'statement') || (before.kind === 'string' && token.kind === 'string')) return undefined;
      return [{ start: before.end, end: token.start, text: GAPS[Math.floor(random() * GAPS.length)] ?? ' ' }];
    });
  },
  0.6,
);
