import type { Span } from '../../text';
import type { RelationNode } from '../../project/types';
import type { SpecDocument, TechnicalFacts } from '../../spec/types';
import type { CompareContext } from '../context';
import type { NodeAnalysis } from '../evidence';
import type { ColumnLabels } from '../expr/compare';
import type { LoweredSpec, SpecClause } from '../lowerSpec';
import type { Matching, StagePair } from '../match';
import { hides, type NGraph, type NStage } from '../normal/types';
import type { ClauseGroup, ModelPlace, Severity, UnknownReason, Verdict } from '../types';
import type { Aspect } from '../../sql/types';

/** Everything a rule may look at for one model and its spec. */
export interface Judging {
  context: CompareContext;
  spec: SpecDocument;
  facts: TechnicalFacts;
  lowered: LoweredSpec;
  specGraph: NGraph;
  node?: RelationNode;
  analysis?: NodeAnalysis;
  /** Absent when nothing of the model's query is known; `blind` says why. */
  modelGraph?: NGraph;
  matching?: Matching;
  blind: { reason: UnknownReason; message: string };
}

/** A rule's word on one clause. Several rules may speak about one clause; the worst verdict stands. */
export interface Judgement {
  id: string;
  verdict: Verdict;
  reason?: UnknownReason;
  message: string;
  /** Spans in the analysed SQL. */
  at?: Span[];
  /** Places in other files, such as YAML. */
  places?: ModelPlace[];
}

/** Something noticed that is no clause. `key` is the normalised text its stable id is made of. */
export interface RawFinding {
  key: string;
  group: ClauseGroup;
  stage?: string;
  unspecced: boolean;
  severity?: Severity;
  message: string;
  at?: Span[];
  places?: ModelPlace[];
  /** Section of the spec it would belong to. */
  specSpan?: Span;
  /** Text to add to the spec's section, for a fix. */
  suggestion?: { section: string; stage?: string; item: Record<string, unknown> };
}

export interface Outcome {
  judgements: Judgement[];
  findings: RawFinding[];
}

/** One rule: what it asks, how severe a contradiction is, and how it judges. */
export interface Rule {
  code: string;
  /** The question it answers. */
  question: string;
  severity: Severity;
  /** What it looks at. */
  evidence: string;
  judge(judging: Judging): Outcome;
}

export const NOTHING: Outcome = { judgements: [], findings: [] };

/** Clauses of a kind. */
export function clausesOf(judging: Judging, ...kinds: SpecClause['kind'][]): SpecClause[] {
  return judging.lowered.clauses.filter((clause) => kinds.includes(clause.kind));
}

export function matches(id: string, message: string, at: Span[] = []): Judgement {
  return { id, verdict: 'matches', message, at };
}

export function differs(id: string, message: string, at: Span[] = []): Judgement {
  return { id, verdict: 'differs', message, at };
}

export function unknown(id: string, reason: UnknownReason, message: string, at: Span[] = []): Judgement {
  return { id, verdict: 'unknown', reason, message, at };
}

/** The pair whose spec stage carries a clause, by the reference the lowered parts hold. */
export function pairOf(judging: Judging, has: (stage: NStage) => boolean): StagePair | undefined {
  return judging.matching?.pairs.find((pair) => has(pair.spec));
}

/** Unknown, because the stage that carries the clause has no partner or nothing of the model is known. */
export function unpaired(judging: Judging, clause: SpecClause): Judgement {
  if (!judging.modelGraph) return unknown(clause.id, judging.blind.reason, judging.blind.message);
  return unknown(clause.id, 'stage-unmatched', `No stage of the model could be paired with ${clause.stage === undefined ? 'the last stage of the spec' : `the step ${clause.stage}`}.`);
}

/** How columns of the two stages of a pair are named alike: by the index of the pair of sources they come from. */
export function labelsOf(pair: StagePair): ColumnLabels {
  const labels = new Map([...pair.sources].map(([, model], index) => [model, `s${index}`]));
  const bySpec = new Map([...pair.sources].map(([spec, model]) => [spec, labels.get(model) ?? '']));
  return {
    left: (column) => (column.source === undefined ? undefined : bySpec.get(column.source)),
    right: (column) => (column.source === undefined ? undefined : labels.get(column.source)),
  };
}

/** Why an aspect of a stage is not wholly seen, as a reason with its place; undefined where it is. */
export function hidden(stage: NStage, ...aspects: Aspect[]): { reason: UnknownReason; text: string; at: Span[] } | undefined {
  const part = hides(stage, ...aspects);
  if (!part) return undefined;
  const reasons = { jinja: 'opaque-jinja', macro: 'opaque-macro', unsupported: 'unsupported', unparsed: 'unparsed' } as const;
  return { reason: reasons[part.reason], text: part.text.replace(/\s+/g, ' ').slice(0, 80), at: [part.span] };
}

/** True where the spec keeps part of this stage as opaque text, which may account for anything in it. */
export function specIsOpaque(stage: NStage): boolean {
  return stage.opaque.length > 0;
}

/** The source text of a span of the analysed SQL, on one line. */
export function sqlText(judging: Judging, span: Span): string {
  return (judging.analysis?.text ?? '').slice(span.start, span.end).replace(/\s+/g, ' ').trim();
}

/** The fact of a stage in the spec, by step name; undefined names the top level. */
export function stageFact(judging: Judging, step: string | undefined): TechnicalFacts['stage'] | undefined {
  if (step === undefined) return judging.facts.stage;
  return judging.facts.steps?.items.find((stage) => stage.name?.value === step);
}

/** The step name of a normalised spec stage; undefined for the top level. Merged stages keep the outermost name. */
export function stepOf(stage: NStage): string | undefined {
  return stage.id.startsWith('step:') ? stage.id.slice('step:'.length) : undefined;
}
