import { decidedOnly, type Drafts } from './branches';
import { sha256 } from '../project/hash';
import { lineStarts, oneLine, rangeOf, type Span } from '../text';
import type { Comparison } from './comparison';
import { askFix } from './openQuestion';
import { rawPlaces } from './rawPlaces';
import { rules } from './rules';
import { isDescribed } from './rules/described';
import type { FindingDraft, Judgement, Rule, Told } from './rules/rule';
import type { CompareContext } from './context';
import type { Clause, Finding, Fix, ModelPlace, ModelReport, ModelSummary, Severity, SpecPlace } from './types';
import { waiverOf } from './waivers';

/** Judges a comparison by every rule and lays the results out with places, addresses and waivers. */
export function reportOf(context: CompareContext, comparison: Comparison): ModelReport {
  const places = placer(comparison);
  const today = context.today ?? new Date().toISOString().slice(0, 10);
  const waived = (id: string): Clause['waived'] => waiverOf(comparison.facts.waivers, id, today);
  const evidence = { tier: comparison.analysis?.tier ?? 'E0', from: comparison.analysis?.from ?? 'the spec alone' } as const;
  const clauses: Clause[] = [];
  const findings: Finding[] = [];
  const ids = new Set<string>();
  const told: Span[] = [];
  const decided = decidedOnly(comparison);
  for (const rule of rules) {
    const configured = context.config.severities[rule.code];
    if (configured === 'off') continue;
    const said = judged(rule, comparison);
    if (said.clauses.length + said.findings.length === 0) continue;
    const { clauses: drafts, findings: all } = decided(said);
    const noticed = rule.yields ? all.filter((draft) => !spansOf(draft).some((span) => told.some((other) => other.start <= span.start && span.end <= other.end))) : all;
    for (const draft of drafts) {
      const { stage, verdict, message, evidence: own = evidence, fixes = [] } = draft;
      const id = unique(ids, draft.address);
      const severity = severityOf(rule, configured, verdict);
      const spec = places.spec(draft.spec);
      const model = placesOf(draft, places);
      const reason = verdict === 'unknown' ? (draft.reason ?? 'not-provable') : null;
      const waiver = verdict === 'matches' ? null : waived(id);
      if (verdict !== 'matches') told.push(...spansOf(draft));
      clauses.push({ id, rule: rule.code, group: rule.group, stage, verdict, severity, spec, model, message, reason, evidence: own, waived: waiver, fixes, test: draft.test });
    }
    for (const draft of noticed) {
      if (draft.unspecced) told.push(...spansOf(draft));
      const id = unique(ids, findingId(rule.code, draft.text));
      findings.push({
        id,
        rule: rule.code,
        group: draft.group ?? rule.group,
        ...(draft.stage === undefined ? {} : { stage: draft.stage }),
        unspecced: draft.unspecced,
        severity: configured ?? draft.severity ?? rule.severity,
        spec: draft.spec ? places.spec(draft.spec) : null,
        model: placesOf(draft, places),
        message: draft.message,
        evidence: draft.evidence ?? evidence,
        waived: waived(id),
        fixes: [...(draft.fixes ?? []), ...asked(comparison, draft)],
      });
    }
  }
  const { node, facts, document } = comparison;
  return {
    model: facts.model?.value ?? node?.name ?? '',
    uniqueId: node?.uniqueId ?? null,
    specFile: document.path,
    modelFile: node?.file ?? null,
    clauses,
    findings,
    summary: summaryOf(comparison, clauses, findings),
    evidence: { ...evidence, notes: comparison.analysis?.notes ?? [] },
  };
}

function placesOf({ model }: { model?: (Told | ModelPlace)[] }, places: Placer): ModelPlace[] {
  const found: ModelPlace[] = [];
  for (const place of model ?? []) {
    const own = places.model(place);
    if (own) found.push(own);
  }
  return found;
}

/** What is not in the spec can be asked there. */
function asked(comparison: Comparison, { unspecced, message }: FindingDraft): Fix[] {
  const fix = unspecced ? askFix(comparison.document, message) : undefined;
  return fix ? [fix] : [];
}

/** Places in the analysed text. */
function spansOf({ model }: { model?: (Told | ModelPlace)[] }): Span[] {
  return (model ?? []).filter((place): place is Told => !('in' in place));
}

function judged(rule: Rule, comparison: Comparison): Drafts {
  const drafts: Drafts = { clauses: [], findings: [] };
  if (rule.scope === 'model') add(drafts, rule.judge(comparison), comparison);
  else for (const stage of comparison.stages) add(drafts, rule.judge(stage, comparison), comparison);
  return drafts;
}

function add(drafts: Drafts, { clauses = NONE, findings = NONE }: Judgement, comparison: Comparison): void {
  if (clauses.length > 0) drafts.clauses.push(...clauses);
  for (const finding of findings) if (!finding.unspecced || !isQuoted(comparison, finding)) drafts.findings.push(finding);
}

