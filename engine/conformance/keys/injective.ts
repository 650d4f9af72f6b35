import type { Expr } from '../../sql/types';

type Column = Extract<Expr, { kind: 'column' }>;

/** Hashes, and what writes a hash as text. */
const HASHES = new Set(['md5', 'sha', 'sha1', 'sha2', 'sha256', 'sha512', 'md5_hex', 'sha1_hex', 'sha2_hex', 'to_hex', 'hex', 'farm_fingerprint']);

const SURROGATE = /^\{\{-?\s*(?:dbt_utils\.)?(?:generate_surrogate_key|surrogate_key)\s*\(\s*\[([^\]]*)\]\s*\)\s*-?\}\}$/;

const TEXT = /^(text|string|varchar|char|nvarchar|character varying|bytes|bytea|varbinary)\b/i;

/**
 * The columns that an expression is a surrogate key of: two rows have one value only where they have the same values in
 * all of these. Undefined for any other expression. As in `dbt_utils.generate_surrogate_key`, values joined by a literal
 * count as apart, and so do a null and the literal that stands for it inside a hash.
 */
export function surrogateOf(expr: Expr, hashed = false): Column[] | undefined {
  switch (expr.kind) {
    case 'column':
      return [expr];
    case 'cast':
      return TEXT.test(expr.type) ? surrogateOf(expr.expr, hashed) : undefined;
    case 'jinja':
      return listedIn(expr.text);
    case 'op':
      return expr.op === '||' ? joinedOf(expr.args, hashed) : undefined;
    case 'call':
      return expr.over || expr.aggregate || expr.distinct ? undefined : callOf(expr, hashed);
    default:
      return undefined;
  }
}

function callOf({ name, args }: Extract<Expr, { kind: 'call' }>, hashed: boolean): Column[] | undefined {
  if (!HASHES.has(name) && name !== 'concat' && name !== 'concat_ws' && !(name === 'coalesce' && hashed)) return undefined;
  const [first, ...rest] = args;
  if (!first) return undefined;
  if (name === 'concat') return joinedOf(args, hashed);
  if (name === 'concat_ws') return joinedOf(rest.flatMap((arg) => [first, arg]), hashed);
  const options = rest.every((option) => option.kind === 'literal');
  if (name === 'coalesce') return rest.length === 1 && options ? surrogateOf(first, hashed) : undefined;
  return options ? surrogateOf(first, true) : undefined;
}

/** Values one behind the other are apart where text stands between them. */
function joinedOf(args: readonly Expr[], hashed: boolean): Column[] | undefined {
  const parts = args.map((arg) => (arg.kind === 'literal' ? 'text' : surrogateOf(arg, hashed)));
  if (parts.some((part, index) => part === undefined || (part !== 'text' && index > 0 && parts[index - 1] !== 'text'))) return undefined;
  const columns = parts.flatMap((part) => (part === 'text' || part === undefined ? [] : part));
  return columns.length > 0 ? columns : undefined;
}

/** The columns in the list of a surrogate key macro; undefined where it holds anything but plain names. */
function listedIn(text: string): Column[] | undefined {
  const list = SURROGATE.exec(text.replace(/\s+/g, ' ').trim())?.[1];
  const items = list?.split(',').map((item) => item.trim().replace(/^(['"])(.*)\1$/, '$2'));
  if (!items || items.some((item) => !/^(\w+\.)?\w+$/.test(item))) return undefined;
  return items.map((item) => {
    const [name = '', table] = item.split('.').reverse();
    return { kind: 'column', name: { text: name, quoted: false }, ...(table === undefined ? {} : { table: { text: table, quoted: false } }) };
  });
}
