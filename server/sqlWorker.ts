import { parentPort } from 'node:worker_threads';
import type { JinjaContext } from '../engine/jinja/context';
import { createSqlService, type Dialect, type SqlRequest, type SqlService } from '../engine/sql';

/** One question to the worker; the answer carries the same id. */
export type SqlQuestion = { id: number } & ({ kind: 'analyze'; request: SqlRequest } | { kind: 'expressions'; dialect: Dialect; texts: readonly string[]; jinja?: JinjaContext });
export type SqlAnswer = { id: number } & ({ ok: true; value: unknown } | { ok: false; message: string });

/** What most models are made of, so that the parser's code for it is compiled while the project is opened, not when the first model is asked for. */
const USUAL = `with orders as (
  select o.id, cast(o.amount as int) as amount, row_number() over (partition by o.id order by o.at desc) as place
  from a as o where o.state <> 'failed' and o.id is not null
)
select orders.id, sum(case when amount > 0 then amount else 0 end) as total, count(*) as n
from orders left join b on orders.id = b.id and place = 1 group by orders.id, 2 order by 1`;

const service = warmService();

async function warmService(): Promise<SqlService> {
  const sql = await createSqlService();
  await sql.analyze({ file: '', text: USUAL, in: 'compiled', dialect: 'generic' });
  return sql;
}

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
