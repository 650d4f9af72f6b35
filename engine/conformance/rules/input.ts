import { inputAlias, relationOf } from '../lowerSpec';
import type { Comparison } from '../comparison';
import { missingModel } from '../comparison';
import { runs } from './joinType';
import { modelClause, wordsOf, type ClauseDraft, type Draft, type Rule } from './rule';
import { relationLabel, type ReadInputs } from '../inputs';
import type { InputFact } from '../../spec/types';

/** INPUT001: each specified input is read. */
export const input: Rule = {
  code: 'INPUT001',
  title: 'Input not read',
  question: 'Does the model read this?',
  severity: 'error',
  group: 'inputs',
  evidence: 'refs and sources of the SQL; depends_on of a current manifest',
  gives: 'clause',
  scope: 'model',
  example: {
    spec: 'inputs:\n  - { ref: customers }\n  - { ref: orders }\nfrom: customers\n',
    good: "select * from {{ ref('customers') }} as c where exists (select 1 from {{ ref('orders') }} as o where o.customer_id = c.customer_id)",
    bad: "select * from {{ ref('customers') }}",
  },
  judge(comparison) {
    const read = comparison.read();
    return { clauses: (comparison.facts.inputs?.items ?? []).map((fact) => judgeInput(comparison, fact, read)) };
  },
};

function judgeInput(comparison: Comparison, fact: InputFact, read: ReadInputs): ClauseDraft {
  const relation = relationOf(fact);
  const label = fact.kind === 'source' ? `${fact.sourceName ?? ''}.${fact.name}` : fact.name;
  const clause = (draft: Draft): ClauseDraft => modelClause(`inputs/${inputAlias(fact)}`, { span: fact.nameSpan, text: label }, draft);
  const identity = comparison.env.identity(relation);
  const found = read.inputs.find((candidate) => candidate.identity === identity);
  const evidence = found?.hidden ? { tier: 'E2' as const, from: 'depends_on of the manifest' } : undefined;
  if (found) {
    const when = variantOf(comparison, identity);
    const wanted = fact.when?.value;
    const model = found.place ? [found.place] : [];
    if (wanted !== when && comparison.analysis?.chosen && !found.hidden) {
      if (comparison.analysis.variantUnknown || wanted === undefined || when === undefined) return clause({ verdict: 'matches', model, message: `The model reads ${label}.` });
      return clause({ verdict: 'differs', model, message: `The spec reads ${label} ${runs(wanted)}; the model does so ${runs(when)}.` });
    }
    return clause({ evidence, verdict: 'matches', model, message: `The model reads ${label}${found.hidden ? ' in a macro' : ''}, as the spec says.` });
  }
  const missing = missingModel(comparison.node, comparison.analysis);
  if (missing && !comparison.dependsOn) return clause({ verdict: 'unknown', reason: missing.reason, message: `Can't tell whether the model reads ${label}: ${missing.text}.` });
  if (!read.complete) return clause({ verdict: 'unknown', reason: 'opaque-macro', message: `Can't tell whether the model reads ${label}: ${read.doubt}.` });
  const others = read.inputs.filter((candidate) => candidate.identity !== 'this').map(relationLabel);
  const from = comparison.dependsOn ? { tier: 'E2' as const, from: 'depends_on of the manifest and the SQL' } : undefined;
  return clause({ evidence: from, verdict: 'differs', model: read.inputs.flatMap((candidate) => candidate.place ?? []).slice(0, 1), message: `The spec reads ${label}; the model does not${others.length > 0 ? ` (it reads ${wordsOf(others)})` : ''}.` });
}

/** The only variant an input is read in; undefined where it is read in every run. */
function variantOf({ model, env }: Comparison, identity: string): string | undefined {
  const whens = new Set<string | undefined>();
  for (const relation of model?.relations.values() ?? []) if (env.identity(relation) === identity) whens.add(relation.when);
  return whens.size === 1 ? [...whens][0] : undefined;
}
