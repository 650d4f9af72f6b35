import { isRecord, listOf } from './ast';
import type { PlainWords } from './plainExpr';
import { plainQuery } from './plainQuery';
import type { Ast, Token } from './polyglot';

/** Functions whose calls every dialect reads in one way, whatever their arguments are. */
const UNIFORM: ReadonlySet<string> = new Set(['sum', 'min', 'max', 'avg', 'count', 'coalesce', 'abs', 'upper', 'lower', 'nullif', 'greatest', 'least']);

/** Words and calls that are remembered. */
const MOST = 5000;
/** To ask the library whether a word is a name takes it as long as to parse so many tokens. */
const TOKENS_A_WORD = 25;

/** Members of the library's tree that say how something is written, and that nobody reads. */
const UNREAD: ReadonlySet<string> = new Set(['nesting_group', 'alias_first', 'alias_explicit_as', 'use_inner_keyword', 'use_outer_keyword', 'original_name']);

/** Words that are learned as they come. */
export interface LearnedWords extends PlainWords {
  /** False for a text that the library parses in less time than it takes to learn the words that are met in it for the first time. */
  pays(sql: string, tokens: readonly Token[]): boolean;
}

/** What a dialect's words mean, each asked of the library once: its tree of a text with the word in it, and the tokens of that text. */
export function plainWords(treeOf: (sql: string) => readonly Ast[] | undefined, tokensOf: (sql: string) => readonly Token[] | undefined): LearnedWords {
  const met = new Set<string>();
  const names = new Map<string, boolean>();
  const calls = new Map<string, Map<string, unknown>>();
  const everything: PlainWords = { isName: () => true, call: () => undefined };
  const isName = (word: string): boolean => {
    const sql = `with ${word} as (select ${word}, ${word}.${word} as ${word} from ${word} ${word}) select ${word} as ${word} from ${word} as ${word} join ${word} ${word} using (${word})`;
    const tokens = tokensOf(sql);
    const own = tokens && plainQuery(sql, tokens, everything);
    const [tree, more] = treeOf(sql) ?? [];
    return own !== undefined && more === undefined && saysTheSame(tree, own);
  };
  const template = (name: string, how: string, count: number): unknown => {
    const args = how === '*' ? '*' : `${how} ${Array.from({ length: count }, (_, index) => `a${index}`).join(', ')}`;
    const [tree] = treeOf(`select ${name}(${args})`) ?? [];
    const select = tree?.['select'];
    const [node] = isRecord(select) ? listOf(select['expressions']) : [];
    return isRecord(node) && placesIn(node).join() === [...Array(count).keys()].join() ? node : undefined;
  };
  return {
    pays(sql, tokens) {
      if (met.size >= MOST) met.clear();
      const before = met.size;
      for (const { type, span } of tokens) if (type === 'VAR') met.add(sql.slice(span.start, span.end));
      return (met.size - before) * TOKENS_A_WORD <= tokens.length;
    },
    isName: (word) => remembered(names, word, () => isName(word)),
    call: (name, how, args) => {
      const word = name.toLowerCase();
      if (!UNIFORM.has(word) || (how === '*' && word !== 'count')) return undefined;
      const shapes = remembered(calls, name, () => new Map<string, unknown>());
      const shape = remembered(shapes, how === '' ? String(args.length) : `${how} ${args.length}`, () => template(name, how, args.length));
      return shape === undefined ? undefined : (filled(shape, args) as Ast);
    },
  };
}

function remembered<T>(known: Map<string, T>, key: string, make: () => T): T {
  const before = known.get(key);
  if (before !== undefined || known.has(key)) return before as T;
  if (known.size >= MOST) known.clear();
  const made = make();
  known.set(key, made);
  return made;
}

/** True where a tree of the library says what another one does, but for members that are empty or that nobody reads. */
export function saysTheSame(library: unknown, own: unknown): boolean {
  if (Array.isArray(library)) return Array.isArray(own) && own.length === library.length && library.every((item, index) => saysTheSame(item, own[index]));
  if (!isRecord(library)) return library === own;
  if (!isRecord(own)) return false;
  for (const key in own) if (!(key in library)) return false;
  for (const key in library) {
    if (key === 'span' ? !isSameSpan(library[key], own[key]) : key in own ? !saysTheSame(library[key], own[key]) : !isEmpty(library[key]) && !UNREAD.has(key)) return false;
  }
  return true;
}

function isSameSpan(library: unknown, own: unknown): boolean {
  return isRecord(library) && isRecord(own) && library['start'] === own['start'] && library['end'] === own['end'];
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === false || (Array.isArray(value) && value.length === 0);
}

/** A call's tree with `args` in place of the columns `a0`, `a1` …, and without what nobody reads. */
function filled(template: unknown, args: readonly Ast[]): unknown {
  if (Array.isArray(template)) return template.map((item) => filled(item, args));
  if (!isRecord(template)) return template;
  if ('column' in template) return args[placeOf(template)];
  const made: Record<string, unknown> = {};
  for (const key in template) if (!isEmpty(template[key]) && !UNREAD.has(key)) made[key] = filled(template[key], args);
  return made;
}

/** The places of the arguments in a call's tree, in order; NaN for what else the library put there. */
function placesIn(template: unknown): number[] {
  if (Array.isArray(template)) return template.flatMap(placesIn);
  if (!isRecord(template)) return [];
  if ('column' in template) return [placeOf(template)];
  return Object.entries(template).flatMap(([key, child]) => (key === 'span' ? [NaN] : placesIn(child)));
}

function placeOf({ column }: Ast): number {
  const name = isRecord(column) && isRecord(column['name']) ? column['name']['name'] : undefined;
  return typeof name === 'string' && /^a\d+$/.test(name) ? Number(name.slice(1)) : NaN;
}
