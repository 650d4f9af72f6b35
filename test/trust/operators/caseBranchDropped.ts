import { casesOf } from '../sql/cases';
import { removeRange } from '../sql/edits';
import { plain, textOf } from '../sql/reading';
import { sqlOperator, type Attempt } from './make';

/** One of several branches of a CASE is gone, where it gives another value than ELSE. */
export const caseBranchDropped = sqlOperator({ name: 'case-branch-dropped', names: ['columns', 'aggregation', 'filters', 'joins'] }, (sql) =>
  casesOf(sql).flatMap((one) =>
    one.branches.map((branch, index): Attempt => {
      const rest = [...one.branches.slice(index + 1).map((other) => plain(sql, other.then)), one.otherwise ? plain(sql, one.otherwise) : 'null'];
      if (one.branches.length < 2 || rest.every((value) => value === plain(sql, branch.then))) return undefined;
      return { note: `branch ${textOf(sql, branch.when)} dropped`, edits: [removeRange(sql, branch.range)] };
    }),
  ),
);
