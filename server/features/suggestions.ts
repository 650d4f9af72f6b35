import { CompletionItemKind, type CompletionItem } from 'vscode-languageserver';
import { businessOf, lookupInput, type CursorContext, type SchemaNode, type SpecDocument, type TechnicalFacts } from '../../engine/spec';
import type { RelationNode } from '../../engine/project/types';
import { nodeNamed } from '../compareDocument';
import type { LoadedProject } from '../session';

/** Names of the project and the specs that fit where the cursor stands. */
export function suggestionsFor(spec: SpecDocument, cursor: CursorContext, schema: SchemaNode | undefined, project: LoadedProject | undefined): CompletionItem[] {
  const what = schema?.['x-complete'];
  const facts = spec.facts?.kind === 'technical' ? spec.facts : undefined;
  if (schema?.['x-expression'] === true && what === undefined) return facts ? columnItems(facts, cursor, project) : [];
  switch (what) {
    case 'model':
      return nodes(project, (node) => node.kind === 'model' || node.kind === 'snapshot');
    case 'ref':
      return nodes(project, (node) => node.kind !== 'source');
    case 'source':
      return nodes(project, (node) => node.kind === 'source');
    case 'business_spec':
      return (project?.specs ?? []).filter((s) => s.kind === 'business').map((s) => ({ label: s.path.slice(s.path.lastIndexOf('/') + 1), detail: s.facts?.kind === 'business' ? (s.facts.question?.value ?? '') : '', kind: CompletionItemKind.File }));
    case 'business_id':
    case 'coverable_id':
      return facts ? idItems(spec, facts, what === 'coverable_id', project) : [];
    case 'attachable':
      return facts ? attachableItems(facts) : [];
    case 'step':
      return (facts?.steps?.items ?? []).flatMap((step) => (step.name ? [{ label: step.name.value, kind: CompletionItemKind.Struct, detail: 'step' }] : []));
    case 'column':
      return facts ? columnItems(facts, cursor, project) : [];
    case 'output_column':
      return facts ? outputItems(facts, project) : [];
    default:
      return [];
  }
}

function nodes(project: LoadedProject | undefined, wanted: (node: RelationNode) => boolean): CompletionItem[] {
  return [...(project?.project.nodes.values() ?? [])]
    .filter((node) => node.enabled && wanted(node))
    .map((node) => ({ label: node.kind === 'source' ? `${node.sourceName ?? ''}.${node.name}` : node.name, detail: node.kind, documentation: node.description ?? '', kind: CompletionItemKind.Class }))
    .sort((a, b) => (a.label < b.label ? -1 : 1));
}

function idItems(spec: SpecDocument, facts: TechnicalFacts, coverable: boolean, project: LoadedProject | undefined): CompletionItem[] {
  return businessOf(spec, facts, project?.specs ?? [])
    .flatMap((business) => business.facts.items)
    .filter((item) => item.id && (!coverable || item.section === 'edge_cases' || item.section === 'correct_when'))
    .map((item) => ({ label: item.id?.value ?? '', detail: item.text, kind: CompletionItemKind.Reference }));
}

function attachableItems(facts: TechnicalFacts): CompletionItem[] {
  const inputs = (facts.inputs?.items ?? []).map((input) => ({ label: input.as?.value ?? input.name, detail: input.kind === 'source' ? `source ${input.sourceName ?? ''}.${input.name}` : input.name, kind: CompletionItemKind.Variable }));
  const steps = (facts.steps?.items ?? []).flatMap((step) => (step.name ? [{ label: step.name.value, detail: 'step', kind: CompletionItemKind.Struct }] : []));
  return [...inputs, ...steps];
}

/** Columns of the input that the cursor is about: the alias before the dot, the input or join around it, else all. */
function columnItems(facts: TechnicalFacts, cursor: CursorContext, project: LoadedProject | undefined): CompletionItem[] {
  const alias = /^([\w$-]+)\./.exec(cursor.prefix)?.[1];
  const inputs = facts.inputs?.items ?? [];
  const around = inputs.find((input) => input.span.start <= cursor.replace.start && cursor.replace.end <= input.span.end + 1);
  const wanted = alias !== undefined ? inputs.filter((input) => (input.as?.value ?? input.name) === alias) : around ? [around] : inputs;
  const fromInputs = wanted.flatMap((input): CompletionItem[] => {
    const found = project ? lookupInput(project.project, input) : undefined;
    const node = found?.kind === 'one' ? found.node : undefined;
    return (node?.columns ?? []).map((column) => ({ label: alias === undefined ? column.name : `${alias}.${column.name}`, filterText: alias === undefined ? column.name : `${alias}.${column.name}`, detail: [column.type, input.as?.value ?? input.name].filter((part) => part !== undefined).join(', '), documentation: column.description ?? '', kind: CompletionItemKind.Field }));
  });
  const steps = (facts.steps?.items ?? []).filter((step) => (alias === undefined ? !around : step.name?.value === alias));
  const fromSteps = steps.flatMap((step) => (step.columns?.items ?? []).filter((c) => c.kind === 'column').map((column): CompletionItem => ({ label: alias === undefined ? column.name.value : `${alias}.${column.name.value}`, detail: `step ${step.name?.value ?? ''}`, kind: CompletionItemKind.Field })));
  return [...new Map([...fromInputs, ...fromSteps].map((item) => [item.label, item])).values()];
}

function outputItems(facts: TechnicalFacts, project: LoadedProject | undefined): CompletionItem[] {
  const own = (facts.stage.columns?.items ?? []).filter((c) => c.kind === 'column').map((c): CompletionItem => ({ label: c.name.value, detail: c.type?.value ?? '', kind: CompletionItemKind.Field }));
  const node = project ? nodeNamed(project, facts.model?.value) : undefined;
  const known = (node?.columns ?? []).map((column): CompletionItem => ({ label: column.name, detail: column.type ?? '', documentation: column.description ?? '', kind: CompletionItemKind.Field }));
  return [...new Map([...own, ...known].map((item) => [item.label, item])).values()];
}
