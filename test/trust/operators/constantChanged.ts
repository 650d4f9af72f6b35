import { spanOf } from '../sql/selects';
import type { TokenRange } from '../sql/selects';
import type { SqlOperator } from '../types';

/** A literal of a WHERE or a select item becomes another one. */
export const constantChanged: SqlOperator = {
  kind: 'sql',
  name: 'constant-changed',
  names: ['filters', 'columns', 'joins'],
  heldOut: false,
  mutate: (sql) => {
    const inside = (range: TokenRange, index: number): boolean => range.from <= index && index < range.to;
    return sql.tokens.flatMap((token, index) => {
      if (token.kind !== 'string' && token.kind !== 'number') return [];
      if (token.text.includes('{') || !sql.selects.some(({ where, items }) => [...items, ...(where ? [where] : [])].some((range) => inside(range, index)))) return [];
      if (sql.tokens[index - 1]?.low === 'by' || sql.tokens[index - 1]?.low === 'interval') return [];
      const text = token.kind === 'number' ? String(Number(token.text) + 1) : `'${token.text.slice(1, -1)}_x'`;
      return [{ edits: [{ ...spanOf(sql, { from: index, to: index + 1 }), text }], note: `${token.text} became ${text}` }];
    });
  },
};
