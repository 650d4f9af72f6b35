import type { BytesResult, ReadResult } from '../workspace';
import { jsonReader, parsedAt, type JsonRange } from './jsonBytes';
import type { Json, Notice } from './types';
import { asRecord } from './values';

/** An artifact of dbt of which a part is made a value when somebody asks for it. */
export interface Artifact {
  /** The value of a member. */
  value(name: string): Json | undefined;
  /** Keys of a section; none where it is no object. */
  keys(name: string): readonly string[];
  /** A member of a section. */
  entry(name: string, key: string): Json | undefined;
  /** Of each member of a section named to `artifactOf`, the member of one name as far as it is a text: `undefined` where there is none. */
  textsOf(name: string): ReadonlyMap<string, string | undefined>;
}

/**
 * Opens an artifact; a missing one is silent, anything else broken is one notice. `sections` are the members with members that are asked
 * for one by one; `text` names the member of these that `textsOf` gives, for sections where it tells entries apart.
 */
export function artifactOf(file: string, read: ReadResult | BytesResult, command: string, sections: readonly string[], text?: { name: string; of: (key: string) => boolean }): { artifact?: Artifact; notices: Notice[] } {
  if (read.kind === 'missing') return { notices: [] };
  if (read.kind === 'too-large') return { notices: [artifactNotice(file, 'EVID014', `is larger than ${read.limit} bytes and was not read`)] };
  if (read.kind === 'failed') return { notices: [artifactNotice(file, 'EVID014', `could not be read (${read.why})`)] };
  const bytes = read.kind === 'bytes' ? read.bytes : new TextEncoder().encode(read.text);
  const artifact = inParts(bytes, sections, text);
  return artifact ? { artifact, notices: [] } : asOneValue(file, bytes, command);
}

export function artifactNotice(file: string, code: string, what: string): Notice {
  return { code, severity: 'warning', file, message: `${file} ${what}; the raw files are used instead.` };
}

interface Section {
  entries: Map<string, JsonRange>;
  texts: Map<string, string | undefined>;
}

function inParts(bytes: Uint8Array, names: readonly string[], text: Parameters<typeof artifactOf>[4]): Artifact | undefined {
  const reader = jsonReader(bytes);
  const members = new Map<string, JsonRange>();
  const sections = new Map<string, Section>();
  const isWhole = reader.object((keyOf) => {
    const key = keyOf();
    const start = reader.at();
    if (names.includes(key) && bytes[start] === OPEN_MAP) {
      const section: Section = { entries: new Map(), texts: new Map() };
      const found = reader.object((entry) => entryAt(reader, bytes, entry(), section, text));
      sections.set(key, section);
      members.set(key, { start, end: reader.at() });
      return found;
    }
    const range = reader.range();
    if (range) members.set(key, range);
    // Of members of one name the last counts.
    sections.delete(key);
    return range !== undefined;
  });
  if (!isWhole || !reader.atEnd()) return undefined;
  const valueAt = (range: JsonRange): Json => parsedAt(bytes, range) as Json;
  return {
    value: (name) => {
      const range = members.get(name);
      return range && valueAt(range);
    },
    keys: (name) => [...(sections.get(name)?.entries.keys() ?? [])],
    entry(name, key) {
      const range = sections.get(name)?.entries.get(key);
      return range && valueAt(range);
    },
    textsOf: (name) => sections.get(name)?.texts ?? new Map(),
  };
}

const OPEN_MAP = 123;
const QUOTE = 34;

function entryAt(reader: ReturnType<typeof jsonReader>, bytes: Uint8Array, key: string, { entries, texts }: Section, text: Parameters<typeof artifactOf>[4]): boolean {
  const start = reader.at();
  if (!text?.of(key) || bytes[start] !== OPEN_MAP) {
    const range = reader.range();
    if (range) entries.set(key, range);
    return range !== undefined;
  }
  let found: string | undefined;
  const isWhole = reader.object((_, isKey) => {
    if (!isKey(text.name)) return reader.value();
    const range = reader.range();
    found = range && bytes[range.start] === QUOTE ? (parsedAt(bytes, range) as string) : undefined;
    return range !== undefined;
  });
  entries.set(key, { start, end: reader.at() });
  texts.set(key, found);
  return isWhole;
}

/** The artifact as JSON.parse has it, which says what is wrong where it is not complete. */
function asOneValue(file: string, bytes: Uint8Array, command: string): { artifact?: Artifact; notices: Notice[] } {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8').decode(bytes));
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
      const whole = value as Record<string, Json>;
      return { artifact: { value: (name) => whole[name], keys: (name) => Object.keys(asRecord(whole[name])), entry: (name, key) => asRecord(whole[name])[key], textsOf: () => new Map() }, notices: [] };
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { notices: [artifactNotice(file, 'EVID012', `is not complete JSON (${why}); run \`${command}\` to write it anew`)] };
  }
  return { notices: [artifactNotice(file, 'EVID012', `is not a dbt artifact; run \`${command}\` to write it anew`)] };
}
