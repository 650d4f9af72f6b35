import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';

/** Paths of the files in a VSIX. */
export function filesOf(vsix) {
  return Object.keys(unzipSync(readFileSync(vsix))).filter((path) => !path.endsWith('/'));
}

/** Unpacks the extension of a VSIX into a folder. */
export function unpack(vsix, folder) {
  for (const [path, bytes] of Object.entries(unzipSync(readFileSync(vsix)))) {
    if (!path.startsWith('extension/') || path.endsWith('/') || path.split('/').includes('..')) continue;
    const target = join(folder, path.slice('extension/'.length));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, bytes);
  }
}
