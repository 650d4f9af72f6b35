import type { ProposedInput } from './proposedInput';
import { filtersFor, nearOf, type ProposedFilter } from './proposeFilters';
import type { Ask } from './questions';
import { withoutAlso, type PopulationLine } from './subjects';
import { wordsIn } from './words';

/** What the population says: conditions, and lines that keep rows even where nothing matches. */
export interface Population {
  filters: ProposedFilter[];
  /** Ids of the lines by which rows without a match stay. */
  keeps: string[];
}

interface Work {
  inputs: readonly ProposedInput[];
  /** Words of what one row is: "every customer" leaves nothing out of a row per customer. */
  rowWords: ReadonlySet<string>;
  /** False where nothing says how an input comes in, so that a condition on it has no place. */
  isPlaced(input: ProposedInput): boolean;
  ask: Ask;
}

/** Reads the lines of a population; one that is neither "every …" nor one condition for sure becomes a question. */
export function populationFor(lines: readonly PopulationLine[], work: Work): Population {
  const keeps: string[] = [];
  const filters = lines.flatMap((line) => {
    const { about, keepsAll, alsoKeeps } = read(line, work.rowWords);
    if ((keepsAll || alsoKeeps) && line.id !== undefined) keeps.push(line.id);
    return keepsAll ? [] : filterOf(line, about, work);
  });
  return { filters, keeps };
}

function read(line: PopulationLine, rowWords: ReadonlySet<string>): { about: string; keepsAll: boolean; alsoKeeps: boolean } {
  if (line.excluded) return { about: line.statement, keepsAll: false, alsoKeeps: false };
  const about = withoutAlso(line.statement);
  const every = /^(every|all|each|any)\s+/i.exec(about);
  const keepsAll = (every !== null || about !== line.statement) && wordsIn(about.slice(every?.[0].length ?? 0)).every((word) => rowWords.has(word) || /^(every|all|each|any)$/.test(word));
  return { about, keepsAll, alsoKeeps: about !== line.statement };
}

function filterOf(line: PopulationLine, about: string, { inputs, isPlaced, ask }: Work): ProposedFilter[] {
  const found = filtersFor({ ...line, statement: about }, inputs);
  const [only, ...others] = found;
  const named = `"${line.statement}"${line.id === undefined ? '' : ` (${line.id})`}`;
  const subject = `id:${line.id ?? line.statement}`;
  if (!only) {
    const near = nearOf(about, inputs).slice(0, 4);
    ask({ about: subject, question: `Which condition ${line.excluded ? 'leaves out' : 'keeps'} ${named}? ${near.length > 0 ? `It names ${near.join(', ')}.` : 'No column or known value is called that.'}` });
    return [];
  }
  if (others.length > 0 || !isPlaced(only.input)) {
    ask({ about: subject, question: `Which condition ${line.excluded ? 'leaves out' : 'keeps'} ${named}: ${found.map((filter) => filter.expression(`${filter.input.alias}.`)).join(', or ')}?${isPlaced(only.input) ? '' : ` Where ${only.input.alias} comes in is open.`}` });
    return [];
  }
  const nulls = only.neverNull ? '' : ` Rows where ${only.column} is null are left out; is that right?`;
  ask({ about: subject, question: `Does ${only.expression('')} say ${named}? It is proposed because ${only.because}.${nulls}` });
  return [{ ...only, line }];
}
