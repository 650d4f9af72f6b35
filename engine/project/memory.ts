/**
 * What was made of a project's files, to be used again where they are the same: a project that is opened anew after one file changed
 * reads that file only. What is kept never decides what is said: it is what would be made again.
 */
export interface ProjectMemory {
  /** `make()`, or what it gave before for the same thing that was read, the same name and the same parts. */
  of<T>(read: object, name: string, parts: readonly unknown[], make: () => T): T;
  /** `make()`, or what it gave the last time under this name, where the parts are the same as then. */
  kept<T>(name: string, parts: readonly unknown[], make: (before: T | undefined) => T): T;
  /** As `kept`, under a name of one of many owners, of which some may come and go. */
  keptFor<T>(owner: string, name: string, parts: readonly unknown[], make: (before: T | undefined) => T): T;
  /** Forgets what was kept for other owners than these. */
  forgetOthers(owners: { has(owner: string): boolean }): void;
  /** Stands for a large thing among parts, which would be held on to for as long as what was made of it. */
  token(of: object | undefined): object | undefined;
}

interface Kept {
  parts: readonly unknown[];
  value: unknown;
}

/** A memory in which nothing is. It forgets what was made of something when that is let go, and holds one thing for each name. */
export function projectMemory(): ProjectMemory {
  const byRead = new WeakMap<object, Map<string, Kept>>();
  const byName = new Map<string, Kept>();
  const byOwner = new Map<string, Map<string, Kept>>();
  const tokens = new WeakMap<object, object>();
  const from = (known: Map<string, Kept>, name: string, parts: readonly unknown[], make: (before: unknown) => unknown): unknown => {
    const found = known.get(name);
    if (found && isSame(found.parts, parts)) return found.value;
    const value = make(found?.value);
    known.set(name, { parts, value });
    return value;
  };
  return {
    of<T>(read: object, name: string, parts: readonly unknown[], make: () => T): T {
      const known = byRead.get(read) ?? new Map<string, Kept>();
      byRead.set(read, known);
      return from(known, name, parts, make) as T;
    },
    kept: <T>(name: string, parts: readonly unknown[], make: (before: T | undefined) => T): T => from(byName, name, parts, (before) => make(before as T | undefined)) as T,
    keptFor<T>(owner: string, name: string, parts: readonly unknown[], make: (before: T | undefined) => T): T {
      const known = byOwner.get(name) ?? new Map<string, Kept>();
      byOwner.set(name, known);
      return from(known, owner, parts, (before) => make(before as T | undefined)) as T;
    },
    forgetOthers(owners) {
      for (const known of byOwner.values()) for (const owner of known.keys()) if (!owners.has(owner)) known.delete(owner);
    },
    token(of) {
      if (!of) return undefined;
      const token = tokens.get(of) ?? {};
      tokens.set(of, token);
      return token;
    },
  };
}

function isSame(left: readonly unknown[], right: readonly unknown[]): boolean {
  return left.length === right.length && left.every((part, index) => Object.is(part, right[index]));
}

/** The earlier of two values that are the same data, else the later. */
export function sameAs<T>(before: T | undefined, now: T): T {
  return before !== undefined && isSameData(before, now) ? before : now;
}

/** Whether two values are the same data, however they were made. */
export function isSameData(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null || Array.isArray(left) !== Array.isArray(right)) return false;
  const [ours, theirs] = [Object.keys(left), Object.keys(right)];
  return ours.length === theirs.length && ours.every((key, index) => key === theirs[index] && isSameData((left as Record<string, unknown>)[key], (right as Record<string, unknown>)[key]));
}
