import { columnsIn, hasJinja } from '../../sql/exprs';
import { compareExpr } from '../expr/compare';
import { exprKey } from '../expr/normal';
import type { StagePair } from '../match';
import type { NFilter } from '../normal/types';
import { clausesOf, differs, hidden, labelsOf, matches, pairOf, specIsOpaque, sqlText, stageFact, stepOf, unknown, unpaired, type Judgement, type Judging, type Outcome, type RawFinding, type Rule } from './rule';
import type { SpecClause } from '../lowerSpec';

interface FilterMatch {
  /** Spec filter → the model's filter that says the same. */
  equal: Map<NFilter, NFilter>;
  /** Spec filter → the model's filter that provably says another thing about the same column. */
  other: Map<NFilter, NFilter>;
  leftover: NFilter[];
}

/** Pairs the conjuncts of two stages. Conditions of inner joins count as filters, too. */
export function matchFilters(pair: StagePair): FilterMatch {
  const labels = labelsOf(pair);
  const left = [...pair.model.filters, ...innerConditions(pair)];
  const equal = new Map<NFilter, NFilter>();
  for (const filter of pair.spec.filters) {
    const index = left.findIndex((other) => other.when === filter.when && compareExpr(filter.expr, other.expr, labels) === 'equal');
    const [found] = index < 0 ? [] : left.splice(index, 1);
    if (found) equal.set(filter, found);
  }
  const own = left.filter((filter) => pair.model.filters.includes(filter));
  const other = new Map<NFilter, NFilter>();
  for (const filter of pair.spec.filters.filter((f) => !equal.has(f))) {
    const index = own.findIndex((candidate) => sharesColumn(filter, candidate) && compareExpr(filter.expr, candidate.expr, labels) === 'different');
    const [found] = index < 0 ? [] : own.splice(index, 1);
    if (found) other.set(filter, found);
  }
  return { equal, other, leftover: own };
}

function innerConditions(pair: StagePair): NFilter[] {
  return pair.model.sources.flatMap(({ join }) => (join && (join.type === 'inner' || join.type === 'cross') ? join.conditions.map((expr) => ({ expr, span: join.span })) : []));
}

function names(filter: NFilter): string[] {
  return columnsIn(filter.expr).map((column) => column.name.text.toLowerCase());
}

function sharesColumn(a: NFilter, b: NFilter): boolean {
  const others = new Set(names(b));
  return names(a).some((name) => others.has(name));
}

export const FILTER001: Rule = {
  code: 'FILTER001',
  question: 'Does the model leave out the rows the spec says?',
  severity: 'error',
  evidence: 'WHERE, HAVING, QUALIFY and conditions of inner joins',
  judge: (judging) => ({ judgements: clausesOf(judging, 'filter').map((clause) => judgeFilter(judging, clause)), findings: [] }),
};

function judgeFilter(judging: Judging, clause: SpecClause): Judgement {
  const pair = pairOf(judging, (stage) => stage.filters.some((f) => f.ref === clause.id) || stage.deduplicate?.ref === clause.id);
  if (!pair) return unpaired(judging, clause);
  const filters = pair.spec.filters.filter((f) => f.ref === clause.id);
  const matched = matchFilters(pair);
  const verdicts = filters.map((filter) => judgeConjunct(judging, clause, pair, matched, filter));
  const worst = verdicts.find((v) => v.verdict === 'differs') ?? verdicts.find((v) => v.verdict === 'unknown') ?? verdicts[0];
  const at = verdicts.flatMap((v) => v.at ?? []);
  return worst ? { ...worst, at } : unknown(clause.id, 'not-checked', 'The filter could not be read.');
}

