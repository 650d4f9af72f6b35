import { callOf, literalOf } from './jinja';
import type { Dialect } from './types';

/**
 * The SQL that a macro of dbt or dbt_utils writes for an adapter, where its arguments are literals; undefined for any other
 * macro, and where the SQL of the adapter is not known here. As in dbt-adapters 1.x and dbt_utils 1.x.
 */
export function macroExpression(body: string, dialect: Dialect): string | undefined {
  const call = callOf(body);
  if (!call || call.rest !== '') return undefined;
  const [owner, name] = call.name.includes('.') ? call.name.split('.', 2) : ['', call.name];
  if (owner === 'dbt_utils' && name === 'generate_surrogate_key') return surrogateKey(call.args[0] ?? call.kwargs['field_list'], dialect);
  if (owner !== 'dbt' || name === undefined) return undefined;
  const type = /^type_(\w+)$/.exec(name)?.[1];
  if (type !== undefined) return call.args.length === 0 ? typeName(type, dialect) : undefined;
  const argument = (index: number, key: string): string | undefined => textOf(call.kwargs[key] ?? call.args[index]);
  switch (name) {
    case 'current_timestamp':
      return NOW[dialect];
    case 'date_trunc':
      return dateTrunc(argument(0, 'datepart'), argument(1, 'date'), dialect);
    case 'dateadd':
      return dateAdd(argument(0, 'datepart'), argument(1, 'interval'), argument(2, 'from_date_or_timestamp'), dialect);
    case 'datediff':
      return dateDiff(argument(0, 'first_date'), argument(1, 'second_date'), argument(2, 'datepart')?.toLowerCase(), dialect);
    default:
      return undefined;
  }
}

/** A text or number that a Jinja literal is. */
function textOf(source: string | undefined): string | undefined {
  const value = source === undefined ? undefined : literalOf(source)?.value;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

const TYPES: Readonly<Record<string, string>> = { string: 'text', timestamp: 'timestamp', float: 'float', int: 'int', bigint: 'bigint', numeric: 'numeric(28,6)', boolean: 'boolean' };
const BIGQUERY_TYPES: Readonly<Record<string, string>> = { string: 'string', timestamp: 'timestamp', float: 'float64', int: 'int64', bigint: 'int64', numeric: 'numeric', boolean: 'bool' };
const KNOWN = new Set<Dialect>(['postgres', 'redshift', 'snowflake', 'duckdb', 'databricks', 'spark']);

function typeName(type: string, dialect: Dialect): string | undefined {
  if (dialect === 'bigquery') return BIGQUERY_TYPES[type];
  if (!KNOWN.has(dialect)) return undefined;
  if (type === 'string' && (dialect === 'databricks' || dialect === 'spark')) return 'string';
  return TYPES[type];
}

const NOW: Partial<Record<Dialect, string>> = { postgres: 'now()', redshift: 'getdate()', duckdb: 'now()', bigquery: 'current_timestamp()', databricks: 'current_timestamp()', spark: 'current_timestamp()', snowflake: "convert_timezone('UTC', current_timestamp())" };

function surrogateKey(source: string | undefined, dialect: Dialect): string | undefined {
  const fields = source === undefined ? undefined : literalOf(source)?.value;
  const text = typeName('string', dialect);
  if (!Array.isArray(fields) || fields.length === 0 || text === undefined || !fields.every((field) => typeof field === 'string')) return undefined;
  const joined = fields.map((field) => `coalesce(cast(${String(field)} as ${text}), '_dbt_utils_surrogate_key_null_')`).join(" || '-' || ");
  const hash = `md5(cast(${joined} as ${text}))`;
  return dialect === 'bigquery' ? `to_hex(${hash})` : hash;
}

function dateTrunc(part: string | undefined, date: string | undefined, dialect: Dialect): string | undefined {
  if (part === undefined || date === undefined) return undefined;
  if (dialect === 'bigquery') return `timestamp_trunc(cast(${date} as timestamp), ${part})`;
  return KNOWN.has(dialect) ? `date_trunc('${part}', ${date})` : undefined;
}

function dateAdd(part: string | undefined, interval: string | undefined, from: string | undefined, dialect: Dialect): string | undefined {
  if (part === undefined || interval === undefined || from === undefined) return undefined;
  if (dialect === 'postgres') return `(${from} + ((interval '1 ${part}') * (${interval})))`;
  if (dialect === 'bigquery') return `datetime_add(cast(${from} as datetime), interval ${interval} ${part})`;
  return dialect === 'snowflake' || dialect === 'redshift' ? `dateadd(${part}, ${interval}, ${from})` : undefined;
}

function dateDiff(first: string | undefined, second: string | undefined, part: string | undefined, dialect: Dialect): string | undefined {
  if (first === undefined || second === undefined || part === undefined) return undefined;
  if (dialect === 'bigquery') return `datetime_diff(cast(${second} as datetime), cast(${first} as datetime), ${part})`;
  if (dialect === 'snowflake' || dialect === 'redshift') return `datediff(${part}, ${first}, ${second})`;
  return dialect === 'postgres' ? postgresDiff(first, second, part) : undefined;
}

/** Postgres has no datediff: dbt counts each unit by the one above it. */
function postgresDiff(first: string, second: string, part: string): string | undefined {
  const of = (unit: string, type: string): string => `date_part('${unit}', (${second})::${type}) - date_part('${unit}', (${first})::${type})`;
  const above = (unit: string): string => postgresDiff(first, second, unit) ?? '';
  switch (part) {
    case 'year':
      return `(${of('year', 'date')})`;
    case 'quarter':
      return `(${above('year')} * 4 + ${of('quarter', 'date')})`;
    case 'month':
      return `(${above('year')} * 12 + ${of('month', 'date')})`;
    case 'day':
      return `((${second})::date - (${first})::date)`;
    case 'hour':
      return `(${above('day')} * 24 + ${of('hour', 'timestamp')})`;
    case 'minute':
      return `(${above('hour')} * 60 + ${of('minute', 'timestamp')})`;
    case 'second':
      return `(${above('minute')} * 60 + floor(date_part('second', (${second})::timestamp)) - floor(date_part('second', (${first})::timestamp)))`;
    default:
      return undefined;
  }
}
