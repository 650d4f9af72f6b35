/** Follows SQL text piece by piece and knows whether the end stands in a string, a comment, or code. */
export interface SqlScanner {
  feed(text: string): void;
  inString(): boolean;
  inComment(): boolean;
  /** The last code before here, without comments; enough of it to see a few words. */
  tail(): string;
  /** True when the text ends in a word character, so that what follows continues the word. */
  touchesWord(): boolean;
}

type State = 'code' | 'single' | 'double' | 'backtick' | 'line' | 'block';
const TAIL = 400;
/** Code that leaves the state as it is. */
const ORDINARY = /[^-/'"`]+/y;

/** A scanner at the start of a text. Quotes are doubled inside strings, as in standard SQL; backslash escapes as well. */
export function sqlScanner(): SqlScanner {
  let state: State = 'code';
  let tail = '';
  let last = '';
  const push = (text: string): void => {
    tail += text;
    // Cut now and then, not at every character.
    if (tail.length > 8 * TAIL) tail = tail.slice(-TAIL);
  };
  const step = (text: string, i: number): number => {
    if (state === 'line') {
      const end = text.indexOf('\n', i);
      if (end < 0) return text.length - i;
      state = 'code';
      return end + 1 - i;
    }
    if (state === 'block') {
      const end = text.indexOf('*/', i);
      if (end < 0) return text.length - i;
      state = 'code';
      push(' ');
      return end + 2 - i;
    }
    if (state === 'code') {
      ORDINARY.lastIndex = i;
      const run = ORDINARY.exec(text)?.[0];
      if (run !== undefined) {
        push(run);
        return run.length;
      }
    }
    const c = text[i] ?? '';
    push(c);
    if (state !== 'code') {
      const quote = state === 'single' ? "'" : state === 'double' ? '"' : '`';
      if (c === '\\' && state === 'single' && text[i + 1] === "'" && text[i + 2] !== undefined && !/[\s,)]/.test(text[i + 2] ?? '')) return 2;
      if (c === quote) state = 'code';
      return 1;
    }
    const two = c + (text[i + 1] ?? '');
    if (two === '--') {
      tail = tail.slice(0, -1) + '\n';
      state = 'line';
      return 2;
    }
    if (two === '/*') {
      tail = tail.slice(0, -1);
      state = 'block';
      return 2;
    }
    if (c === "'") state = 'single';
    else if (c === '"') state = 'double';
    else if (c === '`') state = 'backtick';
    return 1;
  };
  return {
    feed(text) {
      for (let i = 0; i < text.length; ) i += step(text, i);
      last = text.slice(-1) || last;
    },
    // What stands in double quotes is a string to some warehouses; to others its place tells that Jinja names it.
    inString: () => state === 'single' || state === 'double',
    inComment: () => state === 'line' || state === 'block',
    tail: () => tail.slice(-TAIL),
    touchesWord: () => /[\w.$"`]/.test(last),
  };
}

const EXPECTS_OPERAND = new Set(
  'select distinct from join on where and or by as in then else when case not like ilike rlike regexp between limit having qualify union all over interval is using with offset values except intersect minus any some exists partition order group left right full inner outer cross natural lateral set into returning escape recursive filter within similar to for first last next top'.split(' '),
);

/** True when code ends in a complete operand (name, literal, closing bracket, select-star), so no operand may follow. */
export function endsWithOperand(tail: string): boolean {
  const text = tail.trimEnd();
  if (text === '') return false;
  const end = text[text.length - 1] ?? '';
  if (end === '*') return /(\bselect|\bdistinct|,|\.)\s*\*$/i.test(text);
  if (/[)\]'"`]/.test(end)) return true;
  const word = /[\w$\uE000]+$/.exec(text)?.[0];
  if (word === undefined) return false;
  return !EXPECTS_OPERAND.has(word.toLowerCase());
}
