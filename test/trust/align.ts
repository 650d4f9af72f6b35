import { applyEdits, inOrder, sameTokens } from './edits';
import { tokenize, type Token } from './sql/tokens';
import type { Edit } from './types';

/** Half-open range of compiled token indices. */
interface Image {
  from: number;
  to: number;
}

/** What every token of a raw text became in the compiled one. */
export interface Alignment {
  raw: Token[];
  compiled: Token[];
  compiledText: string;
  /** By raw token; undefined where it became nothing that is known. */
  images: (Image | undefined)[];
  /** Raw tokens in loops and blocks, which have no one place in the compiled text. */
  repeated: ReadonlySet<number>;
  /** Renders one `{{ … }}` of a replacement; undefined where its text is not known. */
  render(jinja: string): string | undefined;
}

/** Cells of the table of two texts; what needs more is not aligned. */
const MAX_CELLS = 60_000_000;
/** Tokens that must agree around a change so that it is certain which place of the compiled text it means. */
const CONTEXT = 2;

/**
 * Aligns raw with compiled SQL: the longest common run of tokens, runs preferred over scattered tokens. `relation` renders
 * a ref or source as compiled SQL writes it. Undefined for texts that are too long to align.
 */
export function align(rawText: string, compiledText: string, relation: (jinja: string) => string | undefined): Alignment | undefined {
  const raw = tokenize(rawText);
  const compiled = tokenize(compiledText);
  const units = raw.flatMap((token, index) => unitsOf(token, index, relation));
  const templated = repeated(raw);
  const sequence = units.filter((unit) => !templated.has(unit.index));
  if (sequence.length * compiled.length > MAX_CELLS) return undefined;
  const partners = commonRuns(sequence.map((unit) => unit.key), compiled.map(keyOf));
  const images: (Image | undefined)[] = raw.map(() => undefined);
  sequence.forEach(({ index }, at) => {
    const partner = partners[at];
    if (partner === undefined) return;
    const image = images[index];
    if (image && image.to === partner) image.to = partner + 1;
    else if (!image) images[index] = { from: partner, to: partner + 1 };
  });
  for (const { index, count } of sequence) {
    const image = images[index];
    if (image && image.to - image.from !== count) images[index] = undefined;
  }
  fillJinja(raw, images, templated);
  const rendered = renderings(raw, images, compiled, compiledText);
  return { raw, compiled, compiledText, images, repeated: templated, render: (jinja) => relation(jinja) ?? rendered.get(squeeze(jinja)) };
}

interface Unit {
  key: string;
  /** Of the raw token it comes from. */
  index: number;
  /** Units that token gives. */
  count: number;
}

function unitsOf(token: Token, index: number, relation: (jinja: string) => string | undefined): Unit[] {
  if (token.kind === 'statement') return [];
  if (token.kind !== 'jinja') return [{ key: keyOf(token), index, count: 1 }];
  const parts = tokenize(relation(token.text) ?? '');
  return parts.map((part) => ({ key: keyOf(part), index, count: parts.length }));
}

function keyOf(token: Token): string {
  return token.kind === 'word' ? token.low : token.text;
}

