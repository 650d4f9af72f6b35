import { CompletionItemKind, InsertTextFormat, InsertTextMode, TextEdit, type CompletionItem, type Position } from 'vscode-languageserver';
import { BUILT_IN, contextAt, flowSkeleton, keysOf, lineEnd, MAX_SPEC_LENGTH, plainHole, resolved, scalar, schemaAt, schemaOf, sectionSkeleton, settingsSchema, typesOf, valueSkeleton, type CursorContext, type Hole, type SchemaNode, type SkeletonOptions, type SpecDocument, type SpecTemplate } from '../../engine/spec';
import { lineStarts, offsetAt, rangeOf } from '../../engine/text';
import { nodeText, placeText } from './hover';
import { suggestionsFor, type Suggestion } from './suggestions';
import type { LoadedProject } from '../session';

/** What of LSP's completion the client can show. */
export interface CompletionClient {
  snippets: boolean;
}

/** One offer before it is an edit: `text` stands literally unless `snippet`; `word` replaces the word alone. */
interface Offer extends Suggestion {
  text: string;
  snippet?: boolean;
  word?: boolean;
  path?: string[];
}

/** Completion at a position of a spec; works in documents that do not parse. */
export function completionAt(spec: SpecDocument, position: Position, project: LoadedProject | undefined, client: CompletionClient = { snippets: false }): CompletionItem[] {
  if ((!spec.kind && !spec.schema) || spec.text.length > MAX_SPEC_LENGTH) return [];
  const starts = lineStarts(spec.text);
  const offset = offsetAt(spec.text, starts, position);
  const written = contextAt(spec.text, offset);
  if (written.position === 'none') return [];
  const root = schemaOf(spec);
  const schema = schemaOfPath(root, written.path);
  const asItem = itemOfList(written, schema);
  const cursor = asItem ?? written;
  const node = asItem ? schemaOfPath(root, cursor.path) : schema;
  const offers = cursor.position === 'key' ? [...keyOffers(spec, cursor, node, client), ...(asItem && schema?.properties ? keyOffers(spec, written, schema, client).map((offer) => ({ ...offer, bare: true })) : []), ...(cursor.colon || cursor.siblings.length > 0 ? [] : scalarOffers(spec, cursor, node, project, client))] : valueOffers(spec, cursor, node, project, client);
  return offers.map((offer, index) => itemOf(offer, index, 'bare' in offer ? written : cursor, starts, client, project?.root));
}

function schemaOfPath(root: SchemaNode, path: readonly string[]): SchemaNode | undefined {
  return schemaAt(root, path.map((step) => (step === '[]' ? 0 : step)));
}

/** Below a key whose value is a list, what is written is an item, which a dash opens. */
function itemOfList(cursor: CursorContext, schema: SchemaNode | undefined): CursorContext | undefined {
  if (cursor.position !== 'key' || cursor.flow || !schema?.items) return undefined;
  return { ...cursor, path: [...cursor.path, '[]'], before: `${cursor.before}- `, indent: cursor.indent + 2 };
}

function itemOf(offer: Offer, index: number, cursor: CursorContext, starts: readonly number[], client: CompletionClient, root: string | undefined): CompletionItem {
  const snippet = offer.snippet === true && client.snippets;
  const span = offer.word === true ? cursor.word : cursor.whole;
  // A word in front of what is written already needs the space behind the colon, or the dash, as the whole does.
  const isFirst = span.start === cursor.whole.start;
  const text = `${isFirst ? cursor.before : ''}${offer.text}${offer.word === true ? '' : cursor.after}`;
  return {
    label: offer.label,
    kind: offer.kind,
    sortText: String(index).padStart(4, '0'),
    textEdit: TextEdit.replace(rangeOf(starts, span), text),
    insertTextFormat: snippet ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
    ...(text.includes('\n') ? { insertTextMode: InsertTextMode.asIs } : {}),
    ...(offer.detail === undefined || offer.detail === '' ? {} : { detail: offer.detail }),
    ...(offer.documentation === undefined || offer.documentation === '' ? {} : { documentation: offer.documentation }),
    ...(cursor.reindent ? { additionalTextEdits: [TextEdit.replace(rangeOf(starts, cursor.reindent.span), cursor.reindent.text)] } : {}),
    ...(offer.path ? { data: { kind: offer.path[0], path: offer.path.slice(1), root } } : offer.node === undefined ? {} : { data: { kind: 'node', node: offer.node, root } }),
  };
}

