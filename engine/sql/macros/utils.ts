import type { Dialect } from '../types';
import { ofText, type MacroSql } from './arguments';
import { hashOf, splitPart } from './texts';
import { typeName } from './types';

/** The key of dbt_utils over columns, with what stands for a null; undefined where there are none. */
function surrogateKey(fields: readonly string[] | undefined, ofNull: string, dialect: Dialect): string | undefined {
  if (!fields || fields.length === 0) return undefined;
  const text = typeName('string', dialect) ?? 'text';
  const parts = fields.map((field) => `coalesce(cast(${field} as ${text}), '${ofNull}')`);
  return hashOf(parts.join(" || '-' || "), dialect);
}

/** Macros of dbt_utils that stand for what they are for, whichever version is installed. */
export const KEY_MACROS: Readonly<Record<string, MacroSql>> = {
  generate_surrogate_key: (args, dialect) => surrogateKey(args.list(0, 'field_list'), '_dbt_utils_surrogate_key_null_', dialect),
};

const summed = (operator: string): MacroSql => (args) => {
  const fields = args.list(0, 'field_list');
  return fields && fields.length > 0 ? fields.map((field) => `coalesce(${field}, 0)`).join(` ${operator} `) : undefined;
};

/** Macros of dbt_utils for projects whose packages are not installed. */
export const UTILS_MACROS: Readonly<Record<string, MacroSql>> = {
  safe_divide: (args) => {
    const [over, under] = [args.text(0, 'numerator'), args.text(1, 'denominator')];
    return over === undefined || under === undefined ? undefined : `( ${over} ) / nullif( ( ${under} ), 0)`;
  },
  safe_add: summed('+'),
  safe_subtract: summed('-'),
  // Before version 1.0 a null was an empty text.
  surrogate_key: (args, dialect) => surrogateKey(args.list(0, 'field_list'), '', dialect),
  get_url_parameter: (args, dialect) => {
    const name = args.text(1, 'url_parameter');
    const part = name === undefined ? undefined : splitPart(splitPart(args.text(0, 'field'), `'${name}='`, '2', dialect), "'&'", '1', dialect);
    return part === undefined ? undefined : `nullif(${part}, '')`;
  },
  get_url_host: ofText('field', (field, dialect) => {
    const bare = ["'android-app://'", "'http://'", "'https://'"].reduce((text, scheme) => `replace(${text}, ${scheme}, '')`, field);
    const host = splitPart(splitPart(bare, "'/'", '1', dialect), "'?'", '1', dialect);
    return host === undefined ? undefined : `cast(${host} as ${typeName('string', dialect) ?? 'text'})`;
  }),
};
