import type { YamlTree } from './tree';

export type ScalarTree = Extract<YamlTree, { kind: 'scalar' }>;

/** What a bare scalar means in a version of YAML. */
export type ScalarOf = (source: string) => ScalarTree['value'];

/** Characters that start something else than bare text, or that need a look at what follows. */
const INDICATORS: ReadonlySet<number> = new Set([...'-?:,[]{}#&*!|>\'"%@` '].map((char) => char.charCodeAt(0)));
const SPACE = 32;
const HASH = 35;
const COLON = 58;
const DASH = 45;
const BACKSLASH = 92;
const SINGLE = 39;

/** Bare text up to a limit, without what ends it; undefined where it is empty, a key, or may be something else. */
export function plainScalar(text: string, at: number, limit: number, inFlow: boolean, scalarOf: ScalarOf): ScalarTree | undefined {
  const first = text.charCodeAt(at);
  if (at >= limit || (INDICATORS.has(first) && !(first === DASH && /[\w.]/.test(text[at + 1] ?? '')))) return undefined;
  let end = at;
  for (let here = at; here < limit; here++) {
    const code = text.charCodeAt(here);
    if (code === SPACE) {
      if (text.charCodeAt(here + 1) === HASH) break;
      continue;
    }
    if (code === COLON && (here + 1 >= limit || text.charCodeAt(here + 1) === SPACE || inFlow)) return undefined;
    if (inFlow && endsInFlow(code)) break;
    end = here + 1;
  }
  const source = text.slice(at, end);
  return { kind: 'scalar', span: { start: at, end }, value: scalarOf(source), source, quoted: false };
}

/** A comma, or a bracket of either kind. */
function endsInFlow(code: number): boolean {
  return code === 44 || code === 91 || code === 93 || code === 123 || code === 125;
}

const ESCAPES: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', n: '\n', t: '\t', '/': '/' };

/** A quoted text of one line; undefined where it is not closed before the limit or has an escape that is seldom used. */
export function quotedScalar(text: string, at: number, limit: number): ScalarTree | undefined {
  const quote = text.charCodeAt(at);
  let value = '';
  let from = at + 1;
  for (let here = at + 1; here < limit; here++) {
    const code = text.charCodeAt(here);
    if (code === BACKSLASH && quote !== SINGLE) {
      const meant = ESCAPES[text[here + 1] ?? ''];
      if (meant === undefined) return undefined;
      value += text.slice(from, here) + meant;
      from = here + 2;
      here++;
    } else if (code === quote) {
      const whole = value + text.slice(from, here);
      if (quote === SINGLE && text.charCodeAt(here + 1) === SINGLE) {
        value = `${whole}'`;
        from = here + 2;
        here++;
      } else return { kind: 'scalar', span: { start: at, end: here + 1 }, value: whole, source: whole, quoted: true };
    }
  }
  return undefined;
}

/** A text in block style behind `|` or `>`, with lines of one indentation; undefined for other ones. */
export function blockScalar(text: string, at: number, parentIndent: number): ScalarTree | undefined {
  const header = /[|>](-?) *(?:(?<= )#[^\n]*)?\n/y;
  header.lastIndex = at;
  const found = header.exec(text);
  if (!found) return undefined;
  const first = /^ */.exec(text.slice(header.lastIndex, header.lastIndex + 200))?.[0].length ?? 0;
  if (first <= parentIndent || first === 0) return undefined;
  const lines: string[] = [];
  let end = header.lastIndex;
  let blank = 0;
  for (let start = header.lastIndex; start < text.length; ) {
    const stop = text.indexOf('\n', start);
    const lineEnd = stop < 0 ? text.length : stop;
    const line = text.slice(start, lineEnd);
    const indent = line.length - line.trimStart().length;
    if (line === '') blank++;
    else if (indent === line.length) return undefined;
    else if (indent < first) {
      if (indent > parentIndent) return undefined;
      break;
    } else {
      if (indent > first && text[at] === '>') return undefined;
      if (lines.length === 0 && blank > 0) return undefined;
      lines.push(...Array.from({ length: blank }, () => ''), line.slice(first));
      blank = 0;
      end = Math.min(lineEnd + 1, text.length);
    }
    start = lineEnd + 1;
  }
  if (lines.length === 0) return undefined;
  const value = (text[at] === '|' ? lines.join('\n') : folded(lines)) + (found[1] === '-' ? '' : '\n');
  return { kind: 'scalar', span: { start: at, end }, value, source: value, quoted: true };
}

function folded(lines: readonly string[]): string {
  let out = lines[0] ?? '';
  let blank = 0;
  for (const line of lines.slice(1)) {
    if (line === '') blank++;
    else {
      out += blank === 0 ? ` ${line}` : '\n'.repeat(blank) + line;
      blank = 0;
    }
  }
  return out;
}

/** A bare scalar by YAML 1.2's core schema. */
export function coreScalar(source: string): ScalarTree['value'] {
  if (startsText(source)) return source.length > 5 ? source : wordOf(source, /^(?:[Tt]rue|TRUE)$/, /^(?:[Ff]alse|FALSE)$/);
  if (source === '~' || source === '') return null;
  if (/^[-+]?[0-9]+$/.test(source)) return Number.parseInt(source, 10);
  if (/^0o[0-7]+$/.test(source)) return Number.parseInt(source.slice(2), 8);
  if (/^0x[0-9a-fA-F]+$/.test(source)) return Number.parseInt(source.slice(2), 16);
  if (/^(?:[-+]?\.(?:inf|Inf|INF)|\.nan|\.NaN|\.NAN)$/.test(source)) return /nan$/i.test(source) ? Number.NaN : source.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/.test(source) ? Number.parseFloat(source) : source;
}

/** A bare scalar as PyYAML reads it; numbers in ways that are seldom used are left to `other`. */
export function dbtScalar(source: string, other: (source: string) => ScalarTree['value']): ScalarTree['value'] {
  if (startsText(source) && !source.startsWith('<')) return wordOf(source, /^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$/, /^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/);
  return /^(?:0|[1-9][0-9]*)$/.test(source) ? Number.parseInt(source, 10) : other(source);
}

/** Whether what a scalar starts with is of no number: a letter or one of `_$(<=/\\;^`. */
function startsText(source: string): boolean {
  const code = source.charCodeAt(0);
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || STARTS_TEXT.has(code);
}

const STARTS_TEXT: ReadonlySet<number> = new Set([...'_$(<=/\\;^'].map((char) => char.charCodeAt(0)));

function wordOf(source: string, yes: RegExp, no: RegExp): ScalarTree['value'] {
  if (source.length > 5) return source;
  if (/^(?:null|Null|NULL)$/.test(source)) return null;
  return yes.test(source) ? true : no.test(source) ? false : source;
}
