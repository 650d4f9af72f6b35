import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../../cli/program';
import { cliV1 } from '../../../engine/generated/validators';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'specline-cli-'));
  cpSync('examples/jaffle', folder, { recursive: true, filter: (path) => !/\/(target|logs)$/.test(path) });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function specline(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const code = await run(args, { out: (t) => void (out += t), err: (t) => void (err += t), width: undefined, color: false, cwd: folder, env: {}, isTerminal: false });
  return { code, out, err };
}

describe('the command line', () => {
  it('diff prints the four differences with codes and both places, and exits 1', async () => {
    const { code, out } = await specline('diff', 'customer_value');
    expect(code).toBe(1);
    for (const rule of ['JOIN001', 'FILTER001', 'FILTER002', 'COL004']) expect(out).toContain(rule);
    expect(out).toMatch(/spec specs\/marts\/customer_value\.technical\.spec\.yml:\d+:\d+ · model models\/marts\/customer_value\.sql:\d+:\d+/);
  });
  it('diff --all prints the published envelope; without the deviating model it exits 0', async () => {
    const all = await specline('diff', '--all', '--format', 'json');
    const envelope: unknown = JSON.parse(all.out);
    expect(cliV1(envelope), JSON.stringify(cliV1.errors?.slice(0, 3))).toBe(true);
    expect(all.code).toBe(1);
    expect((await specline('diff', '--all', '--exclude', 'customer_value')).code).toBe(0);
    expect((await specline('diff', '--select', 'tag:none')).code).toBe(0);
  });
  it('check is clean on the example and prints every format', async () => {
    for (const format of ['text', 'json', 'sarif', 'junit', 'github', 'gitlab', 'markdown', 'html']) {
      const { code, out } = await specline('check', '--format', format);
      expect([format, code]).toEqual([format, 0]);
      expect(out.length + (format === 'github' ? 1 : 0)).toBeGreaterThan(0);
    }
  });
  it('the page runs no script and escapes text', async () => {
    const { out } = await specline('diff', 'customer_value', '--format', 'html');
    expect(out).toContain("default-src 'none'");
    expect(out).not.toContain('<script');
    expect(out).toContain('&#60;&#62;');
  });
  it('usage errors say what to do and exit 2', async () => {
    expect(await specline('diff', 'custmer_value')).toMatchObject({ code: 2, err: expect.stringContaining('Did you mean customer_value?') as string });
    expect((await specline('diff')).code).toBe(2);
    expect((await specline('diff', '--select', 'test_name:x')).code).toBe(2);
    expect((await specline('new', '../../x')).code).toBe(2);
    expect((await specline('diff', 'customer_value', '--format', 'nope')).code).toBe(2);
    expect((await specline('check', '--project-dir', '/nowhere')).code).toBe(2);
    expect((await specline('--help')).code).toBe(0);
  });
  it('required evidence that is missing exits 3', async () => {
    expect((await specline('diff', 'order_revenue', '--require-evidence', 'E3')).code).toBe(3);
  });
  it('new, generate and infer write new files and never touch existing ones', async () => {
    expect((await specline('new', 'churn', '--question', 'Who left us, and when?')).code).toBe(0);
    expect(readFileSync(join(folder, 'specs/churn.business.spec.yml'), 'utf8')).toContain('question: "Who left us, and when?"');
    expect((await specline('new', 'churn')).code).toBe(2);
    const file = join(folder, 'specs/marts/customer_value.technical.spec.yml');
    const before = readFileSync(file, 'utf8');
    const shown = await specline('generate', 'customer_value');
    expect(shown.out).toMatch(/^\+/m);
    expect(readFileSync(file, 'utf8')).toBe(before);
    await specline('generate', 'customer_value', '--write');
    const after = readFileSync(file, 'utf8').split('\n');
    let at = 0;
    for (const line of after) if (line === before.split('\n')[at]) at++;
    expect(at).toBeGreaterThanOrEqual(before.trimEnd().split('\n').length);
    writeFileSync(file, before);
  });
  it('broken specs and artifacts are named, the other files still work', async () => {
    writeFileSync(join(folder, 'specs/broken.business.spec.yml'), 'spec: [\n');
    const { code, out } = await specline('check');
    expect(code).toBe(1);
    expect(out).toContain('specs/broken.business.spec.yml:1:');
    expect(out).toContain('✓ specs/marts/customer_value.business.spec.yml');
    rmSync(join(folder, 'specs/broken.business.spec.yml'));
  });
});
