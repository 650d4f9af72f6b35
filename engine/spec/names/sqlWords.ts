/** One part of a dotted name: what it says, where in the text it stands (without quotes), and whether it is quoted. */
export interface WordPart {
  text: string;
  start: number;
  end: number;
  quoted: boolean;
}

/** A name in an SQL expression: `amount`, `payments.amount`; `call` where a bracket follows. */
export interface SqlWord {
  parts: WordPart[];
  call: boolean;
}

/** Strings, comments, Jinja, numbers with their letters, and names; only names are of interest, the others hide what is in them. */
const TOKEN = /'(?:[^'\\]|''|\\'(?=[^\s,)])|\\)*'?|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|\{\{[\s\S]*?(?:\}\}|$)|\{%[\s\S]*?(?:%\}|$)|\{#[\s\S]*?(?:#\}|$)|\$\$[\s\S]*?(?:\$\$|$)|\d[\w.]*|"(?:[^"]|"")*"?|`[^`]*`?|[\p{L}_][\p{L}\p{N}_$]*/gu;

/** The names in an SQL expression, in order; what stands in strings, comments and Jinja is none. */
export function sqlWords(text: string): SqlWord[] {
  const words: SqlWord[] = [];
  let last: { word: SqlWord; end: number } | undefined;
  for (const match of text.matchAll(TOKEN)) {
    const [token] = match;
    const quoted = token[0] === '"' || token[0] === '`';
    if (!quoted && !/^[\p{L}_]/u.test(token)) continue;
    const end = match.index + token.length;
    const inner = quoted ? Number(token.length > 1 && token.endsWith(token[0] ?? '')) : 0;
    const part: WordPart = { text: quoted ? token.slice(1, token.length - inner) : token, start: match.index + Number(quoted), end: end - inner, quoted };
    const joined = last && /^\s*\.\s*$/.test(text.slice(last.end, match.index)) ? last.word : undefined;
    const word = joined ?? { parts: [], call: false };
    if (!joined) words.push(word);
    word.parts.push(part);
    word.call = /^\s*\(/.test(text.slice(end, end + 20));
    last = { word, end };
  }
  return words;
}
