import Ajv from 'ajv';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Envelope } from '../../../engine/conformance/types';
import { run } from '../../../cli/program';

const SPEC = 'specs/marts/customer_value.business.spec.yml';
const HOUSE = 'business:\n  properties:\n    edge_cases: { items: { properties: { impact: { title: "How bad | <b>is</b> it?", type: string, enum: [low, severe] } } } }\n    data_class: { title: "How secret is it?", type: string, x-after: owner, examples: [internal] }\n    owner: { pattern: "^[a-z-]+$" }\n  allOf: [{ dependentRequired: { freshness: [late_data] }, x-message: "What is fresh says how late data may come." }]\ntiers: [{ path: "models/marts/**", tier: full }]\nseverities: { SPEC027: error }\n';
const V2 = 'migrations: [{ kind: business, to: 2, says: "every spec has a class", steps: [{ add: data_class, value: internal }] }]\n';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'specline-template-'));
  cpSync('examples/jaffle', folder, { recursive: true, filter: (path) => !/\/(target|logs)$/.test(path) });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const read = (path: string): string => readFileSync(join(folder, path), 'utf8');
const write = (path: string, text: string): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
};

async function specline(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const code = await run(args, { out: (t) => void (out += t), err: (t) => void (err += t), width: undefined, color: false, cwd: folder, env: {}, isTerminal: false });
  return { code, out, err };
}

describe('specline template docs', () => {
  it('shows the built-in template where there is no other', async () => {
    const { code, out } = await specline('template', 'docs');
    expect(code).toBe(0);
    expect(out).toContain('# The spec template of jaffle\n');
    expect(out).toContain('It is the built-in template.');
    expect(out).toContain('| `question` | What question are we answering? | always |');
    expect(out).toContain('### `joins`');
  });
  it("shows what an organisation's template asks for, from a package and from the project, with nothing of it as HTML", async () => {
    write('node_modules/@acme/specs/package.json', '{ "name": "@acme/specs" }');
    write('node_modules/@acme/specs/specline.yml', HOUSE);
    write('specline.yml', `extends: "@acme/specs"\n${V2}`);
    const { out } = await specline('template', 'docs');
    expect(out).toContain('The first line is `spec: business/v2`.');
    expect(out).toContain('| `data_class` | How secret is it? | where it helps |');
    expect(out).toContain('**How secret is it?** Text. Asked for by `node_modules/@acme/specs/specline.yml`.\n\nSuch as `internal`.');
    expect(out).toMatch(/\| `impact` \| How bad \\\| &lt;b&gt;is&lt;\/b&gt; it\? \(`node_modules\/@acme\/specs\/specline\.yml`\) \| one of `low`, `severe` \| {2}\|/);
    expect(out).toContain('- A spec as a whole: What is fresh says how late data may come. (`node_modules/@acme/specs/specline.yml`)');
    expect(out).toContain('Text, of the form `^[a-z-]+$`.');
    expect(out).toContain('| `models/marts/**` | also what the full tier asks for |');
    expect(out).toContain('| `SPEC027` | error |');
    expect(out).toContain('| `business/v2` | every spec has a class | `data_class` is added as `"internal"` |');
    expect(out.replace(/`[^`]*`/g, '')).not.toContain('<');
    // Every row of a table has as many cells as its head.
    for (const table of out.trimEnd().split('\n\n').filter((part) => part.startsWith('| '))) expect(new Set(table.split('\n').map((line) => line.replace(/`[^`]*`/g, '').split(/(?<!\\)\|/).length)).size, table).toBe(1);
  });
  it('writes a page, again only where it wrote it before', async () => {
    expect(await specline('template', 'docs', '--out', 'docs/template.md')).toMatchObject({ code: 0, out: 'Wrote docs/template.md.\n' });
    const first = read('docs/template.md');
    expect(await specline('template', 'docs', '--out', 'docs/template.md')).toMatchObject({ code: 0, out: 'docs/template.md is up to date.\n' });
    write('specline.yml', HOUSE);
    expect((await specline('template', 'docs', '-o', 'docs/template.md')).code).toBe(0);
    expect(read('docs/template.md')).not.toBe(first);
    write('docs/mine.md', '# Mine\n');
    expect(await specline('template', 'docs', '--out', 'docs/mine.md')).toMatchObject({ code: 2, err: expect.stringContaining('was not written by `specline template docs`, so it was not touched') as string });
    expect(read('docs/mine.md')).toBe('# Mine\n');
    expect((await specline('template', 'docs', '--out', '../out.md')).code).toBe(2);
  });
  it('shows nothing of a template that is broken', async () => {
    write('specline.yml', 'business: { properties: { question: { type: array } } }\n');
    expect(await specline('template', 'docs')).toMatchObject({ code: 2, out: '', err: expect.stringMatching(/specline\.yml:1 is broken, so there is no template to show\..+cannot change/s) as string });
  });
});

