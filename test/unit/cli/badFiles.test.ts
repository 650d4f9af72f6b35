import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { replaceText, writeNew } from '../../../cli/write';
import { run } from '../../../cli/program';

const SPEC = 'specs/marts/customer_value.technical.spec.yml';
const MODEL = 'models/marts/customer_value.sql';
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'specline-bad-'));
  cpSync('examples/jaffle', folder, { recursive: true, filter: (path) => !/\/(target|logs)$/.test(path) });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function specline(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const code = await run(args, { out: (t) => void (out += t), err: (t) => void (err += t), width: undefined, color: false, cwd: folder, env: {}, isTerminal: false });
  return { code, out, err };
}
const bytesOf = (path: string): Buffer => readFileSync(join(folder, path));
const withBadByte = (path: string): Buffer => Buffer.concat([bytesOf(path), Buffer.from([0x23, 0x20, 0xe9, 0x0a])]);

/** Runs as a user whom permissions bind, since root passes them all. */
function asOrdinaryUser(action: () => void): void {
  const root = process.getuid?.() === 0;
  if (root) process.seteuid?.(65534);
  try {
    action();
  } finally {
    if (root) process.seteuid?.(0);
  }
}

describe('files that are not as they should be', () => {
  it('a spec that is not UTF-8 is named, never rewritten, and the others are checked', async () => {
    const bytes = withBadByte(SPEC);
    writeFileSync(join(folder, SPEC), bytes);
    const check = await specline('check');
    expect(check.code).toBe(1);
    expect(check.out).toMatch(/customer_value\.technical\.spec\.yml:\d+:3 error SPEC006\n +The file is not valid UTF-8; save it as UTF-8/);
    expect(check.out).toContain('✓ specs/marts/order_revenue.technical.spec.yml');
    const write = await specline('generate', 'customer_value', '--write');
    expect(write).toMatchObject({ code: 2, err: expect.stringContaining('is not valid UTF-8, so writing it would lose its bad bytes') as string });
    expect(bytesOf(SPEC).equals(bytes)).toBe(true);
  });
  it('a model that is not UTF-8 is still compared', async () => {
    writeFileSync(join(folder, MODEL), Buffer.concat([Buffer.from('-- caf'), Buffer.from([0xe9, 0x0a]), bytesOf(MODEL)]));
    const { code, out } = await specline('diff', 'customer_value');
    expect(code).toBe(1);
    expect(out).toContain('JOIN001');
  });
  it('a byte order mark stays where a merge adds to the file', async () => {
    writeFileSync(join(folder, SPEC), Buffer.concat([Buffer.from('\uFEFF'), bytesOf(SPEC)]));
    expect((await specline('generate', 'customer_value', '--write')).code).toBe(0);
    const text = bytesOf(SPEC).toString('utf8');
    expect(text.startsWith('\uFEFFspec: technical/v1')).toBe(true);
    expect((await specline('check')).code).toBe(0);
  });
  it('in a read-only folder one sentence says so, and nothing is lost or left behind', () => {
    const specs = join(folder, 'specs/marts');
    const [bytes, before] = [bytesOf(SPEC), readdirSync(specs)];
    chmodSync(folder, 0o755);
    chmodSync(specs, 0o555);
    try {
      asOrdinaryUser(() => {
        expect(() => writeNew(folder, 'specs/marts/churn.business.spec.yml', 'x')).toThrow('specs/marts/churn.business.spec.yml could not be written (EACCES); check that its folder is writable.');
        expect(() => replaceText(folder, SPEC, bytes.toString('utf8'), 'x')).toThrow(`${SPEC} could not be written (EACCES)`);
      });
    } finally {
      chmodSync(specs, 0o755);
    }
    expect(bytesOf(SPEC).equals(bytes)).toBe(true);
    expect(readdirSync(specs)).toEqual(before);
  });
  it('a file where a folder should be, or the other way round, is said', () => {
    mkdirSync(join(folder, 'specs/blocked.technical.spec.yml'));
    expect(() => writeNew(folder, 'dbt_project.yml/x.technical.spec.yml', 'x')).toThrow('dbt_project.yml/x.technical.spec.yml could not be written (ENOTDIR)');
    expect(() => replaceText(folder, 'specs/blocked.technical.spec.yml', 'a', 'b')).toThrow('could not be written (EISDIR)');
    expect(() => writeNew(folder, SPEC, 'x')).toThrow(`${SPEC} exists already and was not touched`);
  });
  it('two technical specs of one model are named by both, and both are compared', async () => {
    writeFileSync(join(folder, 'specs/twin.technical.spec.yml'), bytesOf(SPEC).toString('utf8').replace('customer_value.business', 'marts/customer_value.business'));
    const check = await specline('check');
    expect(check.code).toBe(1);
    expect(check.out).toMatch(/SPEC022\n +customer_value has another technical spec, specs\/twin\.technical\.spec\.yml; keep one/);
    expect(check.out).toMatch(/SPEC022\n +customer_value has another technical spec, specs\/marts\/customer_value\.technical\.spec\.yml; keep one/);
    const generate = await specline('generate', 'customer_value', '--write');
    expect(generate).toMatchObject({ code: 2, err: expect.stringContaining('customer_value has 2 technical specs') as string });
    const diff = await specline('diff', 'customer_value');
    expect(diff.code).toBe(1);
    expect(diff.out).toContain('JOIN001');
  });
});
