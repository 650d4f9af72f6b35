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
  const texts = new Map(report.clauses.map((clause) => [clause.id, clause.spec.text]));
  const placed = [
    ...report.clauses.map((clause) => placedClause(clause, report, texts)),
    ...report.findings.map((finding) => ({ row: rowOfFinding(finding, report), subject: '', at: finding.spec ? placeOf(finding.spec.range) : null })),
  ];
  const rows = inOrder(placed);
  return {
    model: report.model,
    specFile: report.specFile,
    modelFile: report.modelFile,
    sentence: sentenceOf(report),
    counts: countsOf(rows),
    groups: GROUPS.map(([group, title]) => ({ group, title, rows: rows.filter((row) => row.group === group) })).filter(
      (group) => group.rows.length > 0,
    ),
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

function placedClause(clause: Clause, report: ModelReport, texts: ReadonlyMap<string, string>): Placed {
  const { label, text, subject, told } = wordsOfClause(clause, (id) => texts.get(id));
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
    spec: { ...clause.spec, text },
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

function inOrder(placed: readonly Placed[]): ViewRow[] {
  const first = new Map<string, number>();
  const last = new Map<string, number>();
  for (const { row, subject, at } of placed) {
    if (at === null) continue;
    const [own, stage] = [`${row.group} ${subject}`, `${row.group} ${row.stage ?? ''}`];
    first.set(own, Math.min(at, first.get(own) ?? at));
    last.set(stage, Math.max(at, last.get(stage) ?? at));
  }
  const key = ({ row, subject, at }: Placed): number => {
    if (at === null) return last.get(`${row.group} ${row.stage ?? ''}`) ?? Infinity;
    return subject === '' ? at : (first.get(`${row.group} ${subject}`) ?? at);
  };
  return placed.map((item, index) => ({ item, index, key: key(item) })).sort((a, b) => compareKeys(a.key, b.key) || Number(isPart(a.item)) - Number(isPart(b.item)) || a.index - b.index).map(({ item }) => item.row);
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

function countsOf(rows: readonly ViewRow[]): View['counts'] {
  const labels: readonly [RowVerdict, string][] = [
    ['differs', 'differs'],
    ['unspecced', 'not in the spec'],
    ['unknown', "can't tell"],
    ['matches', 'matches'],
    ['waived', 'accepted'],
    ['finding', 'to look at'],
  ];
  return labels
    .map(([verdict, label]) => ({ verdict, label, count: rows.filter((row) => row.verdict === verdict).length }))
    .filter(({ count, verdict }) => count > 0 || verdict === 'differs' || verdict === 'matches');
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
