import type { BusinessFacts } from '../spec/types';
import type { Dialect } from '../sql/types';
import type { Layout } from './proposePlaces';
import type { Population } from './proposePopulation';
import type { Ask } from './questions';

/** What the stages of a proposal are made from; ids that are given are added to `ids`. */
export interface StagesWork {
  facts: BusinessFacts;
  layout: Layout;
  population: Population;
  dialect: Dialect;
  ids: Set<string>;
  ask: Ask;
}
