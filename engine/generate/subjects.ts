import type { BusinessFacts } from '../spec/types';
import { wordsIn } from './words';

/** Something a business spec speaks of, by which inputs are looked for. */
export interface Subject {
  kind: 'grain' | 'measure' | 'term' | 'population' | 'question';
  /** As a person wrote it. */
  text: string;
  /** What it is called, for the role of an input. */
  label: string;
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
  cannotSumOver: string[];
  /** A ratio of what, and per what. */
  of?: string;
  per?: string;
}

/** What one row is, in business terms. */
export interface WantedGrain {
  words: string[];
  /** The period of a row. */
  time?: string;
  /** True for a history, whose rows hold from a time to another. */
  valid: boolean;
}

/** An edge case in its two halves. */
export interface EdgeCase {
  id: string;
  when: string;
  then: string;
}

/** A line of the population. */
export interface PopulationLine {
  id?: string;
  statement: string;
  excluded: boolean;
}

/** What a business spec speaks of, the most telling first. */
export function subjectsOf(facts: BusinessFacts): Subject[] {
  const subject = (kind: Subject['kind'], text: string, label: string, id?: string): Subject[] => {
    const words = wordsIn(text);
    return words.length === 0 ? [] : [{ kind, text, label, words, ...(id === undefined ? {} : { id }) }];
  };
  return [
    ...(facts.grain?.oneRowPer ?? []).flatMap(({ value }) => subject('grain', value, value)),
    // A ratio is made of other measures; it needs no input of its own.
    ...measuresOf(facts).filter(({ of, per }) => of === undefined || per === undefined).flatMap((measure) => subject('measure', `${measure.name} ${measure.means ?? ''}`.trim(), measure.name, measure.id)),
    ...records(facts.data['terms']).flatMap((item) => subject('term', `${textOf(item['term']) ?? ''} ${textOf(item['means']) ?? ''}`.trim(), textOf(item['term']) ?? '', textOf(item['id']))),
    ...populationOf(facts).filter((line) => !isEvery(line, facts)).flatMap((line) => subject('population', withoutAlso(line.statement), line.statement, line.id)),
    ...subject('question', facts.question?.value ?? '', 'the question'),
  ];
}

/** True for "every customer" where one row is a customer. */
function isEvery(line: PopulationLine, facts: BusinessFacts): boolean {
  const grain = new Set((facts.grain?.oneRowPer ?? []).flatMap(({ value }) => wordsIn(value)));
  return !line.excluded && wordsIn(withoutAlso(line.statement).replace(/^(every|all|each|any)\s+/i, '')).every((word) => grain.has(word));
}

const ALSO = /[,;]?\s*\b(?:also|even|including|with or without|whether)\b.*$|,\s*\w+ or not$/i;

/** A line of the population without its "also those without …". */
export function withoutAlso(statement: string): string {
  return statement.replace(ALSO, '');
}

/** The measures of a business spec that have a name. */
export function measuresOf(facts: BusinessFacts): Measure[] {
  return records(facts.data['measures']).flatMap((item): Measure[] => {
    const name = textOf(item['name']);
    if (name === undefined) return [];
    return [{ name, ...optional('id', textOf(item['id'])), ...optional('means', textOf(item['means'])), ...optional('unit', textOf(item['unit'])), canSumOver: texts(item['can_sum_over']), cannotSumOver: texts(item['cannot_sum_over']), ...optional('of', textOf(item['of'])), ...optional('per', textOf(item['per'])) }];
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

/** What one row is. */
export function wantedGrain(facts: BusinessFacts): WantedGrain {
  const valid = record(record(facts.data['grain'])['valid']);
  return { words: (facts.grain?.oneRowPer ?? []).map((word) => word.value), ...optional('time', facts.grain?.time?.value), valid: Object.keys(valid).length > 0 };
}

/** The edge cases that have an id. */
export function edgeCasesOf(facts: BusinessFacts): EdgeCase[] {
  return records(facts.data['edge_cases']).flatMap((item): EdgeCase[] => {
    const id = textOf(item['id']);
    return id === undefined ? [] : [{ id, when: textOf(item['when']) ?? '', then: textOf(item['then']) ?? '' }];
  });
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
