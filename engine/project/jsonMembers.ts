/** Where the value of a member of a JSON object stands in the text. */
export interface JsonMember {
  key: string;
  start: number;
  end: number;
}

/**
 * Members of the JSON object that starts at an offset, without parsing their values: an artifact is as large as a database, and as one
 * value it takes several times that in memory. Undefined where the text is not what JSON.parse would take for an object, as far as
 * this looks: values are checked when they are parsed.
 */
export function jsonMembers(text: string, from = 0): JsonMember[] | undefined {
  const members: JsonMember[] = [];
  let at = skipSpace(text, from);
  if (text[at] !== '{') return undefined;
  at = skipSpace(text, at + 1);
  if (text[at] === '}') return members;
  for (;;) {
    const keyEnd = text[at] === '"' ? stringEnd(text, at) : undefined;
    if (keyEnd === undefined) return undefined;
    const colon = skipSpace(text, keyEnd);
    if (text[colon] !== ':') return undefined;
    const start = skipSpace(text, colon + 1);
    const end = valueEnd(text, start);
    if (end === undefined || end === start) return undefined;
    members.push({ key: JSON.parse(text.slice(at, keyEnd)) as string, start, end });
    const next = skipSpace(text, end);
    if (text[next] === '}') return members;
    if (text[next] !== ',') return undefined;
    at = skipSpace(text, next + 1);
  }
}

function skipSpace(text: string, from: number): number {
  let at = from;
  for (let code = text.charCodeAt(at); code === 32 || code === 10 || code === 13 || code === 9; code = text.charCodeAt(at)) at++;
  return at;
}

/** The offset behind a string that starts at an offset; undefined where it does not end. */
function stringEnd(text: string, from: number): number | undefined {
  for (let at = text.indexOf('"', from + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return at + 1;
  }
  return undefined;
}

function valueEnd(text: string, from: number): number | undefined {
  const first = text.charCodeAt(from);
  if (first === QUOTE) return stringEnd(text, from);
  if (first !== BRACE && first !== BRACKET) {
    let at = from;
    while (at < text.length && !/[,}\]\s]/.test(text[at] ?? '')) at++;
    return at;
  }
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      const end = stringEnd(text, at);
      if (end === undefined) return undefined;
      at = end - 1;
    } else if (code === BRACE || code === BRACKET) depth++;
    else if (code === CLOSING_BRACE || code === CLOSING_BRACKET) {
      depth--;
      if (depth === 0) return at + 1;
    }
  }
  return undefined;
}

const BACKSLASH = 92;
const QUOTE = 34;
const BRACE = 123;
const CLOSING_BRACE = 125;
const BRACKET = 91;
const CLOSING_BRACKET = 93;
