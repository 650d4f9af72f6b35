import { nameIdentity } from '../inputs';
import type { Rule } from './rule';

/** INPUT003: a relation written out instead of `ref` or `source`. */
export const inputHardCoded: Rule = {
  code: 'INPUT003',
  title: 'Hard-coded relation',
  question: 'Does dbt know everything the model reads?',
  severity: 'warning',
  group: 'inputs',
  evidence: 'the SQL, raw or compiled',
  gives: 'finding',
  scope: 'model',
  example: {
    spec: 'inputs:\n  - { ref: customers }\nfrom: customers\n',
    good: "select * from {{ ref('customers') }}",
    bad: 'select * from raw.shop.customers',
  },
  judge({ analysis, model }) {
    const relations = [...(model?.relations.values() ?? [])].filter((relation) => relation.kind === 'name' && (analysis?.chosen?.in === 'raw' || relation.name.includes('.')));
    return {
      findings: relations.map((relation) => ({ text: nameIdentity(relation), unspecced: false, model: [relation.span], message: `The model reads ${relation.name} by its name in the database, so dbt does not know that it depends on it; use ref() or source().` })),
    };
  },
};
