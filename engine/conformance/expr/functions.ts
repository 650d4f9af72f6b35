/** Spellings of one function; the value is the canonical name. Only names that mean the same in every dialect that has them. */
const SYNONYMS: Readonly<Record<string, string>> = {
  ifnull: 'coalesce', nvl: 'coalesce', if_null: 'coalesce', len: 'length', char_length: 'length', character_length: 'length',
  substr: 'substring', ceiling: 'ceil', pow: 'power', lcase: 'lower', ucase: 'upper', countif: 'count_if', count_if: 'count_if',
  listagg: 'string_agg', list_agg: 'string_agg', group_concat: 'string_agg', bool_or: 'logical_or', bool_and: 'logical_and',
  boolor_agg: 'logical_or', booland_agg: 'logical_and', stddev_samp: 'stddev', variance_samp: 'variance', var_samp: 'variance',
  mean: 'avg', timestamp_trunc: 'date_trunc', datetime_trunc: 'date_trunc', datetrunc: 'date_trunc', dateadd: 'date_add', timestampadd: 'date_add', timestampdiff: 'datediff',
  j_s_o_n_extract: 'json_extract', signum: 'sign', every: 'logical_and', regexp_like: 'regexp_contains', rlike: 'regexp_contains', getdate: 'current_timestamp', now: 'current_timestamp',
  current_timestamp_l_t_z: 'current_timestamp', isnull: 'coalesce', argmax: 'max_by', arg_max: 'max_by', argmin: 'min_by', arg_min: 'min_by',
};

/** Functions that may stand for one another with other arguments: what differs only inside a family proves nothing. */
const FAMILIES: readonly (readonly string[])[] = [
  ['left', 'right', 'substring', 'split', 'split_part', 'regexp_substr', 'regexp_extract', 'regexp_replace', 'replace', 'trim', 'ltrim', 'rtrim', 'translate', 'overlay'],
  ['date', 'date_trunc', 'to_date', 'last_day', 'ts_or_ds_to_date', 'timestamp', 'datetime', 'to_timestamp', 'parse_date', 'parse_timestamp', 'str_to_date', 'date_from_parts', 'make_date', 'try_to_date', 'try_to_timestamp'],
  ['date_add', 'date_sub', 'datetime_add', 'datetime_sub', 'timestamp_add', 'timestamp_sub', 'add_months', 'interval', '+', '-', 'date_diff', 'datediff', 'timestamp_diff', 'datetime_diff', 'age', 'months_between'],
  ['extract', 'date_part', 'datepart', 'year', 'month', 'day', 'day_of_month', 'dayofmonth', 'dayofweek', 'day_of_week', 'dayofyear', 'day_of_year', 'week', 'week_of_year', 'weekofyear', 'quarter', 'hour', 'minute', 'second', 'epoch', 'format_date', 'to_char', 'date_format', 'strftime', 'time_to_str'],
  ['concat', 'concat_ws', '||', 'format'],
  ['length', 'octet_length', 'array_length', 'array_size', 'cardinality', 'size'],
  ['str_position', 'strpos', 'instr', 'position', 'charindex', 'locate', 'contains', 'starts_with', 'startswith', 'ends_with', 'like', 'ilike', 'regexp_contains', 'regexp_count', 'regexp_instr'],
  ['round', 'trunc', 'truncate', 'floor', 'ceil', '//', 'div', 'integer_division', 'mod', '%'],
  ['/', 'safe_divide', 'ieee_divide', 'try_divide', 'div0', 'div0null'],
  ['log', 'ln', 'log10', 'log2', 'exp', 'power', 'sqrt', 'cbrt', 'square'],
  ['current_date', 'current_timestamp', 'current_datetime', 'localtimestamp', 'sysdate', 'today'],
  ['md5', 'sha1', 'sha', 'sha256', 'sha2', 'hash', 'md5_digest', 'to_hex', 'farm_fingerprint', 'xxhash64', 'lower', 'upper', 'md5_number'],
  ['json_extract', 'json_extract_scalar', 'json_value', 'json_query', 'get_path', 'get', 'parse_json', 'try_parse_json', 'json_extract_path_text', 'get_json_object', 'subscript', 'dot', 'bracket'],
  ['count', 'count_if', 'approx_distinct', 'approx_count_distinct', 'sum', 'hll'],
  ['first_value', 'last_value', 'nth_value', 'lag', 'lead', 'min', 'max', 'any_value', 'first', 'last', 'min_by', 'max_by', 'mode'],
  ['row_number', 'rank', 'dense_rank', 'ntile', 'percent_rank', 'cume_dist'],
  ['string_agg', 'array_agg', 'collect_list', 'collect_set', 'array_to_string', 'array_join', 'list', 'array_unique_agg', 'json_agg', 'object_agg'],
  ['percentile_cont', 'percentile_disc', 'median', 'quantile', 'quantile_cont', 'approx_quantile', 'approx_quantiles', 'approx_percentile', 'within_group'],
  // What a comparison with a pattern, a power or a date literal may say in other words.
  ['like', 'ilike', 'left', 'right', 'substring', 'split_part', 'starts_with', 'startswith', 'ends_with', 'regexp_contains', 'regexp_substr', 'regexp_extract', 'str_position', 'strpos', 'position', 'contains'],
  ['power', 'square', '*'], ['date literal', 'extract', 'date_trunc', 'date_add', 'date_diff', 'datediff', 'to_char', 'format_date', 'strftime', 'date_format', 'date_part', 'last_day', 'interval'],
  ['avg'], ['greatest', 'least', 'case'], ['stddev', 'stddev_pop'], ['variance', 'var_pop'], ['abs', 'sign'], ['logical_or', 'logical_and'], ['initcap', 'reverse', 'repeat', 'lpad', 'rpad'],
];

