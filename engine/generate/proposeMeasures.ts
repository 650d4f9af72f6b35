import type { Column } from '../project/types';
import { isTime } from './proposeGrain';
import { label, type ProposedInput } from './proposedInput';
import { isKeyOf } from './proposeInputs';
import { columnsNear, filtersFor, type ProposedFilter } from './proposeFilters';
import type { Place } from './proposePlaces';
import type { Measure } from './subjects';
import { plainLetters, wordsIn } from './words';

/** What a measure may be, or why that is not known. */
export type Idea =
  /** A formula over the rows that are grouped. */
  | { kind: 'formula'; input: ProposedInput; formula(prefix: string): string; counts: boolean; words: string; because: string }
  /** One column, as it is. */
  | { kind: 'column'; input: ProposedInput; column: string; because: string }
  | { kind: 'ratio'; of: string; per: string }
  | { kind: 'unknown'; near: string[]; because: string };

export interface MeasureContext {
  places: readonly Place[];
  filters: readonly ProposedFilter[];
  grainWords: readonly string[];
  measures: readonly Measure[];
}

interface Scored {
  place: Place;
  input: ProposedInput;
  column: Column;
  score: number;
}

const NUMBER = /int|dec|num|float|double|real|money/i;
const AMOUNT = /amount|price|revenue|cost|spend|total|quantity|qty|count|balance|value|amt|hours|minutes|seconds|days|units|fee|budget|points|weight/i;
/** Words of a figure that takes more than one column or one aggregate; unless the column is called so itself. */
const MORE = /\b(median|percentile|share|rate|ratio|growth|cumulative|running|rolling|divided|multiplied|times|minus|less|net|difference|weighted|change|duration|between|until|since|excluding|except|without|converted|estimated)\b/gi;

/** What a measure of the business spec may be computed from, by its words and the columns of the inputs. */
export function ideaOf(measure: Measure, context: MeasureContext): Idea {
  const told = `${measure.name}. ${measure.means ?? ''}`;
  const ratio = ratioOf(measure, context.measures);
  if (ratio) return ratio;
  if (measure.of !== undefined || measure.per !== undefined) return unknown([], `${measure.of ?? measure.per ?? ''} is no measure of the business spec`);
  const counted = /\b(?:number|count) of\s+(.*)$|\bhow many\s+(.*)$/i.exec(measure.means ?? '') ?? /\b(?:number|count) of\s+(.*)$|\bhow many\s+(.*)$/i.exec(measure.name);
  if (counted) return countOf(counted[1] ?? counted[2] ?? '', context);
  const time = isMoment(measure);
  const scored = columnsFor(measure, context.places, time);
  const [best, second] = scored;
  if (!best) return unknown(columnsNear(measure.name, context.places.map(({ input }) => input)).slice(0, 4), 'no column is called that');
  const near = scored.slice(0, 4).map(nameOf);
  if (second && second.score > best.score - 0.5) return unknown(near, 'several columns are called like it');
  const own = new Set(wordsIn(best.column.name));
  const exact = best.column.name.toLowerCase() === columnName(measure);
  const more = exact ? undefined : [...told.matchAll(MORE)].map((match) => match[0].toLowerCase()).find((word) => !wordsIn(word).every((stemmed) => own.has(stemmed)));
  if (more !== undefined) return unknown(near, `"${more}" says more than one sum, count, average, least or largest does`);
  return best.place.kind === 'base' || best.place.kind === 'lookup' ? asItIs(best) : aggregated(measure, told, best, near, time);
}

function unknown(near: string[], because: string): Idea {
  return { kind: 'unknown', near, because };
}

/** The measures a ratio is made of; each must be a measure of the same spec. */
function ratioOf({ of, per }: Measure, measures: readonly Measure[]): Idea | undefined {
  const find = (text: string | undefined): Measure | undefined => measures.find((other) => text !== undefined && (other.id === text || other.name.toLowerCase() === text.toLowerCase()));
  const [top, bottom] = [find(of), find(per)];
  return top && bottom ? { kind: 'ratio', of: columnName(top), per: columnName(bottom) } : undefined;
}

