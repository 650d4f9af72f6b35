import { columnsIn } from '../../sql/exprs';
import type { Expr } from '../../sql/types';
import { compareExpr, type ColumnLabels } from '../expr/compare';
import { exprKey } from '../expr/normal';
import type { StagePair } from '../match';
import type { NJoin, NSource } from '../normal/types';
import type { SpecClause } from '../lowerSpec';
import { keysOfSource } from '../keys';
import { clausesOf, differs, hidden, labelsOf, matches, pairOf, specIsOpaque, sqlText, stageFact, stepOf, unknown, unpaired, type Judgement, type Judging, type Outcome, type RawFinding, type Rule } from './rule';
import { readBy, readsKnown } from './inputs';

interface JoinPair {
  pair: StagePair;
  spec: NSource & { join: NJoin };
  model: NSource & { join: NJoin };
}

/** The join of the model that answers a spec join, or why there is none. */
function joinPair(judging: Judging, clause: SpecClause): JoinPair | Judgement {
  const has = (source: NSource): boolean => source.join?.ref === clause.id;
  const pair = pairOf(judging, (stage) => stage.sources.some(has));
  // A right join that was turned round carries its clause on what FROM named.
  const spec = pair?.spec.sources.find(has);
  if (!pair || !spec?.join) return unpaired(judging, clause);
  const opaque = hidden(pair.model, 'joins', 'from');
  const key = pair.sources.get(spec.key);
  const model = pair.model.sources.find((source) => source.key === key);
  if (model?.join) return { pair, spec: { ...spec, join: spec.join }, model: { ...model, join: model.join } };
  if (model) {
    const turned = turnedRound(pair, spec, model);
    if (turned) return turned;
    return unknown(clause.id, 'not-provable', `The model starts from ${spec.alias}, where the spec joins it; the order of joins is not compared.`, [model.span]);
  }
  if (opaque) return unknown(clause.id, opaque.reason, `"${opaque.text}" hides part of the joins.`, opaque.at);
  if (spec.target.kind === 'relation' && !readBy(judging).has(spec.target.uid) && readsKnown(judging)) return differs(clause.id, `The spec joins ${spec.alias}; the model does not read it.`, [pair.model.span]);
  const others = judging.matching?.unpairedModel.length ?? 0;
  const readElsewhere = spec.target.kind === 'relation' && judging.modelGraph?.stages.some((stage) => stage !== pair.model && stage.sources.some((s) => s.target.kind === 'relation' && spec.target.kind === 'relation' && s.target.uid === spec.target.uid));
  if (others > 0 || readElsewhere || spec.target.kind === 'stage') return unknown(clause.id, 'stage-unmatched', `No join of the model could be paired with ${spec.alias}.`);
  return differs(clause.id, `The spec joins ${spec.alias}; the model does not.`, [pair.model.span]);
}

/** Inner and cross joins may be written from either side. */
function turnedRound(pair: StagePair, spec: NSource, model: NSource): JoinPair | undefined {
  const specJoin = spec.join;
  const first = pair.spec.sources[0];
  const other = pair.model.sources.find((source) => source.join && first && pair.sources.get(first.key) === source.key);
  if (!specJoin || !other?.join || !['inner', 'cross', 'full'].includes(other.join.type) || !['inner', 'cross', 'full'].includes(specJoin.type)) return undefined;
  const join: NJoin = { ...other.join, keys: other.join.keys.map(({ left, right }) => ({ left: right, right: left })) };
  return { pair, spec: { ...spec, join: specJoin }, model: { ...model, join } };
}

function judged(rule: (judging: Judging, clause: SpecClause, found: JoinPair) => Judgement): (judging: Judging) => Outcome {
  return (judging) => ({
    judgements: clausesOf(judging, 'join').map((clause) => {
      const found = joinPair(judging, clause);
      return 'verdict' in found ? found : rule(judging, clause, found);
    }),
    findings: [],
  });
}

const KEEPS: Record<string, string> = {
  inner: 'keeps only rows with a match', left: 'keeps every row that precedes', right: 'keeps every row of the joined', full: 'keeps all rows of both sides',
  cross: 'makes every pair', semi: 'keeps rows with a match, once', anti: 'keeps rows without a match',
};

export const JOIN001: Rule = {
  code: 'JOIN001',
  question: 'Does the join keep the rows the spec says?',
  severity: 'error',
  evidence: 'the join in the SQL',
  judge: judged((judging, clause, { spec, model, pair }) => {
    const at = [model.join.span];
    if (model.join.opaque) return unknown(clause.id, 'unsupported', `${sqlText(judging, model.join.span)} is a join that is not compared.`, at);
    if (spec.join.type === model.join.type) return matches(clause.id, `Both use a ${spec.join.type} join to ${spec.alias}.`, at);
    const opaque = hidden(pair.model, 'joins');
    if (opaque) return unknown(clause.id, opaque.reason, `"${opaque.text}" hides part of the joins.`, opaque.at);
    if (isKeyless(spec) && isKeyless(model)) return matches(clause.id, `Both join every row to ${spec.alias}.`, at);
    return differs(clause.id, `The spec uses a ${spec.join.type} join to ${spec.alias}, which ${KEEPS[spec.join.type] ?? ''}; the model uses ${article(model.join.type)} join, which ${KEEPS[model.join.type] ?? ''}.`, at);
  }),
};