const NONE: readonly never[] = [];

/** True where the spec has the text of a finding under `opaque`. */
function isQuoted(comparison: Comparison, { model }: FindingDraft): boolean {
  const [place] = model ?? [];
  return place !== undefined && !('in' in place) && comparison.quoted.some((quoted) => quoted.start <= place.start && place.end <= quoted.end);
}

function severityOf(rule: Rule, configured: Severity | undefined, verdict: Clause['verdict']): Severity {
  return verdict === 'differs' ? (configured ?? rule.severity) : 'information';
}

function unique(ids: Set<string>, wanted: string): string {
  let id = wanted;
  for (let n = 2; ids.has(id); n++) id = `${wanted}~${n}`;
  ids.add(id);
  return id;
}

/** `<rule>/<8 hex of the normalised text>`: stays the same wherever in the file the thing stands. */
export function findingId(code: string, text: string): string {
  return `${code}/${sha256(oneLine(text.toLowerCase())).slice(0, 8)}`;
}

interface Placer {
  spec(at: { span: Span; text: string }): SpecPlace;
  /** Undefined for a place that nothing stands at. */
  model(place: Told | ModelPlace): ModelPlace | undefined;
}

/** Ranges in the files a reader has: the raw file, wherever the place in compiled code is found there. */
function placer({ document, analysis }: Comparison): Placer {
  const specStarts = lineStarts(document.text);
  const chosen = analysis?.chosen;
  const chosenStarts = chosen && lineStarts(chosen.text);
  const raw = chosen?.in === 'compiled' ? analysis?.raw : undefined;
  const rawStarts = raw && lineStarts(raw.text);
  const inRaw = raw && chosen ? rawPlaces(raw.text, chosen.text) : undefined;
  return {
    spec: ({ span, text }) => ({ file: document.path, range: rangeOf(specStarts, span), text }),
    model: (place) => {
      if ('in' in place) return place;
      if (!chosen || !chosenStarts || place.end <= place.start) return undefined;
      const text = place.text ?? oneLine(chosen.text.slice(place.start, place.end)).slice(0, 200);
      const span = inRaw?.(place);
      if (raw && rawStarts && span) return { in: 'raw', file: raw.file, range: rangeOf(rawStarts, span), text };
      return { in: chosen.in, file: chosen.file, range: rangeOf(chosenStarts, place), text };
    },
  };
}

function summaryOf(comparison: Comparison, clauses: readonly Clause[], findings: readonly Finding[]): ModelSummary {
  return { ...countsOf(clauses, findings), notSpecified: notSpecified(comparison) };
}

/** How many clauses have each verdict, and how many findings are unspecced; waived ones apart. */
export function countsOf(clauses: readonly Clause[], findings: readonly Finding[]): Omit<ModelSummary, 'notSpecified'> {
  const counts = { matches: 0, differs: 0, unknown: 0, unspecced: 0, waived: 0 };
  for (const { verdict, waived } of clauses) counts[waived === null ? verdict : 'waived']++;
  for (const { unspecced, waived } of findings) {
    if (waived !== null) counts.waived++;
    else if (unspecced) counts.unspecced++;
  }
  return counts;
}

/** Sections the spec does not have, where the model has something they would speak of. */
function notSpecified(comparison: Comparison): string[] {
  const { facts, model } = comparison;
  const last = model?.stages.get(model.last);
  const top = comparison.stages.find((stage) => stage.fact === facts.stage);
  const pair = top?.view?.pair.model ?? last;
  // Where the spec describes the stage these are findings of their own.
  const unspecced = top !== undefined && isDescribed(top, comparison);
  const names: string[] = [];
  const add = (name: string, isOpen: boolean): void => {
    if (isOpen) names.push(name);
  };
  add('grain', !facts.grain);
  add('inputs', !facts.inputs);
  add('steps', !facts.steps && comparison.matching.modelOnly.length > 0);
  add('joins', !facts.stage.joins && (pair?.joins.length ?? 0) > 0);
  add('filters', !facts.stage.filters && (pair?.filters.length ?? 0) > 0);
  add('aggregate', !unspecced && !facts.stage.aggregate && pair?.aggregate !== undefined);
  add('distinct', !unspecced && !facts.stage.distinct && pair?.distinct !== undefined);
  add('deduplicate', !unspecced && !facts.stage.deduplicate && pair?.dedupe !== undefined && !facts.stage.filters);
  add('limit', !unspecced && !facts.stage.limit && pair?.limit !== undefined);
  add('union', !facts.stage.union && pair?.union !== undefined);
  add('unnest', !facts.stage.unnest && (pair?.unnests.length ?? 0) > 0);
  add('columns', !facts.stage.columns);
  add('tests', !facts.tests);
  add('materialization', !facts.materialization);
  return names;
}
