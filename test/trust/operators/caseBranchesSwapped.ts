import { casesOf, type CaseText } from '../sql/cases';
import { replaceRange } from '../sql/edits';
import { columnRefs, indices, low, plain, textOf } from '../sql/reading';
import type { SqlText } from '../sql/selects';
import { sqlOperator, type Attempt } from './make';

/** Two neighbouring branches of a CASE whose conditions can both be true change places. */
export const caseBranchesSwapped = sqlOperator({ name: 'case-branches-swapped', names: ['columns', 'aggregation', 'filters', 'joins'], heldOut: true }, (sql) =>
  casesOf(sql).flatMap((one) =>
    one.branches.slice(1).map((second, index): Attempt => {
      const first = one.branches[index];
      if (!first || one.operand || plain(sql, first.then) === plain(sql, second.then) || !canOverlap(sql, first, second)) return undefined;
      return { note: `branches ${textOf(sql, first.when)} and ${textOf(sql, second.when)} swapped`, edits: [replaceRange(sql, first.range, textOf(sql, second.range)), replaceRange(sql, second.range, textOf(sql, first.range))] };
    }),
  ),
);

/** Whether the text lets both conditions be true: they speak of different columns, or both compare one column in the same direction. */
function canOverlap(sql: SqlText, first: CaseText['branches'][number], second: CaseText['branches'][number]): boolean {
  const columns = [first, second].map((branch) => new Set(columnRefs(sql, branch.when).map((ref) => low(sql, ref.at))));
  const [a, b] = columns;
  if (!a || !b || a.size === 0 || b.size === 0) return false;
  if (![...a].some((name) => b.has(name))) return true;
  const directions = [first, second].map((branch) => indices(branch.when).map((at) => low(sql, at).replace('=', '')).filter((text) => text === '<' || text === '>').join(''));
  return a.size === 1 && b.size === 1 && directions[0] !== '' && directions[0] === directions[1];
}
