import { insertAfter, removeRange, replaceRange } from '../sql/edits';
import { low, textOf } from '../sql/reading';
import { splitBy, type TokenRange } from '../sql/selects';
import { overClauses } from '../sql/windows';
import { isWhole } from '../sql/reading';
import { sqlOperator, type Attempt } from './make';

/** The first key of a window's order is turned round, where the window's function looks at the order. */
export const windowOrderReversed = sqlOperator({ name: 'window-order-reversed', names: ['columns', 'aggregation', 'grain', 'filters'], heldOut: true }, (sql) =>
  overClauses(sql).flatMap((over): Attempt[] => {
    const key: TokenRange | undefined = over.order && splitBy(sql.tokens, over.order, over.depth, ',')[0];
    const framed = over.frame && sql.text.slice(sql.tokens[over.frame.from]?.start, sql.tokens[over.frame.to - 1]?.end).toLowerCase();
    if (!key || !isWhole(sql, key) || (framed?.includes('unbounded preceding') && framed.includes('unbounded following') && !['first_value', 'last_value', 'nth_value'].includes(over.call))) return [];
    const at = [key.to - 1, key.to - 3].find((index) => index > key.from && ['asc', 'desc'].includes(low(sql, index)));
    const note = `window order by ${textOf(sql, key)} reversed`;
    if (at !== undefined && low(sql, at) === 'desc') return [{ note, edits: [removeRange(sql, { from: at, to: at + 1 })] }];
    if (at !== undefined) return [{ note, edits: [replaceRange(sql, { from: at, to: at + 1 }, 'desc')] }];
    const end = low(sql, key.to - 2) === 'nulls' ? key.to - 3 : key.to - 1;
    return [{ note, edits: [insertAfter(sql, end, ' desc')] }];
  }),
);
