import { spanOf, textOf } from '../sql/selects';
import type { SqlOperator } from '../types';

/** A left join becomes an inner join: rows without a match go. */
export const joinLeftToInner: SqlOperator = {
  kind: 'sql',
  name: 'join-left-to-inner',
  names: ['joins'],
  heldOut: false,
  mutate: (sql) =>
    sql.selects.flatMap(({ joins }) =>
      joins.filter((join) => sql.tokens[join.words.from]?.low === 'left').map((join) => ({ edits: [{ ...spanOf(sql, join.words), text: 'inner join' }], note: `the left join of ${textOf(sql, join.target)} became inner` })),
    ),
};
