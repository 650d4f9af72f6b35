import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from '../../../cli/program';
import { parseSpec, readConfig } from '../../../engine/spec';
import { diskSettings } from '../../../platform/settingsFiles';

const HOUSE = [
  'severities: { SPEC032: "off" }', 'business:', '  properties:', '    retention: { title: "How long may it be kept?", type: string, x-tier: minimal, x-after: owner }',
  '    edge_cases: { items: { required: [severity], properties: { severity: { title: "How bad is it?", type: string, enum: [low, high] } } } }',
  'technical:', '  required: [cost_center]', '  properties: { cost_center: { title: "Who pays for the runs?", type: string, pattern: "^[0-9]{4}$" } }', '',
].join('\n');

/** A repository with the example project in `warehouse/` and a template as an npm package beside it. */
let repository = '';
let project = '';
beforeEach(() => {
  repository = realpathSync(mkdtempSync(join(tmpdir(), 'specline-template-')));
  project = join(repository, 'warehouse');
  cpSync('examples/jaffle', project, { recursive: true, filter: (path) => !/\/(target|logs)$/.test(path) });
  mkdirSync(join(repository, '.git'));
  write('node_modules/@acme/specline-template/package.json', '{"name": "@acme/specline-template", "specline": "house.yml", "main": "index.js"}');
  // Nothing of a package is executed.
  write('node_modules/@acme/specline-template/index.js', "require('node:fs').writeFileSync(__dirname + '/ran', '');\n");
  write('node_modules/@acme/specline-template/house.yml', HOUSE);
  write('warehouse/specline.yml', 'extends: "@acme/specline-template"\n');
});
afterEach(() => rmSync(repository, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(repository, path)), { recursive: true });
  writeFileSync(join(repository, path), text);
}

async function specline(...args: string[]): Promise<{ code: number; out: string; err: string; told: string }> {
  let out = '';
  let err = '';
  const code = await run(args, { out: (t) => void (out += t), err: (t) => void (err += t), width: undefined, color: false, cwd: project, env: {}, isTerminal: false });
  // Long sentences are broken into lines.
  return { code, out, err, told: out.replace(/\s+/g, ' ') };
}

describe("an organisation's template on the command line", () => {
  it('check asks for what an npm package of the repository asks, with fixes, and executes nothing of it', async () => {
    const { code, told: out } = await specline('check');
    expect(code).toBe(1);
    expect(out).toContain('The section "retention" is missing. How long may it be kept?');
    expect(out).toContain('edge_cases[0] lacks "severity". How bad is it?');
    expect(out).toContain('The section "cost_center" is missing. Who pays for the runs?');
    expect(() => readFileSync(join(repository, 'node_modules/@acme/specline-template/ran'))).toThrow();
  });
  it('new writes the sections and fields it requires with their questions, and answers none', async () => {
    const { code, out } = await specline('new', 'churn', '--dry-run');
    expect(code).toBe(0);
    expect(out).toMatch(/owner: ""\n# How long may it be kept\?\nretention: ""\n# What question/);
    expect(out).toContain('  - { id: EC-1, when: "", then: "", severity: "" }');
    const { template } = readConfig(diskSettings(project));
    const text = /spec: business[\s\S]*?correct_when:\n.*\n/.exec(out)?.[0] ?? '';
    expect(parseSpec('a.business.spec.yml', text, template).problems.filter(({ code: found }) => found === 'SPEC011' || found === 'SPEC015' || found === 'SPEC012')).toEqual([]);
  });
  it('new and infer state the version of the template', async () => {
    write('warehouse/specline.yml', 'extends: "@acme/specline-template"\nmigrations:\n  - { kind: business, to: 2, steps: [] }\n  - { kind: technical, to: 2, steps: [] }\n');
    rmSync(join(project, 'specs/staging'), { recursive: true, force: true });
    expect((await specline('new', 'churn', '--dry-run')).out).toMatch(/^spec: business\/v2$/m);
    expect((await specline('infer', 'stg_orders', '--dry-run')).out).toMatch(/^spec: technical\/v2$/m);
  });
  it('generate and infer write the sections it requires of technical specs', async () => {
    rmSync(join(project, 'specs/staging'), { recursive: true, force: true });
    const { out } = await specline('infer', 'stg_orders', '--dry-run');
    expect(out).toContain('# Who pays for the runs?\ncost_center: ""\n');
  });
  it('diff compares as without it', async () => {
    const clauses = async (): Promise<unknown> => (JSON.parse((await specline('diff', 'customer_value', '--format', 'json')).out) as { models: unknown }).models;
    const asked = await clauses();
    rmSync(join(project, 'specline.yml'));
    expect(await clauses()).toEqual(asked);
  });
  it('a broken one is a configuration error at its place; what it says is not half used', async () => {
    write('node_modules/@acme/specline-template/house.yml', HOUSE.replace('pattern: "^[0-9]{4}$"', 'pattern: "(?=a)b"'));
    const { code, told: out } = await specline('check');
    expect(code).toBe(2);
    expect(out).toContain('../node_modules/@acme/specline-template/house.yml:8: pattern cannot be used: it looks ahead or behind, which can take for ever on some texts.');
    expect(out).toContain("The organisation's template cannot be used");
    expect(out).not.toContain('retention" is missing');
    expect((await specline('check', '--format', 'github')).out).toContain('::error file=node_modules/@acme/specline-template/house.yml,line=8,');
    expect(await specline('new', 'churn')).toMatchObject({ code: 2, err: expect.stringContaining('is broken, so nothing was written') as string });
  });
  it('stays inside the repository, through links too', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'specline-outside-'));
    writeFileSync(join(outside, 'house.yml'), HOUSE);
    symlinkSync(join(outside, 'house.yml'), join(project, 'linked.yml'));
    write('warehouse/specline.yml', 'extends: ./linked.yml\n');
    expect((await specline('check')).told).toContain('it leads out of the repository');
    write('warehouse/specline.yml', `extends: ../../${outside.split('/').pop() ?? ''}/house.yml\n`);
    expect((await specline('check')).told).toContain('it leads out of the repository');
    rmSync(outside, { recursive: true });
    write('shared/house.yml', HOUSE);
    symlinkSync(join(repository, 'shared'), join(project, 'shared'));
    write('warehouse/specline.yml', 'extends: ./shared/house.yml\n');
    expect((await specline('check')).told).toContain('How long may it be kept?');
  });
});
