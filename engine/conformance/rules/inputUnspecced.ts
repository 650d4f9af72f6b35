import { relationOf } from '../lowerSpec';
import { relationLabel } from '../inputs';
import type { Rule } from './rule';

/** INPUT002: an input that no line of the spec accounts for. */
export const inputUnspecced: Rule = {
  code: 'INPUT002',
  title: 'Input that is not in the spec',
  question: 'Does the model read anything the spec does not name?',
  severity: 'warning',
  group: 'inputs',
  evidence: 'refs and sources of the SQL; depends_on of a current manifest',
  gives: 'unspecced',
  scope: 'model',
  example: {
    spec: 'inputs:\n  - { ref: customers }\nfrom: customers\n',
    good: "select * from {{ ref('customers') }}",
    bad: "select c.customer_id from {{ ref('customers') }} as c cross join {{ ref('orders') }} as o",
  },
  judge(comparison) {
    const { facts, env } = comparison;
    if (!facts.inputs) return {};
    const wanted = new Set(facts.inputs.items.map((fact) => env.identity(relationOf(fact))));
    const unresolved = facts.inputs.items.some((fact) => fact.kind !== 'this' && !env.identity(relationOf(fact)).includes('.'));
    const incremental = facts.materialization?.entries.some(({ key, value }) => key.value === 'type' && (value.value === 'incremental' || value.value === 'microbatch')) ?? comparison.node?.config['materialized'] === 'incremental';
    return {
      findings: comparison.read().inputs.flatMap((input) => {
        // An incremental model reads itself by its materialization.
        if (wanted.has(input.identity) || (input.identity === 'this' && incremental)) return [];
        if (unresolved && facts.inputs?.items.some((fact) => fact.name === input.relation?.name || fact.name === input.node?.name)) return [];
        const label = input.identity === 'this' ? 'itself ({{ this }})' : relationLabel(input);
        return [{ text: `input ${input.identity}`, unspecced: true, model: input.place ? [input.place] : [], ...(input.hidden ? { evidence: { tier: 'E2' as const, from: 'depends_on of the manifest' } } : {}), message: `The model reads ${label}${input.hidden ? ' in a macro' : ''}; the spec does not list it as an input.` }];
      }),
    };
  },
};
