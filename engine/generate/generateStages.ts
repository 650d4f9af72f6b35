import { columnsOf, placedMeasures, type PlacedMeasure } from './generateColumns';
import { uniqueId } from './names';
import type { ProposedFilter } from './proposeFilters';
import { groupColumn, qualifierOf, type Grouped } from './groupColumns';
import type { GrainColumn } from './proposeGrain';
import { isAlone, type Place } from './proposePlaces';
import type { StagesWork } from './stagesWork';
import { edgeCasesOf } from './subjects';
import { wordsIn } from './words';

type Joined = Extract<Place, { kind: 'lookup' | 'step' }>;

/** Steps, joins, filters, grouping and columns of a proposal. */
export function generateStages(work: StagesWork): Record<string, unknown> {
  const { layout, population } = work;
  const measures = placedMeasures(work);
  const { base, from, places } = layout;
  const columns = columnsOf(measures, work);
  const last = columns.length > 0 ? { columns } : {};
  if (!base || from === undefined) return last;
  const steps = places.filter((place): place is Extract<Place, { kind: 'step' }> => place.kind === 'step');
  const joined = places.filter((place): place is Joined => place !== base && (place.kind === 'lookup' || place.kind === 'step'));
  const top = population.filters.filter(({ input }) => places.some((place) => place.input === input && place.kind !== 'step' && place.kind !== 'loose'));
  const prefix = (filter: ProposedFilter): string => (joined.length > 0 ? `${filter.input.alias}.` : '');
  return {
    ...(steps.length > 0 ? { steps: steps.map((place) => stepData(place, measures, work)) } : {}),
    from,
    ...(joined.length > 0 ? { joins: joined.map((place, index) => joinData(place, index, work)) } : {}),
    ...(top.length > 0 ? { filters: top.map((filter) => filterData(filter, prefix(filter), work)) } : {}),
    ...(base.kind === 'grouped' ? { aggregate: { by: base.by.map((column) => groupedBy(column, base, !isAlone(layout))) } } : {}),
    ...last,
  };
}

function joinData(place: Joined, index: number, work: StagesWork): Record<string, unknown> {
  const { layout, ask } = work;
  const from = layout.from ?? '';
  const to = place.kind === 'step' ? place.name : place.input.alias;
  const pairs = place.kind === 'step' ? place.by.map(({ name }, at) => [layout.grain?.[at]?.name ?? name, name] as const) : [[place.link.left, place.link.right] as const];
  // A condition on what is joined leaves out the rows that have no match, whatever the join does.
  const cut = place.kind === 'lookup' && work.population.filters.some(({ input }) => input === place.input);
  const keeps = cut ? [] : keepersOf(place, work);
  if (cut) ask({ about: `unmatched:${to}`, question: `Is a row of ${from} without a match in ${to} left out? The condition on ${to} leaves it out for now.` });
  else if (keeps.length === 0) ask({ about: `join:${to}`, question: `Is a row of ${from} without a match in ${to} kept? It is for now.` });
  return {
    to,
    type: 'left',
    // After the first join a bare name could mean a column of what is joined already.
    keys: pairs.map(([left, right]) => (left === right && index === 0 ? right : { left: `${from}.${left}`, right })),
    cardinality: place.kind === 'step' || place.link.leftUnique ? 'one_to_one' : 'many_to_one',
    ...(cut ? {} : { unmatched: 'keep' }),
    ...(keeps.length > 0 ? { implements: keeps } : {}),
  };
}

/** Ids of the lines that say rows are kept even where nothing matches; an edge case only where it speaks of what is joined. */
function keepersOf(place: Joined, { facts, population }: StagesWork): string[] {
  const own = new Set(wordsIn(`${place.input.node.name} ${place.input.alias}`));
  const cases = edgeCasesOf(facts).filter(({ when, then }) => /\b(no|without|missing|unmatched)\b/i.test(when) && /\bkept?\b/i.test(then));
  const about = cases.filter(({ when }) => wordsIn(when).some((word) => own.has(word)));
  return [...population.keeps, ...(about.length > 0 ? about : cases).map(({ id }) => id)];
}

function filterData({ line, column, values, expression }: ProposedFilter, prefix: string, { ids }: StagesWork): Record<string, unknown> {
  return { id: uniqueId('F', line.id?.replace(/^[A-Z0-9]+-/, '') ?? `${column} ${values.join(' ')}`, ids), expression: expression(prefix), ...(line.id === undefined ? {} : { implements: [line.id] }) };
}

function stepData(place: Extract<Place, { kind: 'step' }>, measures: readonly PlacedMeasure[], work: StagesWork): Record<string, unknown> {
  const { input, name, by, past } = place;
  const own = work.population.filters.filter((filter) => filter.input === input);
  const prefix = past ? `${input.alias}.` : '';
  const told = measures.flatMap((measure) => (measure.idea.kind === 'formula' && measure.idea.input === input ? [{ name: measure.name, expression: measure.idea.formula(prefix) }] : []));
  return {
    name,
    from: input.alias,
    ...(past ? { joins: [{ to: past.input.alias, type: 'left', keys: [past.link.left === past.link.right ? past.link.right : { left: `${input.alias}.${past.link.left}`, right: past.link.right }], cardinality: 'many_to_one' }] } : {}),
    ...(own.length > 0 ? { filters: own.map((filter) => filterData(filter, prefix, work)) } : {}),
    aggregate: { by: by.map((column) => groupedBy(column, place, past !== undefined)) },
    columns: [...by.map((column) => groupColumn(column, place, past !== undefined)), ...told],
  };
}

/** A grouping column in `by`: a computed one by the name it comes out with. */
function groupedBy(column: GrainColumn, place: Grouped, qualified: boolean): string {
  return column.expression ? column.name : `${qualifierOf(column, place, qualified)}${column.name}`;
}
