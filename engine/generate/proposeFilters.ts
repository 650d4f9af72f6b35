import type { ProposedInput } from './proposeInputs';
import { label } from './proposeInputs';
import type { PopulationLine } from './subjects';
import { wordsIn } from './words';

/** A filter a line of the population may mean. */
export interface ProposedFilter {
  line: PopulationLine;
  input: ProposedInput;
  column: string;
  value: string;
  /** Condition over the bare column. */
  expression: string;
  /** What it was found by. */
  because: string;
}

/** Every accepted value of an input that a line names; one is a proposal, several are a question. */
export function filtersFor(line: PopulationLine, inputs: readonly ProposedInput[]): ProposedFilter[] {
  const quoted = new Set([...line.statement.matchAll(/["'“”‘’]([^"'“”‘’]+)["'“”‘’]/g)].map((part) => part[1] ?? ''));
  return inputs.flatMap((input) => {
    // "payments that failed" is about payments; what tells them apart is the rest.
    const own = new Set(wordsIn(`${input.node.name} ${input.alias}`));
    const words = new Set(wordsIn(line.statement).filter((word) => !own.has(word)));
    return acceptedValues(input).flatMap(({ column, value }): ProposedFilter[] => {
      const parts = wordsIn(value);
      const named = quoted.has(value) || (parts.length > 0 && parts.every((part) => words.has(part)));
      if (!named) return [];
      const expression = `${column} ${line.excluded ? '<>' : '='} '${value.replace(/'/g, "''")}'`;
      return [{ line, input, column, value, expression, because: `${label(input.node)}.${column} accepts the value ${value}` }];
    });
  });
}

function acceptedValues({ node }: ProposedInput): { column: string; value: string }[] {
  return node.tests
    .filter((test) => test.enabled && /(^|\.)accepted_values$/.test(test.test) && test.column !== undefined)
    .flatMap((test) => {
      const values = test.arguments['values'];
      return (Array.isArray(values) ? values : []).filter((value): value is string => typeof value === 'string').map((value) => ({ column: test.column ?? '', value }));
    });
}
