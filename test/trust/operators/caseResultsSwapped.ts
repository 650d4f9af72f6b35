import { casesOf } from '../sql/cases';
import { replaceRange } from '../sql/edits';
import { plain, textOf } from '../sql/reading';
import { sqlOperator, type Attempt } from './make';

/** Two results of a CASE change places: those of the first two branches, or of the only branch and ELSE. */
export const caseResultsSwapped = sqlOperator({ name: 'case-results-swapped', names: ['columns', 'aggregation', 'filters', 'joins'] }, (sql) =>
  casesOf(sql).map((one): Attempt => {
    const first = one.branches[0]?.then;
    const second = one.branches[1]?.then ?? one.otherwise;
    if (!first || !second || plain(sql, first) === plain(sql, second)) return undefined;
    return { note: `results ${textOf(sql, first)} and ${textOf(sql, second)} swapped`, edits: [replaceRange(sql, first, textOf(sql, second)), replaceRange(sql, second, textOf(sql, first))] };
  }),
);
