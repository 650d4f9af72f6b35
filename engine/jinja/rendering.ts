import { jinjaBlocks, type JinjaBlock } from '../sql/jinja';

/** One token of SQL text: a word or a single character. */
interface Token {
  text: string;
  /** White space, or the text's beginning, stands before it. */
  spaced: boolean;
}

/** `relation`: the name that dbt writes for a relation, in one word; `type`: words; `any`: whatever a block writes, nothing included. */
type Part = { kind: 'token'; text: string } | { kind: 'relation' | 'type' | 'any' };

const RELATION = /^(builtins\.)?(ref|source)\s*\(|^this$/;
const TYPE = /^(dbt\.type_\w+|api\.Column\.translate_type)\s*\([^()]*\)$/;
/** Statements that write nothing, and those that have a body of their own. */
const SILENT = /^(set\s+[\w.,\s]+=|do\b|include\b|import\b|from\b)/;
const OPENS = /^(if|for|macro|call|filter|set|block)\b/;
const CLOSES = /^end(if|for|macro|call|filter|set|block)\b/;
/** What dbt writes before a model for the ephemeral models that it reads. */
const EPHEMERAL = '__dbt__cte__';

/**
 * Whether a template may have been rendered as `code`, white space apart: what it says outside of Jinja must be there in order; a
 * block may stand for anything, one that names a relation for one name. `exact` where there is no block that may stand for anything.
 */
export function mayRenderAs(template: string, code: string): 'exact' | 'possible' | 'never' {
  const tokens = tokensOf(code);
  const parts = partsOf(template, code.includes(EPHEMERAL));
  let active = closure(parts, new Set([0]));
  for (const token of tokens) {
    const next = new Set<number>();
    for (const at of active) {
      const part = parts[at >> 1];
      if (!part) continue;
      if (takes(part, token, at % 2 === 1)) next.add(part.kind === 'any' ? at : part.kind === 'token' ? at + 2 : at | 1);
    }
    active = closure(parts, next);
    if (active.size === 0) return 'never';
  }
  if (!active.has(parts.length * 2)) return 'never';
  return parts.some((part) => part.kind === 'any') ? 'possible' : 'exact';
}

/** True where a part may take a token; `inside` when it took some before. */
function takes(part: Part, token: Token, inside: boolean): boolean {
  switch (part.kind) {
    case 'token':
      return part.text === token.text;
    case 'relation':
      return inside ? !token.spaced : /^[\w$"`[]/.test(token.text);
    case 'type':
      return /^[\w()]+$/.test(token.text);
    case 'any':
      return true;
  }
}

/** States that are reached without a token: a part at an even number has taken none yet, one at an odd number some. */
function closure(parts: readonly Part[], states: ReadonlySet<number>): Set<number> {
  const all = new Set(states);
  for (const at of all) {
    const part = parts[at >> 1];
    if (part?.kind === 'any') all.add(at + 2);
    if (at % 2 === 1) all.add(at + 1);
  }
  return all;
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
  return [{ kind: RELATION.test(body) ? 'relation' : TYPE.test(body) ? 'type' : 'any' }];
}
