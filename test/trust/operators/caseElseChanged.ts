import { casesOf } from '../sql/cases';
import { removeRange } from '../sql/edits';
import { plain, textOf } from '../sql/reading';
import { sqlOperator, type Attempt } from './make';

/** A CASE loses its ELSE, so what no branch takes is null. */
export const caseElseChanged = sqlOperator({ name: 'case-else-changed', names: ['columns', 'aggregation', 'filters', 'joins'] }, (sql) =>
  casesOf(sql).map((one): Attempt => {
    if (!one.otherwise || plain(sql, one.otherwise) === 'null') return undefined;
    return { note: `else ${textOf(sql, one.otherwise)} dropped`, edits: [removeRange(sql, { from: one.otherwise.from - 1, to: one.otherwise.to })] };
  }),
);
