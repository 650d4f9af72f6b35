import { runInNewContext } from 'node:vm';

const EVERY_MS = 1000;
/** Below this share of one core nothing is being worked on. */
const IDLE_SHARE = 0.05;
/** A collection is worth its while for so much garbage, or for so much of what is kept: it takes time in proportion to that. */
const WORTH_BYTES = 8 * 1024 * 1024;
const WORTH_SHARE = 0.25;
/** Work that leaves something to give back, for each MB of what is kept: looking through that is work, too. */
const WORK_MS_PER_MB = 4;
/** Node keeps the room for new objects until a collection finds that few were made in the last five seconds. */
const REST_MS = 6000;

/** What is looked at and done; a test gives its own. */
export interface Heap {
  usedBytes(): number;
  /** Processor time used so far, in milliseconds. */
  workedMs(): number;
  collect(): void;
}

/**
 * Gives memory back when nothing happens: reading a project or opening many documents leaves a heap of which most is garbage,
 * and Node keeps it until it needs more; after some rest the room for new objects, too. Gives the step that is to be taken once
 * in `everyMs`.
 */
export function idleStep(heap: Heap, everyMs = EVERY_MS): () => void {
  let least = heap.usedBytes();
  let worked = heap.workedMs();
  let idleMs = 0;
  let since = worked;
  let room = true;
  return () => {
    const now = heap.workedMs();
    const idle = now - worked < everyMs * IDLE_SHARE;
    worked = now;
    least = Math.min(least, heap.usedBytes());
    idleMs = idle ? idleMs + everyMs : 0;
    const garbage = idle && heap.usedBytes() >= least + Math.max(WORTH_BYTES, least * WORTH_SHARE);
    room ||= now - since >= (heap.usedBytes() / 1024 / 1024) * WORK_MS_PER_MB;
    if (!garbage && !(room && idleMs >= REST_MS)) return;
    heap.collect();
    idleMs = 0;
    room = garbage;
    least = heap.usedBytes();
    since = heap.workedMs();
  };
}

/** Starts `idleStep` for this process, which it does not keep alive. The process hands out its collector (`--expose-gc`). */
export function giveBackWhenIdle(): void {
  const collect = runInNewContext('gc') as () => void;
  const step = idleStep({
    usedBytes: () => process.memoryUsage().heapUsed,
    workedMs: () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1000;
    },
    collect,
  });
  setInterval(step, EVERY_MS).unref();
}
