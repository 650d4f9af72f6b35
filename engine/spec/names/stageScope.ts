import type { RelationNode } from '../../project/types';
import { stagesOf } from '../stages';
import type { ColumnFact, InputFact, StageFact, TechnicalFacts } from '../types';
import { aliasSymbol, columnSymbol, inputSymbol, modelNamed, modelSymbol, nodeOfInput, stepSymbol } from './symbols';
import type { NameContext, SpecSymbol } from './types';

/** A column that was looked up: `open` where it may be there and cannot be told. */
export type FoundColumn = { kind: 'one'; symbol: SpecSymbol } | { kind: 'many' } | { kind: 'none' } | { kind: 'open' };

/** Something a stage attaches under an alias. */
export interface Attached {
  alias: string;
  symbol: SpecSymbol | undefined;
  column(name: string): FoundColumn;
}

/** One stage with what its names can mean. */
export interface StageScope {
  fact: StageFact;
  /** Key of what owns the stage's columns: the step, or the model at the top. */
  owner: string;
  /** What it attaches, in order: `from`, its joins, its unnests. */
  attached(): readonly Attached[];
  /** A column among those the stage puts out. */
  output(name: string): FoundColumn;
}

/** The scopes of a technical spec: what its steps, inputs and stages give names to. */
export interface SpecScope {
  path: string;
  stages: readonly StageScope[];
  top: StageScope;
  /** The step or input an attached name means; steps win, as in SQL. */
  target(name: string): { symbol: SpecSymbol; column(name: string): FoundColumn } | undefined;
  input(fact: InputFact): { alias: SpecSymbol; model: SpecSymbol; column(name: string): FoundColumn };
}

type Targets = Omit<SpecScope, 'stages' | 'top'>;

/** How many steps a column is followed through. */
const DEPTH = 60;
const OPEN: FoundColumn = { kind: 'open' };

/** Builds the scopes of a spec. Names are compared without regard to case. */
export function scopeOf(path: string, facts: TechnicalFacts, context: NameContext): SpecScope {
  const model = modelNamed(context, facts.model?.value ?? '');
  const inputs = new Map<InputFact, ReturnType<SpecScope['input']>>();
  const input = (fact: InputFact): ReturnType<SpecScope['input']> => {
    const known = inputs.get(fact);
    if (known) return known;
    const node = nodeOfInput(context, fact);
    const relation = fact.kind === 'this' ? model : modelSymbol(fact.kind === 'source' ? `${fact.sourceName ?? ''}.${fact.name}` : fact.name, node);
    const made = { alias: inputSymbol(path, fact.as?.value ?? fact.name), model: relation, column: columnsOfInput(fact, node, relation, context) };
    inputs.set(fact, made);
    return made;
  };
  const byName = new Map<string, InputFact>();
  for (const fact of facts.inputs?.items ?? []) for (const name of [fact.as?.value, fact.name]) if (name !== undefined && !byName.has(name.toLowerCase())) byName.set(name.toLowerCase(), fact);
  const steps = new Map<string, StageScope>();
  const scope: Targets = {
    path,
    target(name) {
      const step = steps.get(name.toLowerCase());
      if (step) return { symbol: stepSymbol(path, step.fact.name?.value ?? name), column: step.output };
      const fact = byName.get(name.toLowerCase());
      if (!fact) return undefined;
      const found = input(fact);
      // The name of the model itself reaches an input, too, whatever its alias.
      const own = fact.as === undefined || fact.as.value.toLowerCase() === name.toLowerCase();
      return { symbol: own ? found.alias : found.model, column: found.column };
    },
    input,
  };
  const depth = { now: 0 };
  const stages = stagesOf(facts).map((fact): StageScope => {
    const top = fact === facts.stage;
    return stageScope(fact, top ? model.key : stepSymbol(path, fact.name?.value ?? '').key, scope, depth, top ? onlyInput(facts) : undefined);
  });
  for (const stage of stages) if (stage.fact !== facts.stage) steps.set(stage.fact.name?.value.toLowerCase() ?? '', stage);
  const [top = stages[0]] = stages.slice(-1);
  return { ...scope, stages, top: top as StageScope };
}

/** A spec of one input and no steps need not say what its only stage reads. */
function onlyInput(facts: TechnicalFacts): string | undefined {
  const [first, ...more] = facts.inputs?.items ?? [];
  return first && more.length === 0 && (facts.steps?.items.length ?? 0) === 0 ? (first.as?.value ?? first.name) : undefined;
}

