import type { Dialect } from '../types';
import { isSpark, ofText, type MacroArguments, type MacroSql } from './arguments';

const ANY_VALUE: Partial<Record<Dialect, string>> = { postgres: 'min', redshift: 'min', duckdb: 'arbitrary', databricks: 'first', spark: 'first' };
const BOOL_OR: Partial<Record<Dialect, string>> = { bigquery: 'logical_or', snowflake: 'boolor_agg', databricks: 'max', spark: 'max' };
const STRING_AGG = new Set<Dialect>(['postgres', 'bigquery', 'duckdb']);

/** Texts of a group in one, without a limit: limits are spelled in too many ways. */
function listagg(args: MacroArguments, dialect: Dialect): string | undefined {
  const [measure, order] = [args.text(0, 'measure'), args.text(2, 'order_by_clause') ?? ''];
  const delimiter = args.has(1, 'delimiter_text') ? args.text(1, 'delimiter_text') : "','";
  if (measure === undefined || delimiter === undefined || args.has(3, 'limit_num') || (args.has(2, 'order_by_clause') && order === '')) return undefined;
  if (isSpark(dialect)) return `array_join(collect_list(${measure}), ${delimiter})`;
  if (dialect === 'trino') return `array_join(array_agg(${measure} ${order}), ${delimiter})`;
  if (STRING_AGG.has(dialect)) return `string_agg(${measure}, ${delimiter} ${order})`;
  return `listagg(${measure}, ${delimiter})${order === '' ? '' : ` within group (${order})`}`;
}

function array(args: MacroArguments, dialect: Dialect): string | undefined {
  const items = args.list(0, 'inputs');
  if (!items || items.length === 0) return undefined;
  const inner = items.join(', ');
  if (dialect === 'bigquery') return `[${inner}]`;
  if (dialect === 'snowflake') return `array_construct(${inner})`;
  return isSpark(dialect) || dialect === 'redshift' ? `array(${inner})` : `array[${inner}]`;
}

/** Macros about groups, arrays and sets of rows. */
export const SET_MACROS: Readonly<Record<string, MacroSql>> = {
  any_value: ofText('expression', (text, dialect) => `${ANY_VALUE[dialect] ?? 'any_value'}(${text})`),
  bool_or: ofText('expression', (text, dialect) => `${BOOL_OR[dialect] ?? 'bool_or'}(${text})`),
  listagg,
  array_construct: array,
  except: (_, dialect) => (dialect === 'bigquery' ? 'except distinct' : 'except'),
  intersect: (_, dialect) => (dialect === 'bigquery' ? 'intersect distinct' : 'intersect'),
};
