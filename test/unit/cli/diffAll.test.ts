import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { diffAll } from '../../../cli/diffAll';
import type { Io } from '../../../cli/io';
import type { Envelope } from '../../../engine/conformance/types';
import { emptyTrace, type Trace } from '../../../platform/tracedWorkspace';

const MODEL = 'models/marts/customer_value.sql';

let root = '';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'diff-all-'));
  cpSync('examples/jaffle', root, { recursive: true });
});

async function compared(trace: Trace, script?: string): Promise<Envelope> {
  const said: string[] = [];
  const io: Io = { out: (text) => void said.push(text), err: () => undefined, width: undefined, color: false, cwd: root, env: {}, isTerminal: false, ...(script === undefined ? {} : { script }) };
  await diffAll(undefined, { format: 'json', color: false, failOn: 'error' }, io, trace);
  return JSON.parse(said.join('')) as Envelope;
}

/** A trace that calls once the model has been read for the first time. */
function whenRead(call: () => void): Trace {
  const trace = emptyTrace();
  const set = (reads: Trace['reads'], path: string | symbol, hash: string): boolean => {
    if (path === MODEL && reads[path] === undefined) call();
    return Reflect.set(reads, path, hash);
  };
  return { ...trace, reads: new Proxy(trace.reads, { set }) };
}

describe('all models of a project', () => {
  it('are compared without a word of change where nothing changed', async () => {
    expect((await compared(emptyTrace())).notices.map(({ code }) => code)).not.toContain('EVID018');
  });
  it('are said to be judged by two states of a file that changed meanwhile', async () => {
    const { notices } = await compared(whenRead(() => writeFileSync(join(root, MODEL), 'select 1 as customer_id')));
    expect(notices.filter(({ code }) => code === 'EVID018')).toEqual([{ code: 'EVID018', severity: 'warning', file: MODEL, message: `${MODEL} changed while models were compared, so some were judged by what was there before; run the command again.` }]);
  });
  it.runIf(availableParallelism() > 1)('are said so, too, where this process opens what another one that ended had found otherwise', async () => {
    mkdirSync(join(root, 'specs/many'));
    for (let index = 0; index < 800; index++) writeFileSync(join(root, `specs/many/m${index}.business.spec.yml`), 'spec: business/v1\n');
    const script = join(root, 'other.cjs');
    const trace = { reads: { 'dbt_project.yml': 'otherwise' }, lists: {}, settings: {} };
    const answers = [{ opened: ['specs/marts/customer_value.technical.spec.yml'], trace }, { head: { envelope: await compared(emptyTrace()), misconfigured: false }, trace: emptyTrace() }];
    writeFileSync(script, `process.once('message', () => ${JSON.stringify(answers)}.forEach((answer, index) => process.send(answer, () => index === 1 && process.exit(1))));`);
    const { notices } = await compared(emptyTrace(), script);
    expect(notices.filter(({ code }) => code === 'EVID018').map(({ file }) => file)).toEqual(['dbt_project.yml']);
  });
});
