import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hasColour } from '../../../cli/io';
import { run } from '../../../cli/program';
import { cliV1 } from '../../../engine/generated/validators';

let folder = '';
let cwd = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'specline-contract-'));
  cwd = join(folder, 'dbt');
  cpSync('examples/jaffle', cwd, { recursive: true, filter: (path) => !/\/(target|logs)$/.test(path) });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function specline(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const code = await run(args, { out: (t) => void (out += t), err: (t) => void (err += t), width: undefined, color: false, cwd, env: {}, isTerminal: false });
  return { code, out, err };
}
interface Envelope {
  command: string;
  files?: { file: string; change: string }[];
  notices: { code: string; severity: string; message: string }[];
}
const envelope = (out: string): Envelope => {
  const value: unknown = JSON.parse(out);
  expect(cliV1(value), JSON.stringify(cliV1.errors?.slice(0, 3))).toBe(true);
  return value as Envelope;
};

describe('--format json is the published envelope', () => {
  it.each([
    ['new', 'churn'],
    ['new', 'churn', '--dry-run'],
    ['generate', 'customer_value'],
    ['generate', 'customer_value', '--write'],
    ['infer', 'stg_orders', '--dry-run'],
    ['check'],
    ['diff', '--all'],
    ['diff', '--select', 'tag:none'],
  ])('%s %s %s', async (...args) => {
    expect(envelope((await specline(...args, '--format', 'json')).out).command).toBe(args[0]);
  });
  it('says what was written, added to, proposed or unchanged', async () => {
    const change = async (...args: string[]): Promise<unknown> => envelope((await specline(...args, '--format', 'json')).out).files?.map((file) => [file.file, file.change]);
    expect(await change('new', 'churn', '--dry-run')).toEqual([['specs/churn.business.spec.yml', 'proposed']]);
    expect(existsSync(join(cwd, 'specs/churn.business.spec.yml'))).toBe(false);
    expect(await change('new', 'churn')).toEqual([['specs/churn.business.spec.yml', 'written']]);
    expect(await change('generate', 'customer_value')).toEqual([['specs/marts/customer_value.technical.spec.yml', 'proposed']]);
    expect(await change('generate', 'customer_value', '--write')).toEqual([['specs/marts/customer_value.technical.spec.yml', 'added']]);
    expect(await change('generate', 'customer_value')).toEqual([['specs/marts/customer_value.technical.spec.yml', 'unchanged']]);
  });
  it.each([
    ['diff', 'custmer_value'],
    ['diff'],
    ['check', 'nothing.yml'],
    ['diff', 'customer_value', '--bogus'],
    ['new', '../../x'],
    ['diff', '--all', '--project-dir', '/nowhere'],
    ['diff', '--select', 'test_name:x'],
  ])('failures are a notice in it, too: %s %s %s', async (...args) => {
    const { code, out, err } = await specline(...args, '--format=json');
    const { command, notices } = envelope(out);
    expect([code, command, notices.map((n) => [n.code, n.severity])]).toEqual([2, args[0], [['CLI001', 'error']]]);
    expect(err).toContain(notices[0]?.message ?? '(none)');
  });
});

describe('exit codes', () => {
  it('a broken configuration is 2 and outranks findings and missing evidence; it is named with its line', async () => {
    writeFileSync(join(cwd, 'specline.yml'), 'tiers: 3\n');
    const { code, out } = await specline('diff', 'customer_value', '--require-evidence', 'E3');
    expect(code).toBe(2);
    expect(out).toContain('specline.yml:1: tiers must be a list');
    expect((await specline('check')).code).toBe(2);
    expect(await specline('new', 'churn')).toMatchObject({ code: 2, err: expect.stringContaining('specline.yml:1 is broken, so nothing was written.') as string });
  });
  it('a broken dbt_project.yml is 2', async () => {
    writeFileSync(join(cwd, 'dbt_project.yml'), 'name: jaffle\nmodels: [\n');
    const { code, out } = await specline('check');
    expect(code).toBe(2);
    expect(out).toMatch(/EVID010 dbt_project\.yml:\d+ is not valid YAML/);
  });
  it('missing evidence outranks findings', async () => {
    expect((await specline('diff', 'customer_value', '--require-evidence', 'E3')).code).toBe(3);
  });
});

describe('a reader that goes away, and colour', () => {
  it('a closed pipe is no error', () => {
    const script = `"${process.execPath}" dist/cli.js diff --all --format json --project-dir "${cwd}" | head -c 10 >/dev/null; echo "code \${PIPESTATUS[0]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(stdout).toBe('code 1\n');
  });
  it.each([
    [{}, true, true],
    [{}, false, false],
    [{ NO_COLOR: '1' }, true, false],
    [{ NO_COLOR: '' }, true, true],
    [{ TERM: 'dumb' }, true, false],
    [{ FORCE_COLOR: '1' }, false, true],
    [{ FORCE_COLOR: '0' }, true, false],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, false, true],
  ])('%o on a terminal %s: %s', (env, terminal, colour) => {
    expect(hasColour(env, terminal)).toBe(colour);
  });
});

describe('reports for machines', () => {
  it('paths start at the repository, where GitHub, GitLab and code scanning look for them', async () => {
    mkdirSync(join(folder, '.git'));
    expect((await specline('diff', 'customer_value', '--format', 'github')).out).toMatch(/^::error file=dbt\/models\/marts\/customer_value\.sql,line=\d+,col=\d+,endLine=\d+,title=\w+::/);
    const gitlab = JSON.parse((await specline('diff', 'customer_value', '--format', 'gitlab')).out) as { location: { path: string } }[];
    expect(gitlab[0]?.location.path).toBe('dbt/models/marts/customer_value.sql');
    const sarif = JSON.parse((await specline('diff', 'customer_value', '--format', 'sarif')).out) as { runs: { results: { locations: { physicalLocation: { artifactLocation: object } }[] }[] }[] };
    expect(sarif.runs[0]?.results[0]?.locations[0]?.physicalLocation.artifactLocation).toEqual({ uri: 'dbt/models/marts/customer_value.sql', uriBaseId: '%SRCROOT%' });
  });
  it('JUnit has what could not be checked, and fails for an error among it', async () => {
    writeFileSync(join(cwd, 'dbt_project.yml'), 'name: jaffle\nmodels: [\n');
    const { out } = await specline('check', '--format', 'junit');
    expect(out).toMatch(/<testsuite name="notices" tests="\d+" failures="1"/);
    expect(out).toContain('<testcase classname="notices" name="EVID010 dbt_project.yml"><failure');
  });
  it('annotations keep to one line each, whatever a message holds', async () => {
    writeFileSync(join(cwd, 'specs/odd.business.spec.yml'), 'spec: business/v1\nmodel: "a,b:c%\\nd"\n');
    const { out } = await specline('check', '--format', 'github');
    expect(out.trimEnd().split('\n').every((line) => line.startsWith('::'))).toBe(true);
    expect(out).toContain('%25');
  });
});

it('works from a folder below the project and with Windows line ends', async () => {
  const spec = join(cwd, 'specs/marts/customer_value.technical.spec.yml');
  const model = join(cwd, 'models/marts/customer_value.sql');
  const before = (await specline('diff', 'customer_value')).out;
  for (const file of [spec, model]) writeFileSync(file, readFileSync(file, 'utf8').replace(/\n/g, '\r\n'));
  cwd = join(cwd, 'models/marts');
  const { code, out } = await specline('diff', 'customer_value');
  expect(code).toBe(1);
  expect(out).toBe(before);
});
