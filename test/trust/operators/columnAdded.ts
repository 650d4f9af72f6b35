import { outputSelect } from '../sql/columns';
import { insertAfter } from '../sql/edits';
import { hasStatement, itemOf, textOf } from '../sql/reading';
import { sqlOperator, type Attempt } from './make';

/** One output column more: a copy of another under a new name. */
export const columnAdded = sqlOperator({ name: 'column-added', names: ['columns'] }, (sql): Attempt[] => {
  const select = outputSelect(sql);
  const last = select?.items.at(-1);
  const item = select?.items.map((range) => itemOf(sql, range)).find((one) => one?.name !== undefined && !one.star);
  if (!select || !last || !item?.name || hasStatement(sql, last) || !itemOf(sql, last)) return [];
  return [{ note: `column ${item.name}_again added`, edits: [insertAfter(sql, last.to - 1, `,\n    ${textOf(sql, item.expr)} as ${item.name.replace(/["`]/g, '')}_again`)] }];
});
