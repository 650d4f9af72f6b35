import { outputColumns, outputSelect } from '../sql/columns';
import { settingOf } from '../sql/config';
import { sqlOperator, type Attempt } from './make';

/** The unique_key of the model's config is another column, or lacks one of its columns. */
export const configUniqueKeyChanged = sqlOperator({ name: 'config-unique-key-changed', names: ['materialization', 'grain'] }, (sql, around): Attempt[] => {
  const setting = settingOf(sql, 'unique_key');
  if (!setting) return [];
  const keys = [...setting.text.matchAll(/['"]([^'"]+)['"]/g)].map((match) => match[1] ?? '');
  const select = outputSelect(sql);
  const other = (select && outputColumns(sql, around, select))?.find((name) => !keys.includes(name)) ?? 'id';
  const to = keys.length > 1 ? `[${keys.slice(1).map((key) => `'${key}'`).join(', ')}]` : `'${other}'`;
  return [{ note: `unique_key ${setting.text} became ${to}`, edits: [{ start: setting.start, end: setting.end, text: to }] }];
});
