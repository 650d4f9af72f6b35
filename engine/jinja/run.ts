import type { Relation } from '../sql/types';
import type { Span } from '../text';
import type { Choice, Choices, JinjaContext, MacroSource } from './context';
import { parseTemplate, type TemplateNode } from './template';
import type { Value } from './values';

/** A variable; a `soft` one holds what a default suggests, and `asked` is the expression that asked for it. */
export interface Cell {
  value: Value;
  soft: boolean;
  asked?: string;
}

/** Variables of one scope and those around it. */
export interface Scope {
  cells: Map<string, Cell>;
  parent?: Scope;
}

/** One writing out of a template: what it has asked and used so far. */
export interface Run {
  context: JinjaContext;
  choices: Choices;
  made: Map<string, Choice>;
  /** Relations whose columns were asked for and are not known, by their ids. */
  asked: Map<string, Relation>;
  /** Relations that were named so far, by their ids; but not where dbt does not come when it looks for what a model depends on. */
  named: Map<string, Relation>;
  /** True under `if execute`, where dbt does not come then. */
  executing: boolean;
  /** Something read since this was last unset came from a default that the command line may override. */
  soft: boolean;
  steps: number;
  length: number;
  depth: number;
  /** The part of the model that is being written out. */
  calledAt: Span;
  parsed: Map<MacroSource, Extract<TemplateNode, { kind: 'macro' }> | undefined>;
}

const MAX_STEPS = 100_000;
const MAX_LENGTH = 300_000;
const MAX_DEPTH = 40;

/** Something that cannot be written out; the macro, or the template, stays as it stands. */
export class Undecided extends Error {}

/** The value a macro gives with `return()`. */
export class Returned extends Error {
  constructor(readonly value: Value) {
    super();
  }
}

export function runOf(context: JinjaContext, choices: Choices): Run {
  return { context, choices, made: new Map(), asked: new Map(), named: new Map(), executing: false, soft: false, steps: 0, length: 0, depth: 0, calledAt: { start: 0, end: 0 }, parsed: new Map() };
}

/** Counts a step; gives up on templates that would take too long or write too much. */
export function step(run: Run, written = 0): void {
  run.length += written;
  if (++run.steps > MAX_STEPS || run.length > MAX_LENGTH || run.depth > MAX_DEPTH) throw new Undecided();
}

/** Runs something and tells whether it read a default that may be overridden, which is then for the caller to remember. */
export function apart<T>(run: Run, read: () => T): { result: T; soft: boolean } {
  const before = run.soft;
  run.soft = false;
  try {
    const result = read();
    const { soft } = run;
    run.soft = false;
    return { result, soft };
  } finally {
    // A value that a macro returns leaves by an error and stays as soft as it was.
    run.soft ||= before;
  }
}

/** The same, remembered for what is read around it. */
export function softly<T>(run: Run, read: () => T): { result: T; soft: boolean } {
  const { result, soft } = apart(run, read);
  run.soft ||= soft;
  return { result, soft };
}

/** Takes one side of what dbt decides at its run, and notes it. */
export function choose(run: Run, key: string, text: string, suggested: boolean | undefined, place: Span | undefined): boolean | 'keep' {
  const wanted = run.choices[key];
  if (wanted === 'keep') return 'keep';
  const taken = wanted ?? suggested ?? true;
  if (!run.made.has(key)) run.made.set(key, { key, text, span: place ?? run.calledAt, taken, byDefault: suggested !== undefined });
  return taken;
}

export function childOf(parent: Scope | undefined): Scope {
  return { cells: new Map(), ...(parent ? { parent } : {}) };
}

/** A variable's value; undefined where no scope has it. */
export function lookUp(run: Run, scope: Scope | undefined, name: string): Value | undefined {
  const cell = cellOf(scope, name);
  if (cell?.soft) run.soft = true;
  return cell?.value;
}

export function cellOf(scope: Scope | undefined, name: string): Cell | undefined {
  for (let at = scope; at; at = at.parent) {
    const cell = at.cells.get(name);
    if (cell) return cell;
  }
  return undefined;
}

export function assign(scope: Scope, name: string, value: Value, soft: boolean, asked?: string): void {
  scope.cells.set(name, { value, soft, ...(asked === undefined ? {} : { asked }) });
}

/** The parsed body of a macro; undefined where it cannot be read. */
export function bodyOfMacro(run: Run, macro: MacroSource): Extract<TemplateNode, { kind: 'macro' }> | undefined {
  if (!run.parsed.has(macro)) run.parsed.set(macro, parseTemplate(macro.text)?.find((node) => node.kind === 'macro'));
  return run.parsed.get(macro);
}

/** Marks a variable as one that holds, in a part of it, what a default suggests. */
export function soften(scope: Scope, name: string): void {
  const cell = cellOf(scope, name);
  if (!cell) return;
  cell.soft = true;
  delete cell.asked;
}
