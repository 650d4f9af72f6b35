import { judgeConfig } from './materialization';
import type { Rule } from './rule';

/** CFG002: the other settings of the materialization. */
export const configuration: Rule = {
  code: 'CFG002',
  title: 'Other configuration',
  question: 'Is the materialization configured so?',
  severity: 'error',
  group: 'materialization',
  evidence: 'config() of the model, its YAML, dbt_project.yml, the manifest',
  gives: 'clause',
  scope: 'model',
  example: {
    spec: 'inputs:\n  - { ref: orders }\nfrom: orders\nmaterialization: { type: incremental, unique_key: order_id }\n',
    good: "{{ config(materialized='incremental', unique_key=['order_id']) }} select * from {{ ref('orders') }}",
    bad: "{{ config(materialized='incremental', unique_key='customer_id') }} select * from {{ ref('orders') }}",
  },
  judge(comparison) {
    return { clauses: (comparison.facts.materialization?.entries ?? []).filter(({ key }) => key.value !== 'type').map((entry) => judgeConfig(comparison, entry)) };
  },
};
