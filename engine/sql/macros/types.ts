import type { Dialect } from '../types';
import { isSpark, type MacroSql } from './arguments';

const TYPES: Readonly<Record<string, string>> = { string: 'text', timestamp: 'timestamp', float: 'float', int: 'int', bigint: 'bigint', numeric: 'numeric(28,6)', boolean: 'boolean' };
const OWN: Partial<Record<Dialect, Readonly<Record<string, string>>>> = {
  bigquery: { string: 'string', float: 'float64', int: 'int64', bigint: 'int64', numeric: 'numeric', boolean: 'bool' },
  trino: { string: 'varchar', float: 'double', int: 'integer', numeric: 'decimal(28,6)' },
  databricks: { string: 'string' },
  spark: { string: 'string' },
};
/** Names that adapters translate; any other name is what it says. */
const TRANSLATED: Readonly<Record<string, string>> = { string: 'string', text: 'string', integer: 'int', float: 'float', timestamp: 'timestamp', boolean: 'boolean' };

/** The type that `dbt.type_<name>()` is for an adapter; where that is not known, a name for the same kind of value. */
export function typeName(name: string, dialect: Dialect): string | undefined {
  const own = OWN[dialect];
  if (own && Object.hasOwn(own, name)) return own[name];
  return Object.hasOwn(TYPES, name) ? TYPES[name] : undefined;
}

/** The type that `api.Column.translate_type(name)` gives. */
export function translatedType(name: string, dialect: Dialect): string {
  const kind = TRANSLATED[name.toLowerCase()];
  return (kind === undefined ? undefined : typeName(kind, dialect)) ?? name;
}

/** The type that `api.Column.numeric_type(name, precision, scale)` gives. */
export function numericType(name: string, precision: string | undefined, scale: string | undefined, dialect: Dialect): string {
  return dialect === 'bigquery' || precision === undefined || scale === undefined ? name : `${name}(${precision},${scale})`;
}

/** Adapters whose cast of what cannot be cast gives null. */
const SAFE_CAST: Partial<Record<Dialect, string>> = { bigquery: 'safe_cast', snowflake: 'try_cast', trino: 'try_cast' };
/** Types that Snowflake does not cast to by that name. */
const NOT_CAST = /^(geography|geometry|variant)$/i;
/** BigQuery casts the parts of these one by one. */
const IN_PARTS = /^(array|struct|json|geography)/i;

const castAs = (word: (dialect: Dialect) => string): MacroSql => (args, dialect) => {
  const [field, type] = [args.text(0, 'field'), args.text(1, 'type')];
  if (field === undefined || type === undefined) return undefined;
  if (dialect === 'snowflake' && NOT_CAST.test(type)) return undefined;
  return `${word(dialect)}(${field} as ${type})`;
};
const plainCast = castAs(() => 'cast');
const safeCast = castAs((dialect) => SAFE_CAST[dialect] ?? 'cast');

/** Macros about types. */
export const TYPE_MACROS: Readonly<Record<string, MacroSql>> = {
  ...Object.fromEntries(Object.keys(TYPES).map((name): [string, MacroSql] => [`type_${name}`, (args, dialect) => (args.has(0, '') ? undefined : typeName(name, dialect))])),
  cast: plainCast,
  safe_cast: (args, dialect) => ((dialect === 'bigquery' || isSpark(dialect)) && IN_PARTS.test(args.text(1, 'type') ?? '') ? undefined : safeCast(args, dialect)),
  cast_bool_to_text: (args, dialect) => {
    const field = args.text(0, 'field');
    if (field === undefined) return undefined;
    if (dialect === 'redshift') return `cast(case when ${field} is true then 'true' when ${field} is false then 'false' end as text)`;
    return `cast(${field} as ${typeName('string', dialect) ?? 'text'})`;
  },
};
