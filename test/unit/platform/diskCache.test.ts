import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cacheFolder, diskCache } from '../../../platform/diskCache';

describe('the folder of the cache', () => {
  it('is the one of the system, and none where it is turned off', () => {
    expect(cacheFolder({ HOME: '/h' }, 'linux')).toBe(join('/h', '.cache', 'specline'));
    expect(cacheFolder({ HOME: '/h' }, 'darwin')).toBe(join('/h', 'Library', 'Caches', 'specline'));
    expect(cacheFolder({ HOME: '/h', LOCALAPPDATA: '/l' }, 'win32')).toBe(join('/l', 'specline', 'cache'));
    expect(cacheFolder({ HOME: '/h', XDG_CACHE_HOME: '/x' }, 'linux')).toBe(join('/x', 'specline'));
    expect(cacheFolder({ HOME: '/h', SPECLINE_CACHE: 'off' }, 'linux')).toBeUndefined();
  });
});

/** Text that does not get smaller. */
const words = (length: number): string => Array.from({ length: Math.ceil(length / 40) }, (_, index) => createHash('sha256').update(String(index)).digest('base64')).join('').slice(0, length);

describe('the cache on disk', () => {
  it('gives back what was written, and nothing for what is spoilt or was never there', () => {
    const folder = join(mkdtempSync(join(tmpdir(), 'cache-')), 'own');
    const cache = diskCache(folder);
    expect(cache.read('a')).toBeUndefined();
    cache.write('a', { x: 1 });
    expect(cache.read('a')).toEqual({ x: 1 });
    writeFileSync(join(folder, 'a.json.gz'), '{ "x": ');
    expect(cache.read('a')).toBeUndefined();
  });
  it('drops what was used longest ago where it gets too large, and keeps nothing that is too large itself', () => {
    const folder = mkdtempSync(join(tmpdir(), 'cache-'));
    const cache = diskCache(folder, { entry: 100, all: 150 });
    cache.write('old', words(40));
    utimesSync(join(folder, 'old.json.gz'), 1, 1);
    cache.write('new', words(40));
    cache.write('newer', words(40));
    cache.write('huge', words(400));
    expect(readdirSync(folder).sort()).toEqual(['new.json.gz', 'newer.json.gz']);
  });
  it('costs nothing but time where it cannot be written', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'cache-')), 'file');
    writeFileSync(file, '');
    expect(() => diskCache(join(file, 'below')).write('a', 1)).not.toThrow();
  });
});
