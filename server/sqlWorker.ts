import { parentPort } from 'node:worker_threads';
import type { JinjaContext } from '../engine/jinja/context';
import { createSqlService, type Dialect, type SqlRequest } from '../engine/sql';

/** One question to the worker; the answer carries the same id. */
export type SqlQuestion = { id: number } & ({ kind: 'analyze'; request: SqlRequest } | { kind: 'expressions'; dialect: Dialect; texts: readonly string[]; jinja?: JinjaContext });
export type SqlAnswer = { id: number } & ({ ok: true; value: unknown } | { ok: false; message: string });

const service = createSqlService();

parentPort?.on('message', (question: SqlQuestion) => {
  void answer(question).then((reply) => parentPort?.postMessage(reply));
});

async function answer(question: SqlQuestion): Promise<SqlAnswer> {
  try {
    const sql = await service;
    const value = question.kind === 'analyze' ? await sql.analyze(question.request) : await sql.expressions(question.dialect, question.texts, question.jinja);
    return { id: question.id, ok: true, value };
  } catch (error) {
    return { id: question.id, ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}
