import { isAlias, isMap, isPair, isScalar, visit, type Document, type YAMLError } from 'yaml';
import type { Span } from '../text';
import { MAX_ALIASES, MAX_DEPTH, spanOf } from '../yaml/tree';
import type { SpecProblem } from './types';

/** Problems of the YAML itself: syntax, tabs, duplicate keys, too many aliases, sentences split by a comma. */
export function yamlProblems(document: Document.Parsed, text: string): SpecProblem[] {
  return [...document.errors.map((error) => syntaxProblem(error, text)), ...structureProblems(document, text)];
}

const MESSAGES: Record<string, string> = {
  TAB_AS_INDENT: 'A tab stands where YAML allows only spaces; indent with two spaces.',
  BAD_INDENT: 'This line is indented differently from its neighbours; align it with the lines of its list or section.',
  MISSING_CHAR: 'A character is missing here: a closing quote, bracket or a colon after the key.',
  UNEXPECTED_TOKEN: 'YAML does not expect this here; quote the text if it is a sentence.',
  BLOCK_AS_IMPLICIT_KEY: 'A key and its value do not fit on one line here; quote the text or put it on a line of its own.',
  MULTILINE_IMPLICIT_KEY: 'A key must stand on one line; a colon or an opening quote is probably misplaced.',
  BAD_ALIAS: 'This alias names no anchor before it; write the value out.',
  BAD_DQ_ESCAPE: 'This backslash escape is not one YAML knows; use single quotes to keep backslashes.',
  DUPLICATE_KEY: 'This key stands twice; keep one.',
  MULTIPLE_DOCS: 'A second document starts here; keep one spec a file.',
};

function syntaxProblem(error: YAMLError, text: string): SpecProblem {
  const tab = text[error.pos[0]] === '\t' || /tab/i.test(error.message);
  const code = tab ? 'SPEC003' : 'SPEC001';
  const message = tab ? MESSAGES['TAB_AS_INDENT'] : (MESSAGES[error.code] ?? 'This is not valid YAML; check quotes, colons and indentation.');
  const span = visible(text, { start: error.pos[0], end: error.pos[1] });
  const fixes = tab && text[span.start] === '\t' ? [{ title: 'Replace the tabs by spaces', preferred: true, changes: [tabsAt(text, span.start)] }] : [];
  return { code, severity: 'error', message: message ?? '', span, fixes };
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
      if (path.length > MAX_DEPTH * 2) {
        problems.push(problem('SPEC004', `The document nests deeper than ${MAX_DEPTH} levels here; nothing below is read.`, spanOf(node)));
        return visit.BREAK;
      }
      if (isAlias(node) && node.resolve(document) === undefined) problems.push(problem('SPEC001', MESSAGES['BAD_ALIAS'] ?? '', spanOf(node)));
      if (isAlias(node) && ++aliases === MAX_ALIASES + 1) problems.push(problem('SPEC004', `The document uses more than ${MAX_ALIASES} aliases; write the values out from here on.`, spanOf(node)));
      if (isMap(node)) problems.push(...duplicateKeys(node.items), ...splitSentences(node, text));
      return undefined;
    },
  });
  return problems;
}

function duplicateKeys(pairs: readonly unknown[]): SpecProblem[] {
  const seen = new Map<string, Span>();
  return pairs.flatMap((pair) => {
    if (!isPair(pair) || !isScalar(pair.key)) return [];
    const key = String(pair.key.value);
    const span = spanOf(pair.key);
    if (!seen.has(key)) {
      seen.set(key, span);
      return [];
    }
    return [problem('SPEC002', `The key "${key}" stands twice here; only the first counts, merge them.`, span)];
  });
}

/** `{ when: a, b happens }` reads as a key `b happens` without a value: the comma split a sentence. */
function splitSentences(map: { flow?: boolean; items: readonly unknown[] }, text: string): SpecProblem[] {
  if (map.flow !== true) return [];
  return map.items.flatMap((pair, index) => {
    if (!isPair(pair) || pair.value != null || !isScalar(pair.key) || index === 0) return [];
    const span = spanOf(pair.key);
    if (text.slice(span.end).trimStart().startsWith(':')) return [];
    const before = map.items[index - 1];
    const value = isPair(before) && isScalar(before.value) && before.value.type === 'PLAIN' ? spanOf(before.value) : undefined;
    const sentence = value && text.slice(value.start, span.end);
    const fixes = value && sentence !== undefined ? [{ title: 'Quote the whole sentence', preferred: true, changes: [{ span: { start: value.start, end: span.end }, text: JSON.stringify(sentence) }] }] : [];
    return [{ ...problem('SPEC030', 'A comma split this sentence; put the whole sentence in quotes.', span), fixes }];
  });
}

function problem(code: SpecProblem['code'], message: string, span: Span): SpecProblem {
  return { code, severity: 'error', message, span, fixes: [] };
}
