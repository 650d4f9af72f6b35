import type { BusinessFacts } from '../spec/types';
import { wordsIn } from './words';

/** Something a business spec speaks of, by which inputs are looked for. */
export interface Subject {
  kind: 'grain' | 'measure' | 'term' | 'population' | 'question';
  /** As a person wrote it, short. */
  text: string;
  words: string[];
  id?: string;
}

/** A measure as its author wrote it. */
export interface Measure {
  id?: string;
  name: string;
  means?: string;
  unit?: string;
  canSumOver: string[];
}

/** A line of the population. */
export interface PopulationLine {
  id?: string;
  statement: string;
  excluded: boolean;
}

/** What a business spec speaks of, the most telling first. */
export function subjectsOf(facts: BusinessFacts): Subject[] {
  const subject = (kind: Subject['kind'], text: string, id?: string): Subject[] => {
    const words = wordsIn(text);
    return words.length === 0 ? [] : [{ kind, text, words, ...(id === undefined ? {} : { id }) }];
  };
  return [
    ...(facts.grain?.oneRowPer ?? []).flatMap(({ value }) => subject('grain', value)),
    ...measuresOf(facts).flatMap((measure) => subject('measure', `${measure.name} ${measure.means ?? ''}`.trim(), measure.id)),
    ...facts.items.filter((item) => item.section === 'terms').flatMap((item) => subject('term', item.text, item.id?.value)),
    ...populationOf(facts).flatMap((line) => subject('population', line.statement, line.id)),
    ...subject('question', facts.question?.value ?? ''),
  ];
}

/** The measures of a business spec that have a name. */
export function measuresOf(facts: BusinessFacts): Measure[] {
  return records(facts.data['measures']).flatMap((item): Measure[] => {
    const name = textOf(item['name']);
    if (name === undefined) return [];
    return [{ name, ...optional('id', textOf(item['id'])), ...optional('means', textOf(item['means'])), ...optional('unit', textOf(item['unit'])), canSumOver: texts(item['can_sum_over']) }];
  });
}

/** Who and what is in and out. */
export function populationOf(facts: BusinessFacts): PopulationLine[] {
  const population = record(facts.data['population']);
  return (['include', 'exclude'] as const).flatMap((key) =>
    records(population[key]).flatMap((item): PopulationLine[] => {
      const statement = textOf(item['statement']);
      return statement === undefined ? [] : [{ statement, excluded: key === 'exclude', ...optional('id', textOf(item['id'])) }];
    }),
  );
}

function record(value: unknown): Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function records(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.map(record) : [];
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

function optional<K extends string, T>(key: K, value: T | undefined): { [P in K]?: T } {
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: T };
}
