import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { workerSqlService } from '../../server/sqlClient';

/** A worker that answers with what it was asked, dies of "die", never answers "hang", refuses "no". */
const WORKER = `
const { parentPort } = require('node:worker_threads');
parentPort.on('message', ({ id, texts }) => {
  const [text] = texts;
  if (text === 'die') process.exit(7);
  if (text === 'throw') throw new Error('out of memory');
  if (text === 'hang') for (;;);
  parentPort.postMessage(text === 'no' ? { id, ok: false, message: 'no' } : { id, ok: true, value: [text] });
});
`;
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'specline-worker-'));
  writeFileSync(join(folder, 'worker.js'), WORKER);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const outcome = (asked: Promise<unknown>): Promise<unknown> => asked.catch((error: Error) => error.message);

describe('the SQL worker', () => {
  for (const [word, why] of [['die', 'the SQL analysis stopped'], ['throw', 'the SQL analysis stopped: out of memory'], ['hang', 'the SQL analysis took longer than 4 s'], ['no', 'no']] as const) {
    it(`that meets "${word}" fails that question alone; those behind it are answered by a new one`, async () => {
      const sql = workerSqlService(join(folder, 'worker.js'), 4_000);
      expect(await outcome(sql.expressions('duckdb', ['a']))).toEqual(['a']);
      const asked = [word, 'b', 'c'].map((text) => outcome(sql.expressions('duckdb', [text])));
      expect(await Promise.all(asked)).toEqual([why, ['b'], ['c']]);
      expect(await outcome(sql.expressions('duckdb', ['later']))).toEqual(['later']);
      sql.dispose();
    });
  }
  it('is asked again for what failed, and not for what it answered', async () => {
    const sql = workerSqlService(join(folder, 'worker.js'), 4_000);
    expect(await outcome(sql.expressions('duckdb', ['no']))).toBe('no');
    expect(await outcome(sql.expressions('duckdb', ['no']))).toBe('no');
    expect(sql.expressions('duckdb', ['a'])).toBe(sql.expressions('duckdb', ['a']));
    sql.dispose();
  });
  it('that is not there is said, not waited for', async () => {
    const sql = workerSqlService(join(folder, 'missing.js'), 5_000);
    expect(await outcome(sql.expressions('duckdb', ['a']))).toMatch(/the SQL analysis stopped: .*missing\.js/);
  });
  it('that is stopped answers what was asked with that', async () => {
    const sql = workerSqlService(join(folder, 'worker.js'), 5_000);
    const asked = outcome(sql.expressions('duckdb', ['hang']));
    sql.dispose();
    expect(await asked).toBe('the SQL analysis was stopped');
  });
});
