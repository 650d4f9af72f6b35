import { get } from '../../yaml/tree';
import { walkExpr } from '../../sql/exprs';
import { dependenciesOf } from '../../sql/dependencies';
import type { Expr, Stage, StageGraph } from '../../sql/types';
import type { Span } from '../../text';
import type { Comparison } from '../comparison';
import { hardCodedIn, type HardCoded } from '../expr/hardCoded';
import type { ClauseGroup } from '../types';
import type { FindingDraft, Rule } from './rule';

/** COL008: a date or an id in the SQL that stands nowhere in the spec. */
export const valueHardCoded: Rule = {
  code: 'COL008',
  title: 'Hard-coded date or id that is not in the spec',
  question: 'Did anybody decide this date or id?',
  severity: 'warning',
  group: 'columns',
  evidence: 'the SQL, raw or compiled',
  gives: 'unspecced',
  scope: 'model',
  yields: true,
  notes: [
    'A date is a text such as `2024-01-31`, with or without a time, or a number such as `20240131`. An id is what a column is compared with whose name is `id` or ends in `_id`, `_key`, `_uuid` or `_guid`, what such a column is given as a constant, and a UUID or a text of nine digits or more wherever it stands.',
    'It is told of in a filter, a join condition, a CASE and a computed column, open sections and steps that nobody wrote included. It is not told of where any line of the spec but an open question has the same value, where another finding or a clause that does not match stands at the same place, where `var()` or other Jinja gives the value, for the default of COALESCE or NULLIF, for 0, 1, -1 and empty texts, and for the ends of time (before 1971, from 2099).',
  ],
  example: {
    spec: 'inputs:\n  - { ref: orders }\nfrom: orders\ncolumns:\n  - { name: order_id }\n',
    good: "select order_id from {{ ref('orders') }} where ordered_at >= '{{ var(\"first_day\") }}'",
    bad: "select order_id from {{ ref('orders') }} where ordered_at >= '2024-01-01' and customer_id <> 4711",
  },
  judge(comparison) {
    const { analysis } = comparison;
    if (!analysis?.graph || !analysis.chosen) return {};
    const { graph } = analysis;
    // What the spec says is gathered only where there is something to look up in it.
    const candidates = graph.stages.flatMap(candidatesIn);
    if (candidates.length === 0) return {};
    const beside = stagesBeside(graph, comparison.quoted);
    const written = textWithoutJinja((analysis.raw ?? analysis.chosen).text);
    const said = spokenOf(comparison);
    // A short number stands in many a line for something else.
    const isSaid = ({ kind, value }: HardCoded): boolean => isIn(said.literals, value) || ((kind === 'date' || value.length >= SHORTEST) && isIn(said.text, value));
    return { findings: candidates.filter(({ stage, found }) => beside.has(stage.id) && isIn(written, found.value) && !isSaid(found)).map((candidate) => finding(comparison, candidate)) };
  },
};

const SHORTEST = 4;

/** Ids of the stages of a graph but those that are read only in what the spec keeps as text: that text speaks for them. */
function stagesBeside(graph: StageGraph, quoted: readonly Span[]): Set<string> {
  const isKept = (span: Span): boolean => quoted.some(({ start, end }) => start <= span.start && span.end <= end);
  const byId = new Map(graph.stages.map((stage) => [stage.id, stage]));
  const seen = new Set<string>();
  const visit = (id: string): void => {
    const stage = byId.get(id);
    if (!stage || seen.has(id) || isKept(stage.span)) return;
    seen.add(id);
    const beside = <T extends { span: Span }>(parts: readonly T[]): T[] => parts.filter(({ span }) => !isKept(span));
    dependenciesOf({ ...stage, columns: beside(stage.columns), filters: beside(stage.filters), joins: beside(stage.joins) }).forEach(visit);
  };
  visit(graph.stages.at(-1)?.id ?? '');
  return seen;
}

