import type { Dialect } from '../types';
import { isSpark, type MacroSql } from './arguments';

const NOW: Partial<Record<Dialect, string>> = { postgres: 'now()', redshift: 'getdate()', duckdb: 'now()', bigquery: 'current_timestamp()', databricks: 'current_timestamp()', spark: 'current_timestamp()', snowflake: "convert_timezone('UTC', current_timestamp())" };
/** What older versions of dbt_utils wrote for now. */
const OLDER_NOW: Partial<Record<Dialect, string>> = { bigquery: 'current_timestamp', redshift: 'getdate()' };
const OLDER_NOW_IN_UTC: Partial<Record<Dialect, string>> = {
  ...OLDER_NOW,
  postgres: "cast((current_timestamp at time zone 'utc') as timestamp)",
  snowflake: "cast(convert_timezone('UTC', cast(current_timestamp as timestamp)) as timestamp)",
};

function dateTrunc(part: string | undefined, date: string | undefined, dialect: Dialect): string | undefined {
  if (part === undefined || date === undefined) return undefined;
  return dialect === 'bigquery' ? `timestamp_trunc(cast(${date} as timestamp), ${part})` : `date_trunc('${part}', ${date})`;
}

function dateAdd(part: string | undefined, interval: string | undefined, from: string | undefined, dialect: Dialect): string | undefined {
  if (part === undefined || interval === undefined || from === undefined) return undefined;
  switch (dialect) {
    case 'postgres':
      return `(${from} + ((interval '1 ${part}') * (${interval})))`;
    case 'duckdb':
      return duckdbAdd(part.toLowerCase(), interval, from);
    case 'bigquery':
      return `datetime_add(cast(${from} as datetime), interval ${interval} ${part})`;
    case 'databricks':
      return `timestampadd(${part}, ${interval}, ${from})`;
    case 'trino':
      return `date_add('${part}', ${interval}, ${from})`;
    case 'spark':
      return undefined;
    default:
      return `dateadd(${part}, ${interval}, ${from})`;
  }
}

/** DuckDB has no interval of a quarter. */
function duckdbAdd(part: string, interval: string, from: string): string {
  if (part === 'quarter') return `(${from} + ((interval '1 month') * (${interval} * 3)))`;
  return part === 'week' ? `(${from} + ((interval '1 day') * (${interval} * 7)))` : `(${from} + ((interval '1 ${part}') * (${interval})))`;
}

function dateDiff(first: string | undefined, second: string | undefined, part: string | undefined, dialect: Dialect): string | undefined {
  if (first === undefined || second === undefined || part === undefined) return undefined;
  switch (dialect) {
    case 'postgres':
      return postgresDiff(first, second, part);
    case 'duckdb':
      return part === 'week' ? undefined : `(date_diff('${part}', cast(${first} as timestamp), cast(${second} as timestamp)))`;
    case 'bigquery':
      return `datetime_diff(cast(${second} as datetime), cast(${first} as datetime), ${part})`;
    case 'databricks':
      return `timestampdiff(${part}, date_trunc('${part}', ${first}), date_trunc('${part}', ${second}))`;
    case 'trino':
      return trinoDiff(first, second, part);
    case 'spark':
      return undefined;
    default:
      return `datediff(${part}, ${first}, ${second})`;
  }
}

/** Postgres has no datediff: dbt counts each unit by the one above it. */
function postgresDiff(first: string, second: string, part: string): string | undefined {
  const of = (unit: string, type: string): string => `date_part('${unit}', (${second})::${type}) - date_part('${unit}', (${first})::${type})`;
  const whole = (unit: string): string => `floor(date_part('${unit}', (${second})::timestamp)) - floor(date_part('${unit}', (${first})::timestamp))`;
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
    case 'week':
      return `(${above('day')} / 7 + case when date_part('dow', (${first})::timestamp) <= date_part('dow', (${second})::timestamp) then case when ${first} <= ${second} then 0 else -1 end else case when ${first} <= ${second} then 1 else 0 end end)`;
    case 'hour':
      return `(${above('day')} * 24 + ${of('hour', 'timestamp')})`;
    case 'minute':
      return `(${above('hour')} * 60 + ${of('minute', 'timestamp')})`;
    case 'second':
      return `(${above('minute')} * 60 + ${whole('second')})`;
    case 'millisecond':
      return `(${above('minute')} * 60000 + ${whole('millisecond')})`;
    case 'microsecond':
      return `(${above('minute')} * 60000000 + ${whole('microsecond')})`;
    default:
      return undefined;
  }
}

