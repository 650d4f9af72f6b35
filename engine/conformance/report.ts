import { sha256 } from '../project/hash';
import type { Notice } from '../project/types';
import { lineStarts, rangeOf, type Span } from '../text';
import type { WaiverFact } from '../spec/types';
import type { SpecClause } from './lowerSpec';
import { fixOf } from './fixes';
import { RULES } from './rules';
import type { Judgement, Judging, RawFinding, Rule } from './rules/rule';
import type { Clause, Finding, ModelPlace, ModelReport, Severity, SpecPlace } from './types';

/** Runs every rule and writes the report: each written clause gets exactly one verdict, nothing stays silent. */
export function reportOf(judging: Judging): ModelReport {
  const outcomes = RULES.map((rule) => ({ rule, outcome: rule.judge(judging) }));
  const specStarts = lineStarts(judging.spec.text);
  const places = modelPlaces(judging);
  const clauses = judging.lowered.clauses.map((clause): Clause => {
    const words = outcomes.flatMap(({ rule, outcome }) => outcome.judgements.filter((j) => j.id === clause.id).map((judgement) => ({ rule, judgement })));
    const { rule, judgement } = worst(words) ?? { rule: undefined, judgement: { id: clause.id, verdict: 'unknown' as const, reason: 'not-checked' as const, message: 'No rule compares this.' } };
    const model = [...(judgement.places ?? []), ...(judgement.at ?? []).map(places)];
    return {
      id: clause.id,
      rule: rule?.code ?? 'EVID002',
      group: clause.group,
      ...(clause.stage === undefined ? {} : { stage: clause.stage }),
      verdict: judgement.verdict,
      severity: severityOf(judging, rule, undefined),
      spec: { file: judging.spec.path, range: rangeOf(specStarts, clause.span), text: clause.text },
      model: dedupe(model),
      message: judgement.message,
      reason: judgement.verdict === 'unknown' ? (judgement.reason ?? 'not-checked') : null,
      evidence: evidenceOf(judging, clause),
      waived: judgement.verdict === 'matches' ? null : waiver(judging, clause.id),
      fixes: [],
    };
  });
  const findings = outcomes.flatMap(({ rule, outcome }) => (isOff(judging, rule) ? [] : outcome.findings.map((finding) => findingOf(judging, rule, finding, specStarts, places))));
  return {
    model: judging.facts.model?.value ?? judging.node?.name ?? '',
    uniqueId: judging.node?.uniqueId ?? null,
    specFile: judging.spec.path,
    modelFile: judging.node?.file ?? null,
    clauses,
    findings: unique(findings),
    summary: summaryOf(judging, clauses, unique(findings)),
    evidence: judging.analysis
      ? { tier: judging.analysis.tier, from: judging.analysis.from, notes: judging.analysis.notes }
      : { tier: 'E0', from: judging.spec.path, notes: [judging.blind.message] },
  };
}

const RANK = { differs: 2, unknown: 1, matches: 0 } as const;

function worst(words: readonly { rule: Rule; judgement: Judgement }[]): { rule: Rule; judgement: Judgement } | undefined {
  const [first, ...rest] = words;
  if (!first) return undefined;
  const found = rest.reduce((at, word) => (RANK[word.judgement.verdict] > RANK[at.judgement.verdict] ? word : at), first);
  const spans = words.find((word) => (word.judgement.at?.length ?? 0) + (word.judgement.places?.length ?? 0) > 0)?.judgement;
  const has = (found.judgement.at?.length ?? 0) + (found.judgement.places?.length ?? 0) > 0;
  return has || !spans ? found : { rule: found.rule, judgement: { ...found.judgement, at: spans.at, places: spans.places } };
}

function isOff(judging: Judging, rule: Rule): boolean {
  return judging.context.config.severities[rule.code] === 'off';
}

function severityOf(judging: Judging, rule: Rule | undefined, own: Severity | undefined): Severity {
  const set = rule && judging.context.config.severities[rule.code];
  return set === undefined || set === 'off' ? (own ?? rule?.severity ?? 'information') : set;
}

function evidenceOf(judging: Judging, clause: SpecClause): Clause['evidence'] {
  const { analysis, node } = judging;
  if (clause.kind === 'column_type' && node?.columnsComplete) return { tier: node.from === 'E4' ? 'E4' : 'E2', from: judging.context.project.artifacts.catalog?.file ?? 'the contract' };
  if (clause.kind === 'test' || clause.kind === 'materialization') return { tier: node?.from === 'E1' ? 'E1' : 'E2', from: node?.place?.file ?? node?.file ?? '' };
  return analysis ? { tier: analysis.tier, from: analysis.from } : { tier: 'E0', from: judging.spec.path };
}

