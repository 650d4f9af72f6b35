import type { StagesWork } from './stagesWork';
import { groupColumn } from './groupColumns';
import { endOfVersion } from './proposeGrain';
import { columnName, ideaOf, type Idea } from './proposeMeasures';
import { isAlone } from './proposePlaces';
import { edgeCasesOf, measuresOf, wantedGrain, type Measure } from './subjects';
import { wordsIn } from './words';

/** A measure with its column's name and what it may be computed from. */
export interface PlacedMeasure {
  measure: Measure;
  name: string;
  idea: Idea;
}

/** The measures with an idea of each; what is only an idea is asked. */
export function placedMeasures({ facts, layout, population, ask }: StagesWork): PlacedMeasure[] {
  const measures = measuresOf(facts);
  const wanted = wantedGrain(facts);
  const grainWords = [...wanted.words, wanted.time ?? ''].flatMap(wordsIn);
  const placed = measures.map((measure): PlacedMeasure => ({ measure, name: columnName(measure), idea: ideaOf(measure, { places: layout.places, filters: population.filters, grainWords, measures }) }));
  for (const { measure, name, idea } of placed) {
    const what = `${name} (${meaning(measure)})`;
    const about = measure.id === undefined ? `column:${name}` : `id:${measure.id}`;
    if (idea.kind === 'unknown') ask({ about: `column:${name}`, question: `How is ${what} computed? ${sentence(idea.because)}${idea.near.length > 0 ? ` Perhaps from ${idea.near.join(', ')}.` : ''}` });
    else if (idea.kind === 'formula') ask({ about, question: `Is ${what} ${idea.words}? It is proposed because ${idea.because}.` });
    else if (idea.kind === 'column') {
      const unit = saysUnit(measure, idea) ? '' : ` Nothing says that it is in ${measure.unit ?? ''}.`;
      if (unit !== '' || !isCalled(measure, idea.column)) ask({ about, question: `Is ${what} ${idea.input.alias}.${idea.column} as it is?${unit === '' ? ` It is proposed because ${idea.because}.` : unit}` });
    } else if (/%|percent/i.test(measure.unit ?? '')) ask({ about, question: `Is ${what} a share of 1, or multiplied by 100? It is a share of 1 for now.` });
  }
  return placed;
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}

/** True where the column is called exactly as the measure is. */
function isCalled(measure: Measure, column: string): boolean {
  return columnName(measure) === column.toLowerCase();
}

const COUNTED = /^[a-z]+s$/;

/** True where a measure has no unit that could differ, or the column or its description names it. */
function saysUnit({ unit }: Measure, { input, column }: Extract<Idea, { kind: 'column' }>): boolean {
  if (unit === undefined || COUNTED.test(unit)) return true;
  const found = input.node.columns.find((candidate) => candidate.name === column);
  return `${column.replace(/_/g, ' ')} ${found?.description ?? ''}`.toLowerCase().includes(unit.toLowerCase());
}

/** What a measure means, with its unit. */
function meaning({ name, means, unit }: Measure): string {
  const text = means ?? name;
  return unit === undefined || text.toLowerCase().includes(unit.toLowerCase()) ? text : `${text}, in ${unit}`;
}

/** The columns of the grain, then the measures; a formula only where one is known. */
export function columnsOf(measures: readonly PlacedMeasure[], work: StagesWork): Record<string, unknown>[] {
  const keys = keyColumns(work);
  const names = new Set(keys.map(({ name }) => String(name).toLowerCase()));
  return [...keys, ...measures.filter(({ name }) => !names.has(name)).map((measure) => measureColumn(measure, measures, work))];
}

function keyColumns({ layout, facts }: StagesWork): Record<string, unknown>[] {
  const { base, from } = layout;
  if (!base || from === undefined) return [];
  const alone = isAlone(layout);
  if (base.kind === 'grouped') return base.by.map((column) => groupColumn(column, base, !alone));
  const end = wantedGrain(facts).valid && base.kind === 'base' ? endOfVersion(base.input.node) : undefined;
  const names = layout.grain?.map(({ name }) => name) ?? base.input.keys[0]?.columns ?? [];
  return [...names, ...(end === undefined ? [] : [end])].map((name) => (alone ? { name } : { name, from: [`${from}.${name}`] }));
}

