import { callOf } from './jinja';
import { configValue, relationOfCall } from './references';
import type { Relation, SqlConfig } from './types';

/**
 * What a Python model reads by literal `dbt.ref()` and `dbt.source()`, and what its `dbt.config()` sets. Calls in comments
 * and doc strings are none; arguments that are computed are opaque in a config and make no reference.
 */
export function pythonFacts(code: string): { references: Relation[]; config: SqlConfig } {
  const bare = code.replace(/"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|#[^\n]*/g, (part) => (/^(#|"""|''')/.test(part) ? ' '.repeat(part.length) : part));
  const calls = [...bare.matchAll(/\bdbt\.(?=(?:ref|source|config)\s*\()/g)].flatMap((match) => {
    const start = match.index + match[0].length;
    const body = bare.slice(start).trimEnd();
    const call = callOf(body);
    return call ? [{ call, span: { start: match.index, end: start + body.slice(0, body.length - call.rest.length).trimEnd().length } }] : [];
  });
  return {
    references: calls.flatMap(({ call, span }) => relationOfCall(call, `${call.name}(${call.args.join(', ')})`, span) ?? []),
    config: { values: calls.filter(({ call }) => call.name === 'config').flatMap(({ call, span }) => Object.entries(call.kwargs).map(([key, source]) => ({ key, value: configValue(source), span }))) },
  };
}
