import { removePart } from '../sql/edits';
import { isWhole, textOf } from '../sql/reading';
import { splitBy } from '../sql/selects';
import { overClauses } from '../sql/windows';
import { sqlOperator, type Attempt } from './make';

/** A window's partition loses a column, or all of it where it has one. */
export const windowPartitionChanged = sqlOperator({ name: 'window-partition-changed', names: ['columns', 'aggregation', 'grain', 'filters'] }, (sql) =>
  overClauses(sql).flatMap((over): Attempt[] => {
    if (!over.partition) return [];
    const keys = splitBy(sql.tokens, over.partition, over.depth, ',');
    if (!keys.every((key) => isWhole(sql, key))) return [];
    if (keys.length > 1) return keys.map((key, index) => ({ note: `partition key ${textOf(sql, key)} dropped`, edits: [removePart(sql, keys, index)] }));
    const start = sql.tokens[over.partition.from - 2]?.start ?? 0;
    const next = sql.tokens[over.partition.to]?.start ?? start;
    return [{ note: `partition by ${textOf(sql, over.partition)} dropped`, edits: [{ start, end: next, text: '' }] }];
  }),
);
