import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const EVERY_MS = 1000;
/** Below this share of one core nothing is being worked on. */
const IDLE_SHARE = 0.05;
/** A collection is worth its while for so much garbage. */
const WORTH_BYTES = 32 * 1024 * 1024;

/** What is looked at and done; a test gives its own. */
export interface Heap {
  usedBytes(): number;
  /** Processor time used so far, in milliseconds. */
  workedMs(): number;
  collect(): void;
}

/**
 * Gives memory back when nothing happens: reading a project or opening many documents leaves a heap of which most is garbage,
 * and Node keeps it until it needs more. Gives the step that is to be taken once in `everyMs`.
 */
export function idleStep(heap: Heap, everyMs = EVERY_MS): () => void {
  let least = heap.usedBytes();
  let worked = heap.workedMs();
  return () => {
    const now = heap.workedMs();
    const idle = now - worked < everyMs * IDLE_SHARE;
    worked = now;
    least = Math.min(least, heap.usedBytes());
    if (!idle || heap.usedBytes() < least + WORTH_BYTES) return;
    heap.collect();
    least = heap.usedBytes();
  };
}

/** Starts `idleStep` for this process, which it does not keep alive. */
export function giveBackWhenIdle(): void {
  // Node hands the collector out only by a flag, which may be set at run time for code that is loaded then.
  setFlagsFromString('--expose-gc');
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
