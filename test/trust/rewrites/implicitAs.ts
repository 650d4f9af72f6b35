import { relationsOf, low } from '../sql/reading';
import { rewriteSome } from './make';

/** No AS before the aliases of relations. */
export const implicitAs = rewriteSome('implicit-as', (sql) =>
  sql.selects.flatMap((select) =>
    (relationsOf(sql, select) ?? []).map(({ alias }) => {
      const as = alias === undefined ? undefined : sql.tokens[alias - 1];
      return as && alias !== undefined && low(sql, alias - 1) === 'as' ? [{ start: as.start, end: sql.tokens[alias]?.start ?? as.end, text: '' }] : undefined;
    }),
  ),
);
