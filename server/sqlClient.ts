import { Worker } from 'node:worker_threads';
import type { ParsedExpr, SqlAnalysis, SqlService } from '../engine/sql';
import type { SqlAnswer, SqlQuestion } from './sqlWorker';

const DEADLINE_MS = 30_000;
const CACHED = 400;

type Ask = Omit<Extract<SqlQuestion, { kind: 'analyze' }>, 'id'> | Omit<Extract<SqlQuestion, { kind: 'expressions' }>, 'id'>;

/**
 * SQL analysis in a worker thread, so that a large model never blocks the editor. A worker that dies or does not answer
 * in time is started anew; what it was asked is rejected. Answers are kept by content, the oldest dropped first.
 */
export function workerSqlService(script: string): SqlService & { dispose(): void } {
  let worker: Worker | undefined;
  let next = 1;
  const waiting = new Map<number, { settle(value: unknown): void; fail(error: Error): void; timer: NodeJS.Timeout }>();
  const cache = new Map<string, Promise<unknown>>();
  const failAll = (why: string): void => {
    worker = undefined;
    for (const [, entry] of waiting) {
      clearTimeout(entry.timer);
      entry.fail(new Error(why));
    }
    waiting.clear();
  };
  const start = (): Worker => {
    const started = new Worker(script);
    started.on('message', (answer: SqlAnswer) => {
      const entry = waiting.get(answer.id);
      waiting.delete(answer.id);
      if (!entry) return;
      clearTimeout(entry.timer);
      if (answer.ok) entry.settle(answer.value);
      else entry.fail(new Error(answer.message));
    });
    started.on('error', (error) => failAll(`the SQL analysis stopped: ${error.message}`));
    started.on('exit', () => worker === started && failAll('the SQL analysis stopped'));
    started.unref();
    return started;
  };
  const ask = (question: Ask): Promise<unknown> =>
    new Promise((settle, fail) => {
      worker ??= start();
      const id = next++;
      const timer = setTimeout(() => {
        void worker?.terminate();
        failAll('the SQL analysis took too long');
      }, DEADLINE_MS);
      waiting.set(id, { settle, fail, timer });
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
    expressions: (dialect, texts) => cached({ kind: 'expressions', dialect, texts }) as Promise<ParsedExpr[]>,
    dispose: () => void worker?.terminate(),
  };
}