/** True for a figure that is a point in time: "when the first …", "last order at". */
function isMoment({ name, means, unit }: Measure): boolean {
  return /\b(when|date|day|moment|time) \b/i.test(means ?? '') ? unit === undefined || /^(date|day|timestamp)$/i.test(unit) : /\b(at|on|date)$/i.test(name) && unit === undefined;
}

/** Columns that may hold a measure, best first: called after its words, and numbers or times as it is one. */
export function columnsFor(measure: Measure, places: readonly Place[], time: boolean): Scored[] {
  const name = [...new Set(wordsIn(measure.name))];
  const all = new Set(wordsIn(`${measure.name} ${measure.means ?? ''}`));
  return places
    .filter((place) => place.kind !== 'loose')
    .flatMap((place) =>
      place.input.node.columns.map((column): Scored => {
        const words = wordsIn(column.name);
        const told = words.filter((word) => all.has(word)).length / (words.length || 1);
        const named = name.filter((word) => words.includes(word)).length / (name.length || 1);
        const described = name.filter((word) => wordsIn(column.description ?? '').includes(word)).length / (name.length || 1);
        const fits = time ? isTime(column) : !isTime(column) && !/(^|_)(id|key|sk)$/i.test(column.name) && (column.type === undefined ? AMOUNT.test(column.name) || named === 1 : NUMBER.test(column.type));
        const enough = words.length === 0 ? named > 0 : told === 1 || (told >= 0.5 && (named >= 0.5 || described >= 0.5));
        return { place, input: place.input, column, score: fits && enough ? told * 2 + named * 2 + described * 0.5 : 0 };
      }),
    )
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || (nameOf(a) < nameOf(b) ? -1 : 1));
}

function nameOf({ input, column }: Scored): string {
  return `${input.alias}.${column.name}`;
}

function asItIs({ input, column }: Scored): Idea {
  return { kind: 'column', input, column: column.name, because: `it is the only column called that` };
}

function aggregated(measure: Measure, told: string, best: Scored, near: string[], time: boolean): Idea {
  const { input, column } = best;
  const formula = (call: string, words: string): Idea => ({ kind: 'formula', input, formula: (prefix) => `${call}(${prefix}${column.name})`, counts: false, words: `${words} of ${nameOf(best)}`, because: 'it is the only column called that' });
  if (/\b(first|earliest|oldest)\b/i.test(told) && time) return formula('min', 'the earliest');
  if (/\b(last|latest|most recent|newest)\b/i.test(told) && time) return formula('max', 'the latest');
  if (time) return unknown(near, 'which of several times is meant is not said');
  if (/\b(average|mean|avg)\b/i.test(told)) return formula('avg', 'the average');
  if (/\b(highest|largest|biggest|greatest|maximum|max|peak)\b/i.test(told)) return formula('max', 'the largest');
  if (/\b(lowest|smallest|least|minimum|min)\b/i.test(told)) return formula('min', 'the smallest');
  const lost = lostTime(best);
  const never = lost === undefined ? undefined : measure.cannotSumOver.find((over) => isOver(over, lost));
  if (never !== undefined) return unknown(near, `it must not be summed over ${never}, and ${label(input.node)} has several rows by ${lost ?? ''}`);
  if (/\b(sum|total)\b/i.test(told) || measure.canSumOver.length > 0) return formula('sum', 'the sum');
  return unknown(near, 'the business spec does not say over what it can be summed');
}

/** The time in a key of the input that grouping loses. */
function lostTime({ place, input }: Scored): string | undefined {
  const by = place.kind === 'step' || place.kind === 'grouped' ? place.by.map(({ name }) => name.toLowerCase()) : [];
  const lost = (input.keys[0]?.columns ?? []).filter((column) => !by.includes(column.toLowerCase()));
  return lost.find((name) => isTime(input.node.columns.find((column) => column.name.toLowerCase() === name.toLowerCase()) ?? { name }));
}

