import type { Dialect } from '../types';
import { isSpark, ofText, type MacroArguments, type MacroSql } from './arguments';
import { typeName } from './types';

/** The hash of an expression as text. */
export function hashOf(field: string, dialect: Dialect): string {
  const text = `cast(${field} as ${typeName('string', dialect) ?? 'text'})`;
  if (dialect === 'trino') return `lower(to_hex(md5(to_utf8(${text}))))`;
  return dialect === 'bigquery' ? `to_hex(md5(${text}))` : `md5(${text})`;
}

/** A part of a text between delimiters; undefined where it is counted from the end. */
export function splitPart(text: string | undefined, delimiter: string | undefined, number: string | undefined, dialect: Dialect): string | undefined {
  if (text === undefined || delimiter === undefined || number === undefined || !/^\d+$/.test(number)) return undefined;
  const index = Math.max(0, Number(number) - 1);
  switch (dialect) {
    case 'bigquery':
      return `split(${text}, ${delimiter})[safe_offset(${Number(number) - 1})]`;
    case 'duckdb':
      return `coalesce(string_split(${text}, ${delimiter})[${number}], '')`;
    case 'databricks':
    case 'spark': {
      const escaped = `case when regexp_extract(${delimiter}, '([^A-Za-z0-9])(.*)', 1) != '_' then concat('\\\\', ${delimiter}) else ${delimiter} end`;
      return dialect === 'spark' ? `split(${text}, ${escaped})[(${index})]` : `get(split(${text}, ${escaped}), ${index})`;
    }
    default:
      return `split_part(${text}, ${delimiter}, ${number})`;
  }
}

/** Adapters that give no text for a length of nothing. */
const RIGHT_BY_CASE = new Set<Dialect>(['bigquery', 'snowflake', 'trino']);

function right(text: string | undefined, length: string | undefined, dialect: Dialect): string | undefined {
  if (text === undefined || length === undefined) return undefined;
  const taken = dialect === 'bigquery' || dialect === 'trino' ? `substr(${text}, -1 * (${length}))` : `right(${text}, ${length})`;
  return RIGHT_BY_CASE.has(dialect) ? `case when ${length} = 0 then '' else ${taken} end` : taken;
}

/** Texts one after the other by the list of them. */
function concatenated(fields: readonly string[], dialect: Dialect): string {
  return isSpark(dialect) ? `concat(${fields.join(', ')})` : fields.join(' || ');
}

/** A macro that writes a call of one function with all its arguments, each as it is. */
const callOf = (name: string, keys: readonly string[]): MacroSql => (args) => {
  const texts = keys.map((key, index) => args.text(index, key));
  return texts.includes(undefined) ? undefined : `${name}(${texts.join(', ')})`;
};

function position(args: MacroArguments, dialect: Dialect): string | undefined {
  const [part, text] = [args.text(0, 'substring_text'), args.text(1, 'string_text')];
  if (part === undefined || text === undefined) return undefined;
  return dialect === 'bigquery' ? `strpos(${text}, ${part})` : `position(${part} in ${text})`;
}

/** Macros about texts. */
export const TEXT_MACROS: Readonly<Record<string, MacroSql>> = {
  concat: (args, dialect) => {
    const fields = args.list(0, 'fields');
    return fields && fields.length > 0 ? concatenated(fields, dialect) : undefined;
  },
  hash: ofText('field', hashOf),
  length: ofText('expression', (text, dialect) => (dialect === 'redshift' ? `len(${text})` : `length(${text})`)),
  replace: callOf('replace', ['field', 'old_chars', 'new_chars']),
  position,
  right: (args, dialect) => right(args.text(0, 'string_text'), args.text(1, 'length_expression'), dialect),
  split_part: (args, dialect) => splitPart(args.text(0, 'string_text'), args.text(1, 'delimiter_text'), args.text(2, 'part_number'), dialect),
  // What is quoted or escaped is left to dbt: adapters have several ways.
  string_literal: ofText('value', (text) => (/['\\\n]/.test(text) ? undefined : `'${text}'`)),
  escape_single_quotes: ofText('expression', (text) => (text.includes("'") ? undefined : text)),
};
