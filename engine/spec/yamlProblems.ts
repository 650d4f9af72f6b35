import { isAlias, isCollection, isMap, isPair, isScalar, visit, type Document, type YAMLError } from 'yaml';
import type { Span } from '../text';
import { MAX_ALIASES, MAX_DEPTH, REST, spanOf, type YamlEntry } from '../yaml/tree';
import type { SpecFix, SpecProblem } from './types';

/** Problems of the YAML itself: syntax, tabs, duplicate keys, too many aliases, sentences split by a comma. */
export function yamlProblems(document: Document.Parsed, text: string): SpecProblem[] {
  return [...document.errors.map((error) => syntaxProblem(error, document, text)), ...structureProblems(document, text)];
}

const NO_ANCHOR = 'This alias names no anchor before it; write the value out.';

/** What an error of the YAML library means for a person, by its code and a part of its message; the first that fits. */
const MESSAGES: readonly [code: string, part: RegExp, message: string][] = [
  ['UNEXPECTED_TOKEN', new RegExp(`^${REST}`), 'The YAML ended further up, where the first error stands; nothing from here on is read.'],
  ['TAB_AS_INDENT', /./, 'A tab stands where YAML allows only spaces; indent with two spaces.'],
  ['BAD_INDENT', /end with a (.)/, 'This bracket is not closed; add the closing $1.'],
  ['MISSING_CHAR', /end with a (.)/, 'This bracket is not closed; add the closing $1.'],
  ['BAD_INDENT', /./, 'This line is indented differently from its neighbours; align it with the lines of its list or section.'],
  ['MISSING_CHAR', /closing .quote/, 'This quote is not closed; add the closing quote.'],
  ['MISSING_CHAR', /map values/, 'This key has no value; write a colon and a space behind it, and its value.'],
  ['MISSING_CHAR', /without - indicator/, 'A list goes on here without a dash; align this line with the keys above it, or start it with "- ".'],
  ['MISSING_CHAR', /Missing , (?:or : )?between/, 'A comma is missing before this.'],
  ['MISSING_CHAR', /space after :/, 'A space is missing after the colon.'],
  ['MISSING_CHAR', /Comments/, 'A space is missing before the #; quote the text if it is no comment.'],
  ['MISSING_CHAR', /directives-end/, 'A line that starts with % is no text in YAML; put it in quotes.'],
  ['UNEXPECTED_TOKEN', /empty item|Unexpected ,/, 'A comma stands here without a value before it; remove it.'],
  ['UNEXPECTED_TOKEN', /Block scalar header/, 'Behind | or > the line ends; write the text on the next line.'],
  ['UNEXPECTED_TOKEN', /./, 'YAML does not expect this here; quote the text if it is a sentence.'],
  ['BLOCK_AS_IMPLICIT_KEY', /block sequence/, 'A list starts on the line below its key; move the dash there.'],
  ['BLOCK_AS_IMPLICIT_KEY', /./, 'A second colon stands on this line; put the text behind the first in quotes.'],
  ['BLOCK_IN_FLOW', /./, 'Dashes and keys on lines of their own do not fit into brackets; write the list as [a, b] and the map as { a: b }.'],
  ['BAD_SCALAR_START', /with (?:a |reserved character |block scalar indicator |directive indicator character |flow indicator character )?(.+)$/, 'A text cannot start with $1; put it in quotes.'],
  ['MULTILINE_IMPLICIT_KEY', /./, 'A key must stand on one line; a colon or an opening quote is probably misplaced.'],
  ['BAD_ALIAS', /./, NO_ANCHOR],
  ['BAD_DQ_ESCAPE', /./, 'This backslash escape is not one YAML knows; use single quotes to keep backslashes.'],
  ['DUPLICATE_KEY', /./, 'This key stands twice; keep one.'],
  ['MULTIPLE_DOCS', /./, 'A second document starts here and is not read; keep one spec a file.'],
];

function messageOf(error: YAMLError): string {
  for (const [code, part, message] of MESSAGES) {
    const match = code === error.code ? part.exec(error.message) : null;
    if (match) return message.replace('$1', match[1] ?? '');
  }
  return 'This is not valid YAML; check quotes, colons and indentation.';
}

