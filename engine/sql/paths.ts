import type { Dialect } from './types';

const COLON_PATHS: ReadonlySet<Dialect> = new Set<Dialect>(['snowflake', 'databricks', 'generic']);
/** Strings, quoted names and comments; else a bracket and the colon of a path after it, which is no cast. */
const PATH = /'(?:[^'\\]|''|\\[\s\S])*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|([\])]\s*):(?=\s*["A-Za-z_])/g;

/**
 * `items[0]:sku` and `parse(x):sku` as `items[0].sku` and `parse(x).sku`: the parser knows a path after a bracket only with a point. The text
 * keeps its length; undefined where there is no such path, or the dialect has none.
 */
export function pointedPaths(sql: string, dialect: Dialect): string | undefined {
  if (!COLON_PATHS.has(dialect)) return undefined;
  const text = sql.replace(PATH, (whole, bracket: string | undefined) => (bracket === undefined ? whole : `${bracket}.`));
  return text === sql ? undefined : text;
}
