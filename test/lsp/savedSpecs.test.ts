import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { projectMemory } from '../../engine/project/memory';
import { BUILT_IN } from '../../engine/spec';
import type { ReadyWorkspace } from '../../engine/workspace';
import type { DiskCache } from '../../platform/diskCache';
import { projectFiles, type ProjectFiles } from '../../server/projectFiles';
import { savedSpecs } from '../../server/savedSpecs';
import type { SavedIndex } from '../../server/specIndex';
import { specNotes } from '../../server/specNotes';
import { memoryWorkspace } from '../support/memoryWorkspace';

const PATHS = ['specs/a.business.spec.yml', 'specs/a.technical.spec.yml', 'models/b.technical.spec.yml'];
const TEXTS = ['spec: technical/v1\nmodel: a\n', 'spec: technical/v1\nmodel: b\n', 'spec: technical/v1\nmodel: shop.b.v2\n', 'model: "c"\n', 'model: [', '', 'spec: business/v1\nmodel: a # twice\nmodel: b\n'];

/** Files with stamps as of long ago; another one for each time a file is written. */
function stampedFiles(): { files: Record<string, string>; workspace: ReadyWorkspace; write(path: string, text: string | undefined): void; reads: string[] } {
  const files: Record<string, string> = {};
  const stamps = new Map<string, string>();
  const reads: string[] = [];
  let count = 0;
  const plain = memoryWorkspace(files);
  return {
    files,
    reads,
    workspace: {
      ...plain,
      stamp: (path) => stamps.get(path),
      now: (path) => (reads.push(path), plain.now(path)),
      read: (path) => (reads.push(path), plain.read(path)),
    },
    write(path, text) {
      if (text === undefined) {
        Reflect.deleteProperty(files, path);
        stamps.delete(path);
      } else {
        files[path] = text;
        stamps.set(path, `${text.length} ${++count} ${count} 1 1`);
      }
    },
  };
}

function cacheInMemory(): DiskCache {
  const entries = new Map<string, string>();
  return { read: (key) => JSON.parse(entries.get(key) ?? 'null') as unknown, write: (key, value) => void entries.set(key, JSON.stringify(value)) };
}

/** All that is said of specs, their texts last. */
function dataOf(index: SavedIndex): unknown {
  return [[...index.byPath], [...index.byWord], index.list.map(({ path, kind, text, facts }) => [path, kind, text, facts?.model?.value])];
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('saved specs', () => {
  it('are not read at the next start, until somebody asks for one', async () => {
    const { workspace, write, reads } = stampedFiles();
    PATHS.forEach((path, index) => write(path, TEXTS[index]));
    const cache = cacheInMemory();
    const start = (): Promise<SavedIndex> => savedSpecs(projectFiles(workspace), PATHS, BUILT_IN, projectMemory(), specNotes('shop', cache));
    const first = await start();
    expect(new Set(reads)).toEqual(new Set(PATHS));
    vi.runAllTimers();
    reads.length = 0;
    const next = await start();
    expect([...next.byWord]).toEqual([...first.byWord]);
    expect(reads).toEqual([]);
    expect(next.list[1]?.facts?.model?.value).toBe('b');
    expect(reads).toEqual([PATHS[1]]);
  });
  it('are what they would be if all of them were read, whatever changed between starts and while the server runs', async () => {
    const edit = fc.record({ path: fc.constantFrom(...PATHS), to: fc.option(fc.nat(TEXTS.length - 1), { nil: undefined }), restart: fc.boolean(), looked: fc.boolean() });
    await fc.assert(fc.asyncProperty(fc.array(edit, { maxLength: 10 }), async (edits) => {
      const { files, workspace, write } = stampedFiles();
      const cache = cacheInMemory();
      const started = (): { kept: ProjectFiles; memory: ReturnType<typeof projectMemory>; notes: ReturnType<typeof specNotes> } => ({ kept: projectFiles(workspace), memory: projectMemory(), notes: specNotes('shop', cache) });
      let server = started();
      PATHS.forEach((path, index) => write(path, TEXTS[index]));
      for (const { path, to, restart, looked } of edits) {
        const paths = PATHS.filter((one) => Object.hasOwn(files, one));
        const index = await savedSpecs(server.kept, paths, BUILT_IN, server.memory, server.notes);
        if (looked) expect(dataOf(index)).toEqual(dataOf(await savedSpecs(projectFiles(memoryWorkspace(files)), paths, BUILT_IN, projectMemory(), undefined)));
        write(path, to === undefined ? undefined : TEXTS[to]);
        if (restart) {
          vi.runAllTimers();
          server = started();
        } else {
          server.kept.changed([path]);
          await server.kept.renew();
        }
      }
    }), { numRuns: 200 });
  });
});