function findingOf(judging: Judging, rule: Rule, finding: RawFinding, specStarts: readonly number[], places: (span: Span) => ModelPlace): Finding {
  const id = `${rule.code}/${sha256(finding.key.replace(/\s+/g, ' ').trim()).slice(0, 8)}`;
  const spec: SpecPlace | null = finding.specSpan ? { file: judging.spec.path, range: rangeOf(specStarts, finding.specSpan), text: judging.spec.text.slice(finding.specSpan.start, finding.specSpan.end).split('\n')[0] ?? '' } : null;
  return {
    id,
    rule: rule.code,
    group: finding.group,
    ...(finding.stage === undefined ? {} : { stage: finding.stage }),
    unspecced: finding.unspecced,
    severity: severityOf(judging, rule, finding.severity),
    spec: finding.unspecced ? null : spec,
    model: dedupe([...(finding.places ?? []), ...(finding.at ?? []).map(places)]),
    message: finding.message,
    evidence: judging.analysis ? { tier: judging.analysis.tier, from: judging.analysis.from } : { tier: 'E0', from: judging.spec.path },
    waived: waiver(judging, id),
    fixes: finding.suggestion ? fixOf(judging, finding.suggestion) : [],
  };
}

/** Places of spans in the analysed SQL; a span of compiled code is moved to the raw file where its text stands there once. */
function modelPlaces(judging: Judging): (span: Span) => ModelPlace {
  const { analysis } = judging;
  const text = analysis?.text ?? '';
  const starts = lineStarts(text);
  const rawStarts = lineStarts(analysis?.raw ?? '');
  return (span) => {
    const written = text.slice(span.start, span.end);
    const short = written.replace(/\s+/g, ' ').trim();
    const shown = short.length > 240 ? `${short.slice(0, 239)}…` : short;
    if (analysis?.analysis.in === 'compiled') {
      const at = analysis.raw.indexOf(written);
      const once = written.trim().length > 3 && at >= 0 && analysis.raw.indexOf(written, at + 1) < 0;
      if (once) return { in: 'raw', file: analysis.file, range: rangeOf(rawStarts, { start: at, end: at + written.length }), text: shown };
      return { in: 'compiled', file: analysis.file, range: rangeOf(starts, span), text: shown };
    }
    return { in: 'raw', file: analysis?.file ?? '', range: rangeOf(starts, span), text: shown };
  };
}

function dedupe(places: readonly ModelPlace[]): ModelPlace[] {
  return [...new Map(places.map((place) => [JSON.stringify([place.file, place.range]), place])).values()].slice(0, 5);
}

function unique(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((finding) => [finding.id, finding])).values()];
}

function waiver(judging: Judging, id: string): Clause['waived'] {
  const found = judging.facts.waivers.find((w) => w.clause.value === id && !isOver(w, judging.context.today));
  return found ? { reason: found.reason?.value ?? '', by: found.by?.value ?? null, until: found.until?.value ?? null } : null;
}

function isOver(fact: WaiverFact, today: string | undefined): boolean {
  return today !== undefined && fact.until !== undefined && fact.until.value < today;
}

const SECTIONS = ['grain', 'inputs', 'joins', 'filters', 'aggregate', 'columns', 'steps', 'tests', 'materialization'] as const;

function summaryOf(judging: Judging, clauses: readonly Clause[], findings: readonly Finding[]): ModelReport['summary'] {
  const count = (verdict: Clause['verdict']): number => clauses.filter((c) => c.verdict === verdict && (verdict === 'matches' || !c.waived)).length;
  const present = judging.spec.tree?.kind === 'map' ? new Set(judging.spec.tree.entries.map((entry) => entry.key)) : new Set<string>();
  const single = present.has('columns') || present.has('from') || present.has('union');
  return {
    matches: count('matches'),
    differs: count('differs'),
    unknown: count('unknown'),
    unspecced: findings.filter((f) => f.unspecced && !f.waived).length,
    waived: clauses.filter((c) => c.waived).length + findings.filter((f) => f.waived).length,
    notSpecified: SECTIONS.filter((section) => !present.has(section) && !(single && ['aggregate', 'steps'].includes(section))),
  };
}

/** Notices a comparison adds for the whole run; kept apart from findings of a model. */
export function noticesOf(reports: readonly ModelReport[]): Notice[] {
  const blind = reports.filter((report) => report.clauses.length > 0 && report.summary.unknown === report.clauses.length);
  return blind.map((report) => ({ code: 'EVID005', severity: 'information', message: `Nothing of ${report.model} could be compared: ${report.evidence.notes[0] ?? 'see its clauses'}.`, ...(report.specFile === null ? {} : { file: report.specFile }) }));
}
