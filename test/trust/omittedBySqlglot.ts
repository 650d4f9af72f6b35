import { join } from 'node:path';
import type { OracleFacts } from './oracleFacts';
import { askLines, pythonFolder, pythonWith } from './python';
import type { ProjectResult } from './results';

/** Joins and groupings that sqlglot reads in a model's compiled SQL beyond those its spec says. */
export interface SqlOmitted {
  joins: number;
  groups: number;
}

/** By `<project> <unique_id>`, models with compiled SQL that sqlglot could read only. */
export type SqlOmissions = { kind: 'ran'; byModel: ReadonlyMap<string, SqlOmitted>; unread: string[] } | { kind: 'skipped'; why: string };

/** The key of a model in the answer. */
export function modelKey(project: string, uniqueId: string): string {
  return `${project} ${uniqueId}`;
}

/**
 * Asks sqlglot which joins and groupings every model's compiled SQL has, and counts those that the spec leaves out: a spec says nothing
 * wrong by saying nothing. Skipped, with the reason, where there is no Python for it.
 */
export async function omittedBySqlglot(results: readonly ProjectResult[], root: string): Promise<SqlOmissions> {
  const asked = results.flatMap(({ project, clauses }) => clauses.flatMap(({ uniqueId, asked: question }) => (question ? [{ id: modelKey(project, uniqueId), ...question }] : [])));
  if (asked.length === 0) return { kind: 'ran', byModel: new Map(), unread: [] };
  const python = await pythonWith(root, 'trust-python', join(pythonFolder(root), 'requirements.txt'));
  if (python.kind === 'missing') return { kind: 'skipped', why: python.why };
  const answers = await askLines<{ id: string; facts?: OracleFacts; failed?: string }>(python.python, join(pythonFolder(root), 'oracle.py'), asked.map(({ id, dialect, sql }) => ({ id, dialect, sql })));
  const byId = new Map(answers.map((answer) => [answer.id, answer]));
  const byModel = new Map(asked.flatMap(({ id, joins, groups }) => {
    const facts = byId.get(id)?.facts;
    return facts ? [[id, { joins: Math.max(0, facts.joins.length - joins), groups: Math.max(0, facts.groups.length - groups) }] as const] : [];
  }));
  return { kind: 'ran', byModel, unread: answers.flatMap(({ id, failed }) => (failed === undefined ? [] : [`${id}: ${failed}`])) };
}
