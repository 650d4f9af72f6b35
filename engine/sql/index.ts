import { analyzeSql } from './analyze';
import { parseExpressions, type KnownExpressions } from './expressions';
import { createParser } from './polyglot';
import type { SqlService } from './types';

export * from './types';
export { dependenciesOf } from './dependencies';
export { dialectOf } from './dialects';
export { childrenOf, columnsIn, hasAggregate, hasJinja, hasSubquery, hasWindow, mapChildren, someExpr, walkExpr } from './exprs';
export { callOf, jinjaBlocks, literalOf, normaliseJinja } from './jinja';
export { configOf, referencesOf, relationId } from './references';
export { createParser } from './polyglot';

/** SQL analysis in this process. Loads the parser's wasm; rejects where it is missing. */
export async function createSqlService(): Promise<SqlService> {
  const parser = await createParser();
  const known: KnownExpressions = new Map();
  return {
    analyze: (request) => Promise.resolve(analyzeSql(parser, request)),
    expressions: (dialect, texts, jinja) => Promise.resolve(parseExpressions(parser, dialect, texts, jinja, known)),
  };
}
