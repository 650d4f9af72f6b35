import { columnNamer, rewriteSome } from './make';

const RESERVED = new Set([
  'select', 'distinct', 'from', 'where', 'and', 'or', 'not', 'in', 'is', 'null', 'case', 'when', 'then', 'else', 'end', 'as', 'join', 'inner', 'left', 'on', 'group', 'by', 'order',
  'having', 'union', 'all', 'with', 'between', 'like', 'using', 'cast', 'desc', 'asc', 'over', 'partition', 'coalesce', 'sum', 'count', 'max', 'min', 'avg', 'row_number',
]);

/** Reserved words and the best known functions in the other case. */
export const keywordCase = rewriteSome(
  'keyword-case',
  (sql) => {
    const namesColumn = columnNamer(sql);
    return sql.tokens.map((token, at) => {
      const [before, after] = [sql.tokens[at - 1], sql.tokens[at + 1]];
      const glued = (before?.kind === 'jinja' && before.end === token.start) || (after?.kind === 'jinja' && after.start === token.end);
      const called = /^(coalesce|sum|count|max|min|avg|row_number|cast|over|partition)$/.test(token.low);
      if (token.kind !== 'word' || !RESERVED.has(token.low) || before?.text === '.' || before?.text === ':' || after?.text === '.' || glued || namesColumn(at)) return undefined;
      if (called && !(after?.text === '(' || (token.low === 'partition' && after?.low === 'by'))) return undefined;
      return [{ start: token.start, end: token.end, text: token.text === token.low ? token.text.toUpperCase() : token.low }];
    });
  },
  0.7,
);
