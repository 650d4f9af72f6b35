import { literalSource } from './write';

/** A value of Jinja, as far as it is known without running dbt. */
export type Value = null | boolean | number | string | Value[] | Dict | Written | Callable | Unknown | Undefined;

export interface Dict {
  kind: 'dict';
  entries: Map<string, Value>;
}

/** Text that dbt finishes: it holds Jinja. `source` is the expression that gives it, where one does. */
export interface Written {
  kind: 'written';
  text: string;
  source?: string;
  /** A `ref()`, `source()` or `this`: never empty. */
  relation?: true;
}

/** Something to call: a macro, a function of dbt, or a method of a value. */
export interface Callable {
  kind: 'callable';
  name: string;
  call(args: CallArguments): Value;
}

export interface CallArguments {
  positional: Value[];
  named: Map<string, Value>;
}

/** What only dbt knows: a database, a profile, an environment. */
export interface Unknown {
  kind: 'unknown';
}

/** What Jinja calls undefined: an argument not given, a key not there. It writes nothing. */
export interface Undefined {
  kind: 'undefined';
}

export const UNKNOWN: Unknown = { kind: 'unknown' };
export const UNDEFINED: Undefined = { kind: 'undefined' };

export function isUnknown(value: Value): value is Unknown {
  return isObject(value) && value.kind === 'unknown';
}

export function isUndefined(value: Value): value is Undefined {
  return isObject(value) && value.kind === 'undefined';
}

export function isDict(value: Value): value is Dict {
  return isObject(value) && value.kind === 'dict';
}

export function isWritten(value: Value): value is Written {
  return isObject(value) && value.kind === 'written';
}

export function isCallable(value: Value): value is Callable {
  return isObject(value) && value.kind === 'callable';
}

function isObject(value: Value): value is Dict | Written | Callable | Unknown | Undefined {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** A dict of entries. */
export function dictOf(entries: Iterable<readonly [string, Value]>): Dict {
  return { kind: 'dict', entries: new Map(entries) };
}

/** Data of YAML or JSON as a value. */
export function valueOf(data: unknown): Value {
  if (data === null || typeof data === 'boolean' || typeof data === 'number' || typeof data === 'string') return data;
  if (Array.isArray(data)) return data.map(valueOf);
  if (data !== undefined && typeof data === 'object') return dictOf(Object.entries(data).map(([key, value]) => [key, valueOf(value)]));
  return UNKNOWN;
}

/** Python's truth of a value; undefined where it is not known. */
export function truthOf(value: Value): boolean | undefined {
  if (value === null) return false;
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value !== 'object') return Boolean(value);
  if (value.kind === 'dict') return value.entries.size > 0;
  if (value.kind === 'undefined') return false;
  if (value.kind === 'written') return value.relation || /\S/.test(value.text.replace(/\{[{%#][\s\S]*?[}%#]\}/g, '')) ? true : undefined;
  return value.kind === 'callable' ? true : undefined;
}

/** Python's equality; undefined where it is not known. */
export function equal(left: Value, right: Value): boolean | undefined {
  if ([left, right].some((value) => isUnknown(value) || isWritten(value) || isCallable(value))) return undefined;
  if (isUndefined(left) || isUndefined(right)) return isUndefined(left) && isUndefined(right);
  if (Array.isArray(left) && Array.isArray(right)) return left.length === right.length && allOf(left.map((item, index) => equal(item, orElse(right[index], null))));
  if (isDict(left) && isDict(right)) return left.entries.size === right.entries.size && allOf([...left.entries].map(([key, value]) => equal(value, orElse(right.entries.get(key), UNDEFINED))));
  if (typeof left === 'boolean' && typeof right === 'number') return Number(left) === right;
  if (typeof left === 'number' && typeof right === 'boolean') return left === Number(right);
  return left === right;
}

function allOf(truths: readonly (boolean | undefined)[]): boolean | undefined {
  if (truths.includes(false)) return false;
  return truths.includes(undefined) ? undefined : true;
}

/** What Jinja writes for a value; undefined where that is not known. */
export function textOf(value: Value): string | undefined {
  if (value === null) return 'None';
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return String(value);
  if (isUndefined(value)) return '';
  if (isWritten(value)) return value.text;
  return Array.isArray(value) ? listText(value) : undefined;
}

function listText(items: readonly Value[]): string | undefined {
  if (items.reduce<number>((sum, item) => sum + (typeof item === 'string' ? item.length : 0), 0) > MAX_TEXT) return undefined;
  const texts = items.map((item) => (typeof item === 'string' ? literalSource(item) : isWritten(item) ? undefined : textOf(item)));
  return texts.includes(undefined) ? undefined : `[${texts.join(', ')}]`;
}

/** An expression that gives a value, to write it into Jinja that is left; undefined where there is none. */
export function sourceOf(value: Value): string | undefined {
  if (value === null || typeof value !== 'object') return literalSource(value);
  if (Array.isArray(value)) {
    const items = value.map(sourceOf);
    return items.includes(undefined) ? undefined : `[${items.join(', ')}]`;
  }
  return isWritten(value) ? value.source : undefined;
}

/** No text of a template is longer; what would be is not known. */
export const MAX_TEXT = 100_000;
/** Nor has a list more items. */
export const MAX_ITEMS = 2_000;

/** Texts one after the other: plain where both are, else text that dbt finishes. */
/** A value, or another one where there is none; null is a value. */
export function orElse(value: Value | undefined, otherwise: Value): Value {
  return value === undefined ? otherwise : value;
}

export function joined(parts: readonly Value[]): Value {
  const texts = parts.map(textOf);
  if (texts.includes(undefined) || texts.reduce((sum, text) => sum + (text?.length ?? 0), 0) > MAX_TEXT) return UNKNOWN;
  const text = texts.join('');
  return parts.some(isWritten) ? { kind: 'written', text } : text;
}
