import type { Surroundings } from '../types';
import { inputKey, itemOf, relationsOf, textOf, type Relation } from './reading';
import type { SelectText, SqlText } from './selects';

const DEEPEST = 12;

/** Output column names of a SELECT in order; undefined where a star or Jinja hides some. */
export function outputColumns(sql: SqlText, around: Surroundings, select: SelectText, deep = 0): string[] | undefined {
  const names: string[] = [];
  for (const range of select.items) {
    const item = itemOf(sql, range);
    if (!item) return undefined;
    if (!item.star) {
      if (item.name === undefined) return undefined;
      names.push(item.name);
      continue;
    }
    const relations = relationsOf(sql, select);
    const text = textOf(sql, range);
    const of = text === '*' ? relations : relations?.filter((relation) => `${relation.name ?? ''}.*`.toLowerCase() === text.toLowerCase());
    if (!of || of.length !== 1 || !of[0]) return undefined;
    const columns = relationColumns(sql, around, of[0], deep + 1);
    if (!columns) return undefined;
    names.push(...columns);
  }
  return names;
}

/** Column names of a relation: of a CTE read from the text, of a `{{ … }}` what the surroundings know; undefined where neither knows. */
export function relationColumns(sql: SqlText, around: Surroundings, relation: Relation, deep = 0): string[] | undefined {
  if (deep > DEEPEST) return undefined;
  const first = sql.tokens[relation.source.from];
  if (relation.source.to - relation.source.from !== 1 || !first) return undefined;
  if (first.kind === 'jinja') {
    const known = around.columnsOf(inputKey(first.text));
    return known && [...known];
  }
  const cte = cteNamed(sql, first.text);
  return cte && outputColumns(sql, around, cte, deep + 1);
}

/** The SELECT of the CTE with a name; undefined where none or several have it, or where it is a union. */
export function cteNamed(sql: SqlText, name: string): SelectText | undefined {
  const found = sql.selects.filter((select) => isCte(sql, select) && select.name?.toLowerCase() === name.toLowerCase());
  return found.length === 1 ? found[0] : undefined;
}

/** Whether a SELECT is the first of a CTE's body: `name as ( select`. */
export function isCte({ tokens }: SqlText, select: SelectText): boolean {
  return tokens[select.range.from - 1]?.text === '(' && tokens[select.range.from - 2]?.low === 'as';
}

/** Where a name is used as a relation: the token indices behind FROM, JOIN or a comma between relations. */
export function usesOf(sql: SqlText, name: string): number[] {
  const wanted = name.toLowerCase();
  return sql.selects.flatMap((select) =>
    [select.from, ...select.joins.map((join) => join.target)].flatMap((range) => {
      const at = range && [range.from, range.from + 1].find((index) => sql.tokens[index]?.low === wanted && sql.tokens[index + 1]?.text !== '.');
      return at === undefined ? [] : [at];
    }),
  );
}

/** The SELECT whose list gives the model its columns: the last one, or the CTE that it only passes on. Undefined for a union. */
export function outputSelect(sql: SqlText): SelectText | undefined {
  let select = sql.selects.filter((one) => one.depth === 0).at(-1);
  for (let step = 0; select && step < DEEPEST; step++) {
    const { from, to } = select.range;
    const before = sql.tokens[from - 1];
    if (select.setOperator || ['union', 'all', 'distinct', 'except', 'intersect'].includes(before?.low ?? '')) return undefined;
    const only = select.items.length === 1 ? select.items[0] : undefined;
    const passes = only && sql.tokens[only.from]?.text === '*' && only.to - only.from === 1 && select.joins.length === 0 && !select.where && !select.distinct;
    if (!passes || !select.from) return select;
    const name = sql.tokens[select.from.from];
    const cte = name?.kind === 'word' && select.from.to - select.from.from === 1 && to >= select.from.to ? cteNamed(sql, name.text) : undefined;
    if (!cte || usesOf(sql, name?.text ?? '').length !== 1) return select;
    select = cte;
  }
  return select;
}
