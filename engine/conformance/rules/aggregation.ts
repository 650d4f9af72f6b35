import { someExpr } from '../../sql/exprs';
import type { Expr } from '../../sql/types';
import { compareExpr } from '../expr/compare';
import { exprKey } from '../expr/normal';
import type { StagePair } from '../match';
import type { NStage } from '../normal/types';
import type { SpecClause } from '../lowerSpec';
import { clausesOf, differs, hidden, labelsOf, matches, pairOf, specIsOpaque, sqlText, stageFact, stepOf, unknown, unpaired, type Judgement, type Judging, type Outcome, type RawFinding, type Rule } from './rule';

type Part = 'aggregate' | 'distinct' | 'deduplicate' | 'limit' | 'union';

function judged(kind: Part, judge: (judging: Judging, clause: SpecClause, pair: StagePair) => Judgement): Rule['judge'] {
  return (judging) => ({
    judgements: clausesOf(judging, kind).map((clause) => {
      const pair = pairOf(judging, (stage) => stage[kind]?.ref === clause.id) ?? pairOf(judging, (stage) => stepOf(stage) === clause.stage);
      return pair ? judge(judging, clause, pair) : unpaired(judging, clause);
    }),
    findings: extras(judging, kind),
  });
}

const EXTRA: Record<Part, (stage: NStage, text: string) => string> = {
  aggregate: (stage, text) => (stage.aggregate?.implicit === true ? 'The model aggregates all rows into one; the spec does not.' : `The model groups rows (${text}); the spec does not.`),
  distinct: () => 'The model removes duplicate rows (DISTINCT); the spec does not ask for that.',
  deduplicate: (_, text) => `The model keeps one row of several (${text}); the spec does not ask for that.`,
  limit: (_, text) => `The model limits its rows (${text}); the spec does not ask for that.`,
  union: (_, text) => `The model puts queries together (${text.slice(0, 60)}); the spec does not ask for that.`,
};

/** What the model's stage does in one aspect and the spec's stage, written down and not opaque, says nothing of. */
function extras(judging: Judging, kind: Part): RawFinding[] {
  return (judging.matching?.pairs ?? []).flatMap((pair) => {
    const step = stepOf(pair.spec);
    const fact = stageFact(judging, step);
    const part = pair.model[kind];
    if (!part || pair.spec[kind] || !fact || specIsOpaque(pair.spec) || !describes(fact)) return [];
    if (judging.matching?.unpairedSpec.length) return [];
    const text = sqlText(judging, part.span);
    return [{ key: `${step ?? ''} ${kind}`, group: 'aggregation' as const, ...(step === undefined ? {} : { stage: step }), unspecced: true, message: EXTRA[kind](pair.model, text), at: [part.span], specSpan: fact.name?.span ?? judging.facts.model?.span }];
  });
}

/** A stage that names what it starts from describes its logic; one that does not is open. */
function describes(fact: { from?: unknown; union?: unknown; columns?: unknown }): boolean {
  return fact.from !== undefined || fact.union !== undefined;
}

export const AGG001: Rule = {
  code: 'AGG001',
  question: 'Are rows grouped by what the spec says?',
  severity: 'error',
  evidence: 'GROUP BY',
  judge: judged('aggregate', (judging, clause, pair) => {
    const { aggregate } = pair.model;
    const opaque = hidden(pair.model, 'aggregate');
    if (opaque) return unknown(clause.id, opaque.reason, `"${opaque.text}" hides part of the grouping.`, opaque.at);
    if (!aggregate) return differs(clause.id, `The spec says: ${clause.text}; the model does not group.`, [pair.model.span]);
    const at = [aggregate.span];
    if (aggregate.grouping !== undefined) return unknown(clause.id, 'unsupported', 'Grouping sets are not compared.', at);
    const labels = labelsOf(pair);
    const wanted = pair.spec.aggregate?.by ?? [];
    const left = [...aggregate.by];
    const missing = wanted.filter((by) => {
      const index = left.findIndex((other) => compareExpr(by, other, labels) === 'equal');
      if (index >= 0) left.splice(index, 1);
      return index < 0;
    });
    if (missing.length === 0 && left.filter((e) => !isConstant(e)).length === 0) return matches(clause.id, `Both group by ${clause.text.replace(/^group by /, '')}.`, at);
    if ([...missing, ...left].some(isUncertain)) return unknown(clause.id, 'not-provable', 'The grouping cannot be compared with certainty.', at);
    if (missing.some((a) => left.some((b) => compareExpr(a, b, labels) === 'unknown'))) return unknown(clause.id, 'not-provable', 'A grouping key is neither provably equal nor provably different.', at);
    return differs(clause.id, `The spec says: ${clause.text}; the model says: ${sqlText(judging, aggregate.span)}.`, at);
  }),
};

