import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
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

describe('documents made to break a reader', () => {
  const others = '✓ specs/marts/order_revenue.technical.spec.yml';
  const bomb = `spec: business/v1\nmodel: x\na0: &a0 [x, x]\n${Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array.from({ length: 9 }, () => `*a${i}`).join(', ')}]`).join('\n')}\n`;
  const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
  it.each([
    ['of more than 10 MB', 'x'.repeat(10.5 * 1024 * 1024), /SPEC005 specs\/bad\.business\.spec\.yml could not be read: it is larger than 10 MB/],
    ['of one huge line', `spec: business/v1\nmodel: x\nquestion: ${'why '.repeat(500_000)}\n`, /bad\.business\.spec\.yml:1:1 error SPEC004\n +The spec has 2000038 characters, more than the 1000000 that are read; split it\./],
    ['with an alias bomb', bomb, /bad\.business\.spec\.yml:\d+:\d+ error SPEC004\n +The document uses more than 100 aliases/],
    ['with an alias of itself', 'spec: business/v1\nmodel: x\nrules: &r [*r, *r]\n', /bad\.business\.spec\.yml:3:\d+ error/],
    ['nested 20,000 deep', `spec: business/v1\nmodel: x\nrules: ${deep}\n`, /bad\.business\.spec\.yml:3:\d+ error SPEC004\n +The document nests deeper than 64 levels here/],
    ['with NUL bytes', 'spec: business/v1\nmodel: a\0b\nquestion: Why\0?\n', /bad\.business\.spec\.yml:\d+:\d+ error/],
    ['that is empty', '', /bad\.business\.spec\.yml:1:1 error SPEC011\n +The business spec is empty/],
  ])('a spec %s is named, and the others are checked', async (_, text, message) => {
    writeFileSync(join(folder, 'specs/bad.business.spec.yml'), text);
    const { code, out } = await specline('check');
    expect(code).toBe(1);
    expect(out).toMatch(message);
    expect(out).toContain(others);
  });
  it.each([
    ['aliases past the limit', `x: &x [1]\nmodels:\n  - name: orders\n    columns: [${Array.from({ length: 21_000 }, () => '*x').join(', ')}]\n`, /EVID011 models\/bad\.yml nests too deep or has too many aliases and was not read whole/],
    ['nesting past the limit', `models: ${deep}\n`, /EVID011 models\/bad\.yml/],
    ['broken YAML', 'models:\n  - name: "a\n', /EVID011 models\/bad\.yml:\d+ is not valid YAML/],
  ])("dbt's YAML with %s is said, and the model is still compared", async (_, text, message) => {
    writeFileSync(join(folder, 'models/bad.yml'), text);
    const { code, out } = await specline('diff', 'customer_value');
    expect(code).toBe(1);
    expect(out.replace(/\n +/g, ' ')).toMatch(message);
    expect(out).toContain('JOIN001');
  });
});

describe('files that are something else', () => {
  it('a folder named like a spec is said', async () => {
    mkdirSync(join(folder, 'specs/odd.technical.spec.yml'));
    const { code, out } = await specline('check');
    expect(code).toBe(1);
    expect(out).toContain('specs/odd.technical.spec.yml could not be read: it is a folder; the other');
  });
  it('links out of the project are not followed, and that is said', async () => {
    symlinkSync(resolve('package.json'), join(folder, 'specs/out.business.spec.yml'));
    symlinkSync(resolve('package.json'), join(folder, 'models/out.sql'));
    symlinkSync(tmpdir(), join(folder, 'models/loop'));
    mkdirSync(join(folder, 'dbt_packages'));
    symlinkSync(resolve('examples/jaffle'), join(folder, 'dbt_packages/jaffle_too'));
    const out = (await specline('check')).out.replace(/\n +/g, ' ');
    expect(out).toContain('specs/out.business.spec.yml could not be read: it leads out of the dbt project');
    expect(out).toContain('models/out.sql could not be read (it leads out of the dbt project)');
    expect(out).toContain('dbt_packages/jaffle_too is a link out of the dbt project and was not read');
    const infer = await specline('infer', 'out');
    expect(infer).toMatchObject({ code: 2, err: expect.stringContaining('models/out.sql could not be read, so nothing can be inferred from it') as string });
  });
  it('model-paths that leave the project are said', async () => {
    writeFileSync(join(folder, 'dbt_project.yml'), 'name: jaffle\nmodel-paths: [models, ../elsewhere]\n');
    expect((await specline('check')).out.replace(/\n +/g, ' ')).toContain('EVID016 dbt_project.yml:2 has ../elsewhere in model-paths, which is not a path inside the project; what is there was not read.');
  });
  it.each(['../../x', 'a/b', '..', 'models/marts/customer_value.sql', 'a b', '', 'C:\\x'])('"%s" is no model name, for any command that writes', async (name) => {
    for (const command of ['new', 'generate', 'infer']) expect((await specline(command, name)).code).toBe(2);
  });
  it.each([
    ['truncated', (text: string) => text.slice(0, 500), 'EVID012'],
    ['of another project', (text: string) => text.replaceAll('jaffle', 'other'), 'EVID015'],
    ['of an unknown version', (text: string) => text.replace(/manifest\/v\d+\.json/, 'manifest/v77.json'), 'EVID013'],
    ['no JSON at all', () => '\0\u0001', 'EVID012'],
  ])('a manifest %s is one notice, and the model is compared', async (_, change, code) => {
    mkdirSync(join(folder, 'target'), { recursive: true });
    writeFileSync(join(folder, 'target/manifest.json'), change(readFileSync('test/fixtures/example/manifest.json', 'utf8')));
    const { out, ...rest } = await specline('diff', 'customer_value');
    expect(rest.code).toBe(1);
    expect(out.match(new RegExp(`warning ${code} target/manifest\\.json`, 'g'))).toHaveLength(1);
    expect(out).toContain('JOIN001');
  });
});
