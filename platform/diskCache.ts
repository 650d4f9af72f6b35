import { readdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { writeAside } from './writeAside';

/** What is kept on disk between runs; it may be lost or spoilt at any time. */
export interface DiskCache {
  read(key: string): unknown;
  write(key: string, value: unknown): void;
}

const MAX_ENTRY_BYTES = 64 * 1024 * 1024;
const MAX_BYTES = 256 * 1024 * 1024;

/** The system's folder for such things; undefined where SPECLINE_CACHE is `off`. */
export function cacheFolder(env: Readonly<Record<string, string | undefined>>, platform: NodeJS.Platform = process.platform): string | undefined {
  if (env['SPECLINE_CACHE'] === 'off') return undefined;
  const home = env['HOME'] ?? homedir();
  if (env['XDG_CACHE_HOME']) return join(env['XDG_CACHE_HOME'], 'specline');
  if (platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'specline', 'cache');
  return platform === 'darwin' ? join(home, 'Library', 'Caches', 'specline') : join(home, '.cache', 'specline');
}

/**
 * A cache in a folder, of which the entries used longest ago go where it gets too large. Nothing of it ever fails: what cannot
 * be read is not there, what cannot be written is not kept.
 */
export function diskCache(folder: string, limits = { entry: MAX_ENTRY_BYTES, all: MAX_BYTES }): DiskCache {
  const fileOf = (key: string): string => join(folder, `${key}.json.gz`);
  return {
    read(key) {
      try {
        const value: unknown = JSON.parse(gunzipSync(readFileSync(fileOf(key))).toString('utf8'));
        const now = new Date();
        utimesSync(fileOf(key), now, now);
        return value;
      } catch {
        return undefined;
      }
    },
    write(key, value) {
      try {
        const bytes = gzipSync(JSON.stringify(value), { level: 1 });
        if (bytes.length > limits.entry) return;
        writeAside(fileOf(key), bytes);
        shrink(folder, limits.all);
      } catch {
        // A cache that cannot be written costs time and nothing else.
        return;
      }
    },
  };
}

function shrink(folder: string, most: number): void {
  const files = readdirSync(folder).filter((name) => /\.(json\.gz|compiled|tmp)$/.test(name)).map((name) => ({ file: join(folder, name), ...statOf(join(folder, name)) })).sort((a, b) => b.used - a.used);
  let bytes = 0;
  for (const { file, size } of files) {
    bytes += size;
    if (bytes > most) rmSync(file, { force: true });
  }
}

function statOf(file: string): { size: number; used: number } {
  const { size, mtimeMs } = statSync(file);
  return { size, used: mtimeMs };
}
