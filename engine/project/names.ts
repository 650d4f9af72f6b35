import type { Name } from '../sql/types';

/** An identifier as the adapter's database sees it: unquoted names fold, quoted names are exact. */
export function foldName(adapter: string, name: Name | string): string {
  const { text, quoted } = typeof name === 'string' ? { text: name, quoted: false } : name;
  if (adapter === 'snowflake') return quoted ? text : text.toUpperCase();
  // BigQuery, DuckDB, Databricks and Spark compare column names without regard to case even when quoted.
  if (['bigquery', 'duckdb', 'databricks', 'spark', 'trino'].includes(adapter)) return text.toLowerCase();
  return quoted ? text : text.toLowerCase();
}

/** True where two column names are one column to the adapter. */
export function nameMatches(adapter: string, left: Name | string, right: Name | string): boolean {
  return foldName(adapter, left) === foldName(adapter, right);
}
