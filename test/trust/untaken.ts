import type { Alignment } from './align';
import type { SqlText } from './sql/selects';
import type { Token } from './sql/tokens';
import type { Edit } from './types';

/** Share of a branch's tokens that must be in the compiled text for the branch to count as taken. */
const TAKEN = 0.3;

/**
 * True where every edit stands in a Jinja branch that the compiled text shows as not taken: the model dbt builds is the
 * same. Branches on `is_incremental()` are taken in other runs.
 */
export function isUntaken(alignment: Alignment | undefined, edits: readonly Edit[]): boolean {
  if (!alignment || edits.length === 0) return false;
  const branches = branchesOf(alignment.raw);
  return edits.every((edit) => branches.some((branch) => {
    // From tag to tag: an edit may take the white space at either end with it.
    const [start, end] = [alignment.raw[branch.from - 1]?.end ?? 0, alignment.raw[branch.to]?.start ?? 0];
    return start <= edit.start && edit.end <= end && !branch.condition.includes('is_incremental') && !isTaken(alignment, branch);
  }));
}

/**
 * True where every edit stands in a block that writes no part of the model's own query: a macro, a call block, a text that is
 * set for later.
 */
export function isAside(raw: readonly Token[], edits: readonly Edit[]): boolean {
  const open: { word: string; aside: boolean }[] = [];
  const asides: { start: number; end: number }[] = [];
  let start = 0;
  for (const token of raw) {
    if (token.kind !== 'statement') continue;
    const word = /^\{%[-+]?\s*(\w+)/.exec(token.low)?.[1] ?? '';
    const inside = open.some((block) => block.aside);
    if (word.startsWith('end')) {
      open.pop();
      if (inside && !open.some((block) => block.aside)) asides.push({ start, end: token.start });
    } else if (['if', 'for', 'snapshot', 'filter', 'raw'].includes(word)) open.push({ word, aside: false });
    else if (['macro', 'call', 'test', 'materialization'].includes(word) || (word === 'set' && !token.text.includes('='))) {
      open.push({ word, aside: true });
      if (!inside) start = token.end;
    }
  }
  return edits.length > 0 && edits.every((edit) => asides.some((aside) => aside.start <= edit.start && edit.end <= aside.end));
}

/** True where every edit stands in a CTE whose name the text has nowhere else: nothing reads it. */
export function isUnread(sql: SqlText, edits: readonly Edit[]): boolean {
  const unread = sql.selects.filter(({ name, range }) => {
    const isCte = sql.tokens[range.from - 2]?.low === 'as';
    if (name === undefined || !isCte) return false;
    const low = name.toLowerCase();
    return sql.tokens.filter((token) => token.low === low || ((token.kind === 'jinja' || token.kind === 'statement') && token.low.includes(low))).length === 1;
  });
  return edits.length > 0 && edits.every((edit) => unread.some(({ range }) => (sql.tokens[range.from]?.start ?? 0) <= edit.start && edit.end <= (sql.tokens[range.to - 1]?.end ?? 0)));
}

interface Branch {
  /** Conditions of the whole if, in lower case. */
  condition: string;
  from: number;
  to: number;
}

function branchesOf(raw: readonly Token[]): Branch[] {
  const found: Branch[] = [];
  const open: { condition: string; from: number; branches: Branch[] }[] = [];
  raw.forEach((token, index) => {
    if (token.kind !== 'statement') return;
    const word = /^\{%[-+]?\s*(\w+)/.exec(token.low)?.[1] ?? '';
    const current = open[open.length - 1];
    if (word === 'if') open.push({ condition: token.low, from: index + 1, branches: [] });
    else if (current && ['elif', 'else', 'endif'].includes(word)) {
      current.branches.push({ condition: '', from: current.from, to: index });
      current.condition += ` ${token.low}`;
      current.from = index + 1;
      if (word === 'endif') found.push(...(open.pop()?.branches ?? []).filter((branch) => branch.to > branch.from).map((branch) => ({ ...branch, condition: current.condition })));
    }
  });
  return found;
}

function isTaken({ raw, images, repeated }: Alignment, { from, to }: Branch): boolean {
  const plain = Array.from({ length: to - from }, (_, offset) => from + offset).filter((index) => raw[index]?.kind !== 'statement' && raw[index]?.kind !== 'jinja' && !repeated.has(index));
  return plain.length === 0 || plain.filter((index) => images[index] !== undefined).length >= TAKEN * plain.length;
}
