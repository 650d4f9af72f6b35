import { casesOf } from '../sql/cases';
import { insertBefore, removeRange } from '../sql/edits';
import { plain } from '../sql/reading';
import { columnNamer, rewriteSome } from './make';

/** `else null` at the end of a CASE, or none where it was written. */
export const caseElseNull = rewriteSome('case-else-null', (sql) => {
  const namesColumn = columnNamer(sql);
  return casesOf(sql).map((one) => {
    if (namesColumn(one.range.from)) return undefined;
    if (!one.otherwise) return [insertBefore(sql, one.range.to - 1, 'else null ')];
    return plain(sql, one.otherwise) === 'null' ? [removeRange(sql, { from: one.otherwise.from - 1, to: one.otherwise.to })] : undefined;
  });
});
