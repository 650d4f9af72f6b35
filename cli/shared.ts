import type { Trace } from '../platform/tracedWorkspace';
import type { Judged } from './judgeSpec';
import type { Item, Share, ShareListener } from './share';

/** Specs that are given to a share at a time; it always has some more than it is at. */
const AT_ONCE = 8;
/** A share of which nothing is heard for so long while it has specs is given up. */
const SILENT_MS = 60_000;

/** How a run is shared. */
export interface Sharing {
  /** Starts the other processes; each is told of by its listener. */
  start: ((listener: ShareListener) => Share)[];
  /** Judges a spec in this process. */
  own: (path: string) => Promise<Judged>;
  /** Gets what came of each spec, in their order. */
  take: (judged: Judged) => void;
  /** Gets what a share has read. */
  read: (trace: Trace) => void;
  /** Says what a person should know. */
  warn: (text: string) => void;
  silentMs?: number;
}

interface Other {
  share: Share;
  ready: boolean;
  /** Specs it was given and has not answered. */
  open: Map<number, Item>;
  heard: number;
}

/** Starts what shares a run and gives the run: start early, for shares open the project themselves. */
export function sharedRun({ start, own, take, read, warn, silentMs = SILENT_MS }: Sharing): { judgeAll(paths: readonly string[]): Promise<void> } {
  const others = new Set<Other>();
  const back: Item[] = [];
  const done = new Map<number, Judged>();
  let items: Item[] = [];
  let next = 0;
  let taken = 0;
  let wake: () => void = () => undefined;

  const more = (count: number): Item[] => {
    const again = back.splice(0, count);
    const fresh = items.slice(next, next + count - again.length);
    next += fresh.length;
    return [...again, ...fresh];
  };
  const finish = (index: number, judged: Judged): void => {
    // A share that was given up may have answered first.
    if (index < taken || done.has(index)) return;
    done.set(index, judged);
    for (let found = done.get(taken); found; found = done.get(taken)) {
      done.delete(taken++);
      take(found);
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
    if (other.open.size > 0 || next < items.length) warn(`another process that compared models was given up: ${why}; this one compares them.`);
    back.push(...other.open.values());
    other.open.clear();
    other.share.stop();
    wake();
  };
  const begin = (starter: (listener: ShareListener) => Share): void => {
    const other: Other = { share: { give: () => undefined, stop: () => undefined }, ready: false, open: new Map(), heard: 0 };
    others.add(other);
    other.share = starter({
      ready: () => {
        other.ready = true;
        supply(other);
      },
      answer: (index, judged, trace) => {
        other.heard = performance.now();
        if (!other.open.delete(index)) return;
        read(trace);
        finish(index, judged);
        supply(other);
        wake();
      },
      ended: (why) => giveUp(other, why),
    });
  };
  start.forEach(begin);

  return {
    async judgeAll(paths) {
      items = paths.map((path, index) => ({ index, path }));
      others.forEach(supply);
      try {
        while (taken < items.length) {
          const mine = more(AT_ONCE);
          for (const { index, path } of mine) finish(index, await own(path));
          // An answer that arrived is taken before anybody is called silent.
          if (others.size > 0) await turn();
          for (const other of others) if (other.open.size > 0 && performance.now() - other.heard > silentMs) giveUp(other, `nothing was heard of it for ${Math.round(silentMs / 1000)} s`);
          if (mine.length === 0 && taken < items.length && back.length === 0) await Promise.race([new Promise<void>((settle) => (wake = settle)), pause(Math.min(1000, silentMs))]);
        }
      } finally {
        // Nobody is told of those that have nothing to do any more.
        for (const other of [...others]) {
          others.delete(other);
          other.share.stop();
        }
      }
    },
  };
}

function turn(): Promise<void> {
  return new Promise((settle) => setImmediate(settle));
}

function pause(ms: number): Promise<void> {
  return new Promise((settle) => setTimeout(settle, ms));
}
