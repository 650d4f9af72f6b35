import { BUILT_IN, keysOf } from './schema';
import type { SpecTemplate } from './template/types';
import type { SpecKind } from './types';

const WIDTH = 116;
const RESERVED = /^(true|false|null|yes|no|on|off|y|n|~)$/i;

/**
 * A new document from plain data: sections in template order, prose quoted, items of a list in braces while they fit
 * a line. `undefined` values are left out; an empty list says "none".
 */
export function renderSpec(kind: SpecKind, data: Readonly<Record<string, unknown>>, template: SpecTemplate = BUILT_IN): string {
  const keys = keysOf(template.schemas[kind]).filter((key) => data[key] !== undefined);
  return keys.map((key) => renderEntry(key, data[key], 0)).join('');
}

/** One `key: value` with its line end, indented by `depth` levels. */
export function renderEntry(key: string, value: unknown, depth: number): string {
  const pad = '  '.repeat(depth);
  const flow = inlineText(value);
  const short = `${pad}${key}: ${flow}\n`;
  if (typeof value === 'string' && short.length > WIDTH) return folded(pad, key, value) ?? short;
  const isBlockList = Array.isArray(value) && value.some((item) => item !== null && typeof item === 'object');
  if (!isBlockList && short.length <= WIDTH) return short;
  if (Array.isArray(value) && value.length > 0) return `${pad}${key}:\n${value.map((item) => renderItem(item, depth + 1)).join('')}`;
  if (isMap(value) && Object.keys(value).length > 0) return `${pad}${key}:\n${defined(value).map(([k, v]) => renderEntry(k, v, depth + 1)).join('')}`;
  return short;
}

/**
 * A long text as a folded block, broken at single spaces, so that it reads back to the letter. Undefined for one that has
 * no such places, or white space that folding would not keep.
 */
function folded(pad: string, key: string, text: string): string | undefined {
  if (!/^\S/.test(text) || !/\S$/.test(text) || /[^\P{C}]/u.test(text) || /\s/.test(text.replace(/ /g, ''))) return undefined;
  const inner = `${pad}  `;
  const lines: string[] = [];
  let line = '';
  for (const [part = ''] of text.matchAll(/\S+(?: {2,}\S+)*/g)) {
    if (line !== '' && inner.length + line.length + 1 + part.length > WIDTH) {
      lines.push(line);
      line = part;
    } else line = line === '' ? part : `${line} ${part}`;
  }
  return `${pad}${key}: >-\n${[...lines, line].map((each) => `${inner}${each}\n`).join('')}`;
}

/** One list item with its line end. */
export function renderItem(item: unknown, depth: number): string {
  const pad = '  '.repeat(depth);
  const flow = `${pad}- ${inlineText(item)}\n`;
  if (!isMap(item) || (flow.length <= WIDTH && !hasNestedList(item))) return flow;
  const lines = defined(item).map(([key, value]) => renderEntry(key, value, depth + 1)).join('');
  return `${pad}- ${lines.slice(pad.length + 2)}`;
}

function hasNestedList(item: Readonly<Record<string, unknown>>): boolean {
  return Object.values(item).some((value) => Array.isArray(value) && value.some((part) => isMap(part) && Object.keys(part).length > 2));
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function defined(value: Readonly<Record<string, unknown>>): [string, unknown][] {
  return Object.entries(value).filter(([, v]) => v !== undefined);
}

/** A value on one line, lists and maps in brackets. */
export function inlineText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inlineText).join(', ')}]`;
  if (isMap(value)) {
    const entries = defined(value);
    return entries.length === 0 ? '{}' : `{ ${entries.map(([key, v]) => `${scalar(key)}: ${inlineText(v)}`).join(', ')} }`;
  }
  return typeof value === 'string' ? scalar(value) : JSON.stringify(value ?? null);
}

/** A text as a YAML scalar: bare for plain words, else quoted, with the quotes that need fewer escapes. */
export function scalar(text: string): string {
  const plain = /^[A-Za-z_][\w./+-]*$/.test(text) && !RESERVED.test(text) && !text.endsWith('-');
  if (plain) return text;
  // JSON strings are YAML.
  const double = JSON.stringify(text);
  const single = `'${text.replace(/'/g, "''")}'`;
  const printable = !/[^\x20-\x7e\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/.test(text.replace(/[\ud800-\udbff][\udc00-\udfff]/g, ''));
  return printable && single.length < double.length ? single : double;
}
