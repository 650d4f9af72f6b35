import type { Expr, Relation } from '../sql/types';
import { walkExpr } from '../sql/exprs';
import { callOf, literalOf } from '../sql/jinja';
import type { Span } from '../text';
import { exprText } from './expr/text';
import type { NGraph, NStage } from './normalise/model';

/** A run of days, months or numbers, as far as it is known. */
export interface Series {
  /** One step: `day`, or `15 minute`. */
  step?: string;
  /** First and last value where they are constants. */
  start?: string;
  end?: string;
  /** True where `end` is not a value of the series, undefined where nothing says. */
  open?: boolean;
  /** How it is written. */
  text: string;
}

const UNITS = 'second|minute|hour|day|week|month|quarter|year';
const ADVERBS: Readonly<Record<string, string>> = { hourly: 'hour', daily: 'day', weekly: 'week', monthly: 'month', quarterly: 'quarter', yearly: 'year', annually: 'year' };
/** Functions that make a series, and whether their end is left out. */
const FUNCTIONS: Readonly<Record<string, boolean>> = { generate_series: false, generate_date_array: false, generate_timestamp_array: false, generate_array: false, sequence: false, range: true };

/** What a sentence says of a series: its step, the dates or numbers it runs between, whether the last is left out. */
export function seriesOfText(text: string): Series {
  const words = text.toLowerCase();
  const counted = new RegExp(`\\b(?:every|each|per)\\s+(?:(\\d+)\\s+)?(${UNITS})s?\\b`).exec(words) ?? new RegExp(`\\b(?:(\\d+)\\s+)?(${UNITS})s?\\b`).exec(words);
  const adverb = Object.keys(ADVERBS).find((word) => new RegExp(`\\b${word}\\b`).test(words));
  const step = counted ? stepOf(counted[1] ?? '1', counted[2] ?? '') : adverb && ADVERBS[adverb];
  const dates = [...words.matchAll(/\b\d{4}-\d{2}(?:-\d{2})?\b/g)].map((match) => dateText(match[0]));
  const numbers = dates.length === 0 ? /\b(-?\d+)\s*(?:to|through|until|up to|and|\.\.|–|-)\s*(-?\d+)\b/.exec(words) : null;
  const [start, end] = numbers ? [numbers[1], numbers[2]] : dates;
  const open = /\b(not including|excluding|exclusive|before|but not)\b/.test(words) ? true : /\b(including|inclusive|through)\b/.test(words) ? false : undefined;
  return { ...(step ? { step } : {}), ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }), ...(open === undefined ? {} : { open }), text };
}

/** The series a stage makes, by a function or a known macro; undefined where it makes none that is understood. */
export function seriesOfStage(graph: NGraph, stage: NStage): { series: Series; span: Span } | undefined {
  const exprs = [...stage.columns.map((column) => ({ expr: column.expr, span: column.span })), ...stage.unnests.map((unnest) => ({ expr: unnest.expr, span: unnest.span }))];
  for (const { expr, span } of exprs) {
    const call = callIn(expr);
    if (call) return { series: seriesOfCall(call), span };
  }
  for (const source of [...(stage.base ? [stage.base] : []), ...stage.joins.map((join) => join.source)]) {
    const relation = source.target.kind === 'relation' ? graph.relations.get(source.target.id) : undefined;
    const series = relation && seriesOfRelation(relation);
    if (series) return { series, span: source.span };
  }
  return undefined;
}

type Call = Extract<Expr, { kind: 'call' }>;

function callIn(expr: Expr): Call | undefined {
  let found: Call | undefined;
  walkExpr(expr, (part) => {
    if (part.kind === 'call' && Object.hasOwn(FUNCTIONS, part.name) && part.args.length >= 2) found ??= part;
  });
  return found;
}

function seriesOfCall(call: Call): Series {
  const [from, to, by] = call.args;
  const [start, end] = [constantOf(from), constantOf(to)];
  const step = by === undefined ? (isDate(start) && call.name === 'generate_date_array' ? 'day' : undefined) : stepText(by);
  return { ...(step ? { step } : {}), ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }), open: FUNCTIONS[call.name] === true, text: exprText(call) };
}

