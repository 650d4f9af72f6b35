import { replaceRange } from '../sql/edits';
import { indices, low } from '../sql/reading';
import { rewriteSome } from './make';

const OTHER: Record<string, string> = { join: 'inner join', 'inner join': 'join', 'left join': 'left outer join', 'left outer join': 'left join', 'full join': 'full outer join', 'full outer join': 'full join' };

/** `join` for `inner join`, `left outer join` for `left join`, and back. */
export const joinSpelling = rewriteSome('join-spelling', (sql) =>
  sql.selects.flatMap((select) =>
    select.joins.map((join) => {
      const to = OTHER[indices(join.words).map((at) => low(sql, at)).join(' ')];
      return to ? [replaceRange(sql, join.words, to)] : undefined;
    }),
  ),
);
