import type { Dialect } from '../sql/types';
import { groupingOf, grainText, keyOfGrain, type GrainColumn, type Grouping, type Way } from './proposeGrain';
import { label, type ProposedInput } from './proposedInput';
import { isKeyOf } from './proposeInputs';
import { linkBetween, type Link } from './proposeJoins';
import { uniqueName } from './names';
import type { Ask } from './questions';
import type { WantedGrain } from './subjects';
import { wordsIn } from './words';

/** How an input comes into the proposal. */
export type Place =
  /** The last stage starts from it, one row of it being one row of the answer. */
  | { kind: 'base'; input: ProposedInput }
  /** The last stage starts from it and groups it to the grain. */
  | ({ kind: 'grouped'; input: ProposedInput } & Grouping)
  /** One row of it at the most is joined to each row. */
  | { kind: 'lookup'; input: ProposedInput; link: Link }
  /** A step groups it to the grain; where the grain is another relation's, past that relation. */
  | ({ kind: 'step'; input: ProposedInput; name: string } & Grouping)
  /** Nothing says how it is joined. */
  | { kind: 'loose'; input: ProposedInput };

/** Where each input goes, the columns that name one row, and what the last stage starts from. */
export interface Layout {
  places: Place[];
  /** Columns of the last stage that name a row, by the names they have there; undefined where nothing proves them. */
  grain?: GrainColumn[];
  /** Alias or step the last stage starts from; undefined where nothing says. */
  from?: string;
  /** The relation or step the rows of the last stage are those of. */
  base?: Place;
}

interface Work {
  dialect: Dialect;
  wanted: WantedGrain;
  ask: Ask;
  /** True for an input that a measure, a term or a line of the population speaks of. */
  needed(input: ProposedInput): boolean;
  /** True for an input that something is computed from. */
  computes(input: ProposedInput): boolean;
  /** Relations that one row of an input leads to. */
  ways(input: ProposedInput): Way[];
  /** How many measures an input holds. */
  measures(input: ProposedInput): number;
}

/**
 * Lays the inputs out around the one whose key is the wanted grain, else around one that can be grouped to it. Other
 * inputs are joined where a key proves one row at the most, or grouped in a step; the rest is asked.
 */
export function layoutOf(inputs: readonly ProposedInput[], work: Work): Layout {
  const { wanted, ask } = work;
  const keyed = inputs.flatMap((input) => {
    const key = keyOfGrain(wanted, input);
    return key ? [{ input, key }] : [];
  });
  const [base] = keyed;
  if (base) return aroundKey(base.input, base.key, inputs, work);
  const groupable = inputs.filter((input) => groupingOf(wanted, input, work.dialect, work.ways(input))).sort((a, b) => work.measures(b) - work.measures(a));
  const [first, second] = groupable;
  if (first && (!second || work.measures(first) > 0)) return aroundGroups(first, groupable, inputs, work);
  ask({ about: 'grain', question: `Which columns name one row, that is one ${grainText(wanted)}? ${inputs.length > 0 ? `No key of ${inputs.map((input) => input.alias).join(', ')} proves it, and none can be grouped to it for sure.` : ''}`.trim(), blocking: true });
  const [only, ...others] = inputs;
  if (only && others.length === 0) return { places: [{ kind: 'base', input: only }], base: { kind: 'base', input: only }, from: only.alias };
  if (only) ask({ about: 'from', question: `Which of ${inputs.map((input) => input.alias).join(', ')} is it built from, and how are the others joined? No key says.`, blocking: true });
  return { places: inputs.map((input) => ({ kind: 'loose', input })) };
}

function aroundKey(base: ProposedInput, key: readonly string[], inputs: readonly ProposedInput[], work: Work): Layout {
  const names = new Set(inputs.map((input) => input.alias.toLowerCase()));
  const places = inputs.filter((input) => input === base || work.needed(input)).flatMap((input): Place[] => {
    if (input === base) return [{ kind: 'base', input }];
    const place = placeBeside(base, key, input, names, work);
    return place ? [place] : [];
  });
  return { places, grain: key.map((name) => ({ name })), from: base.alias, base: { kind: 'base', input: base } };
}

