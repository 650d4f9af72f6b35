import { CompletionItemKind } from 'vscode-languageserver';
import { businessOf, clauseAddresses, meaningOf, nextId, relativeTo, resolvePath, type CursorContext, type SchemaNode, type SpecDocument, type TechnicalFacts } from '../../engine/spec';
import { nodeOutlines, testNames } from '../../engine/project';
import type { NodeOutline } from '../../engine/project/types';
import { schemaAt, schemaOf } from '../../engine/spec';
import { nodeNamed } from '../compareDocument';
import type { LoadedProject } from '../session';
import { columnsInScope, stageAt, stepsBefore } from '../columnScope';

/** A name that fits where the cursor stands. */
export interface Suggestion {
  label: string;
  kind: CompletionItemKind;
  detail?: string;
  documentation?: string;
  /** Unique id of the node it names, whose documentation is looked up when it is asked for. */
  node?: string;
}

/** Names of the project and the specs that fit where the cursor stands, each once. */
export function suggestionsFor(spec: SpecDocument, cursor: CursorContext, schema: SchemaNode, project: LoadedProject | undefined): Suggestion[] {
  return [...new Map(named(spec, cursor, schema, project).map((item) => [item.label, item])).values()];
}

function named(spec: SpecDocument, cursor: CursorContext, schema: SchemaNode, project: LoadedProject | undefined): Suggestion[] {
  const facts = spec.facts?.kind === 'technical' ? spec.facts : undefined;
  const what = schema['x-complete'] ?? (schema['x-expression'] === true ? 'column' : undefined);
  if (schema['x-prefix'] !== undefined) return idOffers(spec, cursor, schema['x-prefix']);
  switch (what) {
    case 'model':
      return nodes(project, (node) => node.kind === 'model' || node.kind === 'snapshot');
    case 'ref':
      return nodes(project, (node) => node.kind !== 'source');
    case 'source':
      return nodes(project, (node) => node.kind === 'source');
    case 'package':
      return [...new Set((project ? nodeOutlines(project.project) : []).map((node) => node.package))].sort().map((label) => ({ label, kind: CompletionItemKind.Module, detail: 'package' }));
    case 'owner':
      return [...new Set((project?.specs ?? []).flatMap((s) => (s.facts?.kind === 'business' && s.path !== spec.path ? (s.facts.owner?.value ?? []) : [])))].sort().map((label) => ({ label, kind: CompletionItemKind.Value, detail: 'owner of other specs' }));
    case 'business_spec':
      return businessSpecs(spec, project);
    case 'test':
      return [...(project ? testNames(project.project) : [])].sort().map((label) => ({ label, kind: CompletionItemKind.Function, detail: 'test of this project' }));
    default:
      return facts ? technicalOffers(spec, facts, what, cursor, project) : [];
  }
}

function technicalOffers(spec: SpecDocument, facts: TechnicalFacts, what: string | undefined, cursor: CursorContext, project: LoadedProject | undefined): Suggestion[] {
  switch (what) {
    case 'business_id':
    case 'coverable_id':
      return businessIds(spec, facts, what === 'coverable_id', project);
    case 'attachable':
      return attachables(facts, cursor);
    case 'step':
      return stepsBefore(facts, stageAt(facts, cursor)).flatMap((step) => (step.name ? [{ label: step.name.value, kind: CompletionItemKind.Struct, detail: 'step' }] : []));
    case 'column':
      return scoped(facts, cursor, project);
    case 'new_column':
      return newColumns(facts, cursor, project);
    case 'output_column':
      return outputs(facts, project);
    case 'meaning':
      return meanings(spec, facts, cursor, project);
    case 'clause':
      return [...clauseAddresses(facts).map(({ address }): Suggestion => ({ label: address, detail: 'clause', kind: CompletionItemKind.Reference })), ...businessIds(spec, facts, true, project)];
    default:
      return [];
  }
}

function nodes(project: LoadedProject | undefined, wanted: (node: NodeOutline) => boolean): Suggestion[] {
  return (project ? nodeOutlines(project.project) : [])
    .filter((node) => node.enabled && wanted(node))
    .map((node) => ({ label: node.kind === 'source' ? `${node.sourceName ?? ''}.${node.name}` : node.name, detail: node.kind, node: node.uniqueId, kind: CompletionItemKind.Class }))
    .sort((a, b) => (a.label < b.label ? -1 : 1));
}

/** The next free id of the prefix of a list. */
function idOffers(spec: SpecDocument, cursor: CursorContext, own: string): Suggestion[] {
  const list = cursor.path.slice(0, cursor.path.lastIndexOf('[]'));
  const prefix = own === '' && spec.kind ? (schemaAt(schemaOf(spec), list)?.['x-prefix'] ?? '') : own;
  if (prefix === '') return [];
  const typed = spec.text.slice(cursor.whole.start, cursor.whole.end);
  const used = new Set(spec.ids.map(({ id }) => id).filter((id) => id !== typed));
  return [{ label: nextId(prefix, used), kind: CompletionItemKind.Reference, detail: 'the next free id' }];
}

