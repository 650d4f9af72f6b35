import { asBytes, type BytesResult, type FileBytes, type ReadResult } from '../workspace';
import { jsonReader, parsedAt, type JsonRange, type JsonReader } from './jsonBytes';
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
  /** What stands at one of the paths named to `artifactOf` in a member of a section, by the number of the path. */
  picked(name: string, key: string, path: number): Json | undefined;
}

/**
 * Opens an artifact; a missing one is silent, anything else broken is one notice. `sections` are the members with members that are asked
 * for one by one; `paths` lead to what of these is asked for all of them, and is found in passing.
 */
export function artifactOf(file: string, read: ReadResult | BytesResult, command: string, sections: readonly string[], paths: readonly PickedPath[] = []): { artifact?: Artifact; notices: Notice[] } {
  const words: ArtifactWords = { command, instead: RAW_FILES };
  const { bytes, notices } = bytesIn(file, read, words);
  if (!bytes) return { notices };
  const asked = JSON.stringify([FORMAT, bytes.length, sections, paths]);
  const noted = layoutFrom(bytes.layout?.read(), asked);
  const layout = noted ?? layoutOf(bytes.whole(), sections, paths);
  if (!layout) return asOneValue(file, bytes.whole(), words, paths);
  if (!noted) bytes.layout?.write(notesOf(layout, asked));
  return { artifact: inParts(bytes, layout), notices: [] };
}

export function artifactNotice(file: string, code: string, what: string): Notice {
  return brokenNotice(file, code, what, { command: '', instead: RAW_FILES });
}

/** What is said of an artifact that cannot be used. */
export interface ArtifactWords {
  /** What writes it anew. */
  command: string;
  /** What holds without it. */
  instead: string;
}

const RAW_FILES = 'the raw files are used instead';

export function brokenNotice(file: string, code: string, what: string, { instead }: ArtifactWords): Notice {
  return { code, severity: 'warning', file, message: `${file} ${what}; ${instead}.` };
}

/** The bytes of an artifact; a missing one is silent, one that could not be read is one notice. */
export function bytesIn(file: string, read: ReadResult | BytesResult, words: ArtifactWords): { bytes?: FileBytes; notices: Notice[] } {
  const found = asBytes(read);
  switch (found.kind) {
    case 'missing':
      return { notices: [] };
    case 'too-large':
      return { notices: [brokenNotice(file, 'EVID014', `is larger than ${found.limit} bytes and was not read`, words)] };
    case 'failed':
      return { notices: [brokenNotice(file, 'EVID014', `could not be read (${found.why})`, words)] };
    case 'bytes':
      return { bytes: found.bytes, notices: [] };
  }
}

/** Rises when notes of a layout are written in another way. */
const FORMAT = 2;

/** A path to what is noted of every entry of a section, except where it is the value that nearly all have. */
export interface PickedPath {
  path: readonly string[];
  but?: Json;
}

/** A member on the way of paths: what of them ends there, else where they go on below it. */
interface Branch {
  key: string;
  ends: { index: number; but?: Json | undefined }[];
  below: Branch[];
}

function branchesOf(paths: readonly (PickedPath & { index: number })[]): Branch[] {
  return [...new Set(paths.map(({ path }) => path[0] as string))].map((key): Branch => {
    const own = paths.filter(({ path }) => path[0] === key);
    return { key, ends: own.filter(({ path }) => path.length === 1), below: branchesOf(own.filter(({ path }) => path.length > 1).map((one) => ({ ...one, path: one.path.slice(1) }))) };
  });
}

/** The entries of a section in their order, as columns: there are tens of thousands. Of entries of one name the last counts. */
interface Section {
  keys: string[];
  starts: number[];
  ends: number[];
  /** For each path the values that were picked, by the number of the entry. */
  picked: Map<number, Json>[];
}

/** Where the members of a document stand, and those of its sections. */
interface Layout {
  members: Map<string, JsonRange>;
  sections: Map<string, Section>;
}

/** The layout of a document; undefined where it is no JSON object. */
function layoutOf(bytes: Uint8Array, names: readonly string[], paths: readonly PickedPath[]): Layout | undefined {
  const reader = jsonReader(bytes);
  const members = new Map<string, JsonRange>();
  const sections = new Map<string, Section>();
  const branches = branchesOf(paths.map((path, index) => ({ ...path, index })));
  const isWhole = reader.object(() => {
    const key = reader.key();
    const start = reader.at();
    // Of members of one name the last counts.
    sections.delete(key);
    if (!names.includes(key) || bytes[start] !== OPEN_MAP) {
      const range = reader.range();
      if (range) members.set(key, range);
      return range !== undefined;
    }
    const section: Section = { keys: [], starts: [], ends: [], picked: paths.map(() => new Map<number, Json>()) };
    const found = reader.object(() => entryAt(reader, bytes, reader.key(), section, branches));
    sections.set(key, section);
    members.set(key, { start, end: reader.at() });
    return found;
  });
  return isWhole && reader.atEnd() ? { members, sections } : undefined;
}

