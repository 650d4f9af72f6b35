import { lookupInput, stagesOf, type ColumnFact, type CursorContext, type JoinFact, type StageFact, type TechnicalFacts } from '../engine/spec';
import type { Column, RelationNode } from '../engine/project/types';
import type { LoadedProject } from './session';

/** Where in a spec a column is named. */
export type At = Pick<CursorContext, 'path' | 'whole'>;

/** A column that can be named at a cursor, under the alias it comes from. */
export interface ScopedColumn {
  alias: string;
  name: string;
  type?: string;
  description?: string;
  /** The column of an input, or the one a step puts out. */
  from: { node: RelationNode; column: Column } | { step: string; column: ColumnFact };
}

/** What is attached in a stage: an alias, and the input or step behind it. */
interface Attached {
  alias: string;
  target: string;
}

/** The stage a cursor is in: a step, else the top level. */
export function stageAt(facts: TechnicalFacts, cursor: At): StageFact {
  if (cursor.path[0] !== 'steps') return facts.stage;
  const before = (facts.steps?.items ?? []).filter((step) => step.span.start <= cursor.whole.start);
  return before[before.length - 1] ?? facts.stage;
}

/** Steps that come before a stage; only those can be attached to it. */
export function stepsBefore(facts: TechnicalFacts, stage: StageFact): StageFact[] {
  const steps = facts.steps?.items ?? [];
  const at = steps.indexOf(stage);
  return at < 0 ? steps : steps.slice(0, stage.recursive ? at + 1 : at);
}

/** Columns that the place of a cursor can name: of its input, of both sides of its join, or of all its stage attaches. */
export function columnsInScope(facts: TechnicalFacts, cursor: At, project: LoadedProject | undefined): ScopedColumn[] {
  const at = cursor.whole.start;
  if (cursor.path[0] === 'inputs') {
    const input = (facts.inputs?.items ?? []).findLast((item) => item.span.start <= at);
    const alias = input && (input.as?.value ?? input.name);
    return alias === undefined ? [] : columnsOf(facts, { alias, target: alias }, project);
  }
  const stage = stageAt(facts, cursor);
  const all = (stage.columns?.items ?? []).findLast((item) => item.span.start <= at && at <= item.span.end);
  if (cursor.path.includes('columns') && all?.kind === 'all_from') return columnsOf(facts, attachedAs(stage, all.name.value), project);
  const join = cursor.path.includes('joins') ? (stage.joins?.items ?? []).findLast((item) => item.span.start <= at) : undefined;
  if (join) return columnsOfJoin(facts, stage, join, cursor, project);
  return attachedIn(facts, stage).flatMap((one) => columnsOf(facts, one, project));
}

function columnsOfJoin(facts: TechnicalFacts, stage: StageFact, join: JoinFact, cursor: At, project: LoadedProject | undefined): ScopedColumn[] {
  const joins = stage.joins?.items ?? [];
  const preceding = attachedIn(facts, { ...stage, joins: { span: join.span, keySpan: join.span, items: joins.slice(0, joins.indexOf(join)) } }, false);
  const left = preceding.flatMap((one) => columnsOf(facts, one, project));
  const right = columnsOf(facts, { alias: join.as?.value ?? join.to.value, target: join.to.value }, project);
  const last = cursor.path[cursor.path.length - 1];
  if (last === 'left') return left;
  if (last === 'right') return right;
  if (last !== '[]') return [...left, ...right];
  const shared = right.filter((column) => left.some((other) => other.name.toLowerCase() === column.name.toLowerCase()));
  return shared.length > 0 ? shared : [...left, ...right];
}

function attachedAs(stage: StageFact, alias: string): Attached {
  const join = stage.joins?.items.find((item) => item.as?.value === alias);
  return { alias, target: join?.to.value ?? alias };
}

/** What a stage attaches; where it says nothing yet, every input and every step before it. */
function attachedIn(facts: TechnicalFacts, stage: StageFact, orAll = true): Attached[] {
  const named = [...(stage.from ? [{ alias: stage.from.value, target: stage.from.value }] : []), ...(stage.joins?.items ?? []).map((join) => ({ alias: join.as?.value ?? join.to.value, target: join.to.value }))];
  if (named.length > 0 || !orAll) return named;
  const inputs = (facts.inputs?.items ?? []).map((input) => input.as?.value ?? input.name);
  return [...inputs, ...stepsBefore(facts, stage).flatMap((step) => step.name?.value ?? [])].map((alias) => ({ alias, target: alias }));
}

function columnsOf(facts: TechnicalFacts, { alias, target }: Attached, project: LoadedProject | undefined, depth = 0): ScopedColumn[] {
  const step = stagesOf(facts).find((stage) => stage.name?.value === target);
  if (step) {
    return (step.columns?.items ?? []).flatMap((column): ScopedColumn[] => {
      if (column.kind === 'column') return [{ alias, name: column.name.value, ...(column.type ? { type: column.type.value } : {}), ...(column.means ? { description: column.means.value } : {}), from: { step: target, column } }];
      const out = column.except.map((name) => name.value);
      return depth > 8 ? [] : columnsOf(facts, attachedAs(step, column.name.value), project, depth + 1).filter(({ name }) => !out.includes(name)).map((c) => ({ ...c, alias, name: column.rename.find((r) => r.from === c.name)?.to ?? c.name }));
    });
  }
  const input = facts.inputs?.items.find((item) => (item.as?.value ?? item.name) === target);
  const found = input && project ? lookupInput(project.project, input) : undefined;
  if (found?.kind !== 'one') return [];
  return found.node.columns.map((column) => ({ alias, name: column.name, ...(column.type === undefined ? {} : { type: column.type }), ...(column.description === undefined ? {} : { description: column.description }), from: { node: found.node, column } }));
}
