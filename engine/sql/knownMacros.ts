import { callOf } from './jinja';
import { macroArguments, type MacroSql } from './macros/arguments';
import { DATE_MACROS } from './macros/dates';
import { SET_MACROS } from './macros/sets';
import { TEXT_MACROS } from './macros/texts';
import { TYPE_MACROS } from './macros/types';
import { KEY_MACROS, UTILS_MACROS } from './macros/utils';
import type { Dialect } from './types';

const DBT: Readonly<Record<string, MacroSql>> = { ...TYPE_MACROS, ...DATE_MACROS, ...TEXT_MACROS, ...SET_MACROS };
/** Before version 1.0 dbt_utils had the macros that dbt has since. */
const OLDER: Readonly<Record<string, string>> = { current_timestamp: 'current_timestamp_backcompat', current_timestamp_in_utc: 'current_timestamp_in_utc_backcompat' };

/**
 * The SQL that a macro of dbt or dbt_utils writes for an adapter, where its arguments are literals; undefined for any other
 * macro, and where the SQL of the adapter is not known here. As in dbt-adapters 1.x and dbt_utils 1.x; an adapter that is not
 * known writes what dbt writes by default.
 */
export function macroExpression(body: string, dialect: Dialect): string | undefined {
  const called = calledIn(body);
  if (!called) return undefined;
  const known = called.owner === 'dbt' ? DBT : called.owner === 'dbt_utils' ? KEY_MACROS : {};
  return write(known, called, dialect);
}

/** The same of macros that an installed version of dbt_utils may write in another way: for projects that have none. */
export function missingExpression(body: string, dialect: Dialect): string | undefined {
  const called = calledIn(body);
  if (called?.owner !== 'dbt_utils') return undefined;
  const { name } = called;
  return write(UTILS_MACROS, called, dialect) ?? write(DBT, { ...called, name: Object.hasOwn(OLDER, name) ? (OLDER[name] ?? name) : name }, dialect);
}

interface Called {
  owner: string;
  name: string;
  call: NonNullable<ReturnType<typeof callOf>>;
}

function calledIn(body: string): Called | undefined {
  const call = callOf(body);
  if (!call || call.rest !== '') return undefined;
  const [owner = '', name, ...more] = call.name.split('.');
  return name === undefined || more.length > 0 ? undefined : { owner, name, call };
}

function write(macros: Readonly<Record<string, MacroSql>>, { name, call }: Called, dialect: Dialect): string | undefined {
  return Object.hasOwn(macros, name) ? macros[name]?.(macroArguments(call), dialect) : undefined;
}
