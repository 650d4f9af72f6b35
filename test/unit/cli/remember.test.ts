import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Io } from '../../../cli/io';
import { run } from '../../../cli/program';

let root = '';
let cache = '';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'remember-'));
  cache = mkdtempSync(join(tmpdir(), 'remember-cache-'));
  cpSync('examples/jaffle', root, { recursive: true });
});

async function diff(...args: string[]): Promise<{ code: number; out: string; ms: number }> {
  const said: string[] = [];
  const io: Io = { out: (text) => void said.push(text), err: () => undefined, width: undefined, color: false, cwd: root, env: { XDG_CACHE_HOME: cache }, isTerminal: false, script: 'package.json' };
  const start = performance.now();
  const code = await run(['diff', ...args], io);
  return { code, out: said.join(''), ms: performance.now() - start };
}

const entries = (): string[] => readdirSync(join(cache, 'specline'));

function mark(entry: string): void {
  const file = join(cache, 'specline', entry);
  writeFileSync(file, gzipSync(gunzipSync(readFileSync(file)).toString('utf8').replace('"out":"', '"out":"MARK ')));
}

describe('diff --all', () => {
  it('says the same again where nothing changed, from what it remembers', async () => {
    const first = await diff('--all');
    const [entry = ''] = entries();
    // What is remembered is what is said: here with a mark.
    mark(entry);
    const second = await diff('--all');
    expect(second.out).toBe(`MARK ${first.out}`);
    expect(second.code).toBe(first.code);
  });
  it.each([
    ['a model changed', () => writeFileSync(join(root, 'models/marts/customer_value.sql'), 'select 1 as customer_id')],
    ['a spec changed', () => writeFileSync(join(root, 'specs/marts/customer_value.technical.spec.yml'), 'spec: technical/v1\nmodel: customer_value\ninputs: []\n')],
    ['a model is new', () => writeFileSync(join(root, 'models/marts/new_one.sql'), 'select 1 as id')],
    ['a spec is gone', () => rmSync(join(root, 'specs/marts/customer_value.technical.spec.yml'))],
    ['the settings changed', () => writeFileSync(join(root, 'specline.yml'), 'severities: { JOIN001: off }\n')],
  ])('compares anew where %s', async (_, change) => {
    await diff('--all');
    const [entry = ''] = entries();
    mark(entry);
    change();
    expect((await diff('--all')).out).not.toContain('MARK');
  });
  it('compares anew where a template that the settings extend changed', async () => {
    writeFileSync(join(root, 'specline.yml'), 'extends: ./house.yml\n');
    writeFileSync(join(root, 'house.yml'), 'layout: specs\n');
    await diff('--all');
    const [entry = ''] = entries();
    mark(entry);
    expect((await diff('--all')).out).toContain('MARK');
    writeFileSync(join(root, 'house.yml'), 'severities: { JOIN001: "off" }\n');
    expect((await diff('--all')).out).not.toContain('MARK');
  });
  it('compares anew for other words, with --no-cache, and where the cache is spoilt', async () => {
    const first = await diff('--all');
    expect((await diff('--all', '--format', 'json')).out).not.toBe(first.out);
    const before = entries().length;
    expect((await diff('--all', '--no-cache')).out).toBe(first.out);
    expect(entries().length).toBe(before);
    for (const entry of entries()) writeFileSync(join(cache, 'specline', entry), gzipSync('{"code":0,"out":"nothing","trace":{"reads":{},"lists":{}}}'));
    expect((await diff('--all')).out).toBe(first.out);
  });
});