function businessSpecs(spec: SpecDocument, project: LoadedProject | undefined): Suggestion[] {
  return (project?.specs ?? [])
    .filter((s) => s.kind === 'business' && s.path !== spec.path)
    .map((s) => ({ label: relativeTo(spec.path, s.path), detail: s.facts?.kind === 'business' ? (s.facts.question?.value ?? '') : '', kind: CompletionItemKind.File }));
}

function businessIds(spec: SpecDocument, facts: TechnicalFacts, coverable: boolean, project: LoadedProject | undefined): Suggestion[] {
  return businessOf(spec, facts, project?.specs ?? [])
    .flatMap((business) => business.facts.items)
    .filter((item) => item.id && (!coverable || ['edge_cases', 'correct_when', ...spec.template.lists].includes(item.section)))
    .map((item) => ({ label: item.id?.value ?? '', detail: item.text, kind: CompletionItemKind.Reference }));
}

function attachables(facts: TechnicalFacts, cursor: CursorContext): Suggestion[] {
  const inputs = (facts.inputs?.items ?? []).map((input) => ({ label: input.as?.value ?? input.name, detail: input.kind === 'source' ? `source ${input.sourceName ?? ''}.${input.name}` : input.name, kind: CompletionItemKind.Variable }));
  const steps = stepsBefore(facts, stageAt(facts, cursor)).flatMap((step) => (step.name ? [{ label: step.name.value, detail: 'step', kind: CompletionItemKind.Struct }] : []));
  return [...inputs, ...steps];
}

/** Columns in scope: `alias.column` where an alias is typed or the bare name would be ambiguous, else the name. */
function scoped(facts: TechnicalFacts, cursor: CursorContext, project: LoadedProject | undefined): Suggestion[] {
  const columns = columnsInScope(facts, cursor, project);
  const alias = /^([\w$-]+)\./.exec(cursor.prefix)?.[1];
  const aliases = new Set(columns.map((column) => column.alias));
  const many = aliases.size > 1 && !['left', 'right'].includes(cursor.path[cursor.path.length - 1] ?? '') && !cursor.path.includes('keys');
  return columns
    .filter((column) => alias === undefined || column.alias === alias)
    .map((column) => {
      const shared = columns.some((other) => other.alias !== column.alias && other.name.toLowerCase() === column.name.toLowerCase());
      const label = alias !== undefined || (many && shared) ? `${column.alias}.${column.name}` : column.name;
      return { label, detail: [column.type, column.alias].filter((part) => part !== undefined).join(', '), documentation: column.description ?? '', kind: CompletionItemKind.Field };
    });
}

/** Columns the model has, then those in scope, without those that stand in the list. */
function newColumns(facts: TechnicalFacts, cursor: CursorContext, project: LoadedProject | undefined): Suggestion[] {
  const stage = stageAt(facts, cursor);
  const listed = new Set((stage.columns?.items ?? []).filter((c) => c.name.span.end < cursor.whole.start || c.name.span.start > cursor.whole.end).map((c) => c.name.value.toLowerCase()));
  const own = stage === facts.stage ? outputs(facts, project) : [];
  const scope = columnsInScope(facts, { ...cursor, path: stage === facts.stage ? ['columns'] : ['steps', '[]', 'columns'] }, project).map((column): Suggestion => ({ label: column.name, detail: [column.type, column.alias].filter((part) => part !== undefined).join(', '), documentation: column.description ?? '', kind: CompletionItemKind.Field }));
  return [...scope, ...own].filter(({ label }) => !listed.has(label.toLowerCase()));
}

function outputs(facts: TechnicalFacts, project: LoadedProject | undefined): Suggestion[] {
  const own = (facts.stage.columns?.items ?? []).filter((c) => c.kind === 'column').map((c): Suggestion => ({ label: c.name.value, detail: c.type?.value ?? '', kind: CompletionItemKind.Field }));
  const node = project ? nodeNamed(project, facts.model?.value) : undefined;
  const known = (node?.columns ?? []).map((column): Suggestion => ({ label: column.name, detail: column.type ?? '', documentation: column.description ?? '', kind: CompletionItemKind.Field }));
  return [...own, ...known];
}

/** The meaning that the business spec named beside the cursor has now. */
function meanings(spec: SpecDocument, facts: TechnicalFacts, cursor: CursorContext, project: LoadedProject | undefined): Suggestion[] {
  const item = facts.implements.findLast(({ span }) => span.start <= cursor.whole.start);
  const path = item && resolvePath(spec.path, item.business.value);
  const other = project?.specs.find((s) => s.path === path && s.kind === 'business');
  const meaning = other && meaningOf(other);
  return meaning === undefined ? [] : [{ label: meaning, detail: `the meaning of ${other?.path ?? ''} now`, kind: CompletionItemKind.Value }];
}
