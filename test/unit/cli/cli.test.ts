import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
  it('generate says what it left, and why it adds nothing to a file that is broken', async () => {
    const file = join(folder, 'specs/marts/customer_value.technical.spec.yml');
    const before = readFileSync(file, 'utf8');
    const kept = await specline('generate', 'customer_value');
    expect(kept.out).toMatch(/Left as you wrote it, though the proposal says something else: .*\n/);
    writeFileSync(file, `${before}\nnotes: [\n`);
    const refused = await specline('generate', 'customer_value', '--write');
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('specs/marts/customer_value.technical.spec.yml is not valid YAML; mend it first; nothing was added.') as string });
    writeFileSync(file, before);
    const business = join(folder, 'specs/marts/order_revenue.business.spec.yml');
    const asked = readFileSync(business, 'utf8');
    writeFileSync(business, `${asked}\nterms: [\n`);
    expect(await specline('generate', 'order_revenue')).toMatchObject({ code: 2, err: expect.stringContaining('order_revenue.business.spec.yml is not valid YAML') as string });
    writeFileSync(business, asked);
  });
  it('a model that is not written yet gets its technical spec beside its business spec', async () => {
    const beside = join(folder, 'specs/growth/signups.technical.spec.yml');
    mkdirSync(join(folder, 'specs/growth'), { recursive: true });
    writeFileSync(join(folder, 'specs/growth/signups.business.spec.yml'), 'spec: business/v1\nmodel: signups\nowner: growth\nquestion: Who signed up?\ngrain: { one_row_per: [customer] }\nedge_cases: { none_because: "there are none" }\ncorrect_when:\n  - { id: CW-1, statement: "each customer once" }\n');
    expect((await specline('generate', 'signups')).out).toContain('Wrote specs/growth/signups.technical.spec.yml');
    expect(readFileSync(beside, 'utf8')).toContain('business: signups.business.spec.yml');
    rmSync(join(folder, 'specs/growth'), { recursive: true });
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
