import type { Clause, ClauseGroup, Finding, ModelPlace, ModelReport } from '../../engine/conformance';
import type { StageFact, TechnicalFacts } from '../../engine/spec';
import { lineStarts, offsetAt, type Span } from '../../engine/text';
import { overlaps } from './edits';

/**
 * `detected` at its place and in a group the operator names; `unknown` where the clause there can no longer be judged;
 * `undecidable` where it could not be in the original either; else `missed`.
 */
export type Outcome = 'detected' | 'missed' | 'unknown' | 'undecidable';

/** One text of a model: what places of a report point into. */
export interface Texts {
  file: string;
  raw: string;
  compiled?: string;
}

/** Where a change is: spans in the raw and, where it has a counterpart, the compiled text. For tests the addresses of their clauses. */
export interface ChangeAt {
  raw: readonly Span[];
  compiled?: readonly Span[];
  addresses?: readonly string[];
}

export interface Judged {
  outcome: Outcome;
  /** The rule that detected it; else the rule of the clause in its place; `none` where there is none. */
  rule: string;
  /** Why it counts so, in a few words. */
  why: string;
  /** What the report says against the changed model. */
  reported: string[];
}

export interface JudgeInput {
  names: readonly ClauseGroup[];
  /** True where the change only adds something: no clause of the original is about it. */
  addition: boolean;
  facts: TechnicalFacts;
  original: { report: ModelReport; texts: Texts; at: ChangeAt; /** Its reports at the other tiers, for clauses that have no place at this one. */ elsewhere: readonly ModelReport[] };
  changed: { report: ModelReport; texts: Texts; at: ChangeAt };
}

/** Tells whether a report noticed a change where it is and for what it is. */
export function judge({ names, addition, facts, original, changed }: JudgeInput): Judged {
  const named = (item: { group: ClauseGroup }): boolean => names.includes(item.group);
  const accused = accusations(changed.report);
  const reported = accused.map((item) => `${item.rule} ${item.id}: ${item.message}`);
  const before = original.report.clauses.filter((clause) => touches(clause, original.texts, original.at));
  const own = before.filter(named);
  const later = new Map(changed.report.clauses.map((clause) => [clause.id, clause]));
  const hit = accused.filter(named).find((item) => touches(item, changed.texts, changed.at)) ?? own.filter((clause) => clause.verdict === 'matches').map((clause) => later.get(clause.id)).find((clause) => clause?.verdict === 'differs');
  if (hit) return { outcome: 'detected', rule: hit.rule, why: hit.message, reported };
  const there = original.elsewhere.flatMap((report) => report.clauses).filter((clause) => touches(clause, original.texts, original.at, addition ? 'inside' : 'overlap'));
  const ids = new Set([...(addition ? own.filter((clause) => touches(clause, original.texts, original.at, 'inside')) : own), ...there].map((clause) => clause.id));
  const clauses = original.report.clauses.filter((clause) => named(clause) && ids.has(clause.id));
  const matched = clauses.filter((clause) => clause.verdict === 'matches');
  const [first] = matched.length > 0 ? matched : clauses;
  const rule = first?.rule ?? 'none';
  const hidden = addition ? undefined : original.report.findings.find((finding) => !finding.unspecced && finding.group === 'other' && touches(finding, original.texts, original.at));
  const undecidable = matched.length === 0 && clauses.length === 0 && hidden ? `the report says that it cannot read this part (${hidden.rule})` : undecidableIn(clauses, matched, [...before, ...there], facts, names, original.report);
  if (undecidable !== undefined) return { outcome: 'undecidable', rule, why: undecidable, reported };
  const lost = matched.map((clause) => later.get(clause.id)).find((clause) => clause?.verdict === 'unknown');
  if (lost) return { outcome: 'unknown', rule: lost.rule, why: `${lost.id} became unknown (${lost.reason ?? ''}): ${lost.message}`, reported };
  const near = changed.report.clauses.find((clause) => named(clause) && clause.verdict === 'unknown' && touches(clause, changed.texts, changed.at));
  if (near) return { outcome: 'unknown', rule: near.rule, why: `${near.id} is unknown (${near.reason ?? ''}): ${near.message}`, reported };
  return { outcome: 'missed', rule, why: accused.length > 0 ? 'misplaced: reported elsewhere or in another group' : 'nothing was reported', reported };
}

