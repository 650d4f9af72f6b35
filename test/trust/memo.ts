import type { SqlAnalysis, SqlRequest, SqlService } from '../../engine/sql';

/** The same answers, each worked out once: the tiers of one subject ask for the same texts. */
export function memoSql(sql: SqlService, known: ReadonlyMap<string, Promise<SqlAnalysis>> = new Map()): SqlService & { analyses: Map<string, Promise<SqlAnalysis>> } {
  const analyses = new Map(known);
  const expressions = new Map<string, ReturnType<SqlService['expressions']>>();
  return {
    analyses,
    analyze: (request) => remember(analyses, keyOf(request), () => sql.analyze(request)),
    expressions: (dialect, texts, jinja) => remember(expressions, JSON.stringify([dialect, texts, jinja]), () => sql.expressions(dialect, texts, jinja)),
  };
}

function keyOf(request: SqlRequest): string {
  return JSON.stringify(request);
}

function remember<T>(known: Map<string, T>, key: string, make: () => T): T {
  const found = known.get(key) ?? make();
  known.set(key, found);
  return found;
}
