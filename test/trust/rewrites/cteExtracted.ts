import { definitionsOf } from '../sql/ctes';
import { hasStatement, low, relationsOf, textOf, type Relation } from '../sql/reading';
import type { SqlText } from '../sql/selects';
import type { Edit } from '../types';
import { freshName, rewriteOne } from './make';

/** A subquery of FROM or a join becomes a CTE. */
export const cteExtracted = rewriteOne('cte-extracted', (sql) =>
  sql.selects.flatMap((select) =>
    (relationsOf(sql, select) ?? []).map((relation, _index, relations) => {
      const { source, name } = relation;
      if (low(sql, source.from) !== '(' || !name || !['select'].includes(low(sql, source.from + 1)) || hasStatement(sql, source) || low(sql, source.from - 1) === 'lateral') return undefined;
      const siblings = new Set(relations.filter((other) => other !== relation).map((other) => other.name?.toLowerCase()));
      const correlated = sql.tokens.slice(source.from, source.to).some((token, at) => siblings.has(token.low) && low(sql, source.from + at + 1) === '.');
      if (correlated) return undefined;
      const cte = freshName(sql, `${name.replace(/["`]/g, '')}_source`);
      const placed = definitionBefore(sql, relation, `${cte} as ${textOf(sql, source)}`);
      return placed && [placed, { start: sql.tokens[source.from]?.start ?? 0, end: sql.tokens[source.to - 1]?.end ?? 0, text: cte }];
    }),
  ),
);

/** The edit that defines a CTE before the one that a relation stands in, or behind the last; undefined where Jinja is in the way. */
export function definitionBefore(sql: SqlText, relation: Relation, text: string): Edit | undefined {
  if (sql.tokens.filter((token) => token.kind === 'word' && token.low === 'with').length > 1 || sql.tokens.some((token) => token.low === 'recursive')) return undefined;
  const definitions = definitionsOf(sql);
  const around = definitions.find((cte) => relation.range.from > cte.open && relation.range.from < cte.close);
  const last = definitions.at(-1);
  if (around) {
    const start = sql.tokens[around.name]?.start ?? 0;
    return ['with', ','].includes(low(sql, around.name - 1)) ? { start, end: start, text: `${text},\n\n` } : undefined;
  }
  if (last) {
    const end = sql.tokens[last.close]?.end ?? 0;
    return low(sql, last.close + 1) === 'select' && relation.range.from > last.close ? { start: end, end, text: `,\n\n${text}` } : undefined;
  }
  const first = sql.tokens.findIndex((token) => token.kind !== 'jinja' || !/^\{\{-?\s*config\b/.test(token.text));
  const start = sql.tokens[first]?.start ?? 0;
  return low(sql, first) === 'select' ? { start, end: start, text: `with ${text}\n\n` } : undefined;
}