function article(type: string): string {
  return `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`;
}

function isKeyless(source: NSource & { join: NJoin }): boolean {
  return ['inner', 'cross'].includes(source.join.type) && source.join.keys.length === 0 && source.join.conditions.length === 0;
}

export const JOIN002: Rule = {
  code: 'JOIN002',
  question: 'Does the join use the keys the spec says?',
  severity: 'error',
  evidence: 'ON and USING in the SQL',
  judge: judged((judging, clause, { pair, spec, model }) => {
    const fact = stageFact(judging, clause.stage)?.joins?.items[clause.index];
    const at = [model.join.span];
    if (!fact?.keys) return matches(clause.id, 'The spec names no keys.', at);
    const labels = labelsOf(pair);
    const left = [...model.join.keys];
    const missing = spec.join.keys.filter((key) => {
      const index = left.findIndex((other) => sameKey(key, other, labels));
      if (index >= 0) left.splice(index, 1);
      return index < 0;
    });
    // An equality that is certain on one side only may stand among the other's conditions.
    const loose = model.join.conditions.filter((condition) => missing.some((key) => mentionsBoth(condition, key)));
    const open = missing.filter((key) => !loose.some((condition) => mentionsBoth(condition, key)));
    if (missing.length === 0 && left.length === 0) return matches(clause.id, `Both join on ${keyText(spec.join)}.`, at);
    if (loose.length > 0 && open.length === 0) return matches(clause.id, `Both join on ${keyText(spec.join)}.`, at);
    if (model.join.opaque || [...spec.join.keys, ...model.join.keys].some((key) => isOdd(key.left) || isOdd(key.right)) || model.join.conditions.some(isOdd)) {
      return unknown(clause.id, 'not-provable', `The keys of the join to ${spec.alias} cannot be compared with certainty.`, at);
    }
    if (specIsOpaque(pair.spec)) return unknown(clause.id, 'not-provable', `The spec keeps part of this stage as text, which may say the rest of the join to ${spec.alias}.`, at);
    if (missing.length === 0) return extraKeys(clause, spec, left, at);
    return differs(clause.id, `The spec joins ${spec.alias} on ${keyText(spec.join)}; the model joins on ${keyText(model.join) || 'no key'}.`, at);
  }),
};

function extraKeys(clause: SpecClause, spec: NSource & { join: NJoin }, extra: readonly { left: Expr; right: Expr }[], at: { start: number; end: number }[]): Judgement {
  const used = spec.join.conditions.some((condition) => extra.some((key) => mentionsBoth(condition, key)));
  if (used) return matches(clause.id, `Both join on ${keyText(spec.join)}.`, at);
  return differs(clause.id, `The spec joins ${spec.alias} on ${keyText(spec.join) || 'no key'}; the model also asks for ${extra.map((key) => `${exprName(key.left)} = ${exprName(key.right)}`).join(' and ')}.`, at);
}

function isOdd(expr: Expr): boolean {
  return expr.kind === 'jinja' || expr.kind === 'other';
}

function mentionsBoth(condition: Expr, key: { left: Expr; right: Expr }): boolean {
  const names = new Set(columnsIn(condition).map((c) => c.name.text.toLowerCase()));
  return [...columnsIn(key.left), ...columnsIn(key.right)].every((c) => names.has(c.name.text.toLowerCase()));
}

function sameKey(a: { left: Expr; right: Expr }, b: { left: Expr; right: Expr }, labels: ColumnLabels): boolean {
  const straight = compareExpr(a.left, b.left, labels) === 'equal' && compareExpr(a.right, b.right, labels) === 'equal';
  return straight || (compareExpr(a.left, b.right, labels) === 'equal' && compareExpr(a.right, b.left, labels) === 'equal');
}

function keyText(join: NJoin): string {
  return join.keys.map(({ left, right }) => (exprKey(left) === exprKey(right) ? exprName(left) : `${exprName(left)} = ${exprName(right)}`)).join(', ');
}

function exprName(expr: Expr): string {
  return expr.kind === 'column' ? expr.name.text : exprKey(expr);
}

