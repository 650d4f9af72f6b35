import { hiddenIn, reasonOf, type Comparison, type StageComparison } from '../comparison';
import { childStages, relationOf, sourcesOf, type NGraph, type NStage } from '../normalise/model';
import { findTokens, tokensOf } from '../match/tokens';
import { compareSeries, seriesOfStage, seriesOfText } from '../series';
import { short, stageClause, unmatched, wordsOf, type ClauseDraft, type Draft, type Rule } from './rule';

/** AGG007: series and recursion, by the steps, bounds, columns and numbers that a sentence names. */
export const series: Rule = {
  code: 'AGG007',
  title: 'Series or recursion',
  question: 'Does the model make this series, or recurse?',
  severity: 'error',
  group: 'aggregation',
  evidence: 'the SQL, raw or compiled',
  gives: 'clause',
  scope: 'stage',
  example: {
    spec: 'inputs:\n  - { ref: employees }\nsteps:\n  - name: tree\n    from: employees\n    recursive: "manager to employee"\nfrom: tree\n',
    good: "with recursive tree as (select id, manager_id from {{ ref('employees') }} union all select e.id, e.manager_id from {{ ref('employees') }} as e join tree on e.manager_id = tree.id) select * from tree",
    bad: "with tree as (select id, manager_id from {{ ref('employees') }}) select * from tree",
  },
  judge(stage, comparison) {
    if (!stage.fact.recursive && !stage.fact.generate) return {};
    return { clauses: [...recursion(stage, comparison), ...generation(stage, comparison)] };
  },
};

function recursion(stage: StageComparison, comparison: Comparison): ClauseDraft[] {
  const fact = stage.fact.recursive;
  if (!fact) return [];
  const spec = { span: fact.span, text: short(fact.value) };
  const clause = (draft: Draft): ClauseDraft[] => [stageClause(stage, 'recursive', spec, draft)];
  const { model } = comparison;
  const stages = [...(model?.stages.values() ?? [])];
  const found = stage.view?.pair.model.recursive ? stage.view.pair.model : undefined;
  if (found && model) return clause(told(comparison, model, found, fact.value));
  if (model && !stages.some((other) => other.recursive) && isPlainlyRead(model)) {
    return clause({ verdict: 'differs', model: [(model.stages.get(model.last) ?? stages[0])?.span ?? { start: 0, end: 0 }], message: 'The spec follows rows to rows of the same kind; no stage of the model calls itself.' });
  }
  if (!stage.view) return [unmatched(stage, 'recursive', spec)];
  const hidden = hiddenIn(comparison, stage.view, 'union');
  return clause({ verdict: 'unknown', model: [stage.view.pair.model.span], reason: hidden ? reasonOf(hidden).reason : 'not-provable', message: "Can't tell: the stage of the model does not call itself; it may follow the levels in another way." });
}

/** True where nothing of a model is hidden and it reads nothing twice, so that it follows no levels by joins either. */
function isPlainlyRead(model: NGraph): boolean {
  const read = [...model.stages.values()].flatMap((stage) => sourcesOf(stage)).flatMap((source) => relationOf(model, source) ?? []);
  return [...model.stages.values()].every((stage) => stage.opaque.length === 0) && new Set(read).size === read.length && [...model.relations.values()].every((relation) => relation.kind !== 'opaque');
}

/** What words can be held against a recursive stage: the columns and numbers they name, or the query itself where they quote it. */
function told(comparison: Comparison, model: NGraph, stage: NStage, text: string): Draft {
  const place = { model: [stage.span] };
  const source = comparison.analysis?.chosen?.text.slice(stage.span.start, stage.span.end) ?? '';
  if (/\bselect\b[\s\S]*\bunion\b/i.test(text)) {
    if (findTokens(source, tokensOf(text))) return { verdict: 'matches', ...place, message: 'The model recurses by the query that the spec quotes.' };
    return { verdict: 'unknown', ...place, reason: 'not-provable', message: "Can't tell: the recursive query of the model is not word by word the one that the spec quotes." };
  }
  const columns = new Set([stage, ...(stage.union?.branches ?? []).flatMap((id) => model.stages.get(id) ?? [])].flatMap((part) => part.columns.flatMap((column) => column.name ?? [])).map((name) => name.toLowerCase()));
  const words = new Set(tokensOf(source).map((token) => token.toLowerCase()));
  const named = [...new Set(text.toLowerCase().match(/[a-z]\w*_\w+|\b\d+\b/g) ?? []), ...tokensOf(text).filter((token) => columns.has(token))];
  const absent = named.filter((word) => !words.has(word) && !(/^\d+$/.test(word) && words.has(String(Number(word) + 1))));
  if (absent.length > 0) return { verdict: 'unknown', ...place, reason: 'not-provable', message: `Can't tell: the model recurses here, but not by anything called ${wordsOf(absent)}.` };
  return { verdict: 'matches', ...place, message: named.length > 0 ? `The model has a recursive stage here, with ${wordsOf([...new Set(named)])}; the rest of the sentence is for a person to read.` : 'The model has a recursive stage here; what it follows is for a person to read.' };
}

function generation(stage: StageComparison, comparison: Comparison): ClauseDraft[] {
  const fact = stage.fact.generate;
  if (!fact) return [];
  const spec = { span: fact.span, text: short(fact.value) };
  const { model } = comparison;
  const clause = (draft: Draft): ClauseDraft[] => [stageClause(stage, 'generate', spec, draft)];
  const view = stage.view;
  const found = model && (view ? seriesBelow(model, view.pair.model) : onlySeries(model));
  if (!view && !found) return [unmatched(stage, 'generate', spec)];
  if (!found) return clause({ verdict: 'unknown', model: view ? [view.pair.model.span] : [], reason: 'not-provable', message: "Can't tell: the model makes no series here by a function or macro that is understood." });
  const { series, span } = found;
  const { other, doubt, same } = compareSeries(seriesOfText(fact.value), series);
  const place = { model: [span] };
  if (other.length > 0) return clause({ verdict: 'differs', ...place, message: `The spec's series is: ${short(fact.value)}; the model's has ${wordsOf(other)}.` });
  if (doubt.length > 0 || same.length === 0) return clause({ verdict: 'unknown', ...place, reason: 'not-provable', message: `Can't tell whether the model's series (${short(series.text)}) has ${doubt.length > 0 ? wordsOf(doubt) : 'what the words say'}.` });
  return clause({ verdict: 'matches', ...place, message: `The model makes a series with ${wordsOf(same)}, as the spec says.` });
}

function seriesBelow(model: NGraph, stage: NStage): ReturnType<typeof seriesOfStage> {
  return [stage, ...[...stage.merged].flatMap((id) => model.stages.get(id) ?? []), ...childStages(stage).flatMap((id) => model.stages.get(id) ?? [])].map((part) => seriesOfStage(model, part)).find((series) => series !== undefined);
}

/** The series of a model that makes one only. */
function onlySeries(model: NGraph): ReturnType<typeof seriesOfStage> {
  const all = [...model.stages.values()].flatMap((stage) => seriesOfStage(model, stage) ?? []);
  return new Set(all.map(({ series }) => series.text)).size === 1 ? all[0] : undefined;
}