function syntaxProblem(error: YAMLError, document: Document.Parsed, text: string): SpecProblem {
  const tab = text[error.pos[0]] === '\t' || error.code === 'TAB_AS_INDENT';
  if (tab) {
    const span = visible(text, { start: error.pos[0], end: error.pos[1] });
    return { code: 'SPEC003', severity: 'error', message: 'A tab stands where YAML allows only spaces; indent with two spaces.', span, fixes: text[span.start] === '\t' ? [{ title: 'Replace the tabs by spaces', preferred: true, changes: [tabsAt(text, span.start)] }] : [] };
  }
  const [span, fixes] = placeOf(error, document, text);
  return { code: 'SPEC001', severity: 'error', message: messageOf(error), span: visible(text, span), fixes };
}

/** Where a person has to look, and the edit that mends it where there is one. */
function placeOf(error: YAMLError, document: Document.Parsed, text: string): [Span, SpecFix[]] {
  const [start, end] = error.pos;
  const span = { start, end };
  // An error at the text's end says where the quote is missing; where it was opened is what has to be seen.
  if (error.code === 'MISSING_CHAR' && /closing .quote/.test(error.message)) return [quoteAt(document, text, start) ?? span, []];
  if (/end with a ./.test(error.message)) return [bracketAt(document, text, start) ?? span, []];
  if (error.code === 'MULTIPLE_DOCS') return [{ start, end: lineStop(text, start) }, []];
  if (error.code === 'BAD_SCALAR_START' || (error.code === 'BLOCK_AS_IMPLICIT_KEY' && /Nested/.test(error.message))) {
    const rest = { start, end: textEnd(text, start, error.code === 'BAD_SCALAR_START') };
    const sentence = text.slice(rest.start, rest.end);
    return [rest, sentence === '' || /["']/.test(sentence[0] ?? '') ? [] : [{ title: 'Put it in quotes', preferred: true, changes: [{ span: rest, text: JSON.stringify(sentence) }] }]];
  }
  if (error.code === 'MISSING_CHAR' && /map values/.test(error.message)) return [span, [{ title: 'Add the colon', preferred: false, changes: [{ span: { start: end, end }, text: ': ' }] }]];
  return [span, []];
}

/** The first line of the quoted text that runs to an offset. */
function quoteAt(document: Document.Parsed, text: string, offset: number): Span | undefined {
  let found: Span | undefined;
  visit(document, {
    Scalar(_, node) {
      const span = spanOf(node);
      if ((node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE') && span.start < offset && offset <= span.end + 1) found = { start: span.start, end: lineStop(text, span.start) };
    },
  });
  return found;
}

/** The first line of the last bracket before an offset that nothing closes. */
function bracketAt(document: Document.Parsed, text: string, offset: number): Span | undefined {
  let found: Span | undefined;
  visit(document, {
    Collection(_, node) {
      const span = spanOf(node);
      if (node.flow === true && span.start < offset && !/[\]}]/.test(text.slice(span.end - 1, span.end))) found = { start: span.start, end: lineStop(text, span.start) };
    },
  });
  return found;
}

/** Where a bare text ends: at its line's end or a comment, in brackets at a comma or the closing one. */
function textEnd(text: string, start: number, mayBeFlow: boolean): number {
  const line = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  const flow = mayBeFlow && /[{[]/.test(line);
  const rest = text.slice(start, lineStop(text, start));
  const stop = rest.search(flow ? /[,}\]]|[ \t]#/ : /[ \t]#/);
  return start + (stop < 0 ? rest : rest.slice(0, stop)).trimEnd().length;
}

function lineStop(text: string, at: number): number {
  const stop = text.slice(at).search(/\r?\n/);
  return stop < 0 ? text.length : at + stop;
}

function tabsAt(text: string, at: number): { span: Span; text: string } {
  let end = at;
  while (text[end] === '\t') end++;
  return { span: { start: at, end }, text: '  '.repeat(end - at) };
}

/** A span of at least one visible character, moved back from the text's end if need be. */
function visible(text: string, span: Span): Span {
  const start = Math.min(span.start, Math.max(0, text.length - 1));
  return { start, end: Math.min(Math.max(span.end, start + 1), text.length) };
}

function structureProblems(document: Document.Parsed, text: string): SpecProblem[] {
  const problems: SpecProblem[] = [];
  let aliases = 0;
  visit(document, {
    Node(_, node, path) {
      if (path.length > MAX_DEPTH && path.filter(isCollection).length > MAX_DEPTH) {
        problems.push(problem('SPEC004', `The document nests deeper than ${MAX_DEPTH} levels here; nothing below is read.`, spanOf(node)));
        return visit.BREAK;
      }
      if (isAlias(node) && node.resolve(document) === undefined) problems.push(problem('SPEC001', NO_ANCHOR, spanOf(node)));
      if (isAlias(node) && ++aliases === MAX_ALIASES + 1) problems.push(problem('SPEC004', `The document uses more than ${MAX_ALIASES} aliases; write the values out from here on.`, spanOf(node)));
      if (isMap(node)) problems.push(...duplicateKeys(node.items), ...splitSentences(node, text));
      return undefined;
    },
  });
  return problems;
}

function duplicateKeys(pairs: readonly unknown[]): SpecProblem[] {
  return doubleKeys(pairs.flatMap((pair) => (isPair(pair) && isScalar(pair.key) ? [{ key: String(pair.key.value), keySpan: spanOf(pair.key) }] : [])));
}

/** One problem for each key of a map that stood in it before. */
export function doubleKeys(entries: readonly Pick<YamlEntry, 'key' | 'keySpan'>[]): SpecProblem[] {
  const seen = new Set<string>();
  return entries.flatMap(({ key, keySpan }) => {
    if (!seen.has(key)) {
      seen.add(key);
      return [];
    }
    return [problem('SPEC002', `The key "${key}" stands twice here; only the first counts, merge them.`, keySpan)];
  });
}

/**
 * `{ when: a, b happens }` reads as a key `b happens` without a value: the comma split a sentence. One problem a sentence,
 * however many commas it has; its fix quotes the whole.
 */
function splitSentences(map: { flow?: boolean; items: readonly unknown[] }, text: string): SpecProblem[] {
  if (map.flow !== true) return [];
  const problems: SpecProblem[] = [];
  for (let index = 1; index < map.items.length; index++) {
    const first = loneKey(map.items[index], text);
    if (!first) continue;
    const before = map.items[index - 1];
    let last = first;
    for (let next = loneKey(map.items[index + 1], text); next; next = loneKey(map.items[index + 1], text)) {
      last = next;
      index++;
    }
    problems.push(splitSentence(before, first, last, text));
  }
  return problems;
}

function splitSentence(before: unknown, first: Span, last: Span, text: string): SpecProblem {
  const value = isPair(before) && isScalar(before.value) && before.value.type === 'PLAIN' && before.value.source !== '' ? spanOf(before.value) : undefined;
  const sentence = value && text.slice(value.start, last.end).replace(/\s*\r?\n\s*/g, ' ');
  const word = text.slice(first.start, first.end);
  // One bare word may as well be a key whose value is not typed yet.
  const key = first === last && /^[a-z][a-z_]*$/.test(word);
  const message = key ? `"${word}" has no value; write "${word}: …", or put the whole sentence in quotes if a comma split it.` : 'A comma split this sentence; put the whole sentence in quotes.';
  const fixes = value && sentence !== undefined ? [{ title: 'Quote the whole sentence', preferred: !key, changes: [{ span: { start: value.start, end: last.end }, text: JSON.stringify(sentence) }] }] : [];
  return { ...problem('SPEC030', message, { start: first.start, end: last.end }), fixes };
}

/** Span of an entry that is a bare key without a colon. */
function loneKey(pair: unknown, text: string): Span | undefined {
  if (!isPair(pair) || pair.value != null || !isScalar(pair.key)) return undefined;
  const span = spanOf(pair.key);
  return text.slice(span.end).trimStart().startsWith(':') ? undefined : span;
}

function problem(code: SpecProblem['code'], message: string, span: Span): SpecProblem {
  return { code, severity: 'error', message, span, fixes: [] };
}
