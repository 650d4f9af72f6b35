import type { Dialect } from '../../../engine/sql/types';
import { replaceRange } from '../sql/edits';
import { closeOf, isWhole, low } from '../sql/reading';
import { tokenOperator } from './make';

/** The type of a CAST is a narrower or another one. */
export const castTypeChanged = tokenOperator({ name: 'cast-type-changed', names: ['columns', 'filters', 'joins', 'aggregation'] }, (sql, at, around) => {
  if (!['cast', 'try_cast', 'safe_cast'].includes(low(sql, at)) || low(sql, at + 1) !== '(') return [];
  const close = closeOf(sql, at + 1);
  const depth = (sql.tokens[at + 1]?.depth ?? 0) + 1;
  const as = sql.tokens.findIndex((token, index) => index > at + 1 && index < close && token.depth === depth && token.low === 'as');
  const type = { from: as + 1, to: close };
  const argument = { from: at + 2, to: as };
  if (as < 0 || !isWhole(sql, type) || !isWhole(sql, argument) || low(sql, argument.from) === 'null') return [];
  const written = sql.text.slice(sql.tokens[type.from]?.start, sql.tokens[type.to - 1]?.end);
  const to = changedType(written.toLowerCase(), around.dialect);
  return to ? [{ note: `cast as ${written} became ${to}`, edits: [replaceRange(sql, type, to)] }] : [];
});

function changedType(type: string, dialect: Dialect): string | undefined {
  if (/type_timestamp|^timestamp|^datetime/.test(type)) return 'date';
  if (/type_(float|numeric)|^(float|double|numeric|decimal|real)/.test(type)) return dialect === 'bigquery' ? 'int64' : 'integer';
  if (/type_(int|bigint)|^(int|integer|bigint|int64|smallint)/.test(type)) return dialect === 'bigquery' ? 'string' : 'varchar';
  return /^date$/.test(type) ? 'timestamp' : undefined;
}
