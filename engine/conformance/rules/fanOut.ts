import type { Expr } from '../../sql/types';
import { columnsIn, walkExpr } from '../../sql/exprs';
import { modelText, type Comparison } from '../comparison';
import { exprText } from '../expr/text';
import { keyOfJoined, type KeysOfRelation } from '../keys';
import { sourceKeys, type RowKey } from '../keys/rows';
import type { NGraph, NJoin, NStage } from '../normalise';
import { wordsOf, type FindingDraft, type Rule } from './rule';

/** Aggregates that a repeated row changes. */
const ADDITIVE = new Set(['sum', 'count', 'avg', 'count_if', 'stddev', 'variance', 'string_agg', 'array_agg']);

/** JOIN006: rows that a join repeats under an aggregate that adds them up. */
export const fanOut: Rule = {
  code: 'JOIN006',
  title: 'Fan-out under an aggregate',
  question: 'Does a join repeat rows that are added up afterwards?',
  severity: 'warning',
  group: 'joins',
  evidence: 'the SQL, raw or compiled; keys of what it joins',
  gives: 'finding',
  scope: 'model',
  example: {
    spec: 'inputs:\n  - { ref: orders }\n  - { ref: lines }\nfrom: orders\n',
    good: "select o.customer_id, sum(l.amount) as amount from {{ ref('orders') }} as o join {{ ref('lines') }} as l on o.order_id = l.order_id group by 1",
    bad: "select o.customer_id, sum(o.amount) as amount from {{ ref('orders') }} as o join {{ ref('lines') }} as l on o.order_id = l.order_id group by 1",
    badYaml: 'version: 2\nmodels:\n  - name: lines\n    columns:\n      - name: line_id\n        data_tests: [unique]\n',
  },
  judge(comparison) {
    const { model } = comparison;
    if (!model) return {};
    const drafts = [...model.stages.values()].filter((stage) => stage.aggregate && stage.joins.length > 0).flatMap((stage) => findingsOf(comparison, model, stage, comparison.keys.ofRelation));
    return { findings: [...new Map(drafts.map((draft) => [draft.text, draft])).values()] };
  },
};

function findingsOf(comparison: Comparison, graph: NGraph, stage: NStage, keysOf: KeysOfRelation): FindingDraft[] {
  const joins = stage.joins.flatMap((join, index) => {
    if (join.type === 'semi' || join.type === 'anti' || join.derived || join.opaque) return [];
    const known = sourceKeys(graph, join.source, keysOf, 0);
    // With no key known nothing says that the join meets more than one row.
    return known.length === 0 || keyOfJoined(graph, join, keysOf) ? [] : [{ join, before: sourcesBefore(stage, index), key: known[0] as RowKey }];
  });
  if (joins.length === 0) return [];
  return stage.columns.flatMap((column) => aggregatesIn(column.expr).flatMap((aggregate) => {
    const read = new Set(columnsIn(aggregate).flatMap(({ source }) => source ?? []));
    const culprit = joins.find(({ before }) => read.size > 0 && [...read].every((source) => before.has(source)));
    return culprit ? [finding(comparison, stage, aggregate, culprit.join, culprit.key, column.span)] : [];
  }));
}

function sourcesBefore(stage: NStage, index: number): Set<string> {
  return new Set([...(stage.base ? [stage.base.key] : []), ...stage.joins.slice(0, index).map((join) => join.source.key)]);
}

function aggregatesIn(expr: Expr): Extract<Expr, { kind: 'call' }>[] {
  const found: Extract<Expr, { kind: 'call' }>[] = [];
  walkExpr(expr, (part) => {
    if (part.kind === 'call' && part.aggregate && !part.distinct && !part.over && ADDITIVE.has(part.name)) found.push(part);
  });
  return found;
}

function finding(comparison: Comparison, stage: NStage, aggregate: Expr, join: NJoin, key: RowKey, span: NStage['span']): FindingDraft {
  const joined = join.source.name.text;
  const on = join.keys.flatMap(({ right }) => (right.kind === 'column' ? [right.name.text] : []));
  const needed = on.length > 0 ? `no key proves that ${joined} is unique on ${wordsOf(on)}` : `${joined} is joined by no key`;
  const columns = key.at.map((at) => at.slice(at.lastIndexOf('.') + 1));
  return {
    text: `fan-out ${stage.name ?? ''} ${exprText(aggregate)} ${joined}`,
    unspecced: false,
    ...(stage.name === undefined ? {} : { stage: stage.name }),
    model: [span, ...join.spans.slice(0, 1)],
    message: `${modelText(comparison, aggregate.span) || exprText(aggregate)} may add rows up more than once: ${needed}, only on ${wordsOf(columns)} (${key.text}), so the join can repeat what precedes it.`,
  };
}
