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

/** Where the wanted tokens first stand in a text one after the other; undefined where they do not. */
export function findTokens(text: string, wanted: readonly string[]): Span | undefined {
  return placesIn(text)(wanted)[0];
}

/** Every place of a text where some tokens stand one after the other; the text is read once for all that is looked for. */
export function placesIn(text: string): (wanted: readonly string[]) => Span[] {
  let tokens: TokenAt[] | undefined;
  return (wanted) => {
    const [start] = wanted;
    if (start === undefined) return [];
    const all = (tokens ??= tokenised(text));
    const found: Span[] = [];
    for (const [at, first] of all.entries()) {
      const last = first.text === start ? all[at + wanted.length - 1] : undefined;
      if (last && wanted.every((token, offset) => all[at + offset]?.text === token)) found.push({ start: first.start, end: last.end });
    }
    return found;
  };
}
