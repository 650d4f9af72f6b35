import { foldName } from '../project/names';
import { didYouMean, resolveRef, resolveSource } from '../project/lookup';
import type { ProjectIndex, RelationNode } from '../project/types';
import type { Located, Span } from '../text';
import { get } from '../yaml/tree';
import type { CheckContext } from './check';
import { blockingQuestions, fullTier } from './checkBusiness';
import { insertKey } from './edits';
import { businessOf, resolvePath } from './implementsOf';
import { meaningOf } from './meaning';
import type { BusinessFacts, BusinessItem, InputFact, SpecDocument, SpecProblem, StageFact, TechnicalFacts } from './types';

/** Names, ids, coverage and meanings of a technical spec. */
export function checkTechnical(spec: SpecDocument, facts: TechnicalFacts, context: CheckContext): SpecProblem[] {
  const business = businessOf(spec, facts, context.specs);
  return [
    ...implementsProblems(spec, facts, context),
    ...idProblems(facts, business),
    ...coverage(facts, business),
    ...inputProblems(facts, context.project),
    ...attachments(facts),
    ...grainColumns(facts, context.project),
    ...fullTier(spec, context),
    ...blockingQuestions(spec),
  ];
}

function implementsProblems(spec: SpecDocument, facts: TechnicalFacts, context: CheckContext): SpecProblem[] {
  const items = get(spec.tree, 'implements');
  return facts.implements.flatMap(({ business, meaning, span }) => {
    const path = resolvePath(spec.path, business.value);
    if (path === undefined) return [error('SPEC029', business.span, `"${business.value}" leaves the dbt project; name a spec inside it.`)];
    const other = context.specs.find((s) => s.path === path);
    if (!other || other.kind !== 'business') {
      const names = context.specs.filter((s) => s.kind === 'business').map((s) => relativeTo(spec.path, s.path));
      return [named('SPEC023', business, names, `There is no business spec ${path}.`)];
    }
    const current = meaningOf(other);
    if (current === undefined || meaning?.value === current) return [];
    const item = items?.kind === 'seq' ? items.items.find((one) => one.span.start === span.start) : items;
    const fix = meaning
      ? [{ title: 'Accept the current meaning', preferred: false, changes: [{ span: meaning.span, text: JSON.stringify(current) }] }]
      : [{ title: 'Record the current meaning', preferred: true, changes: item ? insertKey(item, spec.text, 'meaning', JSON.stringify(current), ['business', 'meaning']) : [] }];
    const message = meaning
      ? `${business.value} has changed its meaning since this spec was written; check what changed, then accept it.`
      : `The meaning of ${business.value} is not recorded, so a later change of it would go unnoticed.`;
    return [{ code: 'SPEC028', severity: meaning ? ('warning' as const) : ('information' as const), span: meaning?.span ?? business.span, message, fixes: fix }];
  });
}

function idProblems(facts: TechnicalFacts, business: readonly { facts: BusinessFacts }[]): SpecProblem[] {
  if (business.length === 0) return [];
  const items = business.flatMap(({ facts: b }) => b.items);
  const ids = items.flatMap((item) => item.id?.value ?? []);
  const used = [...stagesOf(facts).flatMap(implementsIn), ...(facts.tests?.items ?? []).flatMap((test) => test.covers)];
  return used.flatMap((id) => {
    const short = id.value.includes('#') ? id.value.slice(id.value.indexOf('#') + 1) : id.value;
    return ids.includes(short) ? [] : [named('SPEC025', id, ids, `No implemented business spec has the id ${id.value}.`)];
  });
}

/** The stages of a technical spec: its steps, then the top level. */
export function stagesOf(facts: TechnicalFacts): StageFact[] {
  return [...(facts.steps?.items ?? []), facts.stage];
}

function implementsIn(stage: StageFact): Located<string>[] {
  return [...(stage.joins?.items ?? []), ...(stage.filters?.items ?? []), ...(stage.columns?.items ?? [])].flatMap((item) => item.implements);
}

const COVERED: readonly BusinessItem['section'][] = ['edge_cases', 'correct_when'];

