import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FileChanged, fileBytes } from '../../../platform/fileBytes';
import { diskWorkspace } from '../../../platform/diskWorkspace';

const folder = mkdtempSync(join(tmpdir(), 'specline-bytes-'));
afterAll(() => rmSync(folder, { recursive: true }));

const TEXT = 'a manifest of é and more';

describe('bytes that stay in their file', () => {
  it('are the same once they are packed', async () => {
    const file = join(folder, 'same.json');
    writeFileSync(file, `xx${TEXT}`);
    const raw = Buffer.from(TEXT);
    const bytes = fileBytes(raw, file, statSync(file), 2);
    const before = Buffer.from(bytes.slice(3, 12));
    await bytes.pack?.();
    expect(Buffer.from(bytes.slice(3, 12))).toEqual(before);
    expect(Buffer.from(bytes.whole())).toEqual(raw);
    expect(bytes.length).toBe(raw.length);
  });
  it('are not taken from a file that changed', async () => {
    const file = join(folder, 'changed.json');
    writeFileSync(file, TEXT);
    const bytes = fileBytes(Buffer.from(TEXT), file, statSync(file), 0);
    await bytes.pack?.();
    writeFileSync(file, TEXT.toUpperCase() + TEXT);
    expect(() => bytes.slice(0, 5)).toThrow(FileChanged);
  });
  it('stay at hand where the file is another one already', async () => {
    const file = join(folder, 'gone.json');
    writeFileSync(file, TEXT);
    const bytes = fileBytes(Buffer.from(TEXT), file, { size: 1, mtimeMs: 1 }, 0);
    await bytes.pack?.();
    expect(Buffer.from(bytes.slice(0, 1)).toString()).toBe('a');
  });
  it('leave a byte order mark out', async () => {
    writeFileSync(join(folder, 'mark.json'), '\uFEFF{"a":1}');
    const read = await diskWorkspace(folder, undefined, (raw, { file, state, start }) => fileBytes(raw, file, state, start)).bytes?.('mark.json');
    if (read?.kind !== 'bytes') throw new Error('not read');
    await read.bytes.pack?.();
    expect(Buffer.from(read.bytes.whole()).toString()).toBe('{"a":1}');
  });
});