function isConstant(expr: Expr): boolean {
  return expr.kind === 'literal' && !/^\d+$/.test(expr.value);
}

function isUncertain(expr: Expr): boolean {
  return expr.kind === 'jinja' || expr.kind === 'other' || expr.kind === 'star' || expr.kind === 'literal';
}

export const AGG002: Rule = {
  code: 'AGG002',
  question: 'Are duplicate rows removed where the spec says so?',
  severity: 'error',
  evidence: 'SELECT DISTINCT',
  judge: judged('distinct', (judging, clause, pair) => {
    const wanted = stageFact(judging, clause.stage)?.distinct?.value === true;
    const opaque = hidden(pair.model, 'distinct');
    if (opaque) return unknown(clause.id, opaque.reason, `"${opaque.text}" hides whether rows are distinct.`, opaque.at);
    const { distinct } = pair.model;
    if (wanted === (distinct !== undefined)) return matches(clause.id, wanted ? 'Both remove duplicate rows.' : 'Neither removes duplicate rows.', distinct ? [distinct.span] : []);
    const groupsAll = pair.model.aggregate !== undefined && pair.model.columns.every((column) => pair.model.aggregate?.by.some((by) => exprKey(by) === exprKey(column.expr)));
    if (wanted && groupsAll) return matches(clause.id, 'The model groups by every column, which removes duplicates.', [pair.model.aggregate?.span ?? pair.model.span]);
    return differs(clause.id, wanted ? 'The spec removes duplicate rows; the model does not.' : 'The spec keeps duplicate rows; the model removes them.', [distinct?.span ?? pair.model.span]);
  }),
};

export const AGG003: Rule = {
  code: 'AGG003',
  question: 'Is the row kept that the spec says?',
  severity: 'error',
  evidence: 'row_number() = 1, QUALIFY, DISTINCT ON',
  judge: judged('deduplicate', (judging, clause, pair) => {
    const opaque = hidden(pair.model, 'filters', 'distinct');
    if (opaque) return unknown(clause.id, opaque.reason, `"${opaque.text}" hides part of it.`, opaque.at);
    const found = pair.model.deduplicate;
    if (!found && judging.modelGraph?.stages.some((stage) => stage.columns.some((column) => someExpr(column.expr, (part) => part.kind === 'call' && part.over !== undefined)))) return unknown(clause.id, 'stage-unmatched', 'The model numbers rows; which it keeps could not be paired.', [pair.model.span]);
    if (!found) return differs(clause.id, `The spec keeps the ${clause.text}; the model keeps all rows.`, [pair.model.span]);
    const at = [found.span];
    const labels = labelsOf(pair);
    const wanted = pair.spec.deduplicate;
    const sameBy = wanted !== undefined && wanted.by.length === found.by.length && wanted.by.every((by) => found.by.some((other) => compareExpr(by, other, labels) === 'equal'));
    const sameOrder = wanted !== undefined && wanted.orderBy.length === found.orderBy.length && wanted.orderBy.every((key, index) => {
      const other = found.orderBy[index];
      return other !== undefined && key.descending === other.descending && (key.nulls ?? other.nulls) === (other.nulls ?? key.nulls) && compareExpr(key.expr, other.expr, labels) === 'equal';
    });
    if (sameBy && sameOrder) return matches(clause.id, `Both keep the ${clause.text}.`, at);
    const exprs = [...(wanted?.by ?? []), ...found.by, ...(wanted?.orderBy ?? []).map((o) => o.expr), ...found.orderBy.map((o) => o.expr)];
    if (exprs.some(isUncertain)) return unknown(clause.id, 'not-provable', 'Which row is kept cannot be compared with certainty.', at);
    const window = sqlText(judging, found.span);
    return differs(clause.id, `The spec keeps the ${clause.text}; the model says: ${window}.`, at);
  }),
};

