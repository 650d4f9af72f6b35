import type { Span } from '../text';

/** A line of a text without the white space around it: its words and where they stand. */
interface Line {
  words: string;
  start: number;
  end: number;
}

/** Lines that stand once in both texts, in an order that both have: half of a map from one text to the other. */
interface Anchor {
  raw: Line;
  compiled: Line;
}

/**
 * Finds where in the raw file a span of the compiled code comes from. Rendering leaves most lines as they are, so lines
 * that stand once in both texts say between which raw lines a span lies, and there its own words are looked for. Undefined
 * where they are not there exactly once: Jinja wrote them.
 */
export function rawPlaces(raw: string, compiled: string): (span: Span) => Span | undefined {
  const anchors = anchorsOf(linesOf(raw), linesOf(compiled));
  return (span) => {
    const text = compiled.slice(span.start, span.end);
    if (text.trim() === '') return undefined;
    const whole = onlyIndex(raw, text, { start: 0, end: raw.length });
    if (whole !== undefined && text.length >= 4) return { start: whole, end: whole + text.length };
    const region = regionOf(anchors, span, raw.length);
    const at = onlyIndex(raw, text, region);
    return at === undefined ? undefined : { start: at, end: at + text.length };
  };
}

function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (const line of text.split('\n')) {
    const words = line.trim();
    const from = start + line.indexOf(words);
    if (words !== '') lines.push({ words, start: from, end: from + words.length });
    start += line.length + 1;
  }
  return lines;
}

function anchorsOf(raw: readonly Line[], compiled: readonly Line[]): Anchor[] {
  const [inRaw, inCompiled] = [onceOnly(raw), onceOnly(compiled)];
  const shared = raw.flatMap((line): Anchor[] => {
    const other = inRaw.has(line.words) ? inCompiled.get(line.words) : undefined;
    return other ? [{ raw: line, compiled: other }] : [];
  });
  return longestRising(shared);
}

function onceOnly(lines: readonly Line[]): Map<string, Line> {
  const found = new Map<string, Line | undefined>();
  for (const line of lines) found.set(line.words, found.has(line.words) ? undefined : line);
  return new Map([...found].flatMap(([words, line]) => (line ? [[words, line] as const] : [])));
}

/** The longest part of anchors in raw order that is in compiled order, too (patience sorting). */
function longestRising(anchors: readonly Anchor[]): Anchor[] {
  const tails: number[] = [];
  const before: (number | undefined)[] = [];
  anchors.forEach((anchor, index) => {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((anchors[tails[middle] ?? 0]?.compiled.start ?? 0) < anchor.compiled.start) low = middle + 1;
      else high = middle;
    }
    before[index] = low > 0 ? tails[low - 1] : undefined;
    tails[low] = index;
  });
  const rising: Anchor[] = [];
  for (let at = tails[tails.length - 1]; at !== undefined; at = before[at]) {
    const anchor = anchors[at];
    if (anchor) rising.unshift(anchor);
  }
  return rising;
}

/** The part of the raw text between the anchors around a span; an anchor the span lies in or covers is a part of it. */
function regionOf(anchors: readonly Anchor[], span: Span, length: number): Span {
  const last = anchors.filter(({ compiled }) => compiled.start <= span.start).pop();
  const next = anchors.find(({ compiled }) => compiled.end >= span.end);
  const start = last === undefined ? 0 : span.start < last.compiled.end ? last.raw.start : last.raw.end;
  const end = next === undefined ? length : span.end > next.compiled.start ? next.raw.end : next.raw.start;
  return start <= end ? { start, end } : { start: 0, end: 0 };
}

function onlyIndex(text: string, part: string, { start, end }: Span): number | undefined {
  const first = text.indexOf(part, start);
  if (first < 0 || first + part.length > end) return undefined;
  const second = text.indexOf(part, first + 1);
  return second >= 0 && second + part.length <= end ? undefined : first;
}
