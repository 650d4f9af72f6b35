import { columnNamer, rewriteSome } from './make';

/** `<>` for `!=` and back. */
export const notEqualSpelling = rewriteSome('not-equal-spelling', (sql) => {
  const namesColumn = columnNamer(sql);
  return sql.tokens.map((token, at) => (['<>', '!='].includes(token.text) && !namesColumn(at) ? [{ start: token.start, end: token.end, text: token.text === '<>' ? '!=' : '<>' }] : undefined));
});
