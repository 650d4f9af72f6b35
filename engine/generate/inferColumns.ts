import type { Expr, OutputColumn } from '../sql/types';
import { exprSql, plainName } from './exprSql';
import type { Telling } from './stageContext';
import { unnamedColumn } from './inferSubqueries';
import { balanced } from './sqlText';
import type { Span } from '../text';

type Star = Extract<Expr, { kind: 'star' }>;

/** The columns a stage puts out; undefined where not one of them can be said, so that the section stays open. */
export function columnsData(telling: Telling): Record<string, unknown>[] | undefined {
  const { stage } = telling;
  if (stage.union) return unionColumns(telling);
  const columns = stage.columns.flatMap((column, index) => (column.expr.kind === 'star' ? starData(telling, column.expr, column.span) : columnData(telling, column, index)));
  return columns.length > 0 ? columns : undefined;
}

/** A set operation names its columns after its first branch; where a star hides some, the section stays open. */
function unionColumns({ stage, context }: Telling): Record<string, unknown>[] | undefined {
  if (stage.columns.some((column) => !column.name) || stage.columns.length === 0) return undefined;
  return stage.columns.map((column) => ({ name: column.name ? nameText(column.name, context) : '' }));
}

function nameText(name: NonNullable<OutputColumn['name']>, { dialect, fold }: Telling['context']): string {
  return plainName(name, dialect, fold);
}

function columnData(telling: Telling, column: OutputColumn, index: number): Record<string, unknown>[] {
  const { stage, at, context, say, lost } = telling;
  // A subquery that only tests for rows may leave its columns without names; the first is read by its position.
  const name = column.name ? nameText(column.name, context) : stage.columns.length === 1 && index === 0 && stage.name === undefined && column.expr.kind !== 'jinja' ? unnamedColumn(column.expr) : undefined;
  if (name === undefined) {
    lost(column.span);
    return [];
  }
  const { expr } = column;
  const alone = stage.joins.length === 0 && stage.unnests.length === 0;
  if (expr.kind === 'column' && column.name && nameText(expr.name, context) === nameText(column.name, context) && (alone || !expr.table)) return [{ name }];
  if (expr.kind === 'column') {
    const bare = exprSql({ ...expr, table: undefined, name: { text: nameText(expr.name, context), quoted: false } }, { dialect: context.dialect });
    const qualifier = expr.table && at.renames.get(expr.table.text.toLowerCase());
    const from = say(expr, qualifier === undefined ? bare : `${qualifier}.${bare ?? ''}`, expr.span);
    return [from === undefined ? { name, expression: say(expr) } : { name, from: [from] }];
  }
  const expression = say(expr, withoutAlias(context.text, column), expr.span && balanced(context.text, expr.span));
  if (expression === undefined) {
    lost(column.span);
    return [{ name }];
  }
  return [{ name, expression }];
}

/** The place of a select item without `as alias`. */
function withoutAlias(text: string, column: OutputColumn): Span {
  const source = text.slice(column.span.start, column.span.end);
  if (!column.name) return column.span;
  const name = column.name.text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const alias = new RegExp(`(?:\\s+as)?\\s*(?<![\\w$])["\`]?${name}["\`]?\\s*$`, 'i').exec(source);
  return alias && alias.index > 0 ? { start: column.span.start, end: column.span.start + alias.index } : column.span;
}

/** `*` is everything of each source; `replace` becomes an exception and a column of its own. */
function starData({ stage, at, context, say, lost }: Telling, star: Star, span: Span): Record<string, unknown>[] {
  const kinds = [...(stage.from ? ['from' as const] : []), ...stage.joins.map((join) => join.type)];
  const all = at.qualifiers.filter((_, index) => kinds[index] !== 'semi' && kinds[index] !== 'anti');
  const wanted = star.table ? [at.renames.get(star.table.text.toLowerCase())] : all;
  const hides = star.except.length + star.rename.length + star.replace.length > 0;
  if (wanted.length === 0 || wanted.includes(undefined) || (stage.unnests.length > 0 && !star.table) || (hides && wanted.length > 1)) {
    lost(span);
    return [];
  }
  const replaced = star.replace.map((item) => ({ name: nameText(item.name, context), expression: say(item.expr, item.expr.span && balanced(context.text, item.expr.span)) }));
  if (replaced.some((item) => item.expression === undefined)) {
    lost(span);
    return [];
  }
  const except = [...star.except.map((name) => nameText(name, context)), ...replaced.map((item) => item.name)];
  return [
    ...wanted.map((name) => ({
      all_from: name,
      ...(except.length > 0 ? { except } : {}),
      ...(star.rename.length > 0 ? { rename: Object.fromEntries(star.rename.map(({ from, to }) => [from.text, to.text])) } : {}),
    })),
    ...replaced,
  ];
}
