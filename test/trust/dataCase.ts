import type { DataCase } from './results';
import type { Prepared } from './run';

/** A changed compiled text beside the original, with what is needed to run both on generated data. */
export function dataCase({ subject }: Prepared, given: Pick<DataCase, 'id' | 'kind' | 'operator' | 'note' | 'changed'>): DataCase {
  const index = subject.project.artifacts ?? subject.project.raw;
  const parents = (index.nodes.get(subject.id)?.dependsOn ?? []).flatMap((id) => index.nodes.get(id) ?? []);
  return {
    ...given,
    project: subject.project.name,
    uniqueId: subject.id,
    model: subject.name,
    dialect: index.dialect,
    original: subject.compiled ?? '',
    inputs: parents.flatMap((node) => (node.relationName === undefined ? [] : [{ relation: node.relationName, columns: node.columns.map((column) => ({ name: column.name, type: column.type ?? '' })) }])),
  };
}
