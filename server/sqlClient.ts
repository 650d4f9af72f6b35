import { Worker } from 'node:worker_threads';
import type { ParsedExpr, SqlAnalysis, SqlRequest, SqlService } from '../engine/sql';
import type { SqlAnswer, SqlQuestion } from './sqlWorker';

const DEADLINE_MS = 30_000;
const CACHED = 400;
/** Something of what models consist of. */
const WARM_UP: SqlRequest = { dialect: 'generic', in: 'raw', file: 'warm_up.sql', text: "with a as (select * from {{ ref('x') }} where b <> 'c')\nselect a.d, cast(e.f as integer) as f, coalesce(sum(e.g), 0) as g\nfrom a left join {{ ref('y') }} as e on a.d = e.d\ngroup by 1, 2\n" };

type Ask = Omit<Extract<SqlQuestion, { kind: 'analyze' }>, 'id'> | Omit<Extract<SqlQuestion, { kind: 'expressions' }>, 'id'>;

interface Waiting {
  question: Ask;
  settle(value: unknown): void;
  fail(error: Error): void;
}

/**
 * SQL analysis in a worker thread, so that a large model never blocks the editor. The worker answers in order: where it
 * dies or does not answer in time, the question it was at is rejected, and a new worker gets those behind it. Answers are
 * kept by content, the oldest dropped first. `warmUp` starts the worker before anybody asks, since its parser takes long to load.
 */
export function workerSqlService(script: string, deadlineMs = DEADLINE_MS): SqlService & { warmUp(): void; dispose(): void } {
  let worker: Worker | undefined;
  let timer: NodeJS.Timeout | undefined;
  let next = 1;
  const waiting = new Map<number, Waiting>();
  const cache = new Map<string, Promise<unknown>>();
  /** The deadline is of the question the worker is at, not of those behind it. */
  const watch = (): void => {
    clearTimeout(timer);
    timer = waiting.size === 0 ? undefined : setTimeout(() => stopped(worker, `the SQL analysis took longer than ${Math.round(deadlineMs / 1000)} s`), deadlineMs);
  };
  const stopped = (dead: Worker | undefined, why: string): void => {
    if (worker !== dead) return;
    worker = undefined;
    void dead?.terminate();
    const [first, ...behind] = [...waiting];
    waiting.clear();
    for (const [id, entry] of behind) waiting.set(id, entry);
    if (behind.length > 0) worker = start();
    for (const [id, entry] of behind) worker?.postMessage({ id, ...entry.question });
    watch();
    first?.[1].fail(new Error(why));
  };
  const start = (): Worker => {
    const started = new Worker(script);
    started.on('message', (answer: SqlAnswer) => {
      const entry = waiting.get(answer.id);
      if (!entry) return;
      waiting.delete(answer.id);
      watch();
      if (answer.ok) entry.settle(answer.value);
      else entry.fail(new Error(answer.message));
    });
    started.on('error', (error) => stopped(started, `the SQL analysis stopped: ${error.message}`));
    started.on('exit', () => stopped(started, 'the SQL analysis stopped'));
    started.unref();
    return started;
  };
  const ask = (question: Ask): Promise<unknown> =>
    new Promise((settle, fail) => {
      worker ??= start();
      const id = next++;
      waiting.set(id, { question, settle, fail });
      if (waiting.size === 1) watch();
      worker.postMessage({ id, ...question });
    });
  const cached = (question: Ask): Promise<unknown> => {
    const key = JSON.stringify(question);
    const known = cache.get(key);
    if (known) {
      cache.delete(key);
      cache.set(key, known);
      return known;
    }
    const asked = ask(question);
    cache.set(key, asked);
    asked.catch(() => cache.delete(key));
    const oldest = cache.keys().next();
    if (cache.size > CACHED && !oldest.done) cache.delete(oldest.value);
    return asked;
  };
  return {
    analyze: (request) => cached({ kind: 'analyze', request }) as Promise<SqlAnalysis>,
    expressions: (dialect, texts, jinja) => cached({ kind: 'expressions', dialect, texts, ...(jinja ? { jinja } : {}) }) as Promise<ParsedExpr[]>,
    warmUp() {
      if (worker) return;
      // A first analysis takes several times as long as a second; what comes of this one nobody needs.
      ask({ kind: 'analyze', request: WARM_UP }).catch(() => undefined);
    },
    dispose() {
      const last = worker;
      worker = undefined;
      clearTimeout(timer);
      void last?.terminate();
      waiting.forEach((entry) => entry.fail(new Error('the SQL analysis was stopped')));
      waiting.clear();
    },
  };
}
