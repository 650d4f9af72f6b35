import { getHeapSpaceStatistics } from 'node:v8';
import { runInNewContext } from 'node:vm';

const EVERY_MS = 1000;
/** Below this share of one core nothing is being worked on. */
const IDLE_SHARE = 0.05;
/** A collection is worth its while for so much garbage, or for so much of what is kept: it takes time in proportion to that. */
const WORTH_BYTES = 8 * 1024 * 1024;
const WORTH_SHARE = 0.25;
/** Work that leaves something to give back, for each MB of what is kept: looking through that is work, too. */
const WORK_MS_PER_MB = 4;
/** Behind a collection all code and data have to be fetched anew: no pause between two keystrokes is worth one. */
const PAUSE_MS = 3000;
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
    const garbage = idleMs >= PAUSE_MS && heap.usedBytes() >= least + Math.max(WORTH_BYTES, least * WORTH_SHARE);
    room ||= now - since >= (heap.usedBytes() / 1024 / 1024) * WORK_MS_PER_MB;
    if (!garbage && !(room && idleMs >= REST_MS)) return;
    const before = heap.usedBytes();
    heap.collect();
    // What was freed stays with Node until the collection behind that.
    const freed = before - heap.usedBytes() >= WORTH_BYTES;
    room = garbage || freed;
    idleMs = freed ? idleMs - everyMs : 0;
    least = heap.usedBytes();
    since = heap.workedMs();
    worked = since;
  };
}

/** So long after a message its answer is on its way, and the next keystroke is not there yet. */
const BETWEEN_MS = 12;
/** What is new and less than this is left to Node. */
const NEW_BYTES = 2 * 1024 * 1024;

/**
 * Clears away what an answer leaves as soon as it is given, before Node does so in the middle of the next: that takes longer than a
 * parse. `onMessage` is told what to call for each message.
 */
export function clearBetween(onMessage: (listener: () => void) => void): void {
  const collect = collector();
  let timer: NodeJS.Timeout | undefined;
  const clear = (): void => {
    timer = undefined;
    const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
    if ((young?.space_used_size ?? 0) >= NEW_BYTES) collect({ type: 'minor' });
  };
  onMessage(() => {
    if (timer) timer.refresh();
    else timer = setTimeout(clear, BETWEEN_MS).unref();
  });
}

/** The collector, which Node hands out by a flag only (`--expose-gc`). */
function collector(): (options?: { type: 'minor' }) => void {
  return runInNewContext('gc') as (options?: { type: 'minor' }) => void;
}

/** Starts `idleStep` for this process, which it does not keep alive. */
export function giveBackWhenIdle(): void {
  const collect = collector();
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
