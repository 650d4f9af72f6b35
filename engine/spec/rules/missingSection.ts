import { lookupModel } from '../../project/lookup';
import type { CheckContext } from '../check';
import { tierOf } from '../config';
import { skeletonFixes } from '../edits';
import { keysOf, schemaOf } from '../schema';
import type { SpecDocument, SpecProblem } from '../types';
import type { SpecRule } from './rule';

/** SPEC011: the sections of the model's tier are there; what every tier needs is found by the schema. */
export const missingSection: SpecRule = {
  code: 'SPEC011',
  title: 'Section of its tier missing',
  question: 'Is every section of its tier there?',
  severity: 'error',
  example: {
    kind: 'business',
    good: 'spec: business/v1\nmodel: example\nowner: finance\nquestion: How much has each customer paid us?\ngrain: { one_row_per: [customer] }\nedge_cases:\n  - { id: EC-none, when: "a customer has no order", then: "the value is 0" }\ncorrect_when:\n  - { id: CW-ledger, statement: "the total equals the ledger", tolerance: "1 EUR", reference: "the ledger" }\n',
    bad: 'spec: business/v1\nmodel: example\nowner: finance\ngrain: { one_row_per: [customer] }\nedge_cases:\n  - { id: EC-none, when: "a customer has no order", then: "the value is 0" }\ncorrect_when:\n  - { id: CW-ledger, statement: "the total equals the ledger", tolerance: "1 EUR", reference: "the ledger" }\n',
  },
  check: fullTier,
};

function fullTier(spec: SpecDocument, context: CheckContext): SpecProblem[] {
  const model = spec.facts?.model;
  const found = context.project && model ? lookupModel(context.project, model.value) : undefined;
  const file = found?.kind === 'one' ? found.node.file : undefined;
  if (!spec.kind || tierOf(context.config, file) !== 'full' || spec.tree?.kind !== 'map') return [];
  const schema = schemaOf(spec);
  const present = new Set(spec.tree.entries.map((entry) => entry.key));
  return keysOf(schema)
    .filter((key) => schema.properties?.[key]?.['x-tier'] === 'full' && !present.has(key))
    .map((key) => {
      const message = `The section "${key}" is missing, which the tier "full" asks for. ${schema.properties?.[key]?.title ?? ''}`.trim();
      return { code: 'SPEC011', severity: 'warning', span: model?.span ?? { start: 0, end: 1 }, message, fixes: skeletonFixes(schema, spec.tree, spec.text, key) };
    });
}
