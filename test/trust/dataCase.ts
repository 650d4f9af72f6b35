import type { DataCase } from './results';
import type { Prepared } from './run';
import { inputRelations, testedKeys } from './validate';

/** A changed compiled text beside the original, with what is needed to run both on generated data. */
export function dataCase({ subject }: Prepared, given: Pick<DataCase, 'id' | 'kind' | 'operator' | 'note' | 'changed'>): DataCase {
  const index = subject.project.artifacts ?? subject.project.raw;
  const node = index.nodes.get(subject.id);
  return {
    ...given,
    project: subject.project.name,
    uniqueId: subject.id,
    model: subject.name,
    dialect: index.dialect,
    original: subject.compiled ?? '',
    relations: node ? inputRelations(index, node) : [],
    unique: node ? testedKeys(node) : [],
  };
}