function isOver(over: string, column: string): boolean {
  return /\b(time|date|day|week|month|quarter|year|hour|night)s?\b/i.test(over) || wordsIn(over).some((word) => wordsIn(column).includes(word));
}

/** What "number of …" counts: the rows of an input called that, those with one value, or the distinct keys in another. */
function countOf(phrase: string, context: MeasureContext): Idea {
  const [head = '', ...tail] = phrase.split(/\b(?:that|which|who|whose|with|without|of|in|on|per|by|for|from|made|at|during|,)\b/i);
  const distinct = /\b(distinct|different|unique)\b/i.test(head);
  const nouns = wordsIn(head.replace(/\b(distinct|different|unique|all)\b/gi, ''));
  if (nouns.length === 0) return unknown([], 'what is counted is not said');
  const many = context.places.filter((place) => place.kind === 'step' || place.kind === 'grouped');
  for (const place of many) {
    const rows = distinct ? undefined : rowsOf(place, head, nouns, tail.join(' '), context);
    if (rows) return rows;
  }
  const keys = many.flatMap((place) => place.input.node.columns.filter((column) => isKeyOf(column.name, nouns, place.input.node)).map((column) => ({ place, column })));
  const [key] = keys;
  const input = key?.place.input;
  if (!key || !input || keys.length > 1 || restOf(tail.join(' '), input, context).length > 0) return unknown(keys.map(({ place, column }) => `count(distinct ${place.input.alias}.${column.name})`), 'no input has exactly that');
  return { kind: 'formula', input, formula: (prefix) => `count(distinct ${prefix}${key.column.name})`, counts: true, words: `the number of different ${input.alias}.${key.column.name}`, because: `it names ${phrase.trim()}` };
}

function rowsOf(place: Place, head: string, nouns: readonly string[], tail: string, context: MeasureContext): Idea | undefined {
  const { input } = place;
  const own = new Set(wordsIn(`${input.node.name} ${input.alias}`));
  const other = nouns.filter((word) => !own.has(word));
  if (other.length === nouns.length || restOf(tail, input, context).length > 0) return undefined;
  if (other.length === 0) return { kind: 'formula', input, formula: () => 'count(*)', counts: true, words: `the number of rows of ${input.alias}`, because: `${label(input.node)} is called that` };
  const [filter, ...more] = filtersFor({ statement: head, excluded: false }, [input]);
  const told = new Set((filter?.values ?? []).flatMap(wordsIn));
  if (!filter || more.length > 0 || filter.values.length !== 1 || other.some((word) => !told.has(word))) return undefined;
  return { kind: 'formula', input, formula: (prefix) => `count(case when ${filter.expression(prefix)} then 1 end)`, counts: true, words: `the number of rows of ${input.alias} where ${filter.expression('')}`, because: filter.because };
}

/** Words of a phrase that neither the grain, the input nor a filter of it explains. */
function restOf(text: string, input: ProposedInput, { filters, grainWords }: MeasureContext): string[] {
  const known = new Set([...wordsIn(`${input.node.name} ${input.alias}`), ...grainWords, ...filters.filter((filter) => filter.input === input && !filter.line.excluded).flatMap((filter) => [...filter.values.flatMap(wordsIn), ...wordsIn(filter.line.statement)])]);
  return wordsIn(text).filter((word) => !known.has(word));
}

/** A measure's name as a column's. */
export function columnName(measure: Measure): string {
  const name = plainLetters(measure.name).toLowerCase().replace(/[^a-z0-9]+/g, '_').replace(/^_+|_+$/g, '');
  return name === '' ? 'measure' : /^\d/.test(name) ? `_${name}` : name;
}