function columnsOfInput(fact: InputFact, node: RelationNode | undefined, relation: SpecSymbol, { specs }: NameContext): (name: string) => FoundColumn {
  const written = [fact.name, `${fact.package ?? ''}.${fact.name}`, `${fact.name}.v${fact.version ?? ''}`];
  const spec = fact.kind === 'source' ? undefined : specs.find((other) => other.facts?.kind === 'technical' && written.includes(other.facts.model?.value ?? ''));
  const listed = spec?.facts?.kind === 'technical' ? spec.facts.stage.columns?.items : undefined;
  const names = new Set([...(node?.columns ?? []).map((column) => column.name.toLowerCase()), ...(listed ?? []).filter((column) => column.kind === 'column').map((column) => column.name.value.toLowerCase())]);
  const complete = node?.columnsComplete === true || (node === undefined && listed?.every((column) => column.kind === 'column') === true);
  return (name) => (names.has(name.toLowerCase()) ? { kind: 'one', symbol: columnSymbol(relation.key, name) } : complete ? { kind: 'none' } : OPEN);
}

function stageScope(fact: StageFact, owner: string, scope: Targets, depth: { now: number }, only: string | undefined): StageScope {
  let attached: readonly Attached[] | undefined;
  const known = new Map<string, FoundColumn>();
  const stage: StageScope = {
    fact,
    owner,
    attached: () => (attached ??= attachedIn(fact, owner, scope, only)),
    output(name) {
      const key = name.toLowerCase();
      const found = known.get(key);
      if (found || depth.now > DEPTH) return found ?? OPEN;
      // A step that reads itself finds this.
      known.set(key, OPEN);
      depth.now++;
      const fresh = outputOf(stage, scope, name);
      depth.now--;
      known.set(key, fresh);
      return fresh;
    },
  };
  return stage;
}

function attachedIn(fact: StageFact, owner: string, scope: Targets, only: string | undefined): Attached[] {
  const from = fact.from?.value ?? (fact.union ? undefined : only);
  const of = (name: string, as: string | undefined): Attached => {
    const target = scope.target(name);
    return { alias: as ?? name, symbol: as === undefined ? target?.symbol : aliasSymbol(scope.path, owner, as), column: target?.column ?? (() => OPEN) };
  };
  return [
    ...(from === undefined ? [] : [of(from, undefined)]),
    ...(fact.joins?.items ?? []).map((join) => of(join.to.value, join.as?.value)),
    ...(fact.unnest?.items ?? []).map((item): Attached => ({ alias: item.as.value, symbol: aliasSymbol(scope.path, owner, item.as.value), column: () => OPEN })),
  ];
}

/** A column a stage puts out; what passes through all-columns is the source's column itself. */
function outputOf(stage: StageScope, scope: Targets, name: string): FoundColumn {
  const { fact, owner } = stage;
  const hidden = (fact.opaque?.items.length ?? 0) > 0 || fact.generate !== undefined;
  if (!fact.columns) {
    if (hidden) return OPEN;
    const branch = fact.union?.branches[0];
    if (branch) return scope.target(branch.value)?.column(name) ?? OPEN;
    return fact.aggregate ? OPEN : columnIn(stage.attached(), name);
  }
  const wanted = name.toLowerCase();
  const own = fact.columns.items.find((column) => (column.kind === 'column' ? column.name.value.toLowerCase() === wanted : column.rename.some(({ to }) => to.toLowerCase() === wanted)));
  if (own) return { kind: 'one', symbol: columnSymbol(owner, name) };
  const found = fact.columns.items.filter((column) => column.kind === 'all_from' && !leavesOut(column, wanted)).map((column) => attachedNamed(stage, column.name.value)?.column(name) ?? OPEN);
  return found.find(({ kind }) => kind === 'one') ?? (hidden || found.some(({ kind }) => kind !== 'none') ? OPEN : { kind: 'none' });
}

function leavesOut(column: ColumnFact, wanted: string): boolean {
  return column.except.some(({ value }) => value.toLowerCase() === wanted) || column.rename.some(({ from }) => from.toLowerCase() === wanted);
}

/** What a stage attaches under an alias. */
export function attachedNamed(stage: StageScope, alias: string): Attached | undefined {
  return stage.attached().find((one) => one.alias.toLowerCase() === alias.toLowerCase());
}

/** A bare column among several attached; `many` where it is in more than one. */
export function columnIn(attached: readonly Attached[], name: string): FoundColumn {
  const found = attached.map((one) => one.column(name));
  const ones = new Map(found.flatMap((one) => (one.kind === 'one' ? [[one.symbol.key, one] as const] : [])));
  const [first] = ones.values();
  // A column of a source that is not wholly known may be meant as well.
  if (first && ones.size === 1) return first;
  if (ones.size > 1) return { kind: 'many' };
  return found.length === 0 || found.some(({ kind }) => kind !== 'none') ? OPEN : { kind: 'none' };
}