/** Holes as LSP snippet placeholders; a fresh counter for every snippet. */
function snippetHole(): Hole {
  let next = 1;
  const escaped = (text: string): string => text.replace(/[\\$}]/g, '\\$&');
  return (text, choices) => {
    const at = next++;
    if (choices && choices.length > 1) return `\${${at}|${choices.map((choice) => choice.replace(/[\\,|]/g, '\\$&')).join(',')}|}`;
    return text === '' ? `$${at}` : `\${${at}:${escaped(text)}}`;
  };
}

function skeletonOptions(spec: SpecDocument, client: CompletionClient): SkeletonOptions {
  return { hole: client.snippets ? snippetHole() : plainHole, used: new Set(spec.ids.map(({ id }) => id)), end: lineEnd(spec.text) };
}

/** Keys that the map around the cursor lacks, in template order, with their question. */
function keyOffers(spec: SpecDocument, cursor: CursorContext, schema: SchemaNode | undefined, client: CompletionClient): Offer[] {
  if (!schema?.properties) return [];
  const own = spec.text.slice(cursor.whole.start, cursor.whole.end);
  return keysOf(schema)
    .filter((key) => !cursor.siblings.includes(key) || (key === own && cursor.colon))
    .map((key): Offer => {
      const path = [...cursor.path, key];
      const node = schemaOfPath(schemaOf(spec), path);
      return {
        label: key,
        kind: cursor.path.length === 0 ? CompletionItemKind.Module : CompletionItemKind.Property,
        detail: node?.title ?? '',
        text: `${key}${cursor.colon ? '' : shapeOf(spec, cursor, key, node, client)}`,
        snippet: !cursor.colon,
        path: [spec.kind ?? 'settings', ...path],
      };
    });
}

/** What follows a key: its colon, and an empty value of the shape its schema asks for where the line has room. */
function shapeOf(spec: SpecDocument, cursor: CursorContext, key: string, node: SchemaNode | undefined, client: CompletionClient): string {
  const options = skeletonOptions(spec, client);
  const root = schemaOf(spec);
  const types = node ? typesOf(node) : [];
  if (cursor.quote !== '') return '';
  if (cursor.flow) return types.includes('array') && !types.includes('string') && !node?.items?.properties ? `: [${options.hole('')}]` : ': ';
  if (!cursor.lineEnds) return ':';
  if (cursor.path.length === 0 && cursor.indent === 0) return sectionSkeleton(root, key, options).slice(key.length);
  if (types.includes('array') && node && !types.includes('string')) return `:${valueSkeleton(root, node, cursor.indent + 2, options)}`;
  if (types.includes('object') && node?.required && !types.includes('string')) return `: ${flowSkeleton(root, node, options)}`;
  return ': ';
}

