import type { Rule } from './rule';

/** EVID001: compiled code that is older than the model. */
export const staleManifest: Rule = {
  code: 'EVID001',
  title: 'Manifest out of date',
  question: 'Is the evidence as new as the model?',
  severity: 'information',
  group: 'other',
  evidence: 'checksums of the manifest',
  gives: 'finding',
  scope: 'model',
  example: {
    spec: 'inputs:\n  - { ref: customers }\nfrom: customers\n',
    good: "select customer_id from {{ ref('customers') }}",
    bad: "select customer_id, edited_after_the_last_dbt_run from {{ ref('customers') }}",
  },
  judge({ node, project }) {
    if (!node?.compiled || node.compiled.fresh) return {};
    const file = project.artifacts.manifest?.file ?? 'the manifest';
    return { findings: [{ text: `stale ${node.name}`, unspecced: false, message: `${file} is older than the model (${node.compiled.stale ?? 'the model changed'}), so the raw file was compared; run \`dbt compile\`.` }] };
  },
};
