import { jinjaBlocks, type JinjaBlock } from '../sql/jinja';

/** One token of SQL text: a word or a single character. */
interface Token {
  text: string;
  /** White space, or the text's beginning, stands before it. */
  spaced: boolean;
}

/** `relation`: the name that dbt writes for a relation, in one word; `any`: whatever a block writes, nothing included. */
type Part = { kind: 'token'; text: string } | { kind: 'relation' } | { kind: 'any' };

const RELATION = /^(builtins\.)?(ref|source)\s*\(|^this$/;
/** Statements that write nothing, and those that have a body of their own. */
const SILENT = /^(set\s+[\w.,\s]+=|do\b|include\b|import\b|from\b)/;
const OPENS = /^(if|for|macro|call|filter|set|block)\b/;
const CLOSES = /^end(if|for|macro|call|filter|set|block)\b/;
/** What dbt writes before a model for the ephemeral models that it reads. */
const EPHEMERAL = '__dbt__cte__';

/**
 * True where a template may have been rendered as `code`, white space apart. What `template` says outside of Jinja must be there in
 * order; a block may stand for anything, one that names a relation for one name.
 */
export function mayRenderAs(template: string, code: string): boolean {
  const tokens = tokensOf(code);
  const parts = partsOf(template, code.includes(EPHEMERAL));
  let active = closure(parts, new Set([0]));
  for (const token of tokens) {
    const next = new Set<number>();
    for (const at of active) {
      const part = parts[at >> 1];
      if (!part) continue;
      const inside = at % 2 === 1;
      if (part.kind === 'any') next.add(at);
      else if (part.kind === 'token' ? part.text === token.text : inside ? !token.spaced : isName(token.text)) next.add(part.kind === 'relation' ? (at | 1) : at + 2);
    }
    active = closure(parts, next);
    if (active.size === 0) return false;
  }
  return active.has(parts.length * 2);
}

/** States that are reached without a token: a part at an even number has taken none yet, a relation at an odd one has taken some. */
function closure(parts: readonly Part[], states: ReadonlySet<number>): Set<number> {
  const all = new Set(states);
  for (const at of all) {
    const part = parts[at >> 1];
    if (part?.kind === 'any') all.add(at + 2);
    if (part?.kind === 'relation' && at % 2 === 1) all.add(at + 1);
  }
  return all;
}

function isName(text: string): boolean {
  return /^[\w$"`[]/.test(text);
}

function tokensOf(text: string): Token[] {
  return [...text.matchAll(/(\s*)([\w$]+|[^\s\w$])/g)].map(([, space = '', token = ''], index) => ({ text: token, spaced: index === 0 || space !== '' }));
}

function partsOf(template: string, hasEphemeral: boolean): Part[] {
  const parts: Part[] = [];
  let depth = 0;
  let at = 0;
  const text = (end: number): void => {
    if (depth === 0) parts.push(...tokensOf(template.slice(at, end)).map((token): Part => ({ kind: 'token', text: token.text })));
  };
  for (const block of jinjaBlocks(template)) {
    text(block.span.start);
    at = block.span.end;
    const before = depth;
    depth = depthAfter(block, depth);
    // A block with a body is whatever its body comes to.
    if (before === 0) parts.push(...partOf(block, depth > 0));
  }
  text(template.length);
  if (!hasEphemeral) return parts;
  const [first] = parts;
  return [{ kind: 'any' }, ...(first?.kind === 'token' && first.text.toLowerCase() === 'with' ? parts.slice(1) : parts)];
}

function depthAfter({ kind, body }: JinjaBlock, depth: number): number {
  if (kind !== 'statement') return depth;
  if (CLOSES.test(body)) return Math.max(0, depth - 1);
  return OPENS.test(body) && !SILENT.test(body) ? depth + 1 : depth;
}

function partOf({ kind, body }: JinjaBlock, opens: boolean): Part[] {
  if (kind === 'comment') return [];
  if (kind === 'statement') return opens ? [{ kind: 'any' }] : [];
  if (/^config\s*\(/.test(body)) return [];
  return [{ kind: RELATION.test(body) ? 'relation' : 'any' }];
}
