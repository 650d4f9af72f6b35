import { foldName } from '../../project/names';
import type { ProjectIndex, RelationNode } from '../../project/types';
import type { Located } from '../../text';
import { lookupInput } from '../lookupInput';
import type { SpecProblem, TechnicalFacts } from '../types';
import { named, type SpecRule } from './rule';

/** SPEC024: columns of a grain exist. */
export const unknownColumn: SpecRule = {
  code: 'SPEC024',
  title: 'Column of nothing',
  question: 'Does the column exist?',
  severity: 'error',
  example: {
    kind: 'technical',
    good: 'spec: technical/v1\nmodel: example\ngrain: [order_id]\ninputs:\n  - { ref: orders }\nfrom: orders\ncolumns:\n  - { name: order_id }\n',
    bad: 'spec: technical/v1\nmodel: example\ngrain: [ordr_id]\ninputs:\n  - { ref: orders }\nfrom: orders\ncolumns:\n  - { name: order_id }\n',
  },
  check({ facts }, { project }) {
    if (facts?.kind !== 'technical') return [];
    return [...grainsOfInputs(facts, project), ...ownGrain(facts, project)];
  },
};

function grainsOfInputs(facts: TechnicalFacts, project: ProjectIndex | undefined): SpecProblem[] {
  if (!project) return [];
  return (facts.inputs?.items ?? []).flatMap((input) => {
    const found = input.kind === 'this' ? undefined : lookupInput(project, input);
    if (found?.kind !== 'one' || !found.node.columnsComplete) return [];
    return (input.grain?.value ?? []).flatMap((column) => missing(column, found.node, project));
  });
}

function missing(column: Located<string>, node: RelationNode, project: ProjectIndex): SpecProblem[] {
  const names = node.columns.map(({ name }) => name);
  return isKnown(column, names, project) ? [] : [named('SPEC024', column, names, `${node.name} has no column "${column.value}".`)];
}

function ownGrain(facts: TechnicalFacts, project: ProjectIndex | undefined): SpecProblem[] {
  const columns = facts.stage.columns?.items;
  // Opaque text may put out columns that nothing lists.
  if (!columns || columns.some((column) => column.kind === 'all_from') || (facts.stage.opaque?.items.length ?? 0) > 0) return [];
  const names = columns.map((column) => column.name.value);
  return (facts.grain?.value ?? []).filter((column) => !isKnown(column, names, project)).map((column) => named('SPEC024', column, names, `The grain names "${column.value}", which is not among the columns.`));
}

function isKnown(column: Located<string>, names: readonly string[], project: ProjectIndex | undefined): boolean {
  const fold = (name: string): string => foldName(project?.adapter ?? 'generic', name);
  return !/^\w+$/.test(column.value) || names.some((name) => fold(name) === fold(column.value));
}