/** Raw tokens that a loop or a block turns into any number of copies: none has one place in the compiled text. */
function repeated(raw: readonly Token[]): Set<number> {
  const found = new Set<number>();
  const open: boolean[] = [];
  raw.forEach((token, index) => {
    const word = token.kind === 'statement' ? (/^\{%-?\+?\s*(\w+)/.exec(token.low)?.[1] ?? '') : '';
    if (word.startsWith('end')) open.pop();
    else if (['for', 'macro', 'call', 'filter', 'raw', 'test'].includes(word)) open.push(true);
    else if (word === 'if' || word === 'snapshot') open.push(false);
    else if (word === 'set' && !token.text.includes('=')) open.push(true);
    if (open.includes(true)) found.add(index);
  });
  return found;
}

/** For every element of the first list the index of its partner in the second, ascending. */
function commonRuns(one: readonly string[], other: readonly string[]): (number | undefined)[] {
  const partners: (number | undefined)[] = one.map(() => undefined);
  let start = 0;
  while (start < one.length && start < other.length && one[start] === other[start]) {
    partners[start] = start;
    start++;
  }
  const [n, m] = [one.length - start, other.length - start];
  if (n === 0 || m === 0) return partners;
  const ids = new Map<string, number>();
  const idOf = (key: string): number => ids.get(key) ?? (ids.set(key, ids.size), ids.size - 1);
  const a = Int32Array.from(one.slice(start), idOf);
  const b = Int32Array.from(other.slice(start), idOf);
  const weight = Int32Array.from(one.slice(start), (key) => (key.length > 2 ? 3 : 1));
  const trace = new Uint8Array(n * m);
  let best = new Int32Array(m + 1);
  let run = new Int32Array(m + 1).fill(-1);
  for (let i = 0; i < n; i++) {
    const nextBest = new Int32Array(m + 1);
    const nextRun = new Int32Array(m + 1).fill(-1);
    for (let j = 0; j < m; j++) {
      const [above, left] = [best[j + 1] as number, nextBest[j] as number];
      let score = Math.max(above, left);
      let step = above >= left ? 1 : 2;
      if (a[i] === b[j]) {
        const [fresh, longer] = [best[j] as number, (run[j] as number) < 0 ? -1 : (run[j] as number) + 2];
        const matched = (weight[i] as number) + Math.max(fresh, longer);
        nextRun[j + 1] = matched;
        if (longer >= fresh) step |= 4;
        if (matched >= score) {
          score = matched;
          step = (step & 4) | 3;
        }
      }
      nextBest[j + 1] = score;
      trace[i * m + j] = step;
    }
    best = nextBest;
    run = nextRun;
  }
  for (let i = n - 1, j = m - 1, inRun = false; i >= 0 && j >= 0; ) {
    const step = trace[i * m + j] as number;
    if (inRun || (step & 3) === 3) {
      partners[start + i] = start + j;
      inRun = (step & 4) !== 0;
      i--;
      j--;
    } else if ((step & 3) === 1) i--;
    else j--;
  }
  return partners;
}

/** A Jinja expression between two tokens that are known became what stands between those. */
function fillJinja(raw: readonly Token[], images: (Image | undefined)[], templated: ReadonlySet<number>): void {
  raw.forEach((token, index) => {
    if (token.kind !== 'jinja' || images[index] || templated.has(index)) return;
    const [before, after] = [images[index - 1], images[index + 1]];
    if (before && after && after.from >= before.to) images[index] = { from: before.to, to: after.from };
  });
}

function renderings(raw: readonly Token[], images: readonly (Image | undefined)[], compiled: readonly Token[], text: string): Map<string, string> {
  const found = new Map<string, string>();
  const several = new Set<string>();
  raw.forEach((token, index) => {
    const image = images[index];
    if (token.kind !== 'jinja' || !image || image.to <= image.from) return;
    const rendered = text.slice(compiled[image.from]?.start ?? 0, compiled[image.to - 1]?.end ?? 0);
    const key = squeeze(token.text);
    if (found.has(key) && found.get(key) !== rendered) several.add(key);
    found.set(key, rendered);
  });
  for (const key of several) found.delete(key);
  return found;
}

function squeeze(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/^\{\{-?\s*/, '{{ ').replace(/\s*-?\}\}$/, ' }}');
}

/**
 * The same edits on the compiled text. Undefined where one of them has no certain counterpart: it touches what only
 * Jinja makes, or its surroundings were not found in one piece. What touches only a config call, comments or white space needs none.
 */
export function mapEdits(alignment: Alignment, rawText: string, edits: readonly Edit[]): Edit[] | undefined {
  const mapped: Edit[] = [];
  for (const edit of widened(alignment.raw, rawText, inOrder(edits))) {
    const own = mapEdit(alignment, rawText, edit);
    if (own === undefined) return undefined;
    if (own !== 'nothing') mapped.push(own);
  }
  const ordered = inOrder(mapped);
  return ordered.every((edit, index) => edit.start >= (ordered[index - 1]?.end ?? 0)) ? ordered : undefined;
}

/** Edits that begin or end inside a token become edits of the whole token. */
function widened(tokens: readonly Token[], text: string, edits: readonly Edit[]): Edit[] {
  const wide: Edit[] = [];
  for (const edit of edits) {
    const first = tokens.find((token) => token.start < edit.start && token.end > edit.start);
    const last = tokens.find((token) => token.start < edit.end && token.end > edit.end);
    const start = first?.start ?? edit.start;
    const end = Math.max(last?.end ?? edit.end, first?.end ?? 0, edit.end);
    const previous = wide[wide.length - 1];
    if (previous && previous.end > start) {
      // Two edits of one token.
      previous.text = previous.text.slice(0, previous.text.length - (previous.end - edit.start)) + edit.text + text.slice(edit.end, Math.max(previous.end, end));
      previous.end = Math.max(previous.end, end);
    } else wide.push({ start, end, text: text.slice(start, edit.start) + edit.text + text.slice(edit.end, end) });
  }
  return wide;
}

