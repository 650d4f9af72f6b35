import type { Hover, Position } from 'vscode-languageserver';
import { candidateKeys } from '../../engine/project';
import type { Column, RelationNode } from '../../engine/project/types';
import { pathAt, schemaAt, schemaOf, type BusinessItem, type SchemaNode, type SpecDocument } from '../../engine/spec';
import { lineStarts, offsetAt, rangeOf } from '../../engine/text';
import { code, escape } from '../markdown';
import { meaningAt, type Meaning } from '../resolveName';
import type { LoadedProject } from '../session';

/** Hover in a spec: a key's question with its examples, or what a name stands for. */
export function hoverAt(spec: SpecDocument, position: Position, project: LoadedProject | undefined): Hover | null {
  if (!spec.kind && !spec.schema) return null;
  const starts = lineStarts(spec.text);
  const offset = offsetAt(spec.text, starts, position);
  const at = pathAt(spec.tree, offset);
  if (!at) return null;
  const meaning = project ? meaningAt(spec, at, offset, project) : undefined;
  if (meaning) return { range: rangeOf(starts, meaning.span), contents: { kind: 'markdown', value: meaningText(meaning) } };
  const schema = titled(schemaOf(spec), at.path);
  if (!schema) return null;
  return { range: rangeOf(starts, at.span), contents: { kind: 'markdown', value: placeText(schema) } };
}

/** The innermost place around a path that asks a question. */
function titled(root: SchemaNode, path: readonly (string | number)[]): SchemaNode | undefined {
  for (let length = path.length; length > 0; length--) {
    const schema = schemaAt(root, path.slice(0, length));
    if (schema?.title) return schema;
  }
  return undefined;
}

/** The question of a place of a template with what it explains, and whose question it is where it is not a built-in one. */
export function placeText(schema: SchemaNode): string {
  const asked = schema['x-asked-by'];
  const examples = (schema.examples ?? []).map((example) => `\`${code(String(example))}\``).join(', ');
  // What a template's file says is shown as text: it cannot place links, pictures or HTML in an editor.
  const shown = (text: string): string => (asked === undefined ? text : text.split(/(`[^`]*`)/).map((part, index) => (index % 2 === 1 ? part : part.replace(/[<>[\]!]/g, '\\$&'))).join(''));
  return [`**${shown(schema.title ?? '')}**`, shown(schema.description ?? ''), examples === '' ? '' : `For example: ${examples}`, asked === undefined ? '' : `Asked by \`${code(asked)}\``].filter((part) => part !== '' && part !== '****').join('\n\n');
}

function meaningText(meaning: Meaning): string {
  switch (meaning.kind) {
    case 'node':
      return nodeText(meaning.node);
    case 'column':
      return columnText(meaning.node, meaning.column);
    case 'computed': {
      const { column, step } = meaning;
      const type = column.type ? ` \`${code(column.type.value)}\`` : '';
      return [`**${code(column.name.value)}**${type} of ${step === '' ? 'this spec' : `step \`${code(step)}\``}`, escape(column.means?.value ?? ''), column.expression ? `\`${code(column.expression.value)}\`` : ''].filter((part) => part !== '').join('\n\n');
    }
    case 'step':
      return `step \`${code(meaning.name)}\` of this spec`;
    case 'item':
      return itemText(meaning.item);
    case 'ownItem': {
      const places = meaning.places.map((place) => `\`${code(place.name)}\` in ${escape(place.file)}`);
      return `${itemText(meaning.item)}\n\n${places.length > 0 ? `Implemented or covered by ${places.join(', ')}` : 'No technical spec implements or covers it'}`;
    }
    case 'specs':
      return meaning.places.map((place) => `${escape(place.name)} \`${code(place.file)}\``).join('\n\n');
    case 'test':
      return meaning.tests.map((test) => `\`${code(test.test)}\`${test.column === undefined ? '' : ` on \`${code(test.column)}\``}, ${test.severity}${test.enabled ? '' : ', disabled'}${Object.keys(test.arguments).length > 0 ? `, \`${code(JSON.stringify(test.arguments))}\`` : ''}`).join('\n\n');
  }
}

function itemText(item: BusinessItem): string {
  return `**${code(item.id?.value ?? '')}** (${item.section.replace(/_/g, ' ')})\n\n${escape(item.text)}`;
}

/** What is known of a model, seed, snapshot or source, as Markdown. */
export function nodeText(node: RelationNode): string {
  const name = node.kind === 'source' ? `${node.sourceName ?? ''}.${node.name}` : node.name;
  const keys = candidateKeys(node).map((key) => `- key \`${code(key.columns.join(', '))}\` (${key.text})`);
  const columns = node.columns.slice(0, 40).map((column) => `\`${code(column.name)}\`${column.type === undefined ? '' : ` ${column.type}`}`);
  const built = typeof node.config['materialized'] === 'string' && node.kind === 'model' ? `, ${node.config['materialized']}` : '';
  return [`**${code(name)}** (${node.kind}${built})`, escape(node.description ?? ''), keys.join('\n'), columns.length > 0 ? `${node.columnsComplete ? 'Columns' : 'Columns that YAML describes'}: ${columns.join(', ')}` : ''].filter((part) => part !== '').join('\n\n');
}

function columnText(node: RelationNode, column: Column): string {
  const tests = node.tests.filter((test) => test.column?.toLowerCase() === column.name.toLowerCase() && test.enabled).map((test) => `\`${code(test.test)}\``);
  return [`**${code(column.name)}**${column.type === undefined ? '' : ` \`${code(column.type)}\``} of ${code(node.name)}`, escape(column.description ?? ''), tests.length > 0 ? `Tests: ${tests.join(', ')}` : 'No tests'].filter((part) => part !== '').join('\n\n');
}
