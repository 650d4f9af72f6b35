import type { StageFact, TechnicalFacts } from './types';

/** The stages of a technical spec: its steps, then the top level. */
export function stagesOf(facts: TechnicalFacts): StageFact[] {
  return [...(facts.steps?.items ?? []), facts.stage];
}
