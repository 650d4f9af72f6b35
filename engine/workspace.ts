/** One entry of a folder. */
export interface Entry {
  name: string;
  kind: 'file' | 'folder';
  /** A link to that folder. */
  linked?: boolean;
}

/** What a read gave: the text and, where that is known, when it was last changed (milliseconds since 1970); or why there is none. */
export type ReadResult =
  | { kind: 'text'; text: string; invalidUtf8: boolean; modified?: number; /** The file starts with a byte order mark, which the text leaves out. */ mark?: boolean }
  | { kind: 'missing' }
  | { kind: 'too-large'; bytes: number; limit: number }
  | { kind: 'failed'; why: string; /** The path leads out of the project, by itself or through a link. */ outside?: boolean };

/** The bytes of a file, which may stay where they are until they are asked for; where the file is another one by then, `ChangedFile` is thrown. */
export interface FileBytes {
  length: number;
  /** Another one once the file may have other bytes. Where it is absent, only the bytes tell. */
  stamp?: string;
  whole(): Uint8Array;
  /** The text of a part, which starts and ends between two characters. */
  text(start: number, end: number): string;
  /** What was noted of where things stand in them when they were read before, and where that is noted. It may be lost or spoilt. */
  layout?: { read(): unknown; write(layout: unknown): void };
}

/** A file was changed after it was looked at and before all of it was read. */
export class ChangedFile extends Error {
  constructor(path: string) {
    super(`${path} changed while it was read; ask again.`);
    this.name = 'ChangedFile';
  }
}

/** The bytes of a file without a byte order mark, or why there are none. */
export type BytesResult = { kind: 'bytes'; bytes: FileBytes; modified?: number } | Exclude<ReadResult, { kind: 'text' }>;

/** Of a part of a file, where a byte order mark is a character as any other. */
const DECODER = new TextDecoder('utf-8', { ignoreBOM: true });

/** Bytes as they are. */
export function plainBytes(bytes: Uint8Array): FileBytes {
  return { length: bytes.length, whole: () => bytes, text: (start, end) => DECODER.decode(bytes.subarray(start, end)) };
}

/** A read as bytes, where only the text of it is at hand. */
export function asBytes(read: ReadResult | BytesResult): BytesResult {
  return read.kind === 'text' ? { ...read, kind: 'bytes', bytes: plainBytes(new TextEncoder().encode(read.text)) } : read;
}

/**
 * The files of one dbt project. Paths are POSIX, relative to the project's root, never with `..`;
 * an implementation refuses (as `failed`) what would leave the root, also through links.
 * Unsaved editor buffers count as the file's text.
 */
export interface Workspace {
  read(path: string): Promise<ReadResult>;
  /** A large file as bytes: as a text it would take as much again. Where it is absent, `read` says the same. */
  bytes?(path: string): Promise<BytesResult>;
  /** What `read` gives, at once. Where it is absent, files are read before they are needed. */
  now?(path: string): ReadResult;
  /** Entries of a folder sorted by name; an empty list where it does not exist. */
  list(folder: string): Promise<Entry[]>;
  /** What `read` gives for each of many files: to wait for each of thousands takes longer than to read it. */
  readMany?(paths: readonly string[]): Promise<ReadResult[]>;
  /** An object that is another one once any folder may have other entries. */
  listing?(): object;
  /** SHA-256 of a text's UTF-8 bytes, as lower-case hex; where it is absent, it is worked out in some fifty times the time. */
  sha256?(text: string): string;
}

/** A workspace that can read at once. */
export interface ReadyWorkspace extends Workspace {
  now(path: string): ReadResult;
  /** What tells a file from any other that may stand there earlier or later, without reading it; undefined where nothing does. */
  stamp(path: string): string | undefined;
}

/** Read limit for a spec, YAML or SQL file, in bytes. */
export const MAX_SOURCE_BYTES = 10 * 1024 * 1024;
/** Read limit for an artifact (manifest, catalog), in bytes. */
export const MAX_ARTIFACT_BYTES = 512 * 1024 * 1024;