/** A layout as it is noted, with what it was asked for. */
interface Notes {
  asked: string;
  members: [string, number, number][];
  sections: (Omit<Section, 'picked'> & { name: string; picked: { entries: number[]; values: Json[] }[] })[];
}

function notesOf({ members, sections }: Layout, asked: string): Notes {
  return {
    asked,
    members: [...members].map(([key, { start, end }]) => [key, start, end]),
    sections: [...sections].map(([name, { picked, ...columns }]) => ({ name, ...columns, picked: picked.map((values) => ({ entries: [...values.keys()], values: [...values.values()] })) })),
  };
}

/** A layout from notes; undefined where these are of something else. */
function layoutFrom(noted: unknown, asked: string): Layout | undefined {
  const notes = noted as Partial<Notes> | undefined;
  if (notes?.asked !== asked || !notes.members || !notes.sections) return undefined;
  const sections = notes.sections.map(({ name, keys, starts, ends, picked }): [string, Section] => [name, { keys, starts, ends, picked: picked.map(({ entries, values }) => new Map(entries.map((entry, index) => [entry, values[index] as Json]))) }]);
  return { members: new Map(notes.members.map(([key, start, end]) => [key, { start, end }])), sections: new Map(sections) };
}

function inParts(bytes: FileBytes, { members, sections }: Layout): Artifact {
  const valueAt = ({ start, end }: JsonRange): Json => JSON.parse(bytes.text(start, end)) as Json;
  const places = new Map<string, ReadonlyMap<string, number>>();
  const placesIn = (name: string): ReadonlyMap<string, number> => {
    const known = places.get(name) ?? new Map(sections.get(name)?.keys.map((key, index) => [key, index]));
    places.set(name, known);
    return known;
  };
  return {
    value: (name) => {
      const range = members.get(name);
      return range && valueAt(range);
    },
    keys: (name) => [...placesIn(name).keys()],
    entry(name, key) {
      const place = placesIn(name).get(key);
      const [start, end] = place === undefined ? [] : [sections.get(name)?.starts[place], sections.get(name)?.ends[place]];
      return start === undefined || end === undefined ? undefined : valueAt({ start, end });
    },
    picked(name, key, path) {
      const place = placesIn(name).get(key);
      return place === undefined ? undefined : sections.get(name)?.picked[path]?.get(place);
    },
  };
}

const OPEN_MAP = 123;

function entryAt(reader: JsonReader, bytes: Uint8Array, key: string, section: Section, branches: readonly Branch[]): boolean {
  const found: Json[] = [];
  const place = section.keys.push(key) - 1;
  section.starts.push(reader.at());
  const isWhole = pick(reader, bytes, branches, found);
  section.ends.push(reader.at());
  found.forEach((value, path) => section.picked[path]?.set(place, value));
  return isWhole;
}

/** Passes over the value at hand, and notes what stands on the branches in it. */
function pick(reader: JsonReader, bytes: Uint8Array, branches: readonly Branch[], found: Json[]): boolean {
  if (branches.length === 0 || bytes[reader.at()] !== OPEN_MAP) return reader.value();
  return reader.object(() => {
    // A million members are looked at: a loop takes half the time of a search by a function.
    for (const branch of branches) if (reader.isKey(branch.key)) return pickMember(reader, bytes, branch, found);
    return reader.value();
  });
}

function pickMember(reader: JsonReader, bytes: Uint8Array, { ends, below }: Branch, found: Json[]): boolean {
  if (ends.length === 0) return pick(reader, bytes, below, found);
  const range = reader.range();
  const value = range && (parsedAt(bytes, range) as Json);
  for (const { index, but } of ends) if (value !== undefined && value !== but) found[index] = value;
  return range !== undefined;
}

/** The artifact as JSON.parse has it, which says what is wrong where it is not complete. */
function asOneValue(file: string, bytes: Uint8Array, words: ArtifactWords, paths: readonly PickedPath[]): { artifact?: Artifact; notices: Notice[] } {
  const found = documentOf(file, bytes, words);
  if ('notices' in found) return found;
  const { members } = found;
  return { artifact: { value: (name) => members[name], keys: (name) => Object.keys(asRecord(members[name])), entry: (name, key) => asRecord(members[name])[key], picked: (name, key, path) => paths[path]?.path.reduce<Json | undefined>((at, step) => asRecord(at)[step], asRecord(members[name])[key]) }, notices: [] };
}

/** The members of a document by JSON.parse, or a notice of what is wrong with it. */
export function documentOf(file: string, bytes: Uint8Array, words: ArtifactWords): { members: Record<string, Json> } | { notices: Notice[] } {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8').decode(bytes));
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return { members: value as Record<string, Json> };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { notices: [brokenNotice(file, 'EVID012', `is not complete JSON (${why}); run \`${words.command}\` to write it anew`, words)] };
  }
  return { notices: [brokenNotice(file, 'EVID012', `is not a dbt artifact; run \`${words.command}\` to write it anew`, words)] };
}
