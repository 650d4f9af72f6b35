import type { Dialect } from './types';

const BY_ADAPTER: Record<string, Dialect> = {
  bigquery: 'bigquery', snowflake: 'snowflake', databricks: 'databricks', redshift: 'redshift', postgres: 'postgres',
  duckdb: 'duckdb', trino: 'trino', athena: 'trino', starburst: 'trino', spark: 'spark', alloydb: 'postgres', materialize: 'postgres', motherduck: 'duckdb',
};

/** The SQL dialect of a dbt adapter; `generic` for one that is not known. */
export function dialectOf(adapter: string): Dialect {
  return Object.hasOwn(BY_ADAPTER, adapter) ? (BY_ADAPTER[adapter] as Dialect) : 'generic';
}

/** Dialects to try, in order, when a text does not parse in its own. */
export function fallbackDialects(dialect: Dialect): Dialect[] {
  const order: Dialect[] = ['snowflake', 'bigquery', 'duckdb', 'databricks', 'postgres', 'generic'];
  return order.filter((other) => other !== dialect);
}
