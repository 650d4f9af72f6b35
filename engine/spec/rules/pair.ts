import { lookupModel } from '../../project/lookup';
import { tierOf } from '../config';
import { hasPathParts } from './paths';
import type { SpecRule } from './rule';

/** SPEC032: a technical spec serves a business spec, except in the tier "source". */
export const pair: SpecRule = {
  code: 'SPEC032',
  title: 'Technical spec without a business spec',
  question: 'Does the model have both specs?',
  severity: 'warning',
  example: {
    kind: 'technical',
    good: 'spec: technical/v1\nmodel: example\n',
    bad: 'spec: technical/v1\nmodel: orders\n',
    beside: { 'specs/example.business.spec.yml': 'spec: business/v1\nmodel: example\nowner: finance\nquestion: How much has each customer paid us?\ngrain: { one_row_per: [customer] }\nedge_cases:\n  - { id: EC-none, when: "a customer has no order", then: "the value is 0" }\ncorrect_when:\n  - { id: CW-ledger, statement: "the total equals the ledger", tolerance: "1 EUR", reference: "the ledger" }\n' },
  },
  check(spec, { project, config, specs }) {
    const { facts } = spec;
    if (facts?.kind !== 'technical' || !facts.model || !project || hasPathParts(facts.model.value)) return [];
    const { value, span } = facts.model;
    const found = lookupModel(project, value);
    const file = found.kind === 'one' ? found.node.file : undefined;
    if (tierOf(config, file) === 'source' || facts.implements.length > 0) return [];
    if (specs.some((other) => other.kind === 'business' && other.facts?.model?.value === value)) return [];
    return [{ code: 'SPEC032', severity: 'warning', span, message: `${value} has a technical spec and no business spec; write one with \`specline new ${value}\`, or name the one it serves under \`implements\`.`, fixes: [] }];
  },
};