/** Trino counts days by their milliseconds and each unit below by the one above it. */
function trinoDiff(first: string, second: string, part: string): string | undefined {
  const of = (unit: string): string => `${unit}(cast(${second} as timestamp)) - ${unit}(cast(${first} as timestamp))`;
  const above = (unit: string): string => trinoDiff(first, second, unit) ?? '';
  switch (part) {
    case 'year':
      return `(${of('year')})`;
    case 'quarter':
      return `(${above('year')} * 4) + ${of('quarter')}`;
    case 'month':
      return `(${above('year')} * 12) + ${of('month')}`;
    case 'day':
      return `((to_milliseconds((cast(cast(${second} as timestamp) as date) - cast(cast(${first} as timestamp) as date)))) / 86400000)`;
    case 'hour':
      return `(${above('day')} * 24 + ${of('hour')})`;
    case 'minute':
      return `(${above('hour')} * 60 + ${of('minute')})`;
    case 'second':
      return `(${above('minute')} * 60 + ${of('second')})`;
    case 'millisecond':
      return `(to_milliseconds((cast(${second} as timestamp) - cast(${first} as timestamp))))`;
    default:
      return undefined;
  }
}

function lastDay(date: string | undefined, part: string | undefined, dialect: Dialect): string | undefined {
  // Postgres has no interval of a quarter.
  const [unit, count] = part === 'quarter' && dialect === 'postgres' ? ['month', '3'] : [part, '1'];
  const day = dateAdd('day', '-1', dateAdd(unit, count, dateTrunc(part, date, dialect), dialect), dialect);
  return day === undefined ? undefined : `cast(${day} as date)`;
}

function dayOf(year: string | undefined, month: string | undefined, day: string | undefined, dialect: Dialect): string | undefined {
  if (year === undefined || month === undefined || day === undefined) return undefined;
  if (dialect === 'bigquery') return `date(${year}, ${month}, ${day})`;
  if (dialect === 'duckdb') return `make_date(${year}, ${month}, ${day})`;
  const iso = `${year.padStart(4, '0')}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return isSpark(dialect) ? `to_date('${iso}', 'yyyy-MM-dd')` : `to_date('${iso}', 'YYYY-MM-DD')`;
}

/** Macros about dates and times. */
export const DATE_MACROS: Readonly<Record<string, MacroSql>> = {
  current_timestamp: (_, dialect) => NOW[dialect] ?? 'current_timestamp',
  current_timestamp_backcompat: (_, dialect) => OLDER_NOW[dialect] ?? 'cast(current_timestamp as timestamp)',
  current_timestamp_in_utc_backcompat: (_, dialect) => OLDER_NOW_IN_UTC[dialect] ?? 'cast(current_timestamp as timestamp)',
  date_trunc: (args, dialect) => dateTrunc(args.text(0, 'datepart'), args.text(1, 'date'), dialect),
  dateadd: (args, dialect) => dateAdd(args.text(0, 'datepart'), args.text(1, 'interval'), args.text(2, 'from_date_or_timestamp'), dialect),
  datediff: (args, dialect) => dateDiff(args.text(0, 'first_date'), args.text(1, 'second_date'), args.text(2, 'datepart')?.toLowerCase(), dialect),
  last_day: (args, dialect) => lastDay(args.text(0, 'date'), args.text(1, 'datepart'), dialect),
  date: (args, dialect) => dayOf(args.text(0, 'year'), args.text(1, 'month'), args.text(2, 'day'), dialect),
};
