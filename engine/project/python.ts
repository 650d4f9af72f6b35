import type { Json } from './types';

/** A literal `dbt.ref` or `dbt.source` of a Python model. */
export interface PythonReference {
  kind: 'ref' | 'source';
  package?: string;
  name: string;
  sourceName?: string;
}

const STRING = /^(?:"([^"\\]*)"|'([^'\\]*)')$/;

/** What a Python model reads by `dbt.ref` and `dbt.source`, which dbt wants as literals; others are left out. */
export function pythonReferences(code: string): PythonReference[] {
  return calls(code, 'ref|source').flatMap(({ name, text }): PythonReference[] => {
    const parts = argumentsIn(text).filter((part) => !/^\w+\s*=/.test(part)).map(stringOf);
    const [first, second] = parts;
    if (parts.includes(undefined) || first === undefined) return [];
    if (name === 'source') return second === undefined ? [] : [{ kind: 'source', sourceName: first, name: second }];
    return [second === undefined ? { kind: 'ref', name: first } : { kind: 'ref', package: first, name: second }];
  });
}

/** Literal keys of the `dbt.config` calls of a Python model; values that are computed are left out. */
export function pythonConfig(code: string): Record<string, Json> {
  return Object.fromEntries(
    calls(code, 'config').flatMap(({ text }) =>
      argumentsIn(text).flatMap((part): [string, Json][] => {
        const pair = /^(\w+)\s*=\s*([\s\S]+)$/.exec(part);
        const value = pair && literalOf((pair[2] ?? '').trim());
        return pair?.[1] === undefined || value === null || value === undefined ? [] : [[pair[1], value]];
      }),
    ),
  );
}

/** Argument texts of `dbt.<name>(…)`, outside comments. */
function calls(code: string, names: string): { name: string; text: string }[] {
  const bare = code.replace(/"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|#[^\n]*/g, (part) => (part.startsWith('#') || /^("""|''')/.test(part) ? ' '.repeat(part.length) : part));
  return [...bare.matchAll(new RegExp(`\\bdbt\\.(${names})\\s*\\(`, 'g'))].map((match) => ({ name: match[1] ?? '', text: upToClose(bare, match.index + match[0].length) }));
}

function upToClose(text: string, start: number): string {
  let depth = 1;
  for (const [at, c] of outsideStrings(text, start)) {
    if ('([{'.includes(c)) depth++;
    else if (')]}'.includes(c) && --depth === 0) return text.slice(start, at);
  }
  return '';
}

function argumentsIn(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (const [at, c] of outsideStrings(text, 0)) {
    if ('([{'.includes(c)) depth++;
    else if (')]}'.includes(c)) depth--;
    else if (c === ',' && depth === 0) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, text.slice(start)].map((part) => part.trim()).filter((part) => part !== '');
}

function outsideStrings(text: string, start: number): [number, string][] {
  const found: [number, string][] = [];
  let quote = '';
  for (let at = start; at < text.length; at++) {
    const c = text[at] ?? '';
    if (quote !== '') {
      if (c === '\\') at++;
      else if (c === quote) quote = '';
    } else if (c === '"' || c === "'") quote = c;
    else found.push([at, c]);
  }
  return found;
}

function stringOf(text: string): string | undefined {
  const match = STRING.exec(text);
  return match ? (match[1] ?? match[2] ?? '') : undefined;
}

function literalOf(text: string): Json | undefined {
  if (text === 'True' || text === 'False') return text === 'True';
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (!/^\[[\s\S]*\]$/.test(text)) return stringOf(text);
  const items = argumentsIn(text.slice(1, -1)).map(literalOf);
  return items.every((item): item is Json => item !== undefined) ? items : undefined;
}
