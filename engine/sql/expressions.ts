import { bareContext, type JinjaContext } from '../jinja/context';
import { expandTemplate } from '../jinja/expand';
import type { Span } from '../text';
import { isRecord, listOf } from './ast';
import { jinjaBlocks } from './jinja';
import { lowerExpr } from './lowerExpr';
import { maskJinja } from './mask';
import { mapChildren } from './exprs';
import type { SqlParser } from './polyglot';
import type { Dialect, Expr, ParsedExpr } from './types';

const PREFIX = 'select ';

/** Parsed expressions by dialect and text, of texts that mean the same in every project. */
export type KnownExpressions = Map<string, ParsedExpr>;

/** Expressions that are remembered, and how long they may be: names of columns and short calls come again and again. */
const MOST_KNOWN = 5000;
const LONGEST_KNOWN = 100;

/**
 * Parses SQL expressions of a spec as a select list would; Jinja inside is read as in a model. Spans point into each text. `known`
 * has what was parsed before, and is added to.
 */
export function parseExpressions(parser: SqlParser, dialect: Dialect, texts: readonly string[], jinja: JinjaContext = bareContext(dialect), known: KnownExpressions = new Map()): ParsedExpr[] {
  return texts.map((text) => {
    if (text.length > LONGEST_KNOWN || text.includes('{')) return parseExpression(parser, dialect, text, jinja);
    const key = `${dialect} ${text}`;
    const found = known.get(key) ?? parseExpression(parser, dialect, text, jinja);
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(key, found);
    return found;
  });
}

function parseExpression(parser: SqlParser, dialect: Dialect, text: string, jinja: JinjaContext): ParsedExpr {
  if (text.trim() === '') return { kind: 'failed', message: 'the expression is empty' };
  const expanded = expandTemplate(PREFIX + text, jinja);
  const template = expanded?.text ?? PREFIX + text;
  const masked = maskJinja(template, { incremental: true, elseBranches: false }, jinjaBlocks(template));
  const outcome = parser.parse(masked.text, dialect);
  if (outcome.kind === 'failed') return { kind: 'failed', message: outcome.message };
  const statement = outcome.statements[0];
  const select = isRecord(statement) ? statement['select'] : undefined;
  const items = isRecord(select) ? listOf(select['expressions']) : [];
  const isBare = isRecord(select) && select['from'] == null && select['where_clause'] == null && select['with'] == null;
  if (outcome.statements.length !== 1 || items.length !== 1 || !isBare) return { kind: 'failed', message: 'this is not one SQL expression' };
  let subqueries = 0;
  const expr = lowerExpr(items[0], { template, placeholders: masked.placeholders, subquery: () => `spec-${subqueries++}` });
  if (subqueries > 0) return { kind: 'failed', message: 'a subquery is written as a step, not inside an expression' };
  return { kind: 'ok', expr: shift(expr, (span) => moveSpan(expanded ? expanded.back(span) : span, -PREFIX.length)) };
}

function shift(expr: Expr, move: (span: Span) => Span): Expr {
  const moved = mapChildren(expr, (child) => shift(child, move));
  return moved.span ? { ...moved, span: move(moved.span) } : moved;
}

function moveSpan(span: Span, by: number): Span {
  return { start: span.start + by, end: span.end + by };
}