function mapEdit(alignment: Alignment, rawText: string, edit: Edit): Edit | 'nothing' | undefined {
  const { raw, images } = alignment;
  const from = raw.findIndex((token) => token.end > edit.start);
  const first = from < 0 ? raw.length : from;
  let last = first;
  while (last < raw.length && (raw[last]?.start ?? 0) < edit.end) last++;
  const covered = raw.slice(first, last);
  if (covered.length > 0 && covered.every((token) => isConfig(token.text)) && tokenize(edit.text).every((token) => isConfig(token.text))) return 'nothing';
  const text = rendered(alignment, edit.text);
  const changesNothing = sameTokens(rawText.slice(edit.start, edit.end), edit.text);
  const place = text === undefined ? undefined : covered.length === 0 ? insertion(alignment, first, edit.start) : replaced(alignment, first, last);
  if (place === undefined || text === undefined) return changesNothing ? 'nothing' : undefined;
  if (changesNothing && images.slice(first, last).some((image) => image === undefined)) return 'nothing';
  return { ...place, text };
}

function isConfig(text: string): boolean {
  return /^\{\{-?\s*config\s*\(/.test(text);
}

function rendered(alignment: Alignment, text: string): string | undefined {
  const edits: Edit[] = [];
  for (const token of tokenize(text)) {
    if (token.kind === 'statement') return undefined;
    const jinja = token.kind === 'jinja';
    if (!jinja && !/\{[{%]/.test(token.text)) continue;
    const own = jinja ? alignment.render(token.text) : undefined;
    if (own === undefined) return undefined;
    edits.push({ start: token.start, end: token.end, text: own });
  }
  return applyEdits(text, edits);
}

function insertion(alignment: Alignment, next: number, offset: number): { start: number; end: number } | undefined {
  const { raw, images, compiled } = alignment;
  const [before, after] = [images[next - 1], images[next]];
  const touching = before && after && before.to === after.from;
  const known = (index: number, image: Image | undefined): boolean => image !== undefined && image.to > image.from && isPlain(raw[index]);
  const open = (index: number): boolean => index < 0 || index >= raw.length || !isPlain(raw[index]);
  if (!touching && !(known(next - 1, before) && open(next)) && !(known(next, after) && open(next - 1))) return undefined;
  const atStart = raw[next]?.start === offset || !known(next - 1, before);
  const run = contiguous(alignment, atStart && known(next, after) ? next : next - 1);
  if (run < CONTEXT) return undefined;
  const at = atStart && after && known(next, after) ? compiled[after.from]?.start : before && compiled[before.to - 1]?.end;
  return at === undefined ? undefined : { start: at, end: at };
}

function replaced(alignment: Alignment, first: number, last: number): { start: number; end: number } | undefined {
  const { raw, images, compiled } = alignment;
  const own = images.slice(first, last);
  if (raw.slice(first, last).some((token) => token.kind === 'statement')) return undefined;
  for (let i = 0; i < own.length; i++) {
    const image = own[i];
    if (!image || (i > 0 && own[i - 1]?.to !== image.from)) return undefined;
  }
  const [start, end] = [own[0]?.from ?? 0, own[own.length - 1]?.to ?? 0];
  if (end <= start) return undefined;
  const sides = [{ index: first - 1, touches: images[first - 1]?.to === start }, { index: last, touches: images[last]?.from === end }];
  const certain = sides.every(({ index, touches }) => touches || index < 0 || index >= raw.length || !isPlain(raw[index]));
  const plain = raw.slice(first, last).filter(isPlain).length;
  if (!certain || contiguous(alignment, first) < plain + CONTEXT) return undefined;
  return { start: compiled[start]?.start ?? 0, end: compiled[end - 1]?.end ?? 0 };
}

function isPlain(token: Token | undefined): boolean {
  return token !== undefined && token.kind !== 'jinja' && token.kind !== 'statement';
}

/** Number of plain tokens in the run around one in which the images touch. */
function contiguous({ raw, images, compiled }: Alignment, at: number): number {
  if (!images[at]) return 0;
  let [from, to] = [at, at + 1];
  while (from > 0 && images[from - 1] && images[from - 1]?.to === images[from]?.from) from--;
  while (to < raw.length && images[to] && images[to - 1]?.to === images[to]?.from) to++;
  // At an end of both texts nothing more could agree.
  const atEnd = (from === 0 && images[0]?.from === 0) || (to === raw.length && images[to - 1]?.to === compiled.length);
  return atEnd ? Infinity : raw.slice(from, to).filter(isPlain).length;
}
