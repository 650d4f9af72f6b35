import type { StageComparison, Comparison } from '../comparison';
import { findTokens, tokensOf } from '../match/tokens';
import { short, stageClause, unmatched, type ClauseDraft, type Rule } from './rule';

/** EVID005: text that the spec keeps as it is stands in the model, token by token. */
export const opaque: Rule = {
  code: 'EVID005',
  title: 'Opaque text',
  question: 'Does this text stand in the model?',
  severity: 'information',
  group: 'other',
  evidence: 'the SQL, raw or compiled',
  gives: 'clause',
  scope: 'stage',
  example: {
    spec: "inputs:\n  - { ref: customers }\nfrom: customers\nopaque:\n  - { text: \"{{ audit_columns() }}\", reason: \"house macro\" }\n",
    good: "select customer_id, {{ audit_columns( ) }} from {{ ref('customers') }}",
    bad: "select customer_id from {{ ref('customers') }}",
  },
  judge(stage, comparison) {
    return { clauses: (stage.fact.opaque?.items ?? []).map((fact, index) => judge(stage, comparison, fact.text, index)) };
  },
};

function judge(stage: StageComparison, comparison: Comparison, text: { value: string; span: { start: number; end: number } }, index: number): ClauseDraft {
  const address = `opaque/${index + 1}`;
  const spec = { span: text.span, text: short(text.value) };
  const texts = [comparison.analysis?.raw, comparison.analysis?.chosen].filter((item) => item !== undefined);
  if (texts.length === 0) return unmatched(stage, address, spec);
  const wanted = tokensOf(text.value);
  for (const analysed of texts) {
    const at = findTokens(analysed.text, wanted);
    if (at) return stageClause(stage, address, spec, { verdict: 'matches', model: analysed === comparison.analysis?.chosen ? [at] : [], message: 'The model has this text, token by token.' });
  }
  return stageClause(stage, address, spec, { verdict: 'unknown', reason: 'not-provable', message: "Can't tell: the model does not have this text; it may say the same in other words." });
}
