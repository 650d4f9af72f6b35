import type { Column, RelationNode } from '../project/types';
import type { Dialect } from '../sql/types';
import type { ProposedInput } from './proposedInput';
import { isKeyOf } from './proposeInputs';
import type { Link } from './proposeJoins';
import type { WantedGrain } from './subjects';
import { stem, wordsIn } from './words';

/** A column of the grain: a column of the input, or a period cut out of a time. */
export interface GrainColumn {
  name: string;
  /** Set where it is computed; the prefix qualifies the column. */
  expression?(prefix: string): string;
  /** True where it is a column of the relation that is gone past. */
  past?: boolean;
}

/** A relation that one row of an input leads to, and by what. */
export interface Way {
  input: ProposedInput;
  link: Link;
}

/** How an input is grouped to the grain: by which columns, and past which relation that has some of them. */
export interface Grouping {
  by: GrainColumn[];
  past?: Way;
}

const PERIODS = new Set(['hour', 'day', 'week', 'month', 'quarter', 'year']);

/** The columns of a candidate key that says the wanted grain, in its order; undefined where no key does. */
export function keyOfGrain(wanted: WantedGrain, { keys, node }: ProposedInput): string[] | undefined {
  if (wanted.words.length === 0) return undefined;
  for (const { columns } of keys) {
    const told = wanted.words.map((word) => columns.find((column) => isKeyOf(column, wordsIn(word), node)));
    if (told.includes(undefined) || new Set(told).size !== told.length) continue;
    const rest = columns.filter((column) => !told.includes(column));
    const [only] = rest;
    const needed = wanted.time !== undefined || wanted.valid;
    if (!needed && rest.length === 0) return columns;
    if (needed && rest.length === 1 && only !== undefined && (wanted.valid ? isStart(only) : isPeriod(columnOf(node, only), wanted.time ?? ''))) return columns;
  }
  return undefined;
}

/**
 * The columns by which rows of an input can be grouped to the wanted grain: one called after each word, and the one that
 * holds the period or from which it can be cut. Words it has no column for are looked for in the one relation it leads to
 * that has them. Undefined where one is missing or several would do.
 */
export function groupingOf(wanted: WantedGrain, { node }: ProposedInput, dialect: Dialect, ways: readonly Way[]): Grouping | undefined {
  if (wanted.words.length === 0 || wanted.valid) return undefined;
  const period = wanted.time === undefined ? [] : [periodOf(node, wanted.time, dialect)];
  const named = wanted.words.map((word) => columnFor(word, node));
  const missing = wanted.words.filter((_, index) => named[index] === undefined);
  const past = only(ways.filter((way) => missing.length > 0 && missing.every((word) => columnFor(word, way.input.node) !== undefined)));
  const columns = [...wanted.words.map((word, index) => named[index] ?? (past && pastColumn(word, past))), ...period];
  return columns.every((column): column is GrainColumn => column !== undefined) ? { by: columns, ...(past ? { past } : {}) } : undefined;
}

function columnFor(word: string, node: RelationNode): GrainColumn | undefined {
  const column = only(node.columns.filter(({ name }) => isKeyOf(name, wordsIn(word), node)));
  return column && { name: column.name };
}

function pastColumn(word: string, { input }: Way): GrainColumn | undefined {
  const column = columnFor(word, input.node);
  return column && { ...column, past: true };
}

function periodOf(node: RelationNode, time: string, dialect: Dialect): GrainColumn | undefined {
  const whole = node.columns.filter((column) => isPeriod(column, time));
  if (whole.length > 0) return whole.length === 1 && whole[0] ? { name: whole[0].name } : undefined;
  const unit = stem(time.toLowerCase()) === 'date' ? 'day' : time.toLowerCase();
  const moment = only(node.columns.filter(isTime));
  if (!moment || !PERIODS.has(unit)) return undefined;
  return { name: `${moment.name.replace(/_(at|on|date|time|timestamp)$/i, '')}_${unit}`, expression: (prefix) => cut(`${prefix}${moment.name}`, unit, dialect) };
}

function cut(column: string, unit: string, dialect: Dialect): string {
  if (unit === 'day') return `cast(${column} as date)`;
  if (dialect !== 'bigquery') return `date_trunc('${unit}', ${column})`;
  return unit === 'hour' ? `timestamp_trunc(${column}, hour)` : `date_trunc(cast(${column} as date), ${unit})`;
}

/** True for a column that holds a moment or a day. */
export function isTime(column: Pick<Column, 'name' | 'type'>): boolean {
  return column.type === undefined ? /(^|_)(at|on|date|day|time|timestamp)$/i.test(column.name) : /^(date|time|datetime)/i.test(column.type);
}

/** True for a column that has one value a period: a date for a day, else one called after it. */
function isPeriod(column: Pick<Column, 'name' | 'type'>, time: string): boolean {
  const words = wordsIn(column.name);
  const period = stem(time.toLowerCase());
  const day = period === 'day' || period === 'date';
  if (day && column.type !== undefined && isTime(column)) return /^date$/i.test(column.type);
  return day ? /(^|_)(on|date|day)$/i.test(column.name) : words.includes(period);
}

function isStart(column: string): boolean {
  return /(^|_)(valid_from|from|start|starts_at|started_at|effective_from|effective_date)$/i.test(column);
}

/** The column that ends a version, beside the one that starts it. */
export function endOfVersion(node: RelationNode): string | undefined {
  return only(node.columns.filter(({ name }) => /(^|_)(valid_to|valid_until|effective_to|to|until|ended_at)$/i.test(name)))?.name;
}

function columnOf(node: RelationNode, name: string): Pick<Column, 'name' | 'type'> {
  return node.columns.find((column) => column.name.toLowerCase() === name.toLowerCase()) ?? { name };
}

function only<T>(list: readonly T[]): T | undefined {
  return list.length === 1 ? list[0] : undefined;
}

/** The grain in words: "customer per day". */
export function grainText({ words, time, valid }: WantedGrain): string {
  return `${words.join(' and ') || 'row of the answer'}${time === undefined ? '' : ` per ${time}`}${valid ? ' from one change to the next' : ''}`;
}
