import type { TextChange } from '../text';
import { contextAt } from './cursor';
import { schemaAt, schemaOf, typesOf, type SchemaNode } from './schema';
import type { SpecDocument } from './types';

/**
 * What belongs on the line that was just begun: as far in as a key's value or an item's next key has to be, and the dash
 * of a list's first item. Nothing in quotes, braces and block texts, behind a blank line, or where text stands already.
 */
export function afterNewLine(spec: SpecDocument, offset: number): TextChange[] {
  if (!spec.kind) return [];
  const { text } = spec;
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const stop = text.indexOf('\n', start) < 0 ? text.length : text.indexOf('\n', start);
  const line = text.slice(start, stop).replace(/\r$/, '');
  if (start === 0 || line.trim() !== '') return [];
  const from = text.lastIndexOf('\n', start - 2) + 1;
  const before = text.slice(from, start).replace(/\r?\n$/, '');
  const match = /^(\s*)((?:- +)*)([^\s#:{[\]}"'-][^:#{[\]}"']*?):(\s+#.*|\s*|\s+[^{[|>&*!].*)$/.exec(before);
  if (!match || [from + before.length, start].some((at) => isInside(text, at))) return [];
  const [, indent = '', dashes = '', key = '', rest = ''] = match;
  const column = indent.length + dashes.length;
  const opens = rest.replace(/\s+#.*$/, '').trim() === '';
  if (!opens && dashes === '') return [];
  const dash = opens && isList(schemaOf(spec), text, from + column + key.length, key) ? '- ' : '';
  const wanted = ' '.repeat(opens ? column + 2 : column) + dash;
  return line === wanted ? [] : [{ span: { start, end: start + line.length }, text: wanted }];
}

/** In braces, quotes or a block text, where the template says nothing of lines. */
function isInside(text: string, at: number): boolean {
  const { flow, block, quote } = contextAt(text, at);
  return flow || block || quote !== '';
}

/** Whether the value of a key is a list of items of their own. */
function isList(root: SchemaNode, text: string, at: number, key: string): boolean {
  const { path } = contextAt(text, at);
  const schema = schemaAt(root, [...path, key].map((step) => (step === '[]' ? 0 : step)));
  const types = schema ? typesOf(schema) : [];
  return types.includes('array') && !types.includes('string');
}
