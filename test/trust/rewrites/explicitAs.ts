import { insertBefore } from '../sql/edits';
import { itemOf, low, relationsOf } from '../sql/reading';
import { rewriteSome } from './make';

/** AS before aliases of columns and relations that have none. */
export const explicitAs = rewriteSome('explicit-as', (sql) =>
  sql.selects.flatMap((select) => {
    const aliases = [...select.items.map((item) => itemOf(sql, item)?.alias), ...(relationsOf(sql, select) ?? []).map((relation) => relation.alias)];
    return aliases.map((at) => (at !== undefined && low(sql, at - 1) !== 'as' ? [insertBefore(sql, at, 'as ')] : undefined));
  }),
);
