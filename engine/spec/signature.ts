import { items, text, type YamlTree } from '../yaml/tree';
import { contextAt, type CursorContext } from './cursor';
import { treeAt } from './locate';
import { keysOf, schemaAt, schemaOf, type SchemaNode } from './schema';
import type { SpecDocument } from './types';

/** What can be written in the braces or the example around a cursor, like the parameters of a function. */
export interface SpecSignature {
  label: string;
  parameters: { name: string; documentation: string }[];
  /** Index of the parameter that is written; undefined where none of them is. */
  active: number | undefined;
}

/** The signature at an offset: of a braced item, of an example, or of the rows of its tables. Undefined elsewhere. */
export function signatureAt(spec: SpecDocument, offset: number): SpecSignature | undefined {
  if (!spec.kind) return undefined;
  const cursor = contextAt(spec.text, offset);
  if (cursor.position === 'none') return undefined;
  const example = cursor.path.indexOf('example');
  if (spec.kind === 'business' && example >= 0) return inExample(spec, cursor, cursor.path.slice(0, example + 1), cursor.path.slice(example + 1));
  if (!cursor.flow || cursor.block) return undefined;
  const path = cursor.position === 'value' ? cursor.path.slice(0, -1) : cursor.path;
  const schema = schemaAt(schemaOf(spec), indexed(path));
  if (!schema?.properties) return undefined;
  const names = keysOf(schema);
  const optional = (name: string): string => (schema.required?.includes(name) === true ? name : `${name}?`);
  return { label: `${titleOf(path)} { ${names.map(optional).join(', ')} }`, parameters: names.map((name) => ({ name: optional(name), documentation: describe(schema.properties?.[name]) })), active: activeAmong(names, cursor, schema.required ?? []) };
}

function indexed(path: readonly string[]): (string | number)[] {
  return path.map((step) => (step === '[]' ? 0 : step));
}

function titleOf(path: readonly string[]): string {
  return path.filter((step) => step !== '[]').join('.');
}

function describe(node: SchemaNode | undefined): string {
  return [node?.title ?? '', node?.description ?? ''].filter((part) => part !== '').join('\n\n');
}

/** The key whose value is written; for a new key the first that is missing. */
function activeAmong(names: readonly string[], cursor: CursorContext, required: readonly string[]): number | undefined {
  const key = cursor.position === 'value' ? cursor.path[cursor.path.length - 1] : (required.find((name) => !cursor.siblings.includes(name)) ?? names.find((name) => !cursor.siblings.includes(name)));
  const at = key === undefined ? -1 : names.indexOf(key);
  return at < 0 ? undefined : at;
}

const PARTS = [
  { name: 'given', documentation: 'The rows that are there, each with real values.' },
  { name: 'expected', documentation: 'What comes out of them, to the letter.' },
];

/** In an example: its two tables, or the columns that the rows of a table have. */
function inExample(spec: SpecDocument, cursor: CursorContext, path: readonly string[], below: readonly string[]): SpecSignature | undefined {
  const part = below[0];
  if (part === undefined) return cursor.quote === '' || cursor.position === 'key' ? { label: 'example { given, expected }', parameters: PARTS, active: activeAmong(['given', 'expected'], cursor, []) } : undefined;
  if (part !== 'given' && part !== 'expected') return undefined;
  const columns = columnsOf(spec, path, part, cursor);
  if (columns.length === 0) return { label: 'example { given, expected }', parameters: PARTS, active: part === 'given' ? 0 : 1 };
  const last = below[below.length - 1];
  const name = cursor.position === 'value' && last !== part && last !== '[]' ? last : columns.find((column) => !cursor.siblings.includes(column));
  const at = name === undefined ? -1 : columns.indexOf(name);
  return { label: `${part} row { ${columns.join(', ')} }`, parameters: columns.map((column) => ({ name: column, documentation: measureNamed(spec, column) })), active: at < 0 ? undefined : at };
}

/** The columns of the table's rows, in the order they were first written; while there is none, those of the other table. */
function columnsOf(spec: SpecDocument, path: readonly string[], part: string, cursor: CursorContext): string[] {
  const list = treeAt(spec.tree, path.slice(0, path.indexOf('[]'))).tree;
  const around = items(list).find((item) => item.span.start <= cursor.whole.start && cursor.whole.start <= item.span.end);
  const table = (name: string): string[] => [...new Set(items(treeAt(around, ['example', name]).tree).flatMap(keysIn))].filter((key) => key !== '' && !(key === spec.text.slice(cursor.whole.start, cursor.whole.end) && !cursor.colon));
  const own = table(part);
  return own.length > 0 ? own : table(part === 'given' ? 'expected' : 'given');
}

function keysIn(row: YamlTree): string[] {
  return row.kind === 'map' ? row.entries.map(({ key }) => key) : [];
}

/** What a measure of that name means. */
function measureNamed(spec: SpecDocument, column: string): string {
  const wanted = column.replace(/_/g, ' ').toLowerCase();
  const measure = items(treeAt(spec.tree, ['measures']).tree).find((item) => text(treeAt(item, ['name']).tree)?.toLowerCase() === wanted);
  return text(treeAt(measure, ['means']).tree) ?? '';
}
