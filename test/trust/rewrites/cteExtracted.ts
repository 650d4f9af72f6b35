import { definitionsOf } from '../sql/ctes';
import { columnRefs, hasStatement, low, relationsOf, textOf, type Relation } from '../sql/reading';
import { spanOf, type SelectText, type SqlText } from '../sql/selects';
import type { Edit } from '../types';
import { freshName, rewriteOne } from './make';

/** A subquery of FROM or a join becomes a CTE; where there is none, the reading of a relation does: `select * from` it. */
export const cteExtracted = rewriteOne('cte-extracted', (sql) => {
  const places = sql.selects.flatMap((select) =>
    (relationsOf(sql, select) ?? []).flatMap((relation, _index, relations) => {
      if (low(sql, relation.source.from - 1) === 'lateral' || hasStatement(sql, relation.source)) return [];
      const isSubquery = low(sql, relation.source.from) === '(';
      const edits = isSubquery ? fromSubquery(sql, relation, relations) : fromRelation(sql, select, relation, relations);
      return edits ? [{ isSubquery, edits }] : [];
    }),
  );
  const subqueries = places.filter(({ isSubquery }) => isSubquery);
  return (subqueries.length > 0 ? subqueries : places).map(({ edits }) => edits);
});

function fromSubquery(sql: SqlText, relation: Relation, relations: readonly Relation[]): Edit[] | undefined {
  const { source, name } = relation;
  if (!name || low(sql, source.from + 1) !== 'select') return undefined;
  const siblings = new Set(relations.filter((other) => other !== relation).map((other) => other.name?.toLowerCase()));
  const correlated = sql.tokens.slice(source.from, source.to).some((token, at) => siblings.has(token.low) && low(sql, source.from + at + 1) === '.');
  if (correlated) return undefined;
  const cte = freshName(sql, `${bare(name)}_source`);
  const placed = definitionBefore(sql, relation, `${cte} as ${textOf(sql, source)}`);
  return placed && [placed, { ...spanOf(sql, source), text: cte }];
}

function fromRelation(sql: SqlText, select: SelectText, relation: Relation, relations: readonly Relation[]): Edit[] | undefined {
  const { source, name, alias } = relation;
  // Other columns than those of `*`: pseudo columns of a warehouse.
  if (/_partition|_table_suffix|rowid|ctid/i.test(sql.text)) return undefined;
  const siblings = new Set(relations.filter((other) => other !== relation).map((other) => other.name?.toLowerCase()));
  const strange = columnRefs(sql, select.range).some(({ qualifier }) => qualifier !== undefined && !siblings.has(low(sql, qualifier)));
  const ofOther = name !== undefined && source.to - source.from > 1 && siblings.has(low(sql, source.from));
  if (ofOther || (name === undefined && strange)) return undefined;
  const cte = freshName(sql, `${bare(name ?? 'input')}_source`);
  const placed = definitionBefore(sql, relation, `${cte} as (\n    select * from ${textOf(sql, source)}\n)`);
  return placed && [placed, { ...spanOf(sql, source), text: alias !== undefined || name === undefined ? cte : `${cte} as ${name}` }];
}

const bare = (name: string): string => name.replace(/["`]/g, '');

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