/** The canonical name of a function. */
export function canonicalFunction(name: string): string {
  return Object.hasOwn(SYNONYMS, name) ? (SYNONYMS[name] as string) : name;
}

/** Families of a known function by index; empty for a function that is not known. */
export function familiesOf(name: string): number[] {
  return FAMILIES.flatMap((family, index) => (family.includes(name) ? [index] : []));
}

const TYPES: Readonly<Record<string, readonly string[]>> = {
  integer: ['int', 'integer', 'int4', 'int32', 'mediumint'],
  bigint: ['bigint', 'int8', 'int64', 'long', 'big_int'],
  smallint: ['smallint', 'int2', 'int16', 'tinyint', 'small_int', 'tiny_int'],
  text: ['text', 'string', 'varchar', 'var_char', 'char varying', 'character varying', 'nvarchar', 'clob'],
  decimal: ['decimal', 'numeric', 'number', 'dec', 'bignumeric'],
  double: ['float8', 'double', 'double precision', 'float64', 'float', 'double_precision'],
  real: ['float4', 'real', 'float32'],
  boolean: ['bool', 'boolean'],
  timestamp: ['timestamp', 'timestamp without time zone', 'timestamp_ntz', 'timestampntz', 'datetime'],
  timestamptz: ['timestamptz', 'timestamp with time zone', 'timestamp_tz', 'timestamp_ltz'],
};
const NAMES = new Map(Object.entries(TYPES).flatMap(([name, spellings]) => spellings.map((spelling) => [spelling, name] as const)));

/** A type with one spelling for its synonyms. */
export function canonicalType(type: string): string {
  const text = /^\w+$/.test(type) ? type.toLowerCase() : plainType(type);
  const open = text.indexOf('(');
  const name = NAMES.get(open < 0 ? text : text.slice(0, open));
  if (name === undefined) return text;
  if (open < 0 || (name === 'text' && text.slice(open) === '(max)')) return name;
  return name === 'decimal' ? `decimal${text.slice(open)}` : text;
}

function plainType(type: string): string {
  // How the parser notes a spelling is no part of the type.
  return type.trim().toLowerCase().replace(/<[a-z_]+_spelling:[^>]*>/g, '').replace(/\s+/g, ' ').replace(/\s*([(),<>])\s*/g, '$1');
}

export type TypeFamily = 'number' | 'text' | 'boolean' | 'date' | 'timestamp' | 'time' | 'binary' | 'array' | 'struct' | 'json';

const WORDS: Readonly<Record<TypeFamily, readonly string[]>> = {
  array: ['array', 'list'],
  struct: ['struct', 'record', 'map', 'object', 'row'],
  number: ['integer', 'bigint', 'smallint', 'decimal', 'double', 'real', 'hugeint', 'uinteger', 'ubigint', 'float', 'byteint', 'money'],
  text: ['text', 'char', 'character', 'varchar', 'bpchar', 'nchar', 'uuid', 'citext', 'enum'],
  boolean: ['boolean'],
  date: [],
  timestamp: [],
  time: ['time'],
  binary: ['bytes', 'bytea', 'binary', 'varbinary', 'blob'],
  json: ['json', 'jsonb', 'variant', 'super'],
};
const FAMILY_OF = new Map((Object.keys(WORDS) as TypeFamily[]).flatMap((family) => WORDS[family].map((word) => [word, family] as const)));

/** The family of a type; undefined for one that is not known. Only across families two types are provably others. */
export function typeFamily(type: string): TypeFamily | undefined {
  const text = canonicalType(type);
  if (text.endsWith('[]')) return 'array';
  if (text === 'date') return 'date';
  if (text.startsWith('timestamp')) return 'timestamp';
  return FAMILY_OF.get(/^\w+/.exec(text)?.[0] ?? '');
}
