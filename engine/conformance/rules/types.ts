import { typeName } from '../expr/normal';

const FAMILIES: readonly [string, RegExp][] = [
  ['integer', /^(integer|bigint|smallint|tinyint|hugeint|int\d*|uint\d*|ubigint|uinteger|byteint|mediumint)$/],
  ['decimal', /^(decimal|numeric|number|bignumeric|double|float|float4|real|fixed)$/],
  ['text', /^(text|varchar|string|char|bpchar|nchar|uuid|enum|clob)$/],
  ['boolean', /^(boolean|bool|bit)$/],
  ['date', /^date$/],
  ['timestamp', /^(timestamp|timestamp_tz|timestamp_ltz|timestamptz|timestamp with(out)? time zone|timestamp_s|timestamp_ms|timestamp_ns)$/],
  ['time', /^time( with(out)? time zone)?$/],
  ['json', /^(json|jsonb|variant|object|super|map)$/],
  ['array', /^(array|list)/],
  ['struct', /^(struct|record|row)/],
  ['binary', /^(binary|varbinary|bytes|blob|bytea)$/],
];

/** True or false where both types belong to known families; undefined where one is not known. Snowflake's NUMBER with no scale is an integer, too. */
export function sameTypeFamily(wanted: string, actual: string): boolean | undefined {
  const [a, b] = [familyOf(wanted), familyOf(actual)];
  if (a === undefined || b === undefined) return undefined;
  if (a === b) return true;
  const wholeNumber = /^(number|numeric|decimal)\(\d+, ?0\)$/i;
  if ((a === 'integer' && (wholeNumber.test(actual) || /^(number|numeric|decimal)$/i.test(actual))) || (b === 'integer' && wholeNumber.test(wanted))) return true;
  return false;
}

function familyOf(type: string): string | undefined {
  if (/\[\]$/.test(type.trim())) return 'array';
  const base = typeName(type).replace(/[(<].*$/s, '').trim();
  return FAMILIES.find(([, pattern]) => pattern.test(base))?.[0];
}
