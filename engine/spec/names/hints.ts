import { candidateKeys } from '../../project/keys';
import type { RelationNode } from '../../project/types';
import type { Span } from '../../text';
import type { JoinFact, SpecDocument, StageFact, TechnicalFacts } from '../types';
import { stagesOf } from '../stages';
import { nodeOfInput } from './symbols';
import type { NameContext, NameUse } from './types';
import { usesOf } from './uses';

/** Something a spec leaves open and the project knows, behind a place of the spec. */
export interface SpecHint {
  kind: 'type' | 'grain' | 'cardinality';
  /** Offset behind which it is shown. */
  at: number;
  label: string;
  /** Where it is known from. */
  from: string;
}

/** Types of columns, grains of inputs and cardinalities of joins that a technical spec does not write and the project proves. */
export function hintsOf(spec: SpecDocument, context: NameContext): SpecHint[] {
  const { facts } = spec;
  if (facts?.kind !== 'technical' || !context.project) return [];
  return [...typeHints(facts, usesOf(spec, context), context), ...grainHints(facts, context), ...stagesOf(facts).flatMap((stage) => cardinalityHints(facts, stage, context))].sort((a, b) => a.at - b.at);
}

function typeHints(facts: TechnicalFacts, uses: readonly NameUse[], context: NameContext): SpecHint[] {
  const at = new Map<number, NameUse[]>();
  for (const use of uses) at.set(use.span.start, [...(at.get(use.span.start) ?? []), use]);
  return stagesOf(facts).flatMap(({ columns }) =>
    (columns?.items ?? []).flatMap((column): SpecHint[] => {
      if (column.kind !== 'column' || column.type) return [];
      const { name, from, expression } = column;
      const source = !expression && from.length === 1 && from[0] ? lastAt(uses, from[0].span) : [];
      const own = [name.span.start, name.span.start + 1].flatMap((start) => at.get(start) ?? []);
      const known = [...own, ...source].flatMap((use) => typeOf(use, context) ?? [])[0];
      return known ? [{ kind: 'type', at: name.span.end, label: `: ${known.type}`, from: known.from }] : [];
    }),
  );
}

/** The column an expression of one name names: the last word in it. */
function lastAt(uses: readonly NameUse[], span: Span): NameUse[] {
  return uses.filter((use) => span.start <= use.span.start && use.span.end <= span.end && use.kind === 'column').slice(-1);
}

/** The type of the column that a use names, where it is one of a relation. */
function typeOf({ symbol }: NameUse, { project }: NameContext): { type: string; from: string } | undefined {
  const parts = symbol?.kind === 'column' ? symbol.key.split('|') : [];
  const node = parts.length === 4 ? project?.nodes.get(parts[2] ?? '') : undefined;
  const column = node?.columns.find(({ name }) => name.toLowerCase() === parts[3]);
  return node && column?.type !== undefined ? { type: column.type.toLowerCase(), from: `${column.from === 'E4' ? 'the catalog' : "dbt's YAML"} has this type for ${node.name}.${column.name}` } : undefined;
}

function grainHints(facts: TechnicalFacts, context: NameContext): SpecHint[] {
  return (facts.inputs?.items ?? []).flatMap((input): SpecHint[] => {
    const node = input.grain ? undefined : nodeOfInput(context, input);
    const [key] = node ? candidateKeys(node) : [];
    return key ? [{ kind: 'grain', at: input.nameSpan.end, label: `one row per ${key.columns.join(', ')}`, from: key.text }] : [];
  });
}

/** Columns that name at most one row of an attached name, with what says so. */
interface Key {
  columns: readonly string[];
  text: string;
}

function cardinalityHints(facts: TechnicalFacts, stage: StageFact, context: NameContext): SpecHint[] {
  const joins = stage.joins?.items ?? [];
  return joins.flatMap((join, index): SpecHint[] => {
    if (join.cardinality || !join.keys || join.keys.value.length === 0 || ['cross', 'semi', 'anti'].includes(join.type?.value ?? '')) return [];
    const right = keyWithin(keysOf(facts, join.to.value, context), sideOf(join, 'right'));
    if (!right) return [];
    const left = index === 0 && stage.from ? keyWithin(keysOf(facts, stage.from.value, context), sideOf(join, 'left')) : undefined;
    return [{ kind: 'cardinality', at: join.to.span.end, label: left ? 'one_to_one' : 'many_to_one', from: [`${join.to.value}: ${right.text}`, ...(left && stage.from ? [`${stage.from.value}: ${left.text}`] : [])].join('; ') }];
  });
}

/** The columns of one side of a join's keys; what is no name of a column is none. */
function sideOf(join: JoinFact, side: 'left' | 'right'): Set<string> {
  return new Set((join.keys?.value ?? []).flatMap((key) => /^(?:[\w$]+\.)?([\w$]+)$/.exec(key[side])?.[1]?.toLowerCase() ?? []));
}

function keyWithin(keys: readonly Key[], columns: ReadonlySet<string>): Key | undefined {
  return keys.find((key) => key.columns.length > 0 && key.columns.every((column) => columns.has(column.toLowerCase())));
}

/** The keys of a step that is grouped, or of an input. */
function keysOf(facts: TechnicalFacts, name: string, context: NameContext): Key[] {
  const wanted = name.toLowerCase();
  const step = facts.steps?.items.find((one) => one.name?.value.toLowerCase() === wanted);
  if (step) return groupedBy(step);
  const input = facts.inputs?.items.find((one) => (one.as?.value ?? one.name).toLowerCase() === wanted);
  const node: RelationNode | undefined = input && nodeOfInput(context, input);
  return node ? candidateKeys(node) : [];
}

/** A grouped step has one row for each group, where it puts out what it is grouped by under its name. */
function groupedBy(step: StageFact): Key[] {
  if (!step.aggregate || step.union || step.unnest || step.aggregate.by.length === 0) return [];
  const columns = step.aggregate.by.map(({ value }) => /^(?:[\w$]+\.)?([\w$]+)$/.exec(value)?.[1]?.toLowerCase());
  const out = (step.columns?.items ?? []).filter((column) => column.kind === 'column' && isBare(column)).map(({ name }) => name.value.toLowerCase());
  return columns.every((column) => column !== undefined && out.includes(column)) ? [{ columns: columns.flatMap((column) => column ?? []), text: `grouped by ${columns.join(', ')}` }] : [];
}

/** A column that is taken over under its own name. */
function isBare({ name, from, expression }: NonNullable<StageFact['columns']>['items'][number]): boolean {
  const source = expression?.value ?? from[0]?.value ?? name.value;
  return from.length <= 1 && source.split('.').pop()?.toLowerCase() === name.value.toLowerCase() && /^[\w$.]+$/.test(source);
}
