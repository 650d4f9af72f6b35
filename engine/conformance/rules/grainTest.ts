import { candidateKeys } from '../../project';
import { isSubset } from '../keys';
import { wordsOf, type Rule } from './rule';

/** GRAIN002: a grain without a test of its uniqueness. */
export const grainTest: Rule = {
  code: 'GRAIN002',
  title: 'Grain without a uniqueness test',
  question: 'Would a duplicate row be noticed?',
  severity: 'warning',
  group: 'grain',
  evidence: 'data tests and constraints of the YAML or the manifest',
  gives: 'finding',
  scope: 'model',
  example: {
    spec: 'grain: [customer_id]\ninputs:\n  - { ref: customers }\nfrom: customers\n',
    good: "select customer_id from {{ ref('customers') }}",
    bad: "select customer_id from {{ ref('customers') }}",
    goodYaml: 'version: 2\nmodels:\n  - name: example\n    columns:\n      - name: customer_id\n        data_tests: [unique]\n',
  },
  judge({ facts, node, env }) {
    const fact = facts.grain;
    if (!fact || !node || fact.value.length === 0) return {};
    const wanted = fact.value.map((item) => env.fold(item.value));
    const tested = candidateKeys(node).some((key) => key.from !== 'merge unique_key' && isSubset(key.columns.map((name) => env.fold(name)), wanted));
    if (tested) return {};
    const words = wordsOf(fact.value.map((item) => item.value));
    return { findings: [{ text: `grain ${wanted.join(',')}`, unspecced: false, spec: { span: fact.span, text: words }, message: `Nothing tests that ${words} is unique in ${node.name}; add a unique test or a constraint.` }] };
  },
};
