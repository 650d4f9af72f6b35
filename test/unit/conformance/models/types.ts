/**
 * A model in the style of some team, the spec a person wrote for it in other words, and what becomes of the verdicts when
 * one thing is changed: name, text, what replaces it, the clauses that differ and the rules of what is not in the spec, and
 * where the text stands where that is not the SQL.
 */
export interface StyledModel {
  name: string;
  adapter: string;
  files?: Record<string, string>;
  sql: string;
  spec: string;
  /** Clauses nobody can tell from raw files. */
  unknown?: string[];
  variants: [string, string, string, string[], ('spec' | 'yml')?][];
}
