import { closeSync, constants, fstatSync, openSync, readSync, type BigIntStats } from 'node:fs';
import { ChangedFile, type FileBytes } from '../engine/workspace';

/** So many bytes are read together: what is asked for next often stands beside what was asked for last. */
const BLOCK = 64 * 1024;
const KEPT_BLOCKS = 32;

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

/** Bytes of an open file from `start` on; fewer where the file ends before. */
export function readAt({ descriptor }: OpenFile, start: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
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
  const blocks = new Map<number, Buffer>();
  let isChanged = false;
  const read = (start: number, wanted: number): Buffer => {
    const found = partOf(path, stamp, skipped + start, wanted);
    if (found) return found;
    if (!isChanged) changed();
    isChanged = true;
    throw new ChangedFile(name);
  };
  const blockAt = (index: number): Buffer => {
    const block = blocks.get(index) ?? read(index * BLOCK, Math.min(BLOCK, length - index * BLOCK));
    blocks.delete(index);
    blocks.set(index, block);
    const oldest = blocks.keys().next();
    if (blocks.size > KEPT_BLOCKS && !oldest.done) blocks.delete(oldest.value);
    return block;
  };
  return {
    length,
    stamp,
    whole: () => read(0, length),
    slice(start, end) {
      const parts: Buffer[] = [];
      for (let at = start; at < end; ) {
        const part = blockAt(Math.floor(at / BLOCK)).subarray(at % BLOCK, (at % BLOCK) + end - at);
        parts.push(part);
        at += part.length;
      }
      return parts.length === 1 ? (parts[0] ?? Buffer.alloc(0)) : Buffer.concat(parts);
    },
    ...(layout ? { layout } : {}),
  };
}

/** A part of a file; undefined where it has another stamp by now, or is gone. */
function partOf(path: string, stamp: string, start: number, length: number): Buffer | undefined {
  try {
    return withOpenFile(path, (file) => {
      const bytes = stampOfFacts(file.facts) === stamp ? readAt(file, start, length) : undefined;
      // It may have been written while it was read.
      return bytes?.length === length && stampOfFacts(fstatSync(file.descriptor, { bigint: true })) === stamp ? bytes : undefined;
    });
  } catch (error) {
    if (typeof (error as NodeJS.ErrnoException).code === 'string') return undefined;
    throw error;
  }
}
