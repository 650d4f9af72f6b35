import { createHash } from 'node:crypto';
import type { DiskCache } from '../platform/diskCache';
import { isSettled } from '../platform/stamps';

/** The words of the models of spec files, noted between runs of the server for the stamps that the files had. */
export interface SpecNotes {
  words(path: string, stamp: string): readonly string[] | undefined;
  /** Notes those of all spec files, which were read just now; asks for them some time later. */
  keep(all: () => readonly NotedSpec[]): void;
}

/** What is noted of a spec file. */
export interface NotedSpec {
  path: string;
  stamp: string;
  words: readonly string[];
}

/** Rises when notes are written in another way, or words are found in another. */
const FORMAT = 1;
const NOTED_AFTER_MS = 4000;

/** The notes of the project in a folder. */
export function specNotes(root: string, cache: DiskCache): SpecNotes {
  const key = createHash('sha256').update(`specs ${root}`).digest('hex');
  const known = new Map<string, NotedSpec>();
  const before = cache.read(key) as { format?: unknown; specs?: [string, string, string[]][] } | undefined;
  for (const [path, stamp, words] of before?.format === FORMAT ? (before.specs ?? []) : []) known.set(path, { path, stamp, words });
  const note = (all: readonly NotedSpec[], read: number): void => {
    const settled = all.filter(({ stamp }) => isSettled(stamp, read));
    if (settled.length === known.size && settled.every(({ path, stamp }) => known.get(path)?.stamp === stamp)) return;
    known.clear();
    for (const one of settled) known.set(one.path, one);
    cache.write(key, { format: FORMAT, specs: settled.map(({ path, stamp, words }) => [path, stamp, words]) });
  };
  let later: NodeJS.Timeout | undefined;
  return {
    words(path, stamp) {
      const noted = known.get(path);
      return noted?.stamp === stamp ? noted.words : undefined;
    },
    keep(all) {
      const read = Date.now();
      clearTimeout(later);
      // Nobody waits for it, and a start has other things to do.
      later = setTimeout(() => note(all(), read), NOTED_AFTER_MS).unref();
    },
  };
}
