import { lineStarts, rangeOf, type Span } from '../../text';
import type { Comparison } from '../comparison';
import { configOf, configText } from '../config';
import { modelClause, yamlPlace, type ClauseDraft, type Draft, type Rule } from './rule';

/** CFG001: the model is materialized as specified. */
export const materialization: Rule = {
  code: 'CFG001',
  title: 'Other materialization',
  question: 'Is the model materialized so?',
  severity: 'error',
  group: 'materialization',
  evidence: 'config() of the model, its YAML, dbt_project.yml, the manifest',
  gives: 'clause',
  scope: 'model',
  example: {
    spec: 'inputs:\n  - { ref: customers }\nfrom: customers\nmaterialization: { type: table }\n',
    good: "{{ config(materialized='table') }} select * from {{ ref('customers') }}",
    bad: "{{ config(materialized='view') }} select * from {{ ref('customers') }}",
  },
  judge(comparison) {
    return { clauses: (comparison.facts.materialization?.entries ?? []).filter(({ key }) => key.value === 'type').map((entry) => judgeConfig(comparison, entry)) };
  },
};

type Entry = NonNullable<Comparison['facts']['materialization']>['entries'][number];

/** The verdict on one key of `materialization`. */
export function judgeConfig(comparison: Comparison, { key, value }: Entry): ClauseDraft {
  const wanted = configText(value.value);
  const clause = (draft: Draft): ClauseDraft => modelClause(`materialization/${key.value}`, { span: value.span, text: wanted }, draft);
  const { node } = comparison;
  const name = key.value === 'type' ? 'materialization' : key.value;
  if (!node) return clause({ verdict: 'unknown', reason: 'evidence-missing', message: `Can't tell: the model does not exist in this project.` });
  const found = configOf(comparison, key.value);
  if (found.kind === 'hidden') return clause({ verdict: 'unknown', reason: 'opaque-jinja', model: rawSpan(comparison, found.place), message: `Can't tell the ${name}: Jinja computes it (${found.text}).` });
  if (found.kind === 'none') {
    if (key.value === 'type') return clause({ verdict: 'unknown', reason: 'evidence-missing', message: `Can't tell the materialization: the project does not say it.` });
    if (key.value === 'lookback' || key.value === 'strategy' || !found.certain) return clause({ verdict: 'unknown', reason: 'evidence-missing', message: `Can't tell: the project does not configure ${name}; what then holds depends on the adapter and the SQL.` });
    return clause({ verdict: 'differs', model: wholeConfig(comparison), message: `The spec has ${name} ${wanted}; the model does not configure it.` });
  }
  const model = found.place ? rawSpan(comparison, found.place) : placeOf(comparison);
  const evidence = { tier: node.from === 'E1' || found.place ? ('E1' as const) : ('E2' as const), from: found.from };
  const actual = normalised(key.value, found.value);
  if (actual === normalised(key.value, value.value)) return clause({ verdict: 'matches', model, evidence, message: `The model has ${name} ${wanted}, by ${found.from}.` });
  if (actual.includes('{{')) return clause({ verdict: 'unknown', reason: 'opaque-jinja', model, message: `Can't tell the ${name}: Jinja computes it.` });
  return clause({ verdict: 'differs', model, evidence, message: `The spec has ${name} ${wanted}; the model has ${actual}, by ${found.from}.` });
}

function normalised(key: string, value: unknown): string {
  // `invalidate_hard_deletes: true` is the older spelling of `hard_deletes: invalidate`.
  if (key === 'hard_deletes' && value === true) return 'invalidate';
  if (key === 'hard_deletes' && value === false) return 'ignore';
  return configText(value).toLowerCase();
}

/** Config stands in the raw file, whatever text was compared. */
function rawSpan(comparison: Comparison, span: Span): NonNullable<ClauseDraft['model']> {
  const raw = comparison.analysis?.raw;
  return raw ? [{ in: 'raw', file: raw.file, range: rangeOf(lineStarts(raw.text), span), text: raw.text.slice(span.start, span.end).replace(/\s+/g, ' ').trim() }] : placeOf(comparison);
}

/** The whole `config()` of the file, for a key that is not in it. */
function wholeConfig(comparison: Comparison): NonNullable<ClauseDraft['model']> {
  const span = comparison.analysis?.raw?.analysis.config.span;
  return span ? rawSpan(comparison, span) : placeOf(comparison);
}

function placeOf({ node }: Comparison): NonNullable<ClauseDraft['model']> {
  return node?.place ? [yamlPlace(node.place, node.name)] : [];
}