function measureColumn(placed: PlacedMeasure, all: readonly PlacedMeasure[], work: StagesWork): Record<string, unknown> {
  const { measure, name } = placed;
  const edges = edgesOf(placed, all, work);
  const value = valueOf(placed, all, work);
  const ids = [...(measure.id === undefined ? [] : [measure.id]), ...edges];
  return {
    name,
    ...(value === undefined ? {} : value.plain && value.text !== name ? { from: [value.text] } : value.plain ? {} : { expression: value.text }),
    means: meaning(measure),
    ...(ids.length > 0 ? { implements: ids } : {}),
  };
}

/** What a measure is in the last stage; `plain` for a column as it is. */
function valueOf(placed: PlacedMeasure, all: readonly PlacedMeasure[], work: StagesWork): { text: string; plain: boolean } | undefined {
  const { idea } = placed;
  if (idea.kind === 'unknown') return undefined;
  if (idea.kind === 'ratio') return ratio(idea, all, work);
  const source = sourceOf(placed, work);
  if (source === undefined) return undefined;
  const zero = idea.kind === 'formula' && source.step && zeroCases(placed, all, work).length > 0;
  return zero ? { text: `coalesce(${source.text}, 0)`, plain: false } : { text: source.text, plain: source.plain };
}

function sourceOf({ idea, name }: PlacedMeasure, { layout }: StagesWork): { text: string; plain: boolean; step: boolean } | undefined {
  if (idea.kind !== 'column' && idea.kind !== 'formula') return undefined;
  const place = layout.places.find((candidate) => candidate.input === idea.input);
  if (!place || place.kind === 'loose') return undefined;
  const alone = isAlone(layout);
  if (idea.kind === 'column') return { text: alone ? idea.column : `${place.input.alias}.${idea.column}`, plain: true, step: false };
  if (place.kind === 'step') return { text: `${place.name}.${name}`, plain: true, step: true };
  return { text: idea.formula(alone ? '' : `${place.input.alias}.`), plain: false, step: false };
}

function ratio({ of, per }: Extract<Idea, { kind: 'ratio' }>, all: readonly PlacedMeasure[], work: StagesWork): { text: string; plain: boolean } | undefined {
  const [top, bottom] = [of, per].map((wanted) => all.find(({ name, idea }) => name === wanted && idea.kind !== 'ratio'));
  const over = top && valueOf(top, all, work);
  const under = bottom && sourceOf(bottom, work);
  if (!over || !under) return undefined;
  // Whole numbers are divided to whole numbers by some warehouses.
  const whole = top.idea.kind === 'formula' && top.idea.counts ? '1.0 * ' : '';
  return { text: `${whole}${over.text} / nullif(${under.text}, 0)`, plain: false };
}

function edgesOf(placed: PlacedMeasure, all: readonly PlacedMeasure[], work: StagesWork): string[] {
  const value = valueOf(placed, all, work);
  if (value === undefined) return [];
  if (placed.idea.kind === 'ratio') return edgeCasesOf(work.facts).filter(({ then }) => partAbout(placed, then, all, /\b(empty|null|blank|unknown|not shown)\b/i)).map(({ id }) => id);
  return value.plain ? [] : zeroCases(placed, all, work);
}

/** Edge cases that say the measure is 0 then: they name it, or it is the only one they can mean. */
function zeroCases(placed: PlacedMeasure, all: readonly PlacedMeasure[], { facts, layout }: StagesWork): string[] {
  const step = layout.places.find((place) => placed.idea.kind === 'formula' && place.input === placed.idea.input)?.kind === 'step';
  if (!step) return [];
  return edgeCasesOf(facts).filter(({ when, then }) => /\b(no|without|missing|unmatched)\b/i.test(when) && partAbout(placed, then, all, /\b(0|zero)\b/i)).map(({ id }) => id);
}

/** True where the part of a sentence that says `what` speaks of the measure. */
function partAbout({ measure, name }: PlacedMeasure, sentenceOf: string, all: readonly PlacedMeasure[], what: RegExp): boolean {
  const part = sentenceOf.split(/[,;]/).filter((text) => what.test(text)).join(' ');
  if (part === '') return false;
  const said = new Set(wordsIn(part));
  const names = (text: string): boolean => wordsIn(text).length > 0 && wordsIn(text).every((word) => said.has(word));
  if (names(measure.name)) return true;
  return !all.some((other) => other.name !== name && names(other.measure.name)) && all.filter(({ idea }) => idea.kind !== 'ratio').length === 1;
}
