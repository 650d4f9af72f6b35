import { join } from 'node:path';
import { candidateKeys } from '../../engine/project';
import type { ProjectIndex, RelationNode } from '../../engine/project/types';
import type { Dialect } from '../../engine/sql/types';
import { askLines, pythonFolder, pythonWith } from './python';

/** An input of a model as its compiled SQL writes it. Columns with types are taken for the whole relation; without types, others may exist. */
export interface InputRelation {
  rendered: string;
  columns: { name: string; type?: string }[];
  /** Columns that its own tests want to be unique together. */
  unique?: string[][];
}

/** Two compiled queries of one model: do they give different rows? */
export interface Question {
  id: string;
  dialect: Dialect;
  original: string;
  mutant: string;
  relations: readonly InputRelation[];
  /** Columns whose values the model's own tests want to be unique together: data on which they are not is none that the project accepts. */
  unique?: readonly (readonly string[])[];
  /** Try more data sets before saying `same`. */
  deep?: boolean;
}

export interface Validation {
  id: string;
  /** `same` means: on no generated data set different. `failed`: one of the two does not run. */
  outcome: 'different' | 'same' | 'failed';
  why: string;
  /** Whose query does not run. */
  side?: 'original' | 'mutant';
}

export type Validated = { kind: 'ran'; byId: Map<string, Validation> } | { kind: 'skipped'; why: string };

/**
 * Runs originals and mutants on generated data in DuckDB and tells them apart by their rows. Questions about one original should follow each other:
 * they share its data. Skipped, with the reason, where Python or its packages are not to be had.
 */
export async function validate(questions: readonly Question[], root: string = process.cwd(), onAnswer?: (done: number) => void): Promise<Validated> {
  if (questions.length === 0) return { kind: 'ran', byId: new Map() };
  const folder = pythonFolder(root);
  const python = await pythonWith(root, 'trust-python', join(folder, 'requirements.txt'));
  if (python.kind === 'missing') return { kind: 'skipped', why: python.why };
  const answers = await askLines<Validation>(python.python, join(folder, 'validate.py'), questions, (_, count) => onAnswer?.(count));
  return { kind: 'ran', byId: new Map(answers.map((answer) => [answer.id, answer])) };
}

/**
 * The inputs that a node's compiled SQL may write: its parents, those of its ephemeral parents, whose SQL dbt injects, and the node itself.
 * Columns have types only where the whole relation is known.
 */
export function inputRelations(project: ProjectIndex, node: RelationNode): InputRelation[] {
  const seen = new Set<string>();
  const visit = (one: RelationNode): RelationNode[] =>
    (one.dependsOn ?? []).flatMap((id) => {
      const parent = project.nodes.get(id);
      if (!parent || seen.has(id)) return [];
      seen.add(id);
      return parent.config['materialized'] === 'ephemeral' ? visit(parent) : [parent];
    });
  return [...visit(node), node].flatMap((one) => (one.relationName === undefined ? [] : [inputRelation(one, one.relationName)]));
}

function inputRelation(node: RelationNode, rendered: string): InputRelation {
  const { columns, columnsComplete } = node;
  return { rendered, unique: testedKeys(node), columns: columns.map(({ name, type }) => (columnsComplete && type !== undefined ? { name, type } : { name })) };
}

/** Columns of a relation that its own uniqueness tests name. */
export function testedKeys(node: RelationNode): string[][] {
  return candidateKeys(node).filter(({ from }) => from === 'unique test' || from === 'unique combination test').map(({ columns }) => columns);
}
