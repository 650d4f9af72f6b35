/** Where a value stands in the bytes of a JSON document. */
export interface JsonRange {
  start: number;
  end: number;
}

/**
 * Goes through a JSON document without making values of it: an artifact is as large as a database, and as values it takes several times
 * that in memory. It takes exactly what JSON.parse takes, so that every range it passed over can be parsed later.
 */
export interface JsonReader {
  /** Where the reader stands. */
  at(): number;
  /** Passes over white space; true where the document ends there. */
  atEnd(): boolean;
  /** Passes over the value at hand; false where there is none. */
  value(): boolean;
  /** Passes over the object at hand; `visit` passes over the value of each member, and says false where that is none. False where it is no object. */
  object(visit: () => boolean): boolean;
  /** Passes over the list at hand; `visit` passes over each item, and says false where that is none. False where it is no list. */
  list(visit: () => boolean): boolean;
  /** What the member is called at whose value the reader stands. */
  key(): string;
  /** Whether it is called so, for a plain name; cheaper than `key`. */
  isKey(name: string): boolean;
  /** The range of the value at hand, which is passed over; undefined where there is none. */
  range(): JsonRange | undefined;
}

const OPEN_MAP = 123;
const CLOSE_MAP = 125;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const COMMA = 44;
const COLON = 58;
const MINUS = 45;
const DOT = 46;
const ZERO = 48;
const NINE = 57;
const SPACE = 32;
const TAB = 9;
const LINE = 10;
const RETURN = 13;
const LOWER_E = 101;
const UPPER_E = 69;
const PLUS = 43;
const LOWER_U = 117;
const QUOTE = 34;
const BACKSLASH = 92;
const ESCAPED = new Set([...'"\\/bfnrt'].map((c) => c.charCodeAt(0)));
const WORDS = ['true', 'false', 'null'].map((word) => [...word].map((c) => c.charCodeAt(0)));
/** Deeper than any artifact nests; a document that goes deeper is left to JSON.parse. */
const MAX_DEPTH = 500;

/** A reader at the start of a document, or at `from` in it. */
export function jsonReader(bytes: Uint8Array, from = 0): JsonReader {
  const { length } = bytes;
  let at = from;
  let depth = 0;
  let keyStart = 0;
  let keyEnd = 0;
  const space = (): void => {
    for (let c = bytes[at]; c === SPACE || c === LINE || c === RETURN || c === TAB; c = bytes[at]) at++;
  };
  const isHex = (c: number | undefined): boolean => c !== undefined && ((c >= ZERO && c <= NINE) || (c >= 97 && c <= 102) || (c >= 65 && c <= 70));
  const string = (): boolean => {
    if (bytes[at] !== QUOTE) return false;
    // A local counter: nearly all of an artifact is in strings, and a shared one takes twice the time.
    let i = at + 1;
    for (;;) {
      if (i >= length) return false;
      const c = bytes[i] as number;
      if (c === QUOTE) break;
      if (c < SPACE) return false;
      if (c !== BACKSLASH) {
        i++;
        continue;
      }
      const escaped = bytes[i + 1] ?? 0;
      if (escaped === LOWER_U) {
        for (let digit = 2; digit < 6; digit++) if (!isHex(bytes[i + digit])) return false;
        i += 6;
      } else if (ESCAPED.has(escaped)) i += 2;
      else return false;
    }
    at = i + 1;
    return true;
  };
  const digits = (): boolean => {
    const start = at;
    for (let c = bytes[at] ?? 0; c >= ZERO && c <= NINE; c = bytes[at] ?? 0) at++;
    return at > start;
  };
  const number = (): boolean => {
    if (bytes[at] === MINUS) at++;
    if (bytes[at] === ZERO) at++;
    else if (!digits()) return false;
    if (bytes[at] === DOT) {
      at++;
      if (!digits()) return false;
    }
    if (bytes[at] !== LOWER_E && bytes[at] !== UPPER_E) return true;
    at++;
    if (bytes[at] === PLUS || bytes[at] === MINUS) at++;
    return digits();
  };
  const word = (): boolean => {
    const found = WORDS.find((letters) => letters.every((c, i) => bytes[at + i] === c));
    at += found?.length ?? 0;
    return found !== undefined;
  };
  /** The members or items between two brackets. */
  const list = (close: number, item: () => boolean): boolean => {
    if (++depth > MAX_DEPTH) return false;
    at++;
    space();
    if (bytes[at] === close) at++;
    else {
      for (;;) {
        if (!item()) return false;
        space();
        const c = bytes[at++];
        if (c === close) break;
        if (c !== COMMA) return false;
        space();
      }
    }
    depth--;
    return true;
  };
  const anyItem = (): boolean => value();
  const anyMember = (): boolean => key() && value();
  const key = (): boolean => {
    if (!string()) return false;
    space();
    if (bytes[at] !== COLON) return false;
    at++;
    space();
    return true;
  };
  const value = (): boolean => {
    const c = bytes[at];
    if (c === QUOTE) return string();
    if (c === OPEN_MAP) return list(CLOSE_MAP, anyMember);
    if (c === OPEN_LIST) return list(CLOSE_LIST, anyItem);
    return c === MINUS || (c !== undefined && c >= ZERO && c <= NINE) ? number() : word();
  };
  return {
    at: () => at,
    atEnd() {
      space();
      return at === bytes.length;
    },
    value() {
      space();
      return value();
    },
    object(visit) {
      space();
      if (bytes[at] !== OPEN_MAP) return false;
      return list(CLOSE_MAP, () => {
        const start = at;
        if (!string()) return false;
        const end = at;
        space();
        if (bytes[at] !== COLON) return false;
        at++;
        space();
        keyStart = start;
        keyEnd = end;
        return visit();
      });
    },
    list(visit) {
      space();
      return bytes[at] === OPEN_LIST && list(CLOSE_LIST, visit);
    },
    key: () => parsedAt(bytes, { start: keyStart, end: keyEnd }) as string,
    isKey: (name) => isText(bytes, keyStart + 1, keyEnd - 1, name),
    range() {
      space();
      const start = at;
      return value() ? { start, end: at } : undefined;
    },
  };
}

const DECODER = new TextDecoder('utf-8', { ignoreBOM: true });

/** The value at a range that a reader passed over. */
export function parsedAt(bytes: Uint8Array, { start, end }: JsonRange): unknown {
  const text = DECODER.decode(bytes.subarray(start, end));
  // Most are keys and ids, which say what they are.
  return bytes[start] === QUOTE && !text.includes('\\') ? text.slice(1, -1) : (JSON.parse(text) as unknown);
}

/** Whether bytes are the letters of a plain name. */
function isText(bytes: Uint8Array, start: number, end: number, name: string): boolean {
  if (end - start !== name.length) return false;
  for (let i = 0; i < name.length; i++) if (bytes[start + i] !== name.charCodeAt(i)) return false;
  return true;
}

/** Ranges of the members of the object at hand, of members of one name the last, as with JSON.parse; undefined where it is no object. */
export function memberRanges(reader: JsonReader): Map<string, JsonRange> | undefined {
  const members = new Map<string, JsonRange>();
  const isWhole = reader.object(() => {
    const name = reader.key();
    const found = reader.range();
    if (found) members.set(name, found);
    return found !== undefined;
  });
  return isWhole ? members : undefined;
}