/** A part of a stage in which a value may stand. */
interface Part {
  group: ClauseGroup;
  parts: Expr[];
  /** Of the output column, or of what is joined. */
  name: string | undefined;
  span: Span;
}

function partsOf(stage: Stage): Part[] {
  return [
    ...stage.filters.map((filter): Part => ({ group: 'filters', parts: [filter.expr], name: undefined, span: filter.span })),
    ...stage.joins.map((join): Part => ({ group: 'joins', parts: [...join.conditions, ...join.keys.flatMap((key) => [key.left, key.right])], name: join.to.alias.text, span: join.span })),
    ...stage.columns.map((column): Part => ({ group: 'columns', parts: [column.expr], name: column.name?.text, span: column.span })),
  ];
}

/** A value that may be hard-coded, and where it stands. */
interface Candidate {
  stage: Stage;
  part: Part;
  found: HardCoded;
}

/** The hard-coded values of a stage, each once in a part. */
function candidatesIn(stage: Stage): Candidate[] {
  return partsOf(stage).flatMap((part): readonly Candidate[] => {
    const found = part.parts.flatMap((expr) => hardCodedIn(expr, part.group === 'columns' ? part.name : undefined));
    return found.length === 0 ? NONE : distinct(found).map((item): Candidate => ({ stage, part, found: item }));
  });
}

const NONE: readonly never[] = [];

function distinct(found: readonly HardCoded[]): HardCoded[] {
  return [...new Map(found.map((item) => [`${item.kind} ${item.value}`, item])).values()];
}

function finding(comparison: Comparison, { stage, part, found: { kind, value, text } }: Candidate): FindingDraft {
  const step = comparison.stages.find(({ view }) => view?.pair.model.id === stage.id)?.name;
  const what = whatOf(part);
  const where = stage.name === undefined ? what : `${what} of ${stage.name}`;
  return { text: `${kind} ${value} in ${where}`, unspecced: true, group: part.group, ...(step === undefined ? {} : { stage: step }), model: [placeOf(comparison, part.span, text)], message: `The model has ${kind === 'date' ? 'a hard-coded date' : 'a hard-coded id'} in ${where}, ${text}; no line of the spec has it.` };
}

function whatOf({ group, name }: Part): string {
  if (group === 'filters') return 'a filter';
  if (group === 'joins') return `the join of ${name ?? ''}`;
  return name === undefined ? 'a column' : `the column ${name}`;
}

/** Where the value itself stands; what it stands in where that cannot be told. */
function placeOf({ analysis }: Comparison, span: Span, text: string): Span {
  const at = analysis?.chosen?.text.slice(span.start, span.end).indexOf(text) ?? -1;
  return at < 0 ? span : { start: span.start + at, end: span.start + at + text.length };
}

/** What the spec says: its text without its open questions, and the constants of its expressions. */
function spokenOf({ document, lowered }: Comparison): { text: string; literals: string } {
  const { tree, text } = document;
  const asked = tree?.kind === 'map' ? get(tree, 'open_questions')?.span : undefined;
  const literals: string[] = [];
  for (const stage of lowered.graph.stages) for (const { parts } of partsOf(stage)) for (const part of parts) walkExpr(part, (expr) => (expr.kind === 'literal' ? literals.push(expr.value) : undefined));
  return { text: asked ? text.slice(0, asked.start) + text.slice(asked.end) : text, literals: literals.join('\n') };
}

function textWithoutJinja(text: string): string {
  return text.replace(/\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}|\{#[\s\S]*?#\}/g, ' ');
}

/** The value as a word of its own; a date also in its other spellings. */
function isIn(text: string, value: string): boolean {
  const day = /^(\d{4})-?(\d{2})-?(\d{2})/.exec(value);
  const words = day && /^\d{4}-\d{2}-\d{2}|^\d{8}$/.test(value) ? `${day[1] ?? ''}[-/]?0?${Number(day[2])}[-/]?0?${Number(day[3])}` : value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?<![\\w-])${words}(?![\\d]|[-.]\\d)`, 'i').test(text);
}
