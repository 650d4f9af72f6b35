import type { Trace } from '../platform/tracedWorkspace';
import type { Judged } from './judgeSpec';
import type { Head, Item, Result, Share, ShareListener } from './share';

/** Specs that a process is given at a time; it always has some more than it is at. */
const AT_ONCE = 8;
/** A process that has something to do and of which nothing is heard for so long is given up. */
const SILENT_MS = 60_000;
/** The same while it opens the project. */
const OPENING_MS = 180_000;

/** How a run is shared. */
export interface Sharing {
  /** Starts the other processes; each is told of by its listener, and the first one says the head. */
  start: ((listener: ShareListener) => Share)[];
  /** What this process does where no other is left: it opens the project, and judges specs. */
  head: () => Promise<Head>;
  specPaths: () => Promise<readonly string[]>;
  own: (path: string) => Promise<Judged>;
  /** Gets what came of each spec, in their order. */
  take: (judged: Judged) => void;
  /** Gets what a process has read. */
  read: (trace: Trace) => void;
  /** Says what a person should know. */
  warn: (text: string) => void;
  limits?: { silent: number; opening: number };
}

interface Other {
  share: Share;
  ready: boolean;
  /** It is to say the head, and has not yet. */
  owesHead: boolean;
  /** Specs it was given and has not answered. */
  open: Map<number, Item>;
  heard: number;
}

/** A run of which the processes have been started. */
export interface SharedRun {
  /** What the process that was asked for it says of the project; the others judge meanwhile. */
  head(): Promise<Head>;
  /** Judges all specs, and gives what came of them; ends when that is done, and the other processes with it. */
  judgeAll(): Promise<void>;
}

/** Starts other processes, which open the project and judge its specs at once. What none of them does in time this one does, and says so. */
export function sharedRun({ start, head, specPaths, own, take, read, warn, limits = { silent: SILENT_MS, opening: OPENING_MS } }: Sharing): SharedRun {
  const others = new Set<Other>();
  const back: Item[] = [];
  const done = new Map<number, Judged>();
  let found: Head | undefined;
  let items: Item[] | undefined;
  let next = 0;
  let taken = 0;
  let isTaking = false;
  let wake: () => void = () => undefined;

  const more = (count: number): Item[] => {
    const again = back.splice(0, count);
    const fresh = items?.slice(next, next + count - again.length) ?? [];
    next += fresh.length;
    return [...again, ...fresh];
  };
  const itemsOf = (paths: readonly string[]): Item[] => (items ??= paths.map((path, index) => ({ index, path })));
  const finish = ({ index, judged }: Result): void => void done.set(index, judged);
  /** Gives what came of specs in their order, as far as it is known. */
  const giveOut = (): void => {
    if (!isTaking) return;
    for (let first = done.get(taken); first; first = done.get(taken)) {
      done.delete(taken++);
      take(first);
    }
  };
  const supply = (other: Other): void => {
    if (!other.ready || other.open.size > AT_ONCE) return;
    const given = more(AT_ONCE);
    if (given.length === 0) return;
    if (other.open.size === 0) other.heard = performance.now();
    for (const item of given) other.open.set(item.index, item);
    other.share.give(given);
  };
  const giveUp = (other: Other, why: string): void => {
    if (!others.delete(other)) return;
    warn(`another process that compares models was given up: ${why}; the rest is compared without it.`);
    back.push(...other.open.values());
    other.open.clear();
    other.share.stop();
    others.forEach(supply);
    wake();
  };
  const begin = (starter: (listener: ShareListener) => Share, owesHead: boolean): void => {
    const other: Other = { share: { give: () => undefined, stop: () => undefined }, ready: false, owesHead, open: new Map(), heard: performance.now() };
    others.add(other);
    other.share = starter({
      ready: (paths, trace) => {
        read(trace);
        itemsOf(paths);
        other.heard = performance.now();
        other.ready = true;
        supply(other);
        wake();
      },
      head: (said, trace) => {
        read(trace);
        found ??= said;
        other.heard = performance.now();
        other.owesHead = false;
        wake();
      },
      answer: (results, trace) => {
        other.heard = performance.now();
        // One that was given up may answer late.
        const wanted = results.filter(({ index }) => other.open.delete(index));
        if (wanted.length === 0) return;
        read(trace);
        wanted.forEach(finish);
        giveOut();
        supply(other);
        wake();
      },
      ended: (why) => giveUp(other, why),
    });
  };
  /** Waits for a word of another process, but not for ever. */
  const listen = async (): Promise<void> => {
    const { silent, opening } = limits;
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([new Promise<void>((settle) => (wake = settle)), new Promise<void>((settle) => (timer = setTimeout(settle, Math.min(1000, silent, opening))))]);
    clearTimeout(timer);
    // An answer that has arrived is taken before anybody is called silent.
    await new Promise((settle) => setImmediate(settle));
    for (const other of others) {
      const isOpening = !other.ready || other.owesHead;
      const limit = isOpening ? opening : silent;
      if ((isOpening || other.open.size > 0) && performance.now() - other.heard > limit) giveUp(other, `nothing was heard of it for ${Math.round(limit / 1000)} s`);
    }
  };
  const stop = (): void => {
    const left = [...others];
    others.clear();
    for (const { share } of left) share.stop();
  };
  start.forEach((starter, index) => begin(starter, index === 0));

  return {
    async head() {
      while (!found && [...others].some(({ owesHead }) => owesHead)) await listen();
      return (found ??= await head());
    },
    async judgeAll() {
      try {
        while (!items && others.size > 0) await listen();
        const { length } = items ?? itemsOf(await specPaths());
        isTaking = true;
        giveOut();
        while (taken < length) {
          if (others.size > 0) await listen();
          else for (const { index, path } of more(AT_ONCE)) finish({ index, judged: await own(path) });
          giveOut();
        }
      } finally {
        stop();
      }
    },
  };
}
