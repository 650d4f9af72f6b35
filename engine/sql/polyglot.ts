import { init, parse as polyglotParse, tokenize as polyglotTokenize } from '@polyglot-sql/sdk';
import type { Span } from '../text';
import { pointedPaths } from './paths';
import { plainQuery } from './plainQuery';
import { plainTokens } from './plainTokens';
import { plainWords, type LearnedWords } from './plainWords';
import type { Dialect } from './types';

/** A node of polyglot's tree: an object with one key, the tag, over its payload. */
export type Ast = Readonly<Record<string, unknown>>;

export interface Token {
  /** polyglot's token type, such as `SELECT`, `VAR`, `L_PAREN`. */
  type: string;
  /** UTF-16 offsets. */
  span: Span;
}

/** `tokens` are there where they were needed to parse. */
export type ParseOutcome = { kind: 'ok'; statements: Ast[]; tokens?: Token[] } | { kind: 'failed'; message: string };

/** The SQL parser behind one interface; spans of tokens and nodes are UTF-16 offsets, in nodes by `spanOf`. */
export interface SqlParser {
  /** Trees of SQL that is written plainly lack what is empty in those of the library. */
  parse(sql: string, dialect: Dialect): ParseOutcome;
  /** The same by the library alone. */
  libraryParse(sql: string, dialect: Dialect): ParseOutcome;
  /** The tokens without comments, or undefined where the text cannot be tokenized. */
  tokenize(sql: string, dialect: Dialect): Token[] | undefined;
  /** The same by the library alone. */
  libraryTokens(sql: string, dialect: Dialect): Token[] | undefined;
  /** The type of a word that stands alone; undefined where it is no single token. */
  typeOf(word: string, dialect: Dialect): string | undefined;
}

/** Words whose types are remembered of a dialect. */
const MOST_WORDS = 5000;

/** Loads the parser's wasm once and gives the parser. Rejects where the wasm file is missing. */
export async function createParser(): Promise<SqlParser> {
  await init();
  const typeOf = wordTypes();
  const plain = (sql: string, dialect: Dialect): Token[] | undefined => plainTokens(sql, (word) => typeOf(word, dialect));
  const words = new Map<Dialect, LearnedWords>();
  const wordsOf = (dialect: Dialect): LearnedWords => {
    const own = words.get(dialect) ?? plainWords((sql) => treesOf(parseText(sql, dialect)), (sql) => plain(sql, dialect));
    words.set(dialect, own);
    return own;
  };
  return {
    libraryParse,
    libraryTokens,
    typeOf,
    parse: (sql, dialect) => {
      const tokens = plain(sql, dialect);
      const query = tokens && wordsOf(dialect).pays(sql, tokens) ? plainQuery(sql, tokens, wordsOf(dialect)) : undefined;
      return query ? { kind: 'ok', statements: [query], tokens } : libraryParse(sql, dialect);
    },
    tokenize: (sql, dialect) => plain(sql, dialect) ?? libraryTokens(sql, dialect),
  };
}

function treesOf(outcome: ParseOutcome): Ast[] | undefined {
  return outcome.kind === 'ok' ? outcome.statements : undefined;
}

function libraryParse(sql: string, dialect: Dialect): ParseOutcome {
  const outcome = parseText(sql, dialect);
  const pointed = outcome.kind === 'failed' ? pointedPaths(sql, dialect) : undefined;
  const again = pointed === undefined ? outcome : parseText(pointed, dialect);
  return again.kind === 'ok' ? again : outcome;
}

function parseText(sql: string, dialect: Dialect): ParseOutcome {
  try {
    const result = polyglotParse(sql, dialect as Parameters<typeof polyglotParse>[1]);
    if (!result.success) return { kind: 'failed', message: result.error ?? 'the SQL cannot be parsed' };
    const statements = (result.ast ?? []) as unknown as Ast[];
    return { kind: 'ok', statements: hasAstral(sql) ? (convertSpans(statements, utf16Offsets(sql)) as Ast[]) : statements };
  } catch (error) {
    // A wasm trap (deep nesting, for one) surfaces as an exception; the text is then as good as unparsable.
    return { kind: 'failed', message: error instanceof Error ? error.message : String(error) };
  }
}

function libraryTokens(sql: string, dialect: Dialect): Token[] | undefined {
  try {
    const result = polyglotTokenize(sql, dialect as Parameters<typeof polyglotTokenize>[1]);
    if (!result.success || !result.tokens) return undefined;
    const offsets = hasAstral(sql) ? utf16Offsets(sql) : undefined;
    const at = (codePoint: number): number => (offsets ? (offsets[codePoint] ?? sql.length) : codePoint);
    // The declared type says `tokenType`; what arrives is `token_type`.
    return result.tokens.map((token) => ({
      type: (token as unknown as { token_type: string }).token_type,
      span: { start: at(token.span.start), end: at(token.span.end) },
    }));
  } catch {
    return undefined;
  }
}

/** Asks the library once for each word. */
function wordTypes(): SqlParser['typeOf'] {
  const known = new Map<Dialect, Map<string, string | undefined>>();
  return (word, dialect) => {
    let types = known.get(dialect);
    if (!types || types.size >= MOST_WORDS) known.set(dialect, (types = new Map()));
    const before = types.get(word);
    if (before !== undefined || types.has(word)) return before;
    const [token, more] = libraryTokens(word, dialect) ?? [];
    const type = token && !more && token.span.start === 0 && token.span.end === word.length ? token.type : undefined;
    types.set(word, type);
    return type;
  };
}

function hasAstral(text: string): boolean {
  return /[\ud800-\udbff]/.test(text);
}

/** UTF-16 offset of each code point, and of the end. */
function utf16Offsets(text: string): number[] {
  const offsets: number[] = [];
  let offset = 0;
  for (const character of text) {
    offsets.push(offset);
    offset += character.length;
  }
  offsets.push(offset);
  return offsets;
}

function convertSpans(node: unknown, offsets: readonly number[]): unknown {
  if (Array.isArray(node)) return node.map((item) => convertSpans(item, offsets));
  if (node === null || typeof node !== 'object') return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => {
      if (key !== 'span' || value === null || typeof value !== 'object') return [key, convertSpans(value, offsets)];
      const { start, end } = value as Span;
      return [key, { ...value, start: offsets[start] ?? start, end: offsets[end] ?? end }];
    }),
  );
}
