import { existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { runKept } from '../../../platform/keptCode';

const said = (): unknown => (globalThis as { said?: unknown }).said;

describe('code that is run with what was compiled of it before', () => {
  it('does the same the first time, the next time, and with what is spoilt, old or nowhere', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'code-'));
    const [file, cache] = [join(folder, 'code.js'), join(folder, 'cache')];
    const kept = join(cache, `code.js.${process.versions.modules}.compiled`);
    const run = (cacheFolder: string | undefined = cache): unknown => {
      Reflect.deleteProperty(globalThis, 'said');
      runKept(file, cacheFolder, 0);
      return said();
    };
    writeFileSync(file, "const path = require('node:path'); globalThis.said = [path.basename(__filename), path.basename(__dirname) !== '', module.exports === exports, typeof require('./other.js')];");
    writeFileSync(join(folder, 'other.js'), 'module.exports = () => 1;');
    const expected = ['code.js', true, true, 'function'];
    expect(run()).toEqual(expected);
    await vi.waitFor(() => expect(existsSync(kept)).toBe(true));
    const [bytes, written] = [readFileSync(kept), statSync(kept).mtimeMs];
    expect(run()).toEqual(expected);
    await new Promise((settle) => setTimeout(settle, 20));
    expect(statSync(kept).mtimeMs).toBe(written);
    for (const spoilt of [Buffer.alloc(0), bytes.subarray(0, bytes.length - 1), Buffer.from(bytes).fill(7, 70, 90)]) {
      writeFileSync(kept, spoilt);
      expect(run()).toEqual(expected);
    }
    await vi.waitFor(() => expect(readFileSync(kept).length).toBe(bytes.length));
    writeFileSync(file, 'globalThis.said = 2;');
    expect(run()).toBe(2);
    expect(run(undefined)).toBe(2);
    writeFileSync(join(folder, 'a file'), '');
    expect(run(join(folder, 'a file', 'in it'))).toBe(2);
  });
  it('says in errors where they stand in the file', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'code-')), 'code.js');
    writeFileSync(file, 'const a = 1;\nthrow new Error(`no ${a}`);\n');
    let stack = '';
    try {
      runKept(file, undefined);
    } catch (error) {
      stack = (error as Error).stack ?? '';
    }
    expect(stack).toContain(`${file}:2:`);
  });
});
