import type { BusinessFacts, BusinessItem } from '../spec/types';
import { uniqueId, uniqueName } from './names';
import { filtersFor, type ProposedFilter } from './proposeFilters';
import type { ProposedInput } from './proposeInputs';
import { linkBetween, type Link } from './proposeJoins';
import { columnName, sourcesOf, type MeasureSource } from './proposeMeasures';
import type { Ask } from './questions';
import { measuresOf, populationOf, type Measure } from './subjects';

interface Work {
  facts: BusinessFacts;
  inputs: readonly ProposedInput[];
  base?: ProposedInput;
  ids: Set<string>;
  ask: Ask;
}

/** How an input comes to the last stage: as the base, joined, or grouped in a step that is joined. */
interface Place {
  input: ProposedInput;
  link?: Link;
  /** Name of the step that brings it to one row of the base. */
  step?: string;
}

interface PlacedMeasure {
  measure: Measure;
  name: string;
  source?: MeasureSource;
  /** Set where the business spec lets it be summed and one column holds it. */
  formula?: string;
}

/** Steps, joins, filters and columns of a proposal, and whether its rows are still those of the base. */
export function generateStages(work: Work): { data: Record<string, unknown>; keepsGrain: boolean } {
  const { base, ask, inputs } = work;
  if (!base) {
    if (inputs.length > 1) ask({ about: 'from', question: `Which of ${inputs.map((input) => input.alias).join(', ')} is it built from, and how are the others joined? No key says.`, blocking: true });
    return { data: columnsOnly(work), keepsGrain: false };
  }
  const places = placesOf(work, base);
  const filters = filtersOf(work);
  const measures = placedMeasures(work);
  const steps = places.filter((place) => place.step !== undefined).map((place) => stepOf(place, filters, measures, work));
  const joined = places.filter((place) => place.link !== undefined);
  const top = filters.filter(({ input }) => !places.some((place) => place.input === input && place.step !== undefined));
  const data = {
    ...(steps.length > 0 ? { steps } : {}),
    from: base.alias,
    ...(joined.length > 0 ? { joins: joined.map((place) => joinOf(place, base, work)) } : {}),
    ...(top.length > 0 ? { filters: top.map((filter) => filterData(filter, `${filter.input.alias}.`, work)) } : {}),
    columns: columnsOf(base, places, measures, work),
  };
  const keepsGrain = joined.every((place) => place.step !== undefined || place.link?.rightUnique === true);
  return { data: data.columns.length > 0 ? data : { ...data, columns: undefined }, keepsGrain };
}

function columnsOnly({ facts }: Work): Record<string, unknown> {
  const columns = measuresOf(facts).map((measure) => ({ name: columnName(measure), means: measure.means ?? measure.name, ...(measure.id === undefined ? {} : { implements: [measure.id] }) }));
  return columns.length > 0 ? { columns } : {};
}

function placesOf({ inputs, ask }: Work, base: ProposedInput): Place[] {
  const names = new Set(inputs.map((input) => input.alias.toLowerCase()));
  return inputs.map((input): Place => {
    if (input === base) return { input };
    const link = linkBetween(base, input);
    if (!link) {
      ask({ about: `join:${input.alias}`, question: `On which key does ${input.alias} join ${base.alias}? No relationships test, foreign key or shared key says.`, blocking: true });
      return { input };
    }
    if (link.rightUnique || !link.leftUnique) {
      if (!link.rightUnique) ask({ about: `join:${input.alias}`, question: `How many rows of ${input.alias} can one row of ${base.alias} have? ${link.right} is no proven key of ${input.alias}.` });
      return { input, link };
    }
    return { input, link, step: uniqueName(`${input.alias}_by_${link.right.replace(/_id$/, '')}`, names) };
  });
}

function joinOf({ input, link, step }: Place, base: ProposedInput, { facts, ask }: Work): Record<string, unknown> {
  const keeps = keepingItems(facts);
  if (keeps.length === 0) ask({ about: `join:${step ?? input.alias}`, question: `Is a row of ${base.alias} without a match in ${input.alias} kept? It is for now.` });
  const unique = step !== undefined || link?.rightUnique === true;
  return {
    to: step ?? input.alias,
    type: 'left',
    keys: [link?.left === link?.right ? link?.left : { left: `${base.alias}.${link?.left ?? ''}`, right: link?.right }],
    ...(unique ? { cardinality: link?.leftUnique ? 'one_to_one' : 'many_to_one' } : {}),
    unmatched: 'keep',
    ...(keeps.length > 0 ? { implements: keeps } : {}),
  };
}

/** Ids of the lines that say rows are kept even where nothing matches. */
function keepingItems(facts: BusinessFacts): string[] {
  const says = (item: BusinessItem): boolean => (item.section === 'population' && /\b(every|all|each|also|even|without)\b/i.test(item.text)) || (item.section === 'edge_cases' && /\b(no|without|missing|unmatched)\b/i.test(item.text) && /\bkept?\b/i.test(item.text));
  const excluded = new Set(populationOf(facts).flatMap((line) => (line.excluded && line.id !== undefined ? [line.id] : [])));
  return facts.items.filter(says).flatMap((item) => (item.id && !excluded.has(item.id.value) ? [item.id.value] : []));
}