export const AGG004: Rule = {
  code: 'AGG004',
  question: 'Are rows limited as the spec says?',
  severity: 'error',
  evidence: 'LIMIT',
  judge: judged('limit', (judging, clause, pair) => {
    const opaque = hidden(pair.model, 'limit');
    const found = pair.model.limit;
    if (opaque) return unknown(clause.id, opaque.reason, `"${opaque.text}" hides whether rows are limited.`, opaque.at);
    if (!found) return differs(clause.id, `The spec says: ${clause.text}; the model has no limit.`, [pair.model.span]);
    const wanted = pair.spec.limit?.rows;
    if (!wanted || !found.rows) return unknown(clause.id, 'not-provable', 'One of the limits names no number of rows.', [found.span]);
    const verdict = compareExpr(wanted, found.rows, labelsOf(pair));
    if (verdict === 'equal') return matches(clause.id, 'Both limit the rows alike.', [found.span]);
    return verdict === 'different' ? differs(clause.id, `The spec says: ${clause.text}; the model says: ${sqlText(judging, found.span)}.`, [found.span]) : unknown(clause.id, 'not-provable', 'The limits cannot be compared with certainty.', [found.span]);
  }),
};

export const AGG005: Rule = {
  code: 'AGG005',
  question: 'Are the branches put together as the spec says?',
  severity: 'error',
  evidence: 'UNION, INTERSECT, EXCEPT',
  judge: judged('union', (_, clause, pair) => {
    const opaque = hidden(pair.model, 'union', 'from');
    const found = pair.model.union;
    if (opaque) return unknown(clause.id, opaque.reason, `"${opaque.text}" hides part of it.`, opaque.at);
    if (!found) return pair.model.sources.length > 0 ? differs(clause.id, `The spec says: ${clause.text}; the model puts nothing together.`, [pair.model.span]) : unknown(clause.id, 'stage-unmatched', 'No set operation of the model could be paired.', [pair.model.span]);
    const wanted = pair.spec.union;
    const at = [found.span];
    if (wanted?.op !== found.op) return differs(clause.id, `The spec says ${wanted?.op.replace('_', ' ') ?? ''}; the model says ${found.op.replace('_', ' ')}.`, at);
    if (wanted.branches.length !== found.branches.length) return differs(clause.id, `The spec has ${wanted.branches.length} branches; the model has ${found.branches.length}.`, at);
    return matches(clause.id, `Both put ${found.branches.length} branches together with ${found.op.replace('_', ' ')}.`, at);
  }),
};

export const AGG006: Rule = {
  code: 'AGG006',
  question: 'Are lists turned into rows as the spec says?',
  severity: 'error',
  evidence: 'UNNEST, FLATTEN, LATERAL VIEW',
  judge(judging): Outcome {
    const judgements = clausesOf(judging, 'unnest').map((clause) => {
      const pair = pairOf(judging, (stage) => stage.unnests.some((u) => u.ref === clause.id));
      const wanted = pair?.spec.unnests.find((u) => u.ref === clause.id);
      if (!pair || !wanted) return unpaired(judging, clause);
      const labels = labelsOf(pair);
      const found = pair.model.unnests.find((u) => compareExpr(wanted.expr, u.expr, labels) === 'equal' && u.outer === wanted.outer);
      if (found) return matches(clause.id, 'Both turn the same list into rows.', [found.span]);
      const opaque = hidden(pair.model, 'unnest', 'from', 'joins');
      if (opaque) return unknown(clause.id, opaque.reason, `"${opaque.text}" hides part of it.`, opaque.at);
      if (pair.model.unnests.length === 0) return differs(clause.id, `The spec says: ${clause.text}; the model unnests nothing.`, [pair.model.span]);
      return unknown(clause.id, 'not-provable', 'What is unnested is neither provably equal nor provably different.', pair.model.unnests.map((u) => u.span));
    });
    return { judgements, findings: [] };
  },
};
