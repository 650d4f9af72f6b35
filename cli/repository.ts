import { existsSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

/** Where a folder stands in its git repository, POSIX; empty at the repository's root and where there is no repository. */
export function folderInRepository(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return relative(at, folder).split(sep).join('/');
    if (dirname(at) === at) return '';
  }
}
