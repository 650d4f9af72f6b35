import { oneLine, type Span } from '../../text';
import type { Place, Tier } from '../../project/types';
import type { Comparison, StageComparison } from '../comparison';
import type { ClauseGroup, Fix, ModelPlace, Severity, UnknownReason, Verdict } from '../types';

/** A place in the analysed text; `text` says what is there where the source's own words do not. */
export interface Told extends Span {
  text?: string;
}

/** A verdict on one written clause, before places and waivers are worked out. */
export interface ClauseDraft {
  address: string;
  verdict: Verdict;
  spec: { span: Span; text: string };
  /** Spans of the analysed text, or places elsewhere. */
  model?: (Told | ModelPlace)[];
  /** Places of the analysed text that the verdict rests on and that a reader is not shown. */
  origins?: Span[];
  message: string;
  reason?: UnknownReason;
  stage?: string;
  evidence?: { tier: Tier; from: string };
  /** dbt's unique_id of the test that stands for it. */
  test?: string;
  fixes?: Fix[];
}

/** A clause but for its address and its words. */
export type Draft = Omit<ClauseDraft, 'address' | 'stage' | 'spec'>;

/** Something noticed beyond the clauses. */
export interface FindingDraft {
  /** What the finding is about; its hash is the finding's address. */
  text: string;
  unspecced: boolean;
  /** Where it is not that of the rule. */
  group?: ClauseGroup;
  severity?: Severity;
  spec?: { span: Span; text: string };
  model?: (Told | ModelPlace)[];
  message: string;
  stage?: string;
  evidence?: { tier: Tier; from: string };
  fixes?: Fix[];
}

export interface Judgement {
  clauses?: readonly ClauseDraft[];
  findings?: readonly FindingDraft[];
}

interface RuleHead {
  code: string;
  title: string;
  /** The question a verdict of this rule answers. */
  question: string;
  severity: Severity;
  group: ClauseGroup;
  /** What it is judged from. */
  evidence: string;
  /** Verdicts on written clauses, logic of the model that the spec does not account for, or something else to notice. */
  gives: 'clause' | 'unspecced' | 'finding';
  /** True where a finding is not told at a place of which another finding or a clause that does not match tells already. */
  yields?: true;
  /** What exactly is looked at and what is not, for its page. */
  notes?: readonly string[];
  /** A technical spec of the model `example` without its head, SQL that satisfies it and SQL that does not, and YAML beside each. */
  example: { spec: string; good: string; bad: string; goodYaml?: string; badYaml?: string };
}

/** One rule of the comparison: judges the model as a whole, or each stage of the spec. */
export type Rule = RuleHead & ({ scope: 'model'; judge(comparison: Comparison): Judgement } | { scope: 'stage'; judge(stage: StageComparison, comparison: Comparison): Judgement });

/** An `unknown` clause of a stage that has no partner. */
export function unmatched(stage: StageComparison, address: string, spec: ClauseDraft['spec']): ClauseDraft {
  return stageClause(stage, address, spec, { verdict: 'unknown', message: `Can't tell: ${stage.why.text}.`, reason: stage.why.reason });
}

/** A clause of a stage. */
export function stageClause(stage: StageComparison, address: string, spec: ClauseDraft['spec'], draft: Draft): ClauseDraft {
  return clauseOf(`${stage.prefix}${address}`, stage.name, spec, draft);
}

/** A clause of the model as a whole. */
export function modelClause(address: string, spec: ClauseDraft['spec'], draft: Draft): ClauseDraft {
  return clauseOf(address, undefined, spec, draft);
}

/** All clauses have all fields in one order: parts that are spread into each cost more than many a verdict. */
function clauseOf(address: string, stage: string | undefined, spec: ClauseDraft['spec'], { verdict, model, origins, message, reason, evidence, test, fixes }: Draft): ClauseDraft {
  return { address, stage, verdict, spec, model, origins, message, reason, evidence, test, fixes };
}

/** A finding in a stage. */
export function stageFinding(stage: StageComparison, draft: Omit<FindingDraft, 'stage'>): FindingDraft {
  return { ...draft, text: `${stage.prefix}${draft.text}`, ...(stage.name === undefined ? {} : { stage: stage.name }) };
}

/** Where a stage of the model is, in words. */
export function whereOf(stage: StageComparison): string {
  const name = stage.view?.pair.model.name;
  if (stage.name === undefined) return 'the last query';
  return name === undefined ? `the stage for ${stage.name}` : `the stage ${name}`;
}

/** A list in words. */
export function wordsOf(items: readonly string[]): string {
  if (items.length <= 1) return items[0] ?? '';
  return `${items.slice(0, -1).join(', ')} and ${items[items.length - 1] ?? ''}`;
}

/** Text on one line, cut to what a message can carry. */
export function short(text: string, limit = 80): string {
  const line = oneLine(text);
  return line.length > limit ? `${line.slice(0, limit - 1)}…` : line;
}

/** A place in YAML, as the model's side of a row. */
export function yamlPlace(place: Place, text: string): ModelPlace {
  return { in: 'yaml', file: place.file, range: place.range, text };
}