/** Values for a list item or a value that is one scalar. */
function scalarOffers(spec: SpecDocument, cursor: CursorContext, schema: SchemaNode | undefined, project: LoadedProject | undefined, client: CompletionClient): Offer[] {
  if (!schema) return [];
  const values = [...new Set([...(schema.enum ?? []), ...(schema['x-suggest'] ?? []), ...(schema.examples ?? [])])].filter((value) => typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean');
  const fixed = values.map((value): Offer => ({ label: String(value), kind: CompletionItemKind.EnumMember, detail: schema.title ?? '', text: typeof value === 'string' ? written(value, cursor) : String(value) }));
  const bare = [...(schema.const === undefined ? [] : [String(schema.const)]), ...(schema.type === 'boolean' && schema.const === undefined && !schema.enum ? ['true', 'false'] : [])].map((value): Offer => ({ label: value, kind: CompletionItemKind.EnumMember, detail: schema.title ?? '', text: value }));
  const expression = schema['x-expression'] === true;
  if (cursor.block && !expression) return [];
  const names = suggestionsFor(spec, cursor, schema, project)
    .filter((item) => !expression || /^[\w.]+$/.test(item.label))
    .map((item): Offer => ({ ...item, ...(expression && !isEmpty(cursor) ? { text: item.label, word: true } : { text: written(item.label, cursor) }) }));
  const shape = !cursor.block && cursor.quote === '' && schema.properties && typesOf(schema).includes('string') ? [objectOffer(spec, schema, client)] : [];
  return [...fixed, ...bare, ...names, ...shape];
}

function isEmpty(cursor: CursorContext): boolean {
  return cursor.whole.start === cursor.whole.end && cursor.quote === '' && !cursor.block;
}

/** The map that may stand in place of a text: `{ left: "", right: "" }`. */
function objectOffer(spec: SpecDocument, schema: SchemaNode, client: CompletionClient): Offer {
  const object = { ...schema, type: 'object' };
  const keys = schema.required ?? [];
  return { label: `{ ${keys.join(', ')} }`, kind: CompletionItemKind.Struct, detail: schema.title ?? schema.description ?? '', text: flowSkeleton(schema, object, skeletonOptions(spec, client)), snippet: true };
}

/** A text as YAML where the cursor stands: inside its quotes, or quoted where it has to be. */
function written(value: string, cursor: CursorContext): string {
  if (cursor.quote === '"') return `${JSON.stringify(value).slice(1, -1)}${cursor.unclosed ? '"' : ''}`;
  if (cursor.quote === "'") return `${value.replace(/'/g, "''")}${cursor.unclosed ? "'" : ''}`;
  return scalar(value);
}

/** Behind a colon or in a list of braces: scalars, else the whole shape of a list or map. */
function valueOffers(spec: SpecDocument, cursor: CursorContext, schema: SchemaNode | undefined, project: LoadedProject | undefined, client: CompletionClient): Offer[] {
  if (!schema) return [];
  const scalars = scalarOffers(spec, cursor, schema, project, client);
  if (cursor.quote !== '' || cursor.block || scalars.length > 0) return scalars;
  const types = typesOf(schema);
  const root = schemaOf(spec);
  const offers: Offer[] = [];
  const options = (): SkeletonOptions => skeletonOptions(spec, client);
  const items = schema.items && resolved(root, schema.items);
  if (types.includes('array') && items) {
    const inner = scalarOffers(spec, { ...cursor, path: [...cursor.path, '[]'] }, items, project, client).filter((offer) => offer.word !== true && offer.snippet !== true);
    offers.push(...inner.map((offer) => ({ ...offer, label: `[${offer.label}]`, text: `[${offer.text}]` })));
    if (items.properties && !typesOf(items).includes('string')) {
      const shape = flowSkeleton(root, items, options(), schema['x-prefix']);
      const text = cursor.flow ? `[${shape}]` : `${options().end}${' '.repeat(cursor.indent + 2)}- ${shape}`;
      offers.push({ label: `- ${plainShape(root, items)}`, kind: CompletionItemKind.Struct, detail: schema.title ?? '', text, snippet: true });
    }
    if (!types.includes('string') && schema.minItems === undefined) offers.push({ label: '[]', kind: CompletionItemKind.Struct, detail: 'none', text: '[]' });
  }
  if (types.includes('object') && schema.properties && !(cursor.flow && cursor.path[cursor.path.length - 1] !== '[]' && items)) {
    const keys = keyOffers(spec, { ...cursor, position: 'key', flow: true, siblings: [], colon: false, quote: '' }, schema, client);
    offers.push(...keys.map((offer) => ({ ...offer, label: `{ ${offer.label} }`, text: `{ ${offer.text} }` })));
  }
  return offers;
}

function plainShape(root: SchemaNode, schema: SchemaNode): string {
  const keys = [...new Set([...(schema.oneOf?.[0]?.required ?? []), ...(schema.required ?? [])])];
  return keys.length > 0 ? `{ ${keys.join(', ')} }` : `{ ${keysOf(resolved(root, schema)).slice(0, 1).join('')} }`;
}

/** The project whose template an item is of. */
export function rootOfItem(item: CompletionItem): string | undefined {
  const { root } = (item.data ?? {}) as { root?: unknown };
  return typeof root === 'string' ? root : undefined;
}

/** The project and node that an item names, whose documentation is not in it yet. */
export function nodeOfItem(item: CompletionItem): { root: string; node: string } | undefined {
  const data = item.data as { kind?: unknown; root?: unknown; node?: unknown } | undefined;
  return data?.kind === 'node' && typeof data.root === 'string' && typeof data.node === 'string' ? { root: data.root, node: data.node } : undefined;
}

/** Fills in what a completion list leaves out: a key's description with its examples, what is known of a node. */
export function resolveCompletion(item: CompletionItem, project?: LoadedProject, template: SpecTemplate = BUILT_IN): CompletionItem {
  const named = nodeOfItem(item);
  const node = named && project?.project.nodes.get(named.node);
  if (node) return { ...item, documentation: { kind: 'markdown', value: nodeText(node) } };
  const data = item.data as { kind?: unknown; path?: unknown } | undefined;
  if ((data?.kind !== 'business' && data?.kind !== 'technical' && data?.kind !== 'settings') || !Array.isArray(data.path)) return item;
  const schema = schemaAt(data.kind === 'settings' ? settingsSchema() : template.schemas[data.kind], data.path.map((step) => (step === '[]' ? 0 : String(step))));
  const text = schema ? placeText(schema) : '';
  return text === '' ? item : { ...item, documentation: { kind: 'markdown', value: text } };
}
