import type { Span } from '../../text';

const TOKEN = /--[^\n]*|\/\*[\s\S]*?\*\/|\{#[\s\S]*?#\}|'(?:[^']|'')*'|"(?:[^"]|"")*"|[\w$]+|\{%-|-%\}|\{\{-|-\}\}|[^\s]/g;
const TRIMS: Readonly<Record<string, string>> = { '{%-': '{%', '-%}': '%}', '{{-': '{{', '-}}': '}}' };

interface TokenAt {
  text: string;
  start: number;
  end: number;
}

/** SQL and Jinja tokens without comments; words outside quotes in lower case, white space control of Jinja left out. */
function tokenised(text: string): TokenAt[] {
  return [...text.matchAll(TOKEN)]
    .filter((match) => !/^(--|\/\*|\{#)/.test(match[0]))
    .flatMap((match) => {
      const at = { start: match.index, end: match.index + match[0].length };
      const plain = TRIMS[match[0]];
      if (plain !== undefined) return [...plain].map((text) => ({ text, ...at }));
      return [{ text: /^['"]/.test(match[0]) ? match[0] : match[0].toLowerCase(), ...at }];
    });
}

/** The tokens of a text. */
export function tokensOf(text: string): string[] {
  return tokenised(text).map((token) => token.text);
}

/** Where the wanted tokens stand in a text one after the other; undefined where they do not. */
export function findTokens(text: string, wanted: readonly string[]): Span | undefined {
  if (wanted.length === 0) return undefined;
  const all = tokenised(text);
  const index = all.findIndex((_, at) => wanted.every((token, offset) => all[at + offset]?.text === token));
  const [first, last] = [all[index], all[index + wanted.length - 1]];
  return index >= 0 && first && last ? { start: first.start, end: last.end } : undefined;
}
