import type { ClauseGroup } from '../../../engine/conformance/types';
import { changesTokens, isSound } from '../sql/edits';
import type { SelectText, SqlText } from '../sql/selects';
import type { Edit, Mutation, SqlOperator, Surroundings } from '../types';

/** What describes an operator besides how it mutates. */
export interface About {
  name: string;
  names: readonly ClauseGroup[];
  heldOut?: boolean;
}

/** One mutation; undefined edits stand for a place that cannot be edited and are left out. */
export type Attempt = { note: string; edits: readonly (Edit | undefined)[] } | undefined;

/** An operator that keeps only attempts which are sound edits and change the sequence of tokens. */
export function sqlOperator({ name, names, heldOut = false }: About, attempt: (sql: SqlText, around: Surroundings) => readonly Attempt[]): SqlOperator {
  return { kind: 'sql', name, names, heldOut, mutate: (sql, around) => attempt(sql, around).flatMap((one) => soundMutation(sql, one)) };
}

/** An operator that looks at each SELECT by itself. */
export function selectOperator(about: About, attempt: (sql: SqlText, select: SelectText, around: Surroundings) => readonly Attempt[]): SqlOperator {
  return sqlOperator(about, (sql, around) => sql.selects.flatMap((select) => attempt(sql, select, around)));
}

/** An operator that looks at each token by itself. */
export function tokenOperator(about: About, attempt: (sql: SqlText, at: number, around: Surroundings) => readonly Attempt[]): SqlOperator {
  return sqlOperator(about, (sql, around) => sql.tokens.flatMap((_, at) => attempt(sql, at, around)));
}

function soundMutation(sql: SqlText, attempt: Attempt): Mutation[] {
  if (!attempt) return [];
  const edits = attempt.edits.filter((edit) => edit !== undefined);
  if (edits.length !== attempt.edits.length || !isSound(sql, edits) || !changesTokens(sql, edits)) return [];
  return [{ edits: [...edits].sort((a, b) => a.start - b.start), note: attempt.note }];
}
