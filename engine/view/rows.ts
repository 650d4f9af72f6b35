import { runText } from '../project/lastRun';
import type { Clause, ClauseGroup, Finding, ModelPlace, ModelReport, Severity, SpecPlace, UnknownReason } from '../conformance/types';
import type { Range } from '../text';
import { wordsOfClause } from './labels';

/** How one row of the side-by-side view reads. */
export type RowVerdict = 'matches' | 'differs' | 'unknown' | 'unspecced' | 'finding' | 'waived';

/** One line of the comparison: the spec's clause, the verdict, what the model does. */
export interface ViewRow {
  id: string;
  rule: string;
  group: ClauseGroup;
  /** Step of the spec or stage of the model; null for the last. */
  stage: string | null;
  verdict: RowVerdict;
  severity: Severity;
  /** What the clause is about, leading the spec's text; null where that says it itself. */
  label: string | null;
  spec: SpecPlace | null;
  model: ModelPlace[];
  /** What the model does, in words, where the text at its places does not show it. */
  does: string | null;
  message: string;
  reason: string | null;
  waiver: string | null;
  /** What the last run of dbt found of the test behind it; null where nobody knows. */
  onData: { text: string; held: boolean } | null;
}

export interface ViewGroup {
  group: ClauseGroup;
  title: string;
  rows: ViewRow[];
}

/** One model's comparison, ready to be drawn. */
export interface View {
  model: string;
  specFile: string | null;
  modelFile: string | null;
  sentence: string;
  counts: { label: string; verdict: RowVerdict; count: number }[];
  groups: ViewGroup[];
  notSpecified: string[];
  evidence: string[];
}

const GROUPS: readonly [ClauseGroup, string][] = [
  ['grain', 'Grain'],
  ['inputs', 'Inputs'],
  ['joins', 'Joins'],
  ['filters', 'Filters'],
  ['aggregation', 'Aggregation'],
  ['columns', 'Columns'],
  ['tests', 'Tests'],
  ['materialization', 'Materialization'],
  ['other', 'Other'],
];

const REASONS: Record<UnknownReason, string> = {
  'opaque-jinja': 'Jinja hides it in the raw SQL and there is no fresh compiled code',
  'opaque-macro': 'a macro writes this part of the SQL',
  unparsed: 'the SQL could not be parsed',
  'stage-unmatched': 'no stage of the model could be paired with this step',
  'stage-not-specified': 'the spec does not describe this stage',
  'not-provable': 'the two are neither provably equal nor provably different',
  'evidence-missing': 'the evidence for it is missing',
  'evidence-stale': 'the evidence for it is older than the model',
  'columns-unknown': 'the columns of an input are not known',
  unsupported: 'this construct is not compared yet',
  python: 'the model is Python',
  'not-checked': 'it was not checked',
};

/** The plain words for why a clause cannot be told. */
export function reasonText(reason: UnknownReason): string {
  return REASONS[reason];
}

/** The short heading of a clause group. */
export function groupTitle(group: ClauseGroup): string {
  return GROUPS.find(([name]) => name === group)?.[1] ?? group;
}

/**
 * Lays a report out as groups of rows in the fixed order of the view; empty groups are left out. Within a group rows follow
 * the spec, all of one subject together; what the spec does not have comes after its stage.
 */
export function viewOf(report: ModelReport): View {
  const placed = new Map<ClauseGroup, Placed[]>();
  const add = (item: Placed): void => {
    const group = placed.get(item.row.group);
    if (group) group.push(item);
    else placed.set(item.row.group, [item]);
  };
  const textOf = (id: string): string | undefined => report.clauses.find((clause) => clause.id === id)?.spec.text;
  for (const clause of report.clauses) add(placedClause(clause, report, textOf));
  for (const finding of report.findings) add({ row: rowOfFinding(finding, report), subject: '', at: finding.spec ? placeOf(finding.spec.range) : null });
  const groups = GROUPS.flatMap(([group, title]): ViewGroup[] => {
    const items = placed.get(group);
    return items ? [{ group, title, rows: inOrder(items) }] : [];
  });
  return {
    model: report.model,
    specFile: report.specFile,
    modelFile: report.modelFile,
    sentence: sentenceOf(report),
    counts: countsOf(groups),
    groups,
    notSpecified: report.summary.notSpecified,
    evidence: [`${report.evidence.tier}: ${report.evidence.from}`, ...report.evidence.notes],
  };
}

/** One sentence on top: what the comparison says about the model. */
export function sentenceOf(report: ModelReport): string {
  const { matches, differs, unknown, unspecced } = report.summary;
  const compared = matches + differs + unknown;
  if (report.uniqueId === null) return `Nothing could be compared: ${report.model} names no model of this project, or more than one.`;
  const extra = unspecced > 0 ? ` ${plural(unspecced, 'thing')} in the model ${unspecced === 1 ? 'is' : 'are'} not in the spec.` : '';
  const doubt = unknown > 0 ? ` ${plural(unknown, 'clause')} can't be told.` : '';
  if (matches + differs + unspecced === 0) return `Nothing of ${report.model} could be compared with its spec.${doubt}`;
  if (differs > 0) return `${report.model} does not do what its spec says: ${plural(differs, 'clause')} of ${compared} ${differs === 1 ? 'differs' : 'differ'}.${extra}${doubt}`;
  if (unspecced > 0) return `${report.model} does more than its spec says.${extra}${doubt}`;
  if (unknown > 0) return `${report.model} contradicts nothing in its spec: ${plural(matches, 'clause')} of ${compared} ${matches === 1 ? 'matches' : 'match'}.${doubt}`;
  return `${report.model} does what its spec says: all ${plural(matches, 'clause')} match.`;
}