describe('specline migrate', () => {
  it('shows what it would do, does it, and has nothing left to do', async () => {
    write('specline.yml', HOUSE.replace('owner: { pattern', 'owner: { x-message: "A team.", pattern') + V2);
    const before = read(SPEC);
    expect((await specline('check', SPEC)).out).toContain('SPEC018');
    const shown = await specline('migrate', '--dry-run');
    expect(shown.code).toBe(0);
    expect(shown.out).toContain('+data_class: internal\n');
    expect(shown.out).toContain(`${SPEC} would be business/v2, from v1.\n`);
    expect(shown.out).toContain('Nothing was written.');
    expect(read(SPEC)).toBe(before);
    const done = await specline('migrate', SPEC);
    expect(done).toMatchObject({ code: 0, out: expect.stringContaining(`${SPEC} is now business/v2, from v1.`) as string });
    expect(read(SPEC)).toBe(before.replace('business/v1', 'business/v2').replace('question:', 'data_class: internal\nquestion:'));
    expect((await specline('check', SPEC)).out).not.toContain('SPEC018');
    expect((await specline('migrate')).code).toBe(0);
    expect((await specline('migrate')).out).toBe('Every spec is of the version that the template has; nothing to migrate.\n');
  });
  it('says where the meaning changes, and what it could not migrate', async () => {
    write('specline.yml', `${HOUSE}migrations: [{ kind: business, to: 2, steps: [{ add: "edge_cases[].impact", value: low }] }]\n`);
    write(SPEC, `${read(SPEC)}broken: [\n`);
    const { code, out } = await specline('migrate');
    expect(code).toBe(1);
    expect(out).toContain(`${SPEC} was not migrated: its YAML has errors; mend them first.`);
    expect(out).toMatch(/order_revenue\.business\.spec\.yml is now business\/v2, from v1\. Its meaning changes with it, so that approvals of it no longer hold\./);
  });
  it('says it in the envelope, too', async () => {
    write('specline.yml', HOUSE + V2);
    write(SPEC, `${read(SPEC)}broken: [\n`);
    const { code, out } = await specline('migrate', '--format', 'json');
    const envelope = JSON.parse(out) as Envelope;
    const schema = JSON.parse(readFileSync('schemas/cli.v1.schema.json', 'utf8')) as object;
    const ajv = new Ajv({ strict: false });
    expect(ajv.validate(schema, envelope), ajv.errorsText()).toBe(true);
    expect(code).toBe(1);
    expect(envelope.files?.map(({ file, change }) => [file.split('/').pop(), change])).toContainEqual(['order_revenue.business.spec.yml', 'written']);
    expect(envelope.notices).toContainEqual({ code: 'SPEC018', severity: 'error', file: SPEC, message: 'The spec was not migrated: its YAML has errors; mend them first.' });
  });
  it('refuses where the template is broken, or a file is no spec', async () => {
    expect((await specline('migrate', 'models/marts/customer_value.sql')).code).toBe(2);
    write('specline.yml', 'extends: ./nowhere.yml\n');
    expect(await specline('migrate')).toMatchObject({ code: 2, err: expect.stringContaining('specline.yml:1 is broken, so nothing was written') as string });
  });
});
