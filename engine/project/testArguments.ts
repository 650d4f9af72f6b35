import type { Json } from './types';
import { asRecord } from './values';

const CONFIG_KEYS = new Set(['config', 'severity', 'where', 'limit', 'enabled', 'warn_if', 'error_if', 'fail_calc', 'store_failures', 'store_failures_as', 'tags', 'meta', 'name', 'description', 'test_name', 'database', 'schema', 'alias', 'quote', 'group']);

const MODEL: ReadonlySet<string> = new Set(['model']);

/** Splits what stands under a generic test into its arguments and its configuration, in dbt's old and new spelling; `beside` are keys that are neither. */
export function argumentsOf(body: Record<string, Json>, beside: ReadonlySet<string> = MODEL): { arguments: Record<string, Json>; config: Record<string, Json> } {
  const nested = asRecord(body['arguments']);
  const config: Record<string, Json> = { ...asRecord(body['config']) };
  const values: Record<string, Json> = { ...nested };
  for (const [key, value] of Object.entries(body)) {
    if (key === 'arguments' || key === 'config') continue;
    if (CONFIG_KEYS.has(key)) config[key] = value;
    else if (!beside.has(key)) values[key] = value;
  }
  return { arguments: values, config };
}

/** The name of a generic test without the package it comes from. */
export function shortTestName(test: string): string {
  return test.slice(test.lastIndexOf('.') + 1);
}
