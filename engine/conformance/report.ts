import { decidedOnly } from './branches';
import { sha256 } from '../project/hash';
import { lineStarts, rangeOf, type Span } from '../text';
import type { Comparison } from './comparison';
import { askFix } from './openQuestion';
import { rawPlaces } from './rawPlaces';
import { rules } from './rules';
import { isDescribed } from './rules/described';
import type { ClauseDraft, FindingDraft, Rule, Told } from './rules/rule';
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
  for (const rule of rules) {
    const configured = context.config.severities[rule.code];
    if (configured === 'off') continue;
    const { clauses: drafts, findings: all } = decidedOnly(comparison, judged(rule, comparison));
    const noticed = rule.yields ? all.filter((draft) => !spansOf(draft).some((span) => told.some((other) => other.start <= span.start && span.end <= other.end))) : all;
    told.push(...[...drafts.filter(({ verdict }) => verdict !== 'matches'), ...noticed.filter(({ unspecced }) => unspecced)].flatMap(spansOf));
    for (const draft of drafts) {
      const id = unique(ids, draft.address);
      const severity = severityOf(rule, configured, draft.verdict);
      const spec = places.spec(draft.spec);
      const model = placesOf(draft, places);
      const reason = draft.verdict === 'unknown' ? (draft.reason ?? 'not-provable') : null;
      const { stage, verdict, message, evidence: own = evidence, fixes = [] } = draft;
      const waiver = verdict === 'matches' ? null : waived(id);
      // Written out twice: parts that are spread into a literal of this size cost more than the rule.
      const clause: Clause =
        stage === undefined
          ? { id, rule: rule.code, group: rule.group, verdict, severity, spec, model, message, reason, evidence: own, waived: waiver, fixes }
          : { id, rule: rule.code, group: rule.group, stage, verdict, severity, spec, model, message, reason, evidence: own, waived: waiver, fixes };
      if (draft.test !== undefined) clause.test = draft.test;
      clauses.push(clause);
    }
    for (const draft of noticed) {
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
  return model === undefined ? [] : model.flatMap((place) => places.model(place));
}

/** What is not in the spec can be asked there. */
function asked(comparison: Comparison, { unspecced, message }: FindingDraft): Fix[] {
  const fix = unspecced ? askFix(comparison.document, message) : undefined;
  return fix ? [fix] : [];
}

/** Places in the analysed text. */
function spansOf({ model }: { model?: (Told | ModelPlace)[] }): Span[] {
  return (model ?? []).flatMap((place) => ('in' in place ? [] : [place]));
}

function judged(rule: Rule, comparison: Comparison): { clauses: ClauseDraft[]; findings: FindingDraft[] } {
  const results = rule.scope === 'model' ? [rule.judge(comparison)] : comparison.stages.map((stage) => rule.judge(stage, comparison));
  const findings = results.flatMap((result) => result.findings ?? []);
  return { clauses: results.flatMap((result) => result.clauses ?? []), findings: findings.filter((finding) => !finding.unspecced || !isQuoted(comparison, finding)) };
}

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
  return `${code}/${sha256(text.toLowerCase().replace(/\s+/g, ' ').trim()).slice(0, 8)}`;
}

interface Placer {
  spec(at: { span: Span; text: string }): SpecPlace;
  model(place: Told | ModelPlace): ModelPlace[];
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
      if ('in' in place) return [place];
      if (!chosen || !chosenStarts || place.end <= place.start) return [];
      const text = place.text ?? chosen.text.slice(place.start, place.end).replace(/\s+/g, ' ').trim().slice(0, 200);
      const span = inRaw?.(place);
      if (raw && rawStarts && span) return [{ in: 'raw', file: raw.file, range: rangeOf(rawStarts, span), text }];
      return [{ in: chosen.in, file: chosen.file, range: rangeOf(chosenStarts, place), text }];
    },
  };
}

function summaryOf(comparison: Comparison, clauses: readonly Clause[], findings: readonly Finding[]): ModelSummary {
  return { ...countsOf(clauses, findings), notSpecified: notSpecified(comparison) };
}

/** How many clauses have each verdict, and how many findings are unspecced; waived ones apart. */
export function countsOf(clauses: readonly Clause[], findings: readonly Finding[]): Omit<ModelSummary, 'notSpecified'> {
  const live = clauses.filter((clause) => clause.waived === null);
  const count = (verdict: Clause['verdict']): number => live.filter((clause) => clause.verdict === verdict).length;
  return {
    matches: count('matches'),
    differs: count('differs'),
    unknown: count('unknown'),
    unspecced: findings.filter((finding) => finding.unspecced && finding.waived === null).length,
    waived: clauses.length - live.length + findings.filter((finding) => finding.waived !== null).length,
  };
}

/** Sections the spec does not have, where the model has something they would speak of. */
function notSpecified(comparison: Comparison): string[] {
  const { facts, model } = comparison;
  const last = model?.stages.get(model.last);
  const top = comparison.stages.find((stage) => stage.fact === facts.stage);
  const pair = top?.view?.pair.model ?? last;
  // Where the spec describes the stage these are findings of their own.
  const unspecced = top !== undefined && isDescribed(top, comparison);
  const open: [string, boolean][] = [
    ['grain', !facts.grain],
    ['inputs', !facts.inputs],
    ['steps', !facts.steps && comparison.matching.modelOnly.length > 0],
    ['joins', !facts.stage.joins && (pair?.joins.length ?? 0) > 0],
    ['filters', !facts.stage.filters && (pair?.filters.length ?? 0) > 0],
    ['aggregate', !unspecced && !facts.stage.aggregate && pair?.aggregate !== undefined],
    ['distinct', !unspecced && !facts.stage.distinct && pair?.distinct !== undefined],
    ['deduplicate', !unspecced && !facts.stage.deduplicate && pair?.dedupe !== undefined && !facts.stage.filters],
    ['limit', !unspecced && !facts.stage.limit && pair?.limit !== undefined],
    ['union', !facts.stage.union && pair?.union !== undefined],
    ['unnest', !facts.stage.unnest && (pair?.unnests.length ?? 0) > 0],
    ['columns', !facts.stage.columns],
    ['tests', !facts.tests],
    ['materialization', !facts.materialization],
  ];
  return open.filter(([, absent]) => absent).map(([name]) => name);
}