/** Clauses that differ and findings of unspecced logic. */
export function accusations(report: ModelReport): (Clause | Finding)[] {
  return [...report.clauses.filter((clause) => clause.verdict === 'differs'), ...report.findings.filter((finding) => finding.unspecced)];
}

function undecidableIn(clauses: readonly Clause[], matched: readonly Clause[], before: readonly Clause[], facts: TechnicalFacts, names: readonly ClauseGroup[], report: ModelReport): string | undefined {
  if (matched.length > 0) return undefined;
  const [first] = clauses;
  if (first) return `${first.id} is unknown in the original (${first.reason ?? ''})`;
  const opaque = before.find((clause) => clause.group === 'other');
  if (opaque) return `the spec keeps this part as text (${opaque.id})`;
  return openSection(before, facts, names, report);
}

const SECTIONS: Partial<Record<ClauseGroup, readonly (keyof StageFact)[]>> = { joins: ['joins'], filters: ['filters'], columns: ['columns', 'union'] };

/** Why nothing in the named groups is specified here; undefined where something is, or where it cannot be told. */
function openSection(before: readonly Clause[], facts: TechnicalFacts, names: readonly ClauseGroup[], report: ModelReport): string | undefined {
  const stages = [...(facts.steps?.items ?? []), facts.stage];
  const named = new Set(before.filter((clause) => isStaged(clause)).map((clause) => clause.stage));
  const here = stages.filter((stage) => (stage === facts.stage ? named.has(undefined) : named.has(stage.name?.value)));
  const open = names.filter((group) => {
    if (group === 'inputs') return !facts.inputs;
    if (group === 'grain') return !facts.grain;
    if (group === 'tests') return !facts.tests;
    if (group === 'materialization') return !facts.materialization;
    const keys = SECTIONS[group];
    if (!keys) return stages.every(isEmpty);
    const looked = here.length > 0 ? here : stages;
    return looked.every((stage) => keys.every((key) => stage[key] === undefined));
  });
  if (open.length < names.length) return undefined;
  return `the spec says nothing of ${open.join(' and ')} here${report.summary.notSpecified.length > 0 ? ` (not specified: ${report.summary.notSpecified.join(', ')})` : ''}`;
}

function isEmpty(stage: StageFact): boolean {
  return !stage.from && !stage.columns && !stage.joins && !stage.filters && !stage.union;
}

function isStaged(clause: Clause): boolean {
  return ['joins', 'filters', 'aggregation', 'columns'].includes(clause.group);
}

function touches(item: { id: string; model: ModelPlace[] }, texts: Texts, at: ChangeAt, how: 'overlap' | 'inside' = 'overlap'): boolean {
  if (at.addresses) return at.addresses.some((address) => item.id === address || item.id.startsWith(`${address}/`));
  return item.model.some((place) => {
    const found = locate(place, texts);
    const spans = place.in === 'raw' ? at.raw : place.in === 'compiled' ? (at.compiled ?? []) : [];
    return found !== undefined && spans.some((span) => (how === 'overlap' ? overlaps(found, span) : found.start < span.start && span.end < found.end));
  });
}

/** Offsets of a place; undefined where it is in another file. */
export function locate(place: ModelPlace, texts: Texts): Span | undefined {
  const text = place.in === 'raw' ? (place.file === texts.file ? texts.raw : undefined) : place.in === 'compiled' ? texts.compiled : undefined;
  if (text === undefined) return undefined;
  const starts = lineStarts(text);
  return { start: offsetAt(text, starts, place.range.start), end: offsetAt(text, starts, place.range.end) };
}
