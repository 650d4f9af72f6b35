import type { JinjaOf } from '../conformance/lowerSpec';
import { exprKey } from '../conformance/expr/key';
import { normaliseExpr } from '../conformance/expr/normalise';
import { mapChildren, walkExpr } from '../sql/exprs';
import type { Dialect, Expr, Name, ParsedExpr, SqlService } from '../sql/types';
import { applyChanges, type Span, type TextChange } from '../text';
import { squeeze } from './sqlText';

/** An expression a spec must say, with the spellings to try, best first. */
export interface Phrase {
  key: string;
  expr: Expr;
  spellings: string[];
}

/** New qualifiers by the old ones in lower case; an empty one drops the qualifier. */
export type Renames = ReadonlyMap<string, string>;

/** The spelling of an expression that reads back as that expression; undefined where none does. */
export type Say = (expr: Expr, spellings: readonly (string | undefined)[]) => string | undefined;

/** Key of a phrase: what it means and how it may be spelled. */
export function phraseKey(expr: Expr, spellings: readonly string[]): string {
  return `${exprKey(expr)}\n${spellings.join('\n')}`;
}

/**
 * Chooses a spelling for each phrase: the first that the parser reads back as the same expression. A spec must not say
 * another thing than the model, so what cannot be spelled is left out of the answer.
 */
export async function choose(sql: SqlService, dialect: Dialect, fold: (name: Name | string) => string, phrases: readonly Phrase[], jinjaOf?: JinjaOf): Promise<Map<string, string>> {
  const texts = [...new Set(phrases.flatMap((phrase) => phrase.spellings))];
  const parsed = await sql.expressions(dialect, texts, jinjaOf?.(texts));
  const read = new Map<string, ParsedExpr | undefined>(texts.map((text, index) => [text, parsed[index]]));
  const chosen = new Map<string, string>();
  for (const { key, expr, spellings } of phrases) {
    const found = spellings.find((text) => sameAs(read.get(text), expr, fold));
    if (found !== undefined) chosen.set(key, found);
  }
  return chosen;
}

function sameAs(read: ParsedExpr | undefined, expr: Expr, fold: (name: Name | string) => string): boolean {
  if (read?.kind !== 'ok') return false;
  return exprKey(read.expr) === exprKey(expr) || exprKey(normaliseExpr(read.expr, fold)) === exprKey(normaliseExpr(expr, fold));
}

/** The expression with its qualifiers renamed. */
export function renamed(expr: Expr, renames: Renames): Expr {
  if (expr.kind === 'column' && expr.table) {
    const to = renames.get(expr.table.text.toLowerCase());
    if (to === undefined) return expr;
    const { table, ...bare } = expr;
    return to === '' ? bare : { ...bare, table: { text: to, quoted: table.quoted && to === table.text } };
  }
  return mapChildren(expr, (child) => renamed(child, renames));
}

/** The source text of an expression on one line, its qualifiers renamed. */
export function sliceOf(text: string, span: Span, expr: Expr, renames: Renames): string {
  const edits: TextChange[] = [];
  walkExpr(expr, (part) => {
    if (part.kind !== 'column' || !part.table || !part.span || part.span.start < span.start || part.span.end > span.end) return;
    const to = renames.get(part.table.text.toLowerCase());
    const prefix = /^\s*(?:"[^"]*"|`[^`]*`|[\w$]+)\s*\.\s*/.exec(text.slice(part.span.start, part.span.end));
    if (to === undefined || to === part.table.text || !prefix) return;
    edits.push({ span: { start: part.span.start - span.start, end: part.span.start - span.start + prefix[0].length }, text: to === '' ? '' : `${to}.` });
  });
  const unique = edits.filter((edit, index) => edits.findIndex((other) => other.span.start === edit.span.start) === index);
  return squeeze(applyChanges(text.slice(span.start, span.end), unique));
}
