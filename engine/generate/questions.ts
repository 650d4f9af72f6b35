import type { TechnicalFacts } from '../spec/types';
import { uniqueId } from './names';

/** Something generation cannot know. `about` says what settles it: `grain`, `id:POP-x`, `join:payments`, `column:value`. */
export interface Question {
  about: string;
  question: string;
  blocking?: boolean;
}

export type Ask = (question: Question) => void;

/** Collects questions in the order they come up; one an existing spec has settled is not asked again. */
export function questionList(existing: TechnicalFacts | undefined): { ask: Ask; data(ids: Set<string>): Record<string, unknown>[] } {
  const settled = existing ? settledBy(existing) : new Set<string>();
  const questions: Question[] = [];
  return {
    ask: (question) => {
      if (!settled.has(question.about) && !questions.some((other) => other.question === question.question)) questions.push(question);
    },
    data: (ids) => questions.map(({ about, question, blocking }) => ({ id: uniqueId('Q', about.replace(/^(id:\w+-|column:|inputs:)/, ''), ids), question, ...(blocking ? { blocking: true } : {}) })),
  };
}

function settledBy(facts: TechnicalFacts): Set<string> {
  const stages = [...(facts.steps?.items ?? []), facts.stage];
  const linked = stages.flatMap((stage) => [...(stage.joins?.items ?? []), ...(stage.filters?.items ?? []), ...(stage.columns?.items ?? [])].flatMap((item) => item.implements));
  const covered = (facts.tests?.items ?? []).flatMap((test) => test.covers);
  return new Set([
    ...(facts.grain && facts.grain.value.length > 0 ? ['grain'] : []),
    ...(facts.inputs && facts.inputs.items.length > 0 ? ['inputs'] : []),
    ...(facts.materialization ? ['materialization'] : []),
    ...[...linked, ...covered].map((id) => `id:${id.value.replace(/^.*#/, '')}`),
    ...stages.flatMap((stage) => (stage.joins?.items ?? []).map((join) => `join:${(join.as ?? join.to).value.toLowerCase()}`)),
    ...stages.flatMap((stage) => (stage.columns?.items ?? []).filter((column) => column.expression ?? column.from[0]).map((column) => `column:${column.name.value.toLowerCase()}`)),
  ]);
}