function judgeConjunct(judging: Judging, clause: SpecClause, pair: StagePair, matched: FilterMatch, filter: NFilter): Judgement {
  const fact = stageFact(judging, clause.stage)?.filters?.items[clause.index];
  const text = fact?.expression.value ?? clause.text;
  const same = matched.equal.get(filter);
  if (same) return matches(clause.id, 'The model filters the same rows.', [same.span]);
  if (filter.expr.kind === 'other' && filter.expr.tag === 'unparsed') return unknown(clause.id, 'unparsed', `"${text}" could not be read as SQL.`);
  const contrary = matched.other.get(filter);
  if (contrary) return differs(clause.id, `The spec keeps rows where ${text}; the model keeps rows where ${sqlText(judging, contrary.span)}.`, [contrary.span]);
  const opaque = hidden(pair.model, 'filters');
  if (opaque) return unknown(clause.id, opaque.reason, `"${opaque.text}" hides part of the filters.`, opaque.at);
  const near = matched.leftover.find((candidate) => sharesColumn(filter, candidate) || hasJinja(candidate.expr));
  if (near || hasJinja(filter.expr)) return unknown(clause.id, 'not-provable', `${text} and ${near ? sqlText(judging, near.span) : 'what the model filters'} are neither provably equal nor provably different.`, near ? [near.span] : []);
  if (readsUnpaired(judging, pair)) return unknown(clause.id, 'stage-unmatched', `The model reads a stage that no step could be paired with; it may filter ${text} there.`);
  const elsewhere = judging.modelGraph?.stages.filter((stage) => stage !== pair.model).flatMap((stage) => stage.filters).find((f) => exprKey(f.expr) === exprKey(filter.expr));
  if (elsewhere) return unknown(clause.id, 'stage-unmatched', `The model filters ${text} in another stage, which may or may not be the same.`, [elsewhere.span]);
  return differs(clause.id, `The spec keeps only rows where ${text}; the model does not filter that.`, [pair.model.span]);
}

/** Sources of the model's stage that are stages without a partner in the spec. */
function unpairedSources(judging: Judging, pair: StagePair): Set<string> {
  const ids = new Set(judging.matching?.unpairedModel.map((stage) => stage.id));
  return new Set(pair.model.sources.filter((source) => source.target.kind === 'stage' && ids.has(source.target.id)).map((source) => source.key));
}

function readsUnpaired(judging: Judging, pair: StagePair): boolean {
  return unpairedSources(judging, pair).size > 0;
}

/** A filter on what an unpaired stage computes cannot be told to be new: the spec may say it in its own way. */
function fromUnpaired(judging: Judging, pair: StagePair, filter: NFilter): boolean {
  const sources = unpairedSources(judging, pair);
  return columnsIn(filter.expr).some((column) => column.source !== undefined && sources.has(column.source));
}

export const FILTER002: Rule = {
  code: 'FILTER002',
  question: 'Is every filter of the model in the spec?',
  severity: 'warning',
  evidence: 'WHERE, HAVING and QUALIFY of the paired stages',
  judge(judging): Outcome {
    const findings = (judging.matching?.pairs ?? []).flatMap((pair): RawFinding[] => {
      const step = stepOf(pair.spec);
      const fact = stageFact(judging, step);
      if (!fact?.filters || specIsOpaque(pair.spec)) return [];
      const matched = matchFilters(pair);
      const open = pair.spec.filters.filter((f) => !matched.equal.has(f) && !matched.other.has(f));
      return matched.leftover
        .filter((filter) => !fromUnpaired(judging, pair, filter) && !hasJinja(filter.expr) && !open.some((f) => sharesColumn(f, filter)))
        .map((filter) => ({
          key: `${step ?? ''} ${exprKey(filter.expr)}`,
          group: 'filters' as const,
          ...(step === undefined ? {} : { stage: step }),
          unspecced: true,
          message: `The model keeps only rows where ${sqlText(judging, filter.span)}${filter.when === 'incremental' ? ' in incremental runs' : ''}; no line of the spec asks for that.`,
          at: [filter.span],
          specSpan: fact.filters?.keySpan,
          suggestion: { section: 'filters', ...(step === undefined ? {} : { stage: step }), item: { id: 'F-found', expression: sqlText(judging, filter.span) } },
        }));
    });
    return { judgements: [], findings };
  },
};