function coverage(facts: TechnicalFacts, business: readonly { path: string; facts: BusinessFacts; own: boolean }[]): SpecProblem[] {
  const covered = new Set((facts.tests?.items ?? []).flatMap((test) => test.covers.map((id) => id.value.replace(/^.*#/, ''))));
  const waived = new Set(facts.waivers.map((waiver) => waiver.clause.value.replace(/^.*#/, '')));
  const missing = business
    .filter(({ own }) => own)
    .flatMap(({ facts: b, path }) => b.items.filter((item) => COVERED.includes(item.section) && item.id && !covered.has(item.id.value) && !waived.has(item.id.value)).map((item) => ({ item, path })));
  const span = facts.tests?.keySpan ?? facts.model?.span ?? { start: 0, end: 1 };
  return missing.map(({ item, path }) => ({
    code: 'SPEC027',
    severity: 'warning' as const,
    span,
    message: `No test covers ${item.id?.value ?? ''} (${item.text}); add one with \`covers\`, or waive it with a reason.`,
    related: [{ file: path, span: item.span, message: item.text }],
    fixes: [],
  }));
}

function inputProblems(facts: TechnicalFacts, project: ProjectIndex | undefined): SpecProblem[] {
  if (!project) return [];
  return (facts.inputs?.items ?? []).flatMap((input) => {
    if (input.kind === 'this') return [];
    const found = lookupInput(project, input);
    const at = { value: input.name, span: input.nameSpan };
    if (found.kind === 'one') return grainOfInput(input, found.node, project);
    if (found.kind === 'ambiguous') return [error('SPEC021', input.nameSpan, `"${input.name}" names several models: ${found.candidates.join(', ')}; write { package, name }.`)];
    const ofKind = [...project.nodes.values()].filter((node) => (node.kind === 'source') === (input.kind === 'source'));
    const disabled = ofKind.find((node) => !node.enabled && node.name === input.name && (node.sourceName ?? '') === (input.sourceName ?? ''));
    if (disabled) return [error('SPEC023', input.nameSpan, `The ${disabled.kind} "${input.name}" is disabled in this project; enable it or name another.`)];
    const names = ofKind.filter((node) => node.enabled).map((node) => (node.kind === 'source' ? `${node.sourceName ?? ''}.${node.name}` : node.name));
    const written = input.kind === 'source' ? { value: `${input.sourceName ?? ''}.${input.name}`, span: at.span } : at;
    return [named('SPEC023', written, names, `There is no ${input.kind === 'source' ? 'source table' : 'model, seed or snapshot'} "${written.value}" in this project.`)];
  });
}

/** The node an input names. */
export function lookupInput(project: ProjectIndex, input: InputFact): ReturnType<typeof resolveRef> {
  if (input.kind === 'source') return resolveSource(project, input.sourceName ?? '', input.name);
  return resolveRef(project, { name: input.name, ...(input.package === undefined ? {} : { package: input.package }), ...(input.version === undefined ? {} : { version: input.version }) });
}

function grainOfInput(input: InputFact, node: RelationNode, project: ProjectIndex): SpecProblem[] {
  if (!node.columnsComplete) return [];
  return (input.grain?.value ?? []).flatMap((column) => unknownColumn(column, node, project));
}

function unknownColumn(column: Located<string>, node: RelationNode, project: ProjectIndex): SpecProblem[] {
  const names = node.columns.map((c) => c.name);
  const fold = (name: string): string => foldName(project.adapter, name);
  if (!/^\w+$/.test(column.value) || names.some((name) => fold(name) === fold(column.value))) return [];
  return [named('SPEC024', column, names, `${node.name} has no column "${column.value}".`)];
}

function attachments(facts: TechnicalFacts): SpecProblem[] {
  if (!facts.inputs) return [];
  const inputs = facts.inputs.items.map((input) => input.as?.value ?? input.name);
  const steps = (facts.steps?.items ?? []).map((step) => step.name?.value ?? '');
  return stagesOf(facts).flatMap((stage, index) => {
    const before = steps.slice(0, stage === facts.stage ? steps.length : stage.recursive ? index + 1 : index);
    const names = [...inputs, ...before];
    const targets = [...(stage.from ? [stage.from] : []), ...(stage.joins?.items ?? []).map((join) => join.to)];
    const branches = stage.union?.branches ?? [];
    return [
      ...targets.filter((target) => !names.includes(target.value)).map((target) => named('SPEC023', target, names, `"${target.value}" is no input alias and no step before this one.`)),
      ...branches.filter((branch) => !names.includes(branch.value)).map((branch) => named('SPEC023', branch, before, `"${branch.value}" is no step before this one.`)),
    ];
  });
}

function grainColumns(facts: TechnicalFacts, project: ProjectIndex | undefined): SpecProblem[] {
  const columns = facts.stage.columns?.items;
  // Opaque text may put out columns that nothing lists.
  if (!columns || columns.some((column) => column.kind === 'all_from') || (facts.stage.opaque?.items.length ?? 0) > 0) return [];
  const names = columns.map((column) => column.name.value);
  const fold = (name: string): string => foldName(project?.adapter ?? 'generic', name);
  return (facts.grain?.value ?? [])
    .filter((column) => /^\w+$/.test(column.value) && !names.some((name) => fold(name) === fold(column.value)))
    .map((column) => named('SPEC024', column, names, `The grain names "${column.value}", which is not among the columns.`));
}

function error(code: string, span: Span, message: string): SpecProblem {
  return { code, severity: 'error', span, message, fixes: [] };
}

function named(code: string, at: Located<string>, names: readonly string[], message: string): SpecProblem {
  const near = didYouMean(at.value, names);
  const fixes = near === undefined ? [] : [{ title: `Change to "${near}"`, preferred: true, changes: [{ span: at.span, text: near }] }];
  return { ...error(code, at.span, near === undefined ? message : `${message} Did you mean ${near}?`), fixes };
}

/** The path of one file as written in another: both relative to the project. */
export function relativeTo(from: string, to: string): string {
  const folder = from.split('/').slice(0, -1);
  const parts = to.split('/');
  let shared = 0;
  while (shared < folder.length && folder[shared] === parts[shared]) shared++;
  return [...folder.slice(shared).map(() => '..'), ...parts.slice(shared)].join('/');
}