/** A line of the population is a filter where exactly one accepted value stands for it; else it is a question. */
function filtersOf({ facts, inputs, ask }: Work): ProposedFilter[] {
  const keeping = new Set(keepingItems(facts));
  return populationOf(facts).flatMap((line) => {
    if (line.id !== undefined && keeping.has(line.id)) return [];
    const found = filtersFor(line, inputs);
    const [only, ...others] = found;
    const about = `id:${line.id ?? line.statement}`;
    if (!only) ask({ about, question: `Which condition ${line.excluded ? 'leaves out' : 'keeps'} "${line.statement}"${line.id === undefined ? '' : ` (${line.id})`}?` });
    else if (others.length > 0) ask({ about, question: `Which condition stands for "${line.statement}"${line.id === undefined ? '' : ` (${line.id})`}: ${found.map((f) => `${f.input.alias}.${f.expression}`).join(', or ')}?` });
    else {
      ask({ about, question: `Does ${only.expression} say "${line.statement}"${line.id === undefined ? '' : ` (${line.id})`}? It is proposed because ${only.because}; what of rows where ${only.column} is null?` });
      return [only];
    }
    return [];
  });
}

function filterData({ line, column, value, expression }: ProposedFilter, prefix: string, { ids }: Work): Record<string, unknown> {
  return { id: uniqueId('F', line.id?.replace(/^[A-Z0-9]+-/, '') ?? `${column} ${value}`, ids), expression: `${prefix}${expression}`, ...(line.id === undefined ? {} : { implements: [line.id] }) };
}

function placedMeasures({ facts, inputs, ask }: Work): PlacedMeasure[] {
  return measuresOf(facts).map((measure): PlacedMeasure => {
    const name = columnName(measure);
    const [best, second] = sourcesOf(measure, inputs);
    const alone = best && (!second || second.score <= best.score - 1);
    const unit = measure.unit === undefined ? '' : ` in ${measure.unit}`;
    const what = `${name} (${measure.means ?? measure.name}${unit})`;
    if (!best || !alone) {
      const near = sourcesOf(measure, inputs).slice(0, 4).map((source) => `${source.input.alias}.${source.column}`);
      ask({ about: `column:${name}`, question: `How is ${what} computed?${near.length > 0 ? ` Columns that may hold it: ${near.join(', ')}.` : ' No column is called that.'}` });
      return { measure, name };
    }
    if (measure.canSumOver.length === 0) {
      ask({ about: `column:${name}`, question: `How is ${what} computed from ${best.input.alias}.${best.column}? The business spec does not say over what it can be summed.` });
      return { measure, name, source: best };
    }
    ask({ about: `id:${measure.id ?? name}`, question: `Is ${what} the sum of ${best.input.alias}.${best.column}? It is the only column called that.` });
    return { measure, name, source: best, formula: `sum(${best.column})` };
  });
}

function stepOf({ input, link, step }: Place, filters: readonly ProposedFilter[], measures: readonly PlacedMeasure[], work: Work): Record<string, unknown> {
  const own = filters.filter((filter) => filter.input === input);
  const sums = measures.filter((measure) => measure.source?.input === input && measure.formula !== undefined);
  return {
    name: step,
    from: input.alias,
    ...(own.length > 0 ? { filters: own.map((filter) => filterData(filter, '', work)) } : {}),
    aggregate: { by: [link?.right] },
    columns: [{ name: link?.right }, ...sums.map(({ name, formula }) => ({ name, expression: formula }))],
  };
}

/** The grain's columns, then the measures; a formula only where one is known. */
function columnsOf(base: ProposedInput, places: readonly Place[], measures: readonly PlacedMeasure[], { facts }: Work): Record<string, unknown>[] {
  const single = !places.some((place) => place.link !== undefined);
  const keys = base.keys[0]?.columns ?? [];
  const zero = facts.items.filter((item) => item.section === 'edge_cases' && /\b(0|zero)\b/i.test(item.text)).flatMap((item) => item.id?.value ?? []);
  return [
    ...keys.map((name) => (single ? { name } : { name, from: [`${base.alias}.${name}`] })),
    ...measures
      .filter(({ name }) => !keys.includes(name))
      .map(({ measure, name, source, formula }) => {
        const step = places.find((place) => place.input === source?.input)?.step;
        const told = step !== undefined && formula !== undefined;
        const edges = told && measures.length === 1 ? zero : [];
        const ids = [...(measure.id === undefined ? [] : [measure.id]), ...edges];
        return {
          name,
          ...(told ? (edges.length > 0 ? { expression: `coalesce(${step}.${name}, 0)` } : { from: [`${step}.${name}`] }) : {}),
          means: measure.means ?? measure.name,
          ...(ids.length > 0 ? { implements: ids } : {}),
        };
      }),
  ];
}