/** Where an input beside the base goes; undefined where nothing needs it, which is asked. */
function placeBeside(base: ProposedInput, key: readonly string[], input: ProposedInput, names: Set<string>, { wanted, dialect, ways, computes, ask }: Work): Place | undefined {
  const link = linkBetween(base, input);
  if (link?.rightUnique) return { kind: 'lookup', input, link };
  if (!computes(input)) {
    ask({ about: `join:${input.alias}`, question: `Is ${label(input.node)} read? It is called like "${input.role}", but nothing is computed from it.` });
    return undefined;
  }
  const [only] = key;
  const step = (grouping: Grouping): Place => ({ kind: 'step', input, ...grouping, name: stepName(input, grouping.by, names) });
  if (link && key.length === 1 && link.left.toLowerCase() === only?.toLowerCase()) return step({ by: [{ name: link.right }] });
  const grouping = groupingOf(wanted, input, dialect, ways(input));
  const by = grouping && inOrderOf(key, base, wanted, grouping.by);
  if (by) return step({ ...grouping, by });
  const why = link ? `${link.right} is no proven key of ${input.alias}, and ${link.left} is none of ${base.alias}` : 'No relationships test, foreign key or shared key says';
  ask({ about: `join:${input.alias}`, question: `On which key does ${input.alias} join ${base.alias}, and does that keep one row per ${grainText(wanted)}? ${why}.`, blocking: true });
  return { kind: 'loose', input };
}

/** The grouping columns in the order of the base's key; undefined where they do not pair. */
function inOrderOf(key: readonly string[], base: ProposedInput, wanted: WantedGrain, by: GrainColumn[] | undefined): GrainColumn[] | undefined {
  if (by?.length !== key.length) return undefined;
  const pairs = key.map((column) => {
    const word = wanted.words.findIndex((text) => isKeyOf(column, wordsIn(text), base.node));
    return by[word < 0 ? by.length - 1 : word];
  });
  return pairs.every((column): column is GrainColumn => column !== undefined) && new Set(pairs).size === pairs.length ? pairs : undefined;
}

function aroundGroups(first: ProposedInput, groupable: readonly ProposedInput[], inputs: readonly ProposedInput[], work: Work): Layout {
  const { wanted, dialect, ways, ask } = work;
  const names = new Set(inputs.map((input) => input.alias.toLowerCase()));
  const grouped = groupable.filter((input) => input === first || work.measures(input) > 0);
  const grouping = (input: ProposedInput): Grouping => groupingOf(wanted, input, dialect, ways(input)) ?? { by: [] };
  const own = grouping(first);
  const others = inputs.filter((input) => !grouped.includes(input) && work.needed(input));
  ask({ about: 'grain', question: `Does every ${grainText(wanted)} of the answer have a row in ${first.alias}? One that has none gets no row.${own.by.some((column) => column.expression) ? ` And in which time zone does a ${wanted.time ?? 'period'} begin?` : ''}` });
  if (grouped.length === 1) {
    const past: Place[] = own.past ? [{ kind: 'lookup', ...own.past }] : [];
    const places = others.filter((input) => input !== own.past?.input).map((input): Place => {
      const link = linkBetween(first, input);
      if (link?.rightUnique) return { kind: 'lookup', input, link };
      ask({ about: `join:${input.alias}`, question: `On which key does ${input.alias} join ${first.alias}, and does that keep the rows of ${first.alias} apart? No key of ${input.alias} proves it.`, blocking: true });
      return { kind: 'loose', input };
    });
    const base: Place = { kind: 'grouped', input: first, ...own };
    return { places: [base, ...past, ...places], grain: own.by, from: first.alias, base };
  }
  const steps = grouped.map((input): Extract<Place, { kind: 'step' }> => ({ kind: 'step', input, ...grouping(input), name: stepName(input, grouping(input).by, names) }));
  for (const input of others) ask({ about: `join:${input.alias}`, question: `Where is ${input.alias} (${label(input.node)}) joined? It has no column for each of ${grainText(wanted)}.`, blocking: true });
  const base = steps[0];
  return { places: [...steps, ...others.map((input): Place => ({ kind: 'loose', input }))], grain: own.by.map(({ name }) => ({ name })), ...(base ? { base, from: base.name } : {}) };
}

function stepName(input: ProposedInput, by: readonly GrainColumn[], names: Set<string>): string {
  return uniqueName(`${input.alias}_by_${by.map(({ name }) => name.replace(/_id$/, '')).join('_and_')}`, names);
}

/** True where the last stage reads one relation or step alone, so that columns need no qualifier. */
export function isAlone({ places, base }: Layout): boolean {
  return base?.kind !== 'step' && places.filter((place) => place.kind !== 'loose').length === 1;
}

/** Every input of a layout once: those that are placed, then those that steps go past. */
export function inputsOf({ places }: Layout): ProposedInput[] {
  return [...new Set([...places.map(({ input }) => input), ...places.flatMap((place) => (place.kind === 'step' && place.past ? [place.past.input] : []))])];
}
