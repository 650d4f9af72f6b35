import type { Column } from '../project/types';
import { label, type ProposedInput } from './proposedInput';
import type { PopulationLine } from './subjects';
import { wordsIn } from './words';

/** A filter a line of the population may mean. */
export interface ProposedFilter {
  line: PopulationLine;
  input: ProposedInput;
  column: string;
  /** Values it names; none for a flag. */
  values: string[];
  /** Condition over the column, which the prefix qualifies. */
  expression(prefix: string): string;
  /** What it was found by. */
  because: string;
  /** True where a test or constraint says that the column is never null. */
  neverNull: boolean;
}

const NEGATION = /\b(not|no|non|never|neither|nor|without|except|excluding|other than|but)\b|n['’]t\b/i;

/**
 * Conditions that a line of the population may mean: values that a column is known to have and the line names, and
 * flags called after its words. One is a proposal, several are a question.
 */
export function filtersFor(line: PopulationLine, inputs: readonly ProposedInput[]): ProposedFilter[] {
  // "payments that did not fail" names the value it does not want; which way round it goes is a person's to say.
  return NEGATION.test(line.statement) ? [] : mentioned(line, inputs);
}

function mentioned(line: PopulationLine, inputs: readonly ProposedInput[]): ProposedFilter[] {
  const quoted = new Set([...line.statement.matchAll(/["'“”‘’]([^"'“”‘’]+)["'“”‘’]/g)].map((part) => part[1] ?? ''));
  return inputs.flatMap((input) => {
    // "payments that failed" is about payments; what tells them apart is the rest.
    const own = new Set(wordsIn(`${input.node.name} ${input.alias}`));
    const words = new Set(wordsIn(line.statement).filter((word) => !own.has(word)));
    return input.node.columns.flatMap((column) => [...byValues(line, input, column, words, quoted), ...byFlag(line, input, column, words)]);
  });
}

/** What a line that is no condition for sure may be about: conditions on what it names, else columns called like it. */
export function nearOf(statement: string, inputs: readonly ProposedInput[]): string[] {
  const named = mentioned({ statement, excluded: false }, inputs).map((filter) => filter.expression(`${filter.input.alias}.`));
  return named.length > 0 ? named : columnsNear(statement, inputs);
}

/** Columns a line may be about, by the words they share. */
export function columnsNear(statement: string, inputs: readonly ProposedInput[]): string[] {
  return inputs.flatMap((input) => {
    const own = new Set(wordsIn(`${input.node.name} ${input.alias}`));
    const words = new Set(wordsIn(statement).filter((word) => !own.has(word)));
    return input.node.columns.filter((column) => wordsIn(column.name).some((word) => words.has(word))).map((column) => `${input.alias}.${column.name}`);
  });
}

function byValues(line: PopulationLine, input: ProposedInput, column: Column, words: ReadonlySet<string>, quoted: ReadonlySet<string>): ProposedFilter[] {
  const { values, from } = knownValues(input, column);
  const named = values.filter((value) => {
    const parts = wordsIn(value);
    return quoted.has(value) || (parts.length > 0 && parts.every((part) => words.has(part)));
  });
  if (named.length === 0) return [];
  const list = named.map((value) => `'${value.replace(/'/g, "''")}'`);
  const one = list.length === 1;
  const condition = one ? `${line.excluded ? '<>' : '='} ${list.join('')}` : `${line.excluded ? 'not in' : 'in'} (${list.join(', ')})`;
  const expression = (prefix: string): string => `${prefix}${column.name} ${condition}`;
  return [{ line, input, column: column.name, values: named, expression, because: `${from} ${named.join(' and ')}`, neverNull: isNeverNull(input, column) }];
}

function byFlag(line: PopulationLine, input: ProposedInput, column: Column, words: ReadonlySet<string>): ProposedFilter[] {
  const named = /^(is|has|was)_/i.test(column.name);
  const boolean = column.type === undefined ? named : /^bool/i.test(column.type);
  const parts = wordsIn(column.name.replace(/^(is|has|was)_|_flag$/i, ''));
  if (!boolean || parts.length === 0 || !parts.every((part) => words.has(part))) return [];
  const text = column.description === undefined ? '' : `: ${column.description.trim().replace(/\.$/, '')}`;
  return [{ line, input, column: column.name, values: [], expression: (prefix) => `${line.excluded ? 'not ' : ''}${prefix}${column.name}`, because: `${label(input.node)} has the flag ${column.name}${text}`, neverNull: isNeverNull(input, column) }];
}

/** Values a column has by an accepted_values test, else by a description that lists them. */
function knownValues({ node }: ProposedInput, column: Column): { values: string[]; from: string } {
  const name = `${label(node)}.${column.name}`;
  const accepted = node.tests
    .filter((test) => test.enabled && /(^|\.)accepted_values$/.test(test.test) && test.column?.toLowerCase() === column.name.toLowerCase())
    .flatMap((test) => (Array.isArray(test.arguments['values']) ? test.arguments['values'] : []))
    .filter((value): value is string => typeof value === 'string');
  if (accepted.length > 0) return { values: [...new Set(accepted)], from: `${name} accepts` };
  return { values: listedIn(column.description ?? ''), from: `the description of ${name} lists` };
}

/** Values in a description that is a list of them: "placed, shipped or cancelled", "one of `a`, `b`", "Values: x, y". */
export function listedIn(description: string): string[] {
  const marked = [...description.matchAll(/`([^`\s]+)`|'([^'\s]+)'|"([^"\s]+)"/g)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
  if (marked.length > 1) return [...new Set(marked)];
  const list = description.trim().replace(/\.$/, '').replace(/^.*?(:|\b(?:one|any|either) of\b|\beither\b)\s*/i, '');
  const parts = list.split(/\s*,\s*(?:or\s+|and\s+)?|\s+or\s+|\s+and\s+|\s*[|/;]\s*/).map((part) => part.trim());
  return parts.length > 1 && parts.every((part) => /^[\w-]+$/.test(part)) ? [...new Set(parts)] : [];
}

function isNeverNull({ node }: ProposedInput, column: Column): boolean {
  const same = (name: string | undefined): boolean => name?.toLowerCase() === column.name.toLowerCase();
  return node.tests.some((test) => test.enabled && test.where === undefined && test.test === 'not_null' && same(test.column)) || [...column.constraints, ...node.constraints].some((constraint) => ['not_null', 'primary_key'].includes(constraint.type) && constraint.columns.some(same));
}
