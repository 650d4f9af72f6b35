import { settingOf } from '../sql/config';
import { sqlOperator, type Attempt } from './make';

const CHANGED: Record<string, string> = { table: 'view', view: 'table', incremental: 'table', ephemeral: 'view' };

/** The model's config builds something else than it did. */
export const configMaterializedChanged = sqlOperator({ name: 'config-materialized-changed', names: ['materialization'], heldOut: true }, (sql): Attempt[] => {
  const setting = settingOf(sql, 'materialized');
  const to = setting && CHANGED[setting.text.slice(1, -1)];
  return setting && to ? [{ note: `materialized ${setting.text} became ${to}`, edits: [{ start: setting.start, end: setting.end, text: `'${to}'` }] }] : [];
});
