import type { ColumnFact } from '../../spec/types';
import type { Expr, Opaque } from '../../sql/types';
import { walkExpr } from '../../sql/exprs';
import type { Span } from '../../text';
import type { Comparison, StageComparison } from '../comparison';
import { wordsOf } from '../match/content';
import type { PairView } from '../match/view';
import { knownOf, sourcesOf, type KnownColumns, type NColumn, type NGraph, type NStage } from '../normalise/model';
import { TOP } from '../lowerSpec';

/** What the output columns of a model's stage are known to be, and what hides some. */
export function outputKnown(comparison: Comparison, stage: NStage): KnownColumns & { hidden?: Opaque } {
  const { model } = comparison;
  const hidden = stage.opaque.find((opaque) => opaque.aspects.includes('columns') && !opaque.named && !comparison.told.has(opaque));
  const names = new Set<string>();
  let complete = hidden === undefined && stage.columns.length > 0;
  for (const column of stage.columns) {
    if (column.name !== undefined) names.add(column.name);
    else if (column.expr.kind === 'star' && model) {
      complete = false;
      for (const name of starNames(comparison, stage, column.expr)) names.add(name);
    } else complete = false;
  }
  return { names: [...names], complete, ...(hidden ? { hidden } : {}) };
}

function starNames(comparison: Comparison, stage: NStage, star: Extract<Expr, { kind: 'star' }>): string[] {
  const { model } = comparison;
  if (!model) return [];
  const except = new Set(star.except.map((name) => name.text));
  const renamed = new Map(star.rename.map(({ from, to }) => [from.text, to.text]));
  return sourcesOf(stage)
    .filter((source) => star.table === undefined || star.table.text === source.key)
    .flatMap((source) => knownOf(model, source).names)
    .filter((name) => !except.has(name))
    .map((name) => renamed.get(name) ?? name);
}

/** The columns of the model's relation as the catalog has them, for the last stage. */
export function catalogColumns(comparison: Comparison, stage: StageComparison): readonly string[] | undefined {
  const { node } = comparison;
  if (stage.id !== TOP || !node?.columnsComplete) return undefined;
  const real = node.columns.filter((column) => column.from === 'E4');
  return real.length > 0 ? real.map((column) => comparison.env.fold({ text: column.name, quoted: column.quoted })) : undefined;
}

/** The column of the spec's stage that a fact gave; undefined where its step was merged away. */
export function specColumn(view: PairView, fact: ColumnFact): NColumn | undefined {
  return view.pair.spec.columns.find((column) => column.span.start === fact.span.start && column.span.end === fact.span.end);
}

/** Stages that a star is followed through. */
const MAX_STARS = 50;

/** An item that is a star, qualified or not. */
const STAR = /^([^\s,()*]+\.)?\*/;

function isStar(text: string, { start, end }: Span): boolean {
  const at = text.indexOf('*', start);
  return at >= 0 && at < end && STAR.test(text.slice(start, end));
}

/** Where the item stands that makes a column of the model's stage, through the stars that pass it on; the star where there is nothing else. */
export function madeAt({ model, analysis }: Comparison, stage: NStage, { name, span }: Pick<NColumn, 'name' | 'span'>): Span {
  const text = analysis?.chosen?.text ?? '';
  if (!isStar(text, span)) return span;
  const passed: NColumn[] = [];
  let at: NStage | undefined = stage;
  let column = stage.columns.find((candidate) => candidate.name === name && candidate.span === span);
  for (let guard = 0; at && column && guard < MAX_STARS; guard++) {
    const { expr } = column;
    if (expr.kind !== 'column' || !isStar(text, column.span)) break;
    passed.push(column);
    const below = stageBelow(model, at, expr.source);
    const made = below?.columns.find((candidate) => candidate.name === expr.name.text);
    if (!made) break;
    [at, column] = [below, made];
  }
  const last = column?.span ?? span;
  if (!isStar(text, last)) return last;
  // A star below the item that names the column only passes it on.
  return passed.flatMap((item) => item.through ?? []).filter((item) => !isStar(text, item)).pop() ?? last;
}

/** Where the item stands that gives a column of the model's stage its name. */
export function namedAt(comparison: Comparison, stage: NStage, column: NColumn): Span {
  return column.item ?? madeAt(comparison, stage, column);
}

/** The list that a column is missing from: that of the stage itself, or of the one whose columns a star passes on. */
export function listAt({ model, analysis }: Comparison, stage: NStage): Span[] {
  const text = analysis?.chosen?.text ?? '';
  let at = stage;
  for (let guard = 0; guard < MAX_STARS; guard++) {
    const [first] = at.columns;
    const key = first?.expr.kind === 'column' ? first.expr.source : undefined;
    const passes = at.columns.every(({ span, expr }) => expr.kind === 'column' && expr.source === key && isStar(text, span));
    const below = passes ? stageBelow(model, at, key) : undefined;
    if (!below || below.columns.length === 0) break;
    at = below;
  }
  const spans = at.columns.map((column) => column.span);
  return spans.length === 0 ? [] : [{ start: Math.min(...spans.map(({ start }) => start)), end: Math.max(...spans.map(({ end }) => end)) }];
}

function stageBelow(model: NGraph | undefined, stage: NStage, key: string | undefined): NStage | undefined {
  const source = sourcesOf(stage).find((candidate) => candidate.key === key);
  return source?.target.kind === 'stage' ? model?.stages.get(source.target.id) : undefined;
}

/** True where a star of the model passes this column of the spec on. */
export function passedByStar(view: PairView, expr: Expr, name: string): boolean {
  return view.columns.some(({ expr: star }) => {
    if (star.kind !== 'star' || star.except.some((item) => item.text === name) || star.rename.some((item) => item.from.text === name)) return false;
    if (expr.kind !== 'column' || expr.name.text !== name) return false;
    return star.table === undefined || expr.source === undefined || star.table.text === expr.source;
  });
}

/** True where a stage's expressions contain one with the same words, whatever sources its columns have. */
export function containsWords(view: PairView, expr: Expr): boolean {
  const wanted = wordsOf(expr);
  let found = false;
  for (const part of [...view.columns.map((column) => column.expr), ...view.pair.model.filters.map((filter) => view.toSpec(filter.expr)), ...view.pair.model.joins.flatMap((join) => join.keys.flatMap((key) => [view.toSpec(key.left), view.toSpec(key.right)])), ...(view.pair.model.aggregate?.by.map((item) => view.toSpec(item.expr)) ?? [])]) {
    walkExpr(part, (inner) => {
      if (wordsOf(inner) === wanted) found = true;
    });
  }
  return found;
}