function constantOf(expr: Expr | undefined): string | undefined {
  if (expr?.kind === 'cast') return constantOf(expr.expr);
  if (expr?.kind !== 'literal' || (expr.type !== 'string' && expr.type !== 'number')) return undefined;
  return expr.type === 'string' ? dateText(expr.value) : expr.value;
}

function stepText(expr: Expr): string | undefined {
  let found: string | undefined;
  walkExpr(expr, (part) => {
    if (part.kind === 'literal' && part.type === 'string') found ??= part.value;
  });
  const match = new RegExp(`^(?:(\\d+)\\s+)?(${UNITS})s?$`).exec((found ?? '').toLowerCase().trim());
  return match ? stepOf(match[1] ?? '1', match[2] ?? '') : undefined;
}

function seriesOfRelation(relation: Relation): Series | undefined {
  if (relation.call) {
    const call = callIn(relation.call);
    if (call) return seriesOfCall(call);
  }
  const macro = relation.kind === 'opaque' ? callOf(relation.text.replace(/^\{\{|\}\}$/g, '').trim()) : undefined;
  if (!macro || !/^(dbt_utils|dbt)\.date_spine$/.test(macro.name)) return undefined;
  const [unit, from, to] = ['datepart', 'start_date', 'end_date'].map((key, index) => literalOf(macro.kwargs[key] ?? macro.args[index] ?? '')?.value);
  const [start, end] = [from, to].map((value) => (typeof value === 'string' ? /\d{4}-\d{2}-\d{2}/.exec(value)?.[0] : undefined));
  return { ...(typeof unit === 'string' ? { step: stepOf('1', unit.toLowerCase().replace(/s$/, '')) } : {}), ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }), open: true, text: relation.text };
}

function stepOf(amount: string, unit: string): string {
  return amount === '1' ? unit : `${amount} ${unit}`;
}

/** `2024-01` and a midnight as the day they begin. */
function dateText(text: string): string {
  const short = text.trim().replace(/[ t]00:00(:00(\.0+)?)?$/i, '');
  return /^\d{4}-\d{2}$/.test(short) ? `${short}-01` : short;
}

function isDate(text: string | undefined): boolean {
  return text !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(text);
}

/** The last value of a series; undefined where it is not known or not whether it belongs to it. */
function lastOf(series: Series): string | undefined {
  if (series.end === undefined || !series.open) return series.end;
  if (isDate(series.end) && series.step === 'day') return new Date(new Date(`${series.end}T00:00:00Z`).getTime() - 86_400_000).toISOString().slice(0, 10);
  return /^-?\d+$/.test(series.end) ? String(Number(series.end) - 1) : undefined;
}

/** Compares what a sentence says of a series with one of the model: what is other, what cannot be told, and what was found the same. */
export function compareSeries(spec: Series, model: Series): { other: string[]; doubt: string[]; same: string[] } {
  const out = { other: [] as string[], doubt: [] as string[], same: [] as string[] };
  const note = (what: string, wanted: string | undefined, found: string | undefined): void => {
    if (wanted === undefined) return;
    if (found === undefined) out.doubt.push(`${what} ${wanted}`);
    else if (wanted === found) out.same.push(`${what} ${wanted}`);
    else out.other.push(`${what} ${found} instead of ${wanted}`);
  };
  note('a step of one', spec.step, model.step);
  note('from', spec.start, model.start);
  if (spec.end === undefined) return out;
  const [wanted, found] = [lastOf({ ...spec, ...(spec.step ?? model.step ? { step: spec.step ?? model.step ?? '' } : {}) }), lastOf(model)];
  if (wanted !== undefined && wanted === found) out.same.push(`to ${wanted}`);
  // Words rarely say whether the last value belongs to the series.
  else if (spec.open === undefined && spec.end === model.end) out.doubt.push(`whether ${spec.end} itself is a row`);
  else if (wanted === undefined || found === undefined) (spec.end === model.end && spec.open === model.open ? out.same : out.doubt).push(`to ${spec.end}`);
  else out.other.push(`to ${found} instead of ${wanted}`);
  return out;
}
