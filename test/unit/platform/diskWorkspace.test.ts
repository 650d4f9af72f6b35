import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../../engine/project';
import { ChangedFile, type FileBytes } from '../../../engine/workspace';
import { diskWorkspace } from '../../../platform/diskWorkspace';

let root = '';
let outside = '';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'disk-'));
  outside = mkdtempSync(join(tmpdir(), 'outside-'));
  mkdirSync(join(root, 'models'));
  writeFileSync(join(root, 'models', 'a.sql'), 'select 1');
  writeFileSync(join(root, 'models', 'marked.yml'), '\uFEFFversion: 2\n');
  writeFileSync(join(root, 'models', 'bad.sql'), Buffer.from([0x61, 0xff, 0x62]));
  writeFileSync(join(outside, 'secret.sql'), 'select 2');
  symlinkSync(join(root, 'models', 'a.sql'), join(root, 'models', 'linked.sql'));
  symlinkSync(outside, join(root, 'models', 'out'));
  symlinkSync(join(root, 'models'), join(root, 'again'));
});

describe('a project on disk', () => {
  it('gives the same of a file at once, later and among many', async () => {
    const paths = ['models/a.sql', 'models/marked.yml', 'models/bad.sql', 'models/linked.sql', 'models/out/secret.sql', 'again/a.sql', 'models', 'missing.sql', 'models/a.sql/b', '../x.sql', ''];
    const workspace = diskWorkspace(root);
    const now = paths.map((path) => workspace.now(path));
    expect(await workspace.readMany?.(paths)).toEqual(now);
    expect(await Promise.all(paths.map((path) => workspace.read(path)))).toEqual(now);
    expect(now.map((read) => (read.kind === 'text' ? read.text : read.kind))).toEqual(['select 1', 'version: 2\n', 'a\uFFFDb', 'select 1', 'failed', 'select 1', 'failed', 'missing', 'missing', 'failed', 'failed']);
    expect(now[1]).toMatchObject({ mark: true, invalidUtf8: false });
    expect(now[2]).toMatchObject({ invalidUtf8: true });
    expect(now[4]).toMatchObject({ outside: true });
  });
  it('lists folders inside it, and says which are links', async () => {
    const workspace = diskWorkspace(root);
    expect(await workspace.list('')).toEqual([{ name: 'again', kind: 'folder', linked: true }, { name: 'models', kind: 'folder' }]);
    expect((await workspace.list('models')).map(({ name, linked }) => [name, linked === true])).toEqual([['a.sql', false], ['bad.sql', false], ['linked.sql', false], ['marked.yml', false], ['out', true]]);
    expect(await workspace.list('models/out')).toEqual([]);
    expect(await workspace.list('missing')).toEqual([]);
  });
  it('tells a file from others by a stamp, and has none for links, folders and what leads out', () => {
    const workspace = diskWorkspace(root);
    expect(['models/a.sql', 'models/linked.sql', 'models/out/secret.sql', 'models', 'missing.sql', '../x'].map((path) => workspace.stamp(path) !== undefined)).toEqual([true, false, false, false, false, false]);
    const before = workspace.stamp('models/a.sql');
    expect(workspace.stamp('models/a.sql')).toBe(before);
    appendFileSync(join(root, 'models', 'a.sql'), '\n');
    expect(workspace.stamp('models/a.sql')).not.toBe(before);
  });
  it('hashes a text as the engine does', () => {
    const { sha256: hash } = diskWorkspace(root);
    const unit = fc.oneof(fc.nat(0xffff).map((code) => String.fromCharCode(code)), fc.string({ unit: 'binary' }), fc.constantFrom('\uFEFF', '\r\n', '\ud800', 'é'));
    fc.assert(fc.property(fc.array(unit).map((units) => units.join('')), (text) => {
      expect(hash?.(text)).toBe(sha256(text));
    }));
  });
  it.skipIf(process.platform === 'win32')('does not wait for a pipe', async () => {
    execFileSync('mkfifo', [join(root, 'models', 'pipe.sql')]);
    const workspace = diskWorkspace(root);
    expect(workspace.now('models/pipe.sql')).toEqual({ kind: 'failed', why: 'it is no file' });
    expect(await workspace.bytes?.('models/pipe.sql')).toEqual({ kind: 'failed', why: 'it is no file' });
  });
});

describe('the bytes of a file', () => {
  const bytesOf = async (path: string, changed: (path: string) => void = () => undefined): Promise<FileBytes> => {
    const read = await diskWorkspace(root, { changed }).bytes?.(path);
    if (read?.kind !== 'bytes') throw new Error(`no bytes of ${path}`);
    return read.bytes;
  };
  it('are those of the file in any part of them, without a byte order mark', async () => {
    const raw = Buffer.from(Array.from({ length: 700_000 }, (_, index) => (index * index) % 251));
    for (const mark of [Buffer.alloc(0), Buffer.from([0xef, 0xbb, 0xbf])]) {
      writeFileSync(join(root, 'large.json'), Buffer.concat([mark, raw]));
      const bytes = await bytesOf('large.json');
      expect(bytes.length).toBe(raw.length);
      expect(Buffer.compare(bytes.whole(), raw)).toBe(0);
      fc.assert(fc.property(fc.nat(raw.length), fc.nat(raw.length), (a, b) => {
        const [start, end] = [Math.min(a, b), Math.max(a, b)];
        expect(bytes.text(start, end) === raw.toString('utf8', start, end)).toBe(true);
      }), { numRuns: 60 });
      // Short parts near each other come from one window, and many windows take each other's room.
      fc.assert(fc.property(fc.nat(raw.length), fc.array(fc.tuple(fc.nat(30_000), fc.nat(9_000)), { minLength: 1, maxLength: 200 }), (base, parts) => {
        for (const [offset, size] of parts) {
          const [start, end] = [Math.min(base + offset, raw.length), Math.min(base + offset + size, raw.length)];
          expect(bytes.text(start, end) === raw.toString('utf8', start, end)).toBe(true);
        }
      }), { numRuns: 60 });
    }
  });
  it('are never mixed with those of what the file became', async () => {
    const change: Record<string, (file: string) => void> = {
      'written anew': (file) => writeFileSync(file, 'y'.repeat(600_000)),
      'as long and as old as before': (file) => {
        const { atime, mtime } = statSync(file);
        writeFileSync(file, 'z'.repeat(600_000));
        utimesSync(file, atime, mtime);
      },
      gone: (file) => rmSync(file),
    };
    for (const [how, make] of Object.entries(change)) {
      const file = join(root, 'large.json');
      writeFileSync(file, 'x'.repeat(600_000));
      const told: string[] = [];
      const bytes = await bytesOf('large.json', (path) => told.push(path));
      expect(bytes.text(0, 3)).toBe('xxx');
      // Clocks of file systems tick every few milliseconds.
      await new Promise((settle) => setTimeout(settle, 30));
      make(file);
      expect(() => bytes.text(500_000, 500_003), how).toThrow(ChangedFile);
      expect(() => bytes.whole(), how).toThrow('large.json changed while it was read');
      expect(told, how).toEqual(['large.json']);
    }
  });
});
