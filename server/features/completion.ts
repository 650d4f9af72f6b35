import { CompletionItemKind, InsertTextFormat, TextEdit, type CompletionItem, type Position } from 'vscode-languageserver';
import { contextAt, keysOf, schemaAt, sectionSkeleton, type CursorContext, type SchemaNode, type SpecDocument } from '../../engine/spec';
import { lineStarts, offsetAt, rangeOf } from '../../engine/text';
import { suggestionsFor } from './suggestions';
import type { LoadedProject } from '../session';

/** Completion at a position of a spec; works in documents that do not parse. */
export function completionAt(spec: SpecDocument, position: Position, project: LoadedProject | undefined): CompletionItem[] {
  if (spec.kind !== 'business' && spec.kind !== 'technical') return [];
  const starts = lineStarts(spec.text);
  const cursor = contextAt(spec.text, offsetAt(spec.text, starts, position));
  const replace = rangeOf(starts, cursor.replace);
  const path = cursor.path.map((step) => (step === '[]' ? 0 : step));
  const schema = schemaAt(spec.kind, path);
  const values = valueItems(spec, cursor, schema, project);
  const keys = cursor.position === 'key' && !cursor.quoted ? keyItems(spec, cursor, schema) : [];
  return [...keys, ...values].map((item, index) => ({ ...item, sortText: item.sortText ?? String(index).padStart(4, '0'), textEdit: TextEdit.replace(replace, item.insertText ?? item.label), insertText: undefined }));
}

function keyItems(spec: SpecDocument, cursor: CursorContext, schema: SchemaNode | undefined): CompletionItem[] {
  const root = cursor.path.length === 0;
  const kind = spec.kind === 'business' ? 'business' : 'technical';
  const known = keysOf(schema).filter((key) => !cursor.siblings.includes(key));
  return known.map((key, index): CompletionItem => {
    const node = schemaAt(kind, [...cursor.path.map((step) => (step === '[]' ? 0 : step)), key]);
    return {
      label: key,
      kind: root ? CompletionItemKind.Module : CompletionItemKind.Property,
      detail: node?.title ?? '',
      data: { kind, path: [...cursor.path, key] },
      sortText: String(index).padStart(4, '0'),
      insertText: insertionOf(kind, key, node, cursor, root),
      insertTextFormat: InsertTextFormat.PlainText,
    };
  });
}

/** The key with the shape of its value, indented for where it stands. */
function insertionOf(kind: 'business' | 'technical', key: string, node: SchemaNode | undefined, cursor: CursorContext, root: boolean): string {
  if (cursor.flow) return `${key}: `;
  if (root) return sectionSkeleton(kind, key);
  const types = Array.isArray(node?.type) ? node.type : [node?.type];
  if (types.includes('array')) return `${key}: []`;
  return `${key}: `;
}

function valueItems(spec: SpecDocument, cursor: CursorContext, schema: SchemaNode | undefined, project: LoadedProject | undefined): CompletionItem[] {
  const isList = schema?.items !== undefined && cursor.position === 'value' && !cursor.flow;
  if (cursor.position === 'key' && schema?.properties && !cursor.path.join('.').endsWith('keys.[]')) return [];
  const node = isList ? undefined : schema;
  const fixed = [...(node?.enum ?? []), ...(node?.['x-suggest'] ?? []), ...(node?.const === undefined ? [] : [String(node.const)]), ...(node?.type === 'boolean' && node.const === undefined ? ['true', 'false'] : [])].filter((value): value is string => value !== null);
  const items = fixed.map((value): CompletionItem => ({ label: value, kind: CompletionItemKind.EnumMember, detail: node?.title ?? '' }));
  return [...items, ...suggestionsFor(spec, cursor, node ?? schema, project)];
}

/** Fills in what a completion list leaves out: the description with its examples. */
export function resolveCompletion(item: CompletionItem): CompletionItem {
  const data = item.data as { kind?: unknown; path?: unknown } | undefined;
  if ((data?.kind !== 'business' && data?.kind !== 'technical') || !Array.isArray(data.path)) return item;
  const node = schemaAt(data.kind, data.path.map((step) => (step === '[]' ? 0 : String(step))));
  return node?.description ? { ...item, documentation: { kind: 'markdown', value: `**${node.title ?? ''}**\n\n${node.description}` } } : item;
}

