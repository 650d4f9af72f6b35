import { statSync } from 'node:fs';
import { join } from 'node:path';
import { stampOfFacts } from './fileBytes';

/** Files changed in the last moments are compared byte by byte: clocks of machines and file systems differ. */
const SETTLED_MS = 60_000;

/**
 * What a file system says of files that had settled at a time: size, times and number, by which Git, too, knows a file to be the same.
 * Files that changed shortly before or since, or are none, have no stamp.
 */
export function stampsOf(root: string, paths: readonly string[], at: number): Record<string, string> {
  return Object.fromEntries(paths.flatMap((path) => {
    const stamp = stampOf(join(root, path), at - SETTLED_MS);
    return stamp === undefined ? [] : [[path, stamp] as const];
  }));
}

/** Whether a file had settled at a time that has this stamp. */
export function isSettled(stamp: string, at: number): boolean {
  const [, modified, changed] = stamp.split(' ').map(Number);
  return [modified, changed].every((time = Infinity) => time / 1e6 < at - SETTLED_MS);
}

/** Whether a file still has a stamp. */
export function hasStamp(root: string, path: string, stamp: string): boolean {
  return stampOf(join(root, path), Infinity) === stamp;
}

function stampOf(file: string, before: number): string | undefined {
  try {
    const facts = statSync(file, { throwIfNoEntry: false, bigint: true });
    if (!facts?.isFile() || Number(facts.mtimeMs) >= before || Number(facts.ctimeMs) >= before) return undefined;
    return stampOfFacts(facts);
  } catch {
    // Whoever reads the file says what is wrong with it.
    return undefined;
  }
}
