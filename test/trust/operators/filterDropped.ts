import { conjuncts, spanOf, textOf } from '../sql/selects';
import type { Edit, SqlOperator } from '../types';

/** One condition of a WHERE goes, or the whole WHERE where it is the only one. */
export const filterDropped: SqlOperator = {
  kind: 'sql',
  name: 'filter-dropped',
  names: ['filters'],
  heldOut: false,
  mutate: (sql) =>
    sql.selects.flatMap(({ where, depth }) => {
      if (!where) return [];
      const parts = conjuncts(sql.tokens, where, depth);
      return parts.map((part, index) => {
        const from = parts.length === 1 || index > 0 ? part.from - 1 : part.from;
        const to = parts.length > 1 && index === 0 ? part.to + 1 : part.to;
        const edit: Edit = { ...spanOf(sql, { from, to }), text: '' };
        return { edits: [edit], note: `the filter ${textOf(sql, part)} was dropped` };
      });
    }),
};
