import { candidateKeys, type CandidateKey } from '../../project/keys';
import { keysOfStage } from '../keys';
import { stepOf, clausesOf, differs, matches, NOTHING, unknown, type Judging, type Outcome, type Rule } from './rule';

/** Candidate keys of the model: what is declared for it, and what its SQL makes certain. */
export function modelKeys(judging: Judging): CandidateKey[] {
  const last = judging.modelGraph?.stages[judging.modelGraph.stages.length - 1];
  const primary = judging.node?.meta['specline.primary_entity'];
  return [
    ...(judging.node ? candidateKeys(judging.node) : []),
    ...(typeof primary === 'string' ? [{ columns: [primary], from: 'primary key' as const, tier: 'E2' as const, text: `primary entity on ${primary}` }] : []),
    ...(last ? keysOfStage(judging, last) : []),
  ];
}

export const GRAIN001: Rule = {
  code: 'GRAIN001',
  question: 'Is one row what the spec says?',
  severity: 'error',
  evidence: 'unique tests, constraints, unique_key, GROUP BY, DISTINCT, deduplication, keys of parents',
  judge(judging): Outcome {
    const judgements = clausesOf(judging, 'grain').map((clause) => {
      const grain = (judging.facts.grain?.value ?? []).map((column) => column.value.toLowerCase());
      const keys = modelKeys(judging);
      const same = keys.find((key) => isSubset(grain, key.columns) && isSubset(key.columns, grain));
      const last = judging.modelGraph?.stages[judging.modelGraph.stages.length - 1];
      const at = last ? [(last.aggregate ?? last.deduplicate ?? last.distinct)?.span ?? last.span] : [];
      if (same) return matches(clause.id, `One row per ${grain.join(', ')}: ${same.text}.`, same.from === 'unique test' ? [] : at);
      const grouped = last && keysOfStage(judging, last).find((key) => key.from === 'group by' || key.from === 'deduplicate');
      if (grouped && isSubset(grouped.columns, grain)) return differs(clause.id, `The spec has one row per ${grain.join(', ')}; the model has one per ${grouped.columns.join(', ')}, which is coarser.`, at);
      const smaller = keys.find((key) => isSubset(key.columns, grain));
      if (smaller) return matches(clause.id, `${grain.join(', ')} is unique, since ${smaller.columns.join(', ')} is: ${smaller.text}.`, at);
      if (!judging.modelGraph) return unknown(clause.id, judging.blind.reason, judging.blind.message);
      return unknown(clause.id, 'evidence-missing', `Nothing proves that ${grain.join(', ')} is unique; add a unique test or constraint.`, at);
    });
    return { judgements, findings: [] };
  },
};

function isSubset(inner: readonly string[], outer: readonly string[]): boolean {
  const known = new Set(outer.map((column) => column.toLowerCase()));
  return inner.length > 0 && inner.every((column) => known.has(column.toLowerCase()));
}

export const GRAIN002: Rule = {
  code: 'GRAIN002',
  question: 'Is the grain tested?',
  severity: 'information',
  evidence: 'unique tests and constraints of the model',
  judge(judging): Outcome {
    const { node, facts } = judging;
    if (!node || !facts.grain || facts.grain.value.length === 0 || judging.specGraph.stages.every((stage) => stepOf(stage) !== undefined && stage.opaque.length > 0)) return NOTHING;
    const grain = facts.grain.value.map((column) => column.value);
    if (candidateKeys(node).some((key) => isSubset(key.columns, grain))) return NOTHING;
    const columns = grain.join(', ');
    return { judgements: [], findings: [{ key: `grain ${columns.toLowerCase()}`, group: 'grain', unspecced: false, message: `No test or constraint checks that ${columns} ${grain.length === 1 ? 'is' : 'are'} unique; the grain implies one.`, specSpan: facts.grain.span }] };
  },
};
