import { walkExpr } from '../sql/exprs';
import type { Dialect, Expr } from '../sql/types';
import type { Span } from '../text';
import { nameText, type Qualifier } from './exprText';

/**
 * An expression as it stands in the model, with its columns qualified anew: for constructs that have no spelling of
 * their own here. Undefined where a column of it does not stand inside `span` (it came from another stage).
 */
export function sliceText(expr: Expr, span: Span, source: string, dialect: Dialect, qualifier: Qualifier): string | undefined {
  const columns: Extract<Expr, { kind: 'column' }>[] = [];
  let foreign = false;
  walkExpr(expr, (part) => {
    if (part.kind === 'subquery' || part.kind === 'star') foreign = true;
    if (part.kind !== 'column') return;
    if (!part.span || part.span.start < span.start || part.span.end > span.end) foreign = true;
    else columns.push(part);
  });
  if (foreign) return undefined;
  const body = withoutAlias(source.slice(span.start, span.end));
  const places = new Map(columns.map((column) => [column.span?.start ?? 0, column]));
  let text = body;
  for (const column of [...places.values()].sort((a, b) => (b.span?.start ?? 0) - (a.span?.start ?? 0))) {
    const { start, end } = column.span as Span;
    if (end - span.start > body.length) return undefined;
    const prefix = qualifier(column.source, column.table);
    text = `${text.slice(0, start - span.start)}${prefix === undefined ? '' : `${prefix}.`}${nameText(column.name, dialect)}${text.slice(end - span.start)}`;
  }
  const flat = text.replace(/--[^\n]*/g, ' ').replace(/\/\*[\s\S]*?\*\//g, ' ').replace(/\s+/g, ' ').trim();
  return flat === '' ? undefined : flat;
}

/** A select item without its alias: `a + b as c` → `a + b`. */
function withoutAlias(item: string): string {
  return item.replace(/\s+as\s+(?:\w+|"[^"]*"|`[^`]*`)\s*$/i, '');
}
