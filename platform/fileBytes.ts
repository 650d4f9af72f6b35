import { closeSync, constants, fstatSync, openSync, readSync, type BigIntStats } from 'node:fs';
import { ChangedFile, type FileBytes } from '../engine/workspace';

/** So many bytes are read together: what is asked for next often stands behind what was asked for last. */
const WINDOW = 16 * 1024;
const KEPT_WINDOWS = 64;

/** A part of a file that is kept. */
interface Window {
  start: number;
  length: number;
  bytes: Buffer<ArrayBuffer>;
}

/** A file that is open for reading, as it was when it was looked at. */
export interface OpenFile {
  descriptor: number;
  facts: BigIntStats;
}

/** What a file system says of a file, by which Git, too, knows it to be the same. */
export function stampOfFacts({ size, mtimeNs, ctimeNs, ino, dev }: BigIntStats): string {
  return [size, mtimeNs, ctimeNs, ino, dev].join(' ');
}

/** Calls with a file that is open meanwhile, which may be no plain file. Throws what opening and reading throw. */
export function withOpenFile<T>(path: string, use: (file: OpenFile) => T): T {
  // A pipe is opened without waiting for somebody who writes; Windows has no such flag.
  const { O_NONBLOCK = 0 } = constants as { O_NONBLOCK?: number };
  const descriptor = openSync(path, constants.O_RDONLY | O_NONBLOCK);
  try {
    return use({ descriptor, facts: fstatSync(descriptor, { bigint: true }) });
  } finally {
    closeSync(descriptor);
  }
}

/** Bytes of an open file, by its descriptor, from `start` on, read into `bytes` where that is given; fewer where the file ends before. */
export function readAt(descriptor: number, start: number, length: number, bytes = Buffer.allocUnsafe(length)): Buffer {
  let read = 0;
  while (read < length) {
    const count = readSync(descriptor, bytes, read, length - read, start + read);
    if (count === 0) break;
    read += count;
  }
  return bytes.subarray(0, read);
}

/**
 * The bytes of a file behind the first `skipped`, as it was when it had a stamp. They stay on disk, and parts are read when they are asked
 * for. Where the file is another one by then, `changed` is called once, and what was asked for throws `ChangedFile`.
 */
export function fileBytes(path: string, name: string, stamp: string, skipped: number, length: number, changed: () => void, layout?: FileBytes['layout']): FileBytes {
  const windows: Window[] = [];
  let isChanged = false;
  const read = (start: number, wanted: number, into?: Buffer<ArrayBuffer>): Buffer => {
    const found = partOf(path, stamp, skipped + start, wanted, into);
    if (found) return found;
    if (!isChanged) changed();
    isChanged = true;
    throw new ChangedFile(name);
  };
  const windowFrom = (start: number): Window => {
    // The room of the oldest is used again: new room for each would have to be cleared away again.
    const oldest = windows.length < KEPT_WINDOWS ? undefined : windows.shift();
    const bytes = oldest?.bytes ?? Buffer.allocUnsafeSlow(WINDOW);
    const found = { start, length: read(start, Math.min(WINDOW, length - start), bytes).length, bytes };
    windows.push(found);
    return found;
  };
  return {
    length,
    stamp,
    whole: () => read(0, length),
    text(start, end) {
      if (end - start > WINDOW) return read(start, end - start).toString('utf8');
      const window = windows.findLast((one) => one.start <= start && end <= one.start + one.length) ?? windowFrom(start);
      return window.bytes.toString('utf8', start - window.start, end - window.start);
    },
    ...(layout ? { layout } : {}),
  };
}

/** A part of a file; undefined where it has another stamp by now, or is gone. */
function partOf(path: string, stamp: string, start: number, length: number, into?: Buffer<ArrayBuffer>): Buffer | undefined {
  try {
    return withOpenFile(path, (file) => {
      const bytes = stampOfFacts(file.facts) === stamp ? readAt(file.descriptor, start, length, into) : undefined;
      // It may have been written while it was read.
      return bytes?.length === length && stampOfFacts(fstatSync(file.descriptor, { bigint: true })) === stamp ? bytes : undefined;
    });
  } catch (error) {
    if (typeof (error as NodeJS.ErrnoException).code === 'string') return undefined;
    throw error;
  }
}