interface Placed {
  row: ViewRow;
  subject: string;
  /** Place in the spec, as one number; null where the spec has none. */
  at: number | null;
}

function placedClause(clause: Clause, report: ModelReport, textOf: (id: string) => string | undefined): Placed {
  const { label, text, subject, told } = wordsOfClause(clause, textOf);
  const matches = clause.verdict === 'matches';
  const shown = clause.model.some((place) => place.text !== '*');
  const row: ViewRow = {
    id: clause.id,
    rule: clause.rule,
    group: clause.group,
    stage: clause.stage ?? null,
    verdict: clause.waived && !matches ? 'waived' : clause.verdict,
    severity: clause.severity,
    label,
    spec: text === clause.spec.text ? clause.spec : { ...clause.spec, text },
    model: placesIn(clause.model, report),
    does: matches && (told || !shown) ? clause.message : null,
    message: clause.message,
    // A message that says itself why it cannot be told needs no second reason.
    reason: clause.reason && !clause.message.startsWith("Can't tell") ? reasonText(clause.reason) : null,
    waiver: waiverText(clause.waived),
    onData: clause.onData ? { text: runText(clause.onData), held: clause.onData.status === 'passed' && clause.onData.changed === null } : null,
  };
  return { row, subject, at: placeOf(clause.spec.range) };
}

function rowOfFinding(finding: Finding, report: ModelReport): ViewRow {
  return {
    id: finding.id,
    rule: finding.rule,
    group: finding.group,
    stage: finding.stage ?? null,
    verdict: finding.waived ? 'waived' : finding.unspecced ? 'unspecced' : 'finding',
    severity: finding.severity,
    label: null,
    spec: finding.spec,
    model: placesIn(finding.model, report),
    does: null,
    message: finding.message,
    reason: null,
    waiver: waiverText(finding.waived),
    onData: null,
  };
}

/** The name of the model itself says nothing as a place; that it is the model's YAML does. */
function placesIn(places: readonly ModelPlace[], { model }: ModelReport): ModelPlace[] {
  return places.map((place) => (place.in === 'yaml' && place.text === model ? { ...place, text: `the YAML of ${model}` } : place));
}

function placeOf({ start }: Range): number {
  return start.line * 1_000_000 + start.character;
}

/** The rows of a group in order. */
function inOrder(placed: readonly Placed[]): ViewRow[] {
  const first = new Map<string, number>();
  const last = new Map<string, number>();
  for (const { row, subject, at } of placed) {
    if (at === null) continue;
    first.set(subject, Math.min(at, first.get(subject) ?? at));
    const stage = row.stage ?? '';
    last.set(stage, Math.max(at, last.get(stage) ?? at));
  }
  const keyOf = ({ row, subject, at }: Placed): number => {
    if (at === null) return last.get(row.stage ?? '') ?? Infinity;
    return subject === '' ? at : (first.get(subject) ?? at);
  };
  // What stands at one place stays in the order it came in: sorting is stable.
  const keyed = placed.map((item) => ({ row: item.row, key: keyOf(item), part: Number(isPart(item)) }));
  return keyed.sort((a, b) => compareKeys(a.key, b.key) || a.part - b.part).map(({ row }) => row);
}

function compareKeys(a: number, b: number): number {
  return a === b ? 0 : a - b;
}

/** A column's type is a part of the column's subject; the column itself is not. */
function isPart({ row, subject }: Placed): boolean {
  return row.id !== subject;
}

function waiverText(waived: Clause['waived']): string | null {
  if (!waived) return null;
  const by = waived.by ? ` by ${waived.by}` : '';
  const until = waived.until ? ` until ${waived.until}` : '';
  return `accepted${by}${until}: ${waived.reason}`;
}

const COUNTED: readonly [RowVerdict, string][] = [
  ['differs', 'differs'],
  ['unspecced', 'not in the spec'],
  ['unknown', "can't tell"],
  ['matches', 'matches'],
  ['waived', 'accepted'],
  ['finding', 'to look at'],
];

function countsOf(groups: readonly ViewGroup[]): View['counts'] {
  const counts: Record<RowVerdict, number> = { differs: 0, unspecced: 0, unknown: 0, matches: 0, waived: 0, finding: 0 };
  for (const { rows } of groups) for (const { verdict } of rows) counts[verdict]++;
  return COUNTED
    .map(([verdict, label]) => ({ verdict, label, count: counts[verdict] }))
    .filter(({ count, verdict }) => count > 0 || verdict === 'differs' || verdict === 'matches');
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
