import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { FileBytes } from '../engine/workspace';

/** What tells that a file is still the one that was read. */
export interface FileState {
  size: number;
  mtimeMs: number;
}

/** A file is no longer the one that was read. */
export class FileChanged extends Error {}

/**
 * Bytes of a file that are read again, part by part, once they are packed: they take no room then, and the system keeps at hand what
 * several processes ask for. `start` is where they begin in the file. A part of a file that has changed since it was read throws `FileChanged`.
 */
export function fileBytes(raw: Buffer, file: string, read: FileState, start: number): FileBytes {
  let bytes: Buffer | undefined = raw;
  let open: number | undefined;
  const { length } = raw;
  const slice = (from: number, to: number): Uint8Array => (bytes ? bytes.subarray(from, to) : part(open as number, file, read, start + from, to - from));
  return {
    length,
    slice,
    whole: () => bytes ?? slice(0, length),
    pack: () => {
      if (bytes) open = opened(file, read);
      if (open !== undefined) bytes = undefined;
      return Promise.resolve();
    },
  };
}

/** A file that is still as it was; undefined where it is not, or cannot be opened. */
function opened(file: string, read: FileState): number | undefined {
  try {
    const handle = openSync(file, 'r');
    if (isAs(handle, read)) return handle;
    closeSync(handle);
  } catch {
    // The bytes stay as they are, which costs room and nothing else.
  }
  return undefined;
}

function part(handle: number, file: string, read: FileState, from: number, length: number): Buffer {
  const found = Buffer.allocUnsafe(length);
  for (let done = 0; done < length; ) {
    const more = readSync(handle, found, done, length - done, from + done);
    if (more === 0) break;
    done += more;
  }
  if (!isAs(handle, read)) throw new FileChanged(`${file} changed while models were compared.`);
  return found;
}

function isAs(handle: number, { size, mtimeMs }: FileState): boolean {
  const now = fstatSync(handle);
  return now.size === size && now.mtimeMs === mtimeMs;
}