export const JOIN003: Rule = {
  code: 'JOIN003',
  question: 'Does the join have the further conditions the spec says?',
  severity: 'error',
  evidence: 'ON in the SQL',
  judge: judged((judging, clause, { pair, spec, model }) => {
    const fact = stageFact(judging, clause.stage)?.joins?.items[clause.index];
    const at = [model.join.span];
    const labels = labelsOf(pair);
    const left = [...model.join.conditions];
    const missing = spec.join.conditions.filter((condition) => {
      const index = left.findIndex((other) => compareExpr(condition, other, labels) === 'equal');
      if (index >= 0) left.splice(index, 1);
      return index < 0;
    });
    if (missing.length === 0 && left.length === 0) return matches(clause.id, 'The further conditions agree.', at);
    const odd = [...missing, ...left].some((expr) => expr.kind === 'jinja' || expr.kind === 'other') || hidden(pair.model, 'joins') !== undefined;
    // Keys and conditions can stand for each other where a column's side is not certain; JOIN002 compares those.
    const asKeys = left.filter((condition) => (fact?.keys?.value ?? []).some((key) => columnsIn(condition).some((c) => key.left.toLowerCase().endsWith(c.name.text.toLowerCase()))));
    const extra = left.filter((condition) => !asKeys.includes(condition));
    if (missing.length === 0 && extra.length === 0) return matches(clause.id, 'The further conditions agree.', at);
    const inner = model.join.type === 'inner' || model.join.type === 'cross';
    const inWhere = missing.filter((condition) => inner && pair.model.filters.some((filter) => compareExpr(condition, filter.expr, labels) === 'equal'));
    if (inWhere.length === missing.length && extra.length === 0) return matches(clause.id, 'The further conditions stand in WHERE, which is the same for an inner join.', at);
    if (specIsOpaque(pair.spec)) return unknown(clause.id, 'not-provable', `The spec keeps part of this stage as text, which may say the rest of the join to ${spec.alias}.`, at);
    if (odd) return unknown(clause.id, 'not-provable', `The conditions of the join to ${spec.alias} cannot be compared with certainty.`, at);
    if (missing.length > 0 && extra.length > 0 && missing.some((a) => extra.some((b) => compareExpr(a, b, labels) === 'unknown'))) return unknown(clause.id, 'not-provable', `The conditions of the join to ${spec.alias} are neither provably equal nor provably different.`, at);
    if (missing.length === 0) return differs(clause.id, `The model joins ${spec.alias} on a further condition the spec does not have: ${extra.map((e) => (e.span ? sqlText(judging, e.span) : exprKey(e))).join(' and ')}.`, at);
    return differs(clause.id, `The spec joins ${spec.alias} on ${fact?.condition?.value ?? 'a further condition'}; the model does not.`, at);
  }),
};

export const JOIN004: Rule = {
  code: 'JOIN004',
  question: 'Is every join of the model in the spec?',
  severity: 'warning',
  evidence: 'joins of the paired stages',
  judge(judging): Outcome {
    const findings = (judging.matching?.pairs ?? []).flatMap((pair): RawFinding[] => {
      const step = stepOf(pair.spec);
      const fact = stageFact(judging, step);
      if (!fact?.joins || specIsOpaque(pair.spec) || judging.matching?.unpairedSpec.length) return [];
      const answered = new Set(pair.sources.values());
      return pair.model.sources
        .filter((source) => source.join && !answered.has(source.key))
        .map((source) => ({
          key: `${step ?? ''} join ${source.target.kind === 'relation' ? source.target.uid : source.alias}`,
          group: 'joins' as const,
          ...(step === undefined ? {} : { stage: step }),
          unspecced: true,
          message: `The model joins ${source.alias} (${source.join?.type ?? ''}), which no line of the spec asks for.`,
          at: [source.join?.span ?? source.span],
          specSpan: fact.joins?.keySpan,
        }));
    });
    return { judgements: [], findings };
  },
};

export const JOIN005: Rule = {
  code: 'JOIN005',
  question: 'Can the declared cardinality be proven?',
  severity: 'warning',
  evidence: 'candidate keys of what is joined',
  judge(judging): Outcome {
    const judgements = clausesOf(judging, 'cardinality').map((clause) => {
      const fact = stageFact(judging, clause.stage)?.joins?.items[clause.index];
      const found = joinPair(judging, { ...clause, id: clause.id.replace(/\/cardinality$/, '') });
      if ('verdict' in found) return found.verdict === 'differs' ? unknown(clause.id, 'stage-unmatched', found.message) : { ...found, id: clause.id };
      const declared = fact?.cardinality?.value ?? '';
      if (!declared.endsWith('_to_one')) return unknown(clause.id, 'not-checked', `${declared.replace(/_/g, ' ')} promises no key, so there is nothing to prove.`, [found.model.join.span]);
      const columns = found.model.join.keys.flatMap((key) => (key.right.kind === 'column' ? [key.right.name.text.toLowerCase()] : []));
      const key = keysOfSource(judging, found.model).find((candidate) => candidate.columns.every((column) => columns.includes(column.toLowerCase())));
      if (!key) return unknown(clause.id, 'evidence-missing', `Nothing proves that ${found.spec.alias} has one row per ${columns.join(', ') || 'key'}; add a unique test or constraint.`, [found.model.join.span]);
      return matches(clause.id, `${found.spec.alias} has at most one row per ${key.columns.join(', ')} (${key.text}).`, [found.model.join.span]);
    });
    return { judgements, findings: [] };
  },
};
