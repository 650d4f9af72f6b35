import type { ProposedInput } from './proposeInputs';
import type { Measure } from './subjects';
import { wordsIn } from './words';

/** Where a measure may come from. */
export interface MeasureSource {
  input: ProposedInput;
  column: string;
  score: number;
}

const NUMBER = /int|dec|num|float|double|real|money/i;
const AMOUNT = /amount|price|revenue|cost|total|quantity|qty|count|balance|value|amt/i;

/** Columns that may hold a measure, best first: by its words in their names and descriptions, numbers before others. */
export function sourcesOf(measure: Measure, inputs: readonly ProposedInput[]): MeasureSource[] {
  const wanted = new Set(wordsIn(`${measure.name} ${measure.means ?? ''}`));
  return inputs
    .flatMap((input) =>
      input.node.columns.map((column): MeasureSource => {
        const inName = wordsIn(column.name).filter((word) => wanted.has(word)).length;
        const told = new Set(wordsIn(column.description ?? '').filter((word) => wanted.has(word))).size;
        const isNumber = (column.type !== undefined && NUMBER.test(column.type)) || AMOUNT.test(column.name);
        const isKey = /(^|_)(id|key|sk)$/i.test(column.name);
        return { input, column: column.name, score: isKey || !isNumber ? 0 : inName * 2 + told + 0.5 };
      }),
    )
    .filter(({ score }) => score >= 1.5)
    .sort((a, b) => b.score - a.score || (`${a.input.alias}.${a.column}` < `${b.input.alias}.${b.column}` ? -1 : 1));
}

/** A measure's name as a column's. */
export function columnName(measure: Measure): string {
  return measure.name.toLowerCase().replace(/[^a-z0-9]+/g, '_').replace(/^_+|_+$/g, '') || 'measure';
}
