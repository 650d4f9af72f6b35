import { mkdtempSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { hasStamp, stampsOf } from '../../../platform/stamps';
import { diskWorkspace } from '../../../platform/diskWorkspace';
import { diskSettings } from '../../../platform/settingsFiles';
import { emptyTrace, stillHolds, tracedWorkspace } from '../../../platform/tracedWorkspace';

const LATER = Date.now() + 3_600_000;
let root = '';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'stamps-'));
  writeFileSync(join(root, 'a.sql'), 'select 1');
});

describe('stamps of files', () => {
  it('are there for files that had settled, and for nothing else', () => {
    expect(Object.keys(stampsOf(root, ['a.sql', 'missing.sql', '.', 'a.sql/b'], LATER))).toEqual(['a.sql']);
    expect(stampsOf(root, ['a.sql'], Date.now())).toEqual({});
  });
  it('hold until the file changes, be its size and its time as before', async () => {
    const { 'a.sql': stamp = '' } = stampsOf(root, ['a.sql'], LATER);
    expect(hasStamp(root, 'a.sql', stamp)).toBe(true);
    // Clocks of file systems tick every few milliseconds.
    await new Promise((settle) => setTimeout(settle, 30));
    const { atime, mtime } = statSync(join(root, 'a.sql'));
    writeFileSync(join(root, 'a.sql'), 'select 2');
    utimesSync(join(root, 'a.sql'), atime, mtime);
    expect(hasStamp(root, 'a.sql', stamp)).toBe(false);
  });
  it('do not hold for another file in its place, or none', () => {
    const { 'a.sql': stamp = '' } = stampsOf(root, ['a.sql'], LATER);
    writeFileSync(join(root, 'b.sql'), 'select 1');
    renameSync(join(root, 'a.sql'), join(root, 'c.sql'));
    expect(hasStamp(root, 'a.sql', stamp)).toBe(false);
    renameSync(join(root, 'b.sql'), join(root, 'a.sql'));
    expect(hasStamp(root, 'a.sql', stamp)).toBe(false);
  });
});

it('a trace holds of a file read as bytes until these change', async () => {
  writeFileSync(join(root, 'manifest.json'), '{"a": 1}');
  const trace = emptyTrace();
  await tracedWorkspace(diskWorkspace(root), trace).bytes?.('manifest.json');
  expect(await stillHolds(diskWorkspace(root), diskSettings(root), trace)).toBe(true);
  writeFileSync(join(root, 'manifest.json'), '{"a": 2}');
  expect(await stillHolds(diskWorkspace(root), diskSettings(root), trace)).toBe(false);
});

it('a trace is the same whether files are read one by one or together', async () => {
  writeFileSync(join(root, 'b.yml'), '\uFEFFa: é');
  const paths = ['a.sql', 'b.yml', 'missing.sql', '../x', '.'];
  const [single, together] = [emptyTrace(), emptyTrace()];
  const one = tracedWorkspace(diskWorkspace(root), single);
  const reads = await Promise.all(paths.map((path) => one.read(path)));
  expect(await tracedWorkspace(diskWorkspace(root), together).readMany?.(paths)).toEqual(reads);
  expect(together).toEqual(single);
  expect(Object.keys(single.reads)).toEqual(paths);
});
