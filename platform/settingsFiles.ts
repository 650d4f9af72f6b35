import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import type { SettingsFiles } from '../engine/spec';
import { MAX_SOURCE_BYTES, type ReadResult } from '../engine/workspace';

/**
 * The files that settings of a project on disk may come from, inside its repository; where there is none, inside the project.
 * `opened` gives the unsaved text of a file that is open in an editor. Few and small files are read, so nothing waits for them.
 */
export function diskSettings(root: string, opened: (file: string) => string | undefined = () => undefined): SettingsFiles {
  const up = foldersToRepository(root);
  const repository = join(root, ...Array.from({ length: up }, () => '..'));
  return {
    up,
    read(path) {
      const file = join(root, path);
      const text = opened(file);
      return text === undefined ? readInside(repository, file) : { kind: 'text', text, invalidUtf8: false };
    },
  };
}

/** How many folders above a folder its repository's root is: 0 where there is no repository. */
function foldersToRepository(folder: string): number {
  let up = 0;
  for (let at = folder; ; at = dirname(at), up++) {
    if (existsSync(join(at, '.git'))) return up;
    if (dirname(at) === at) return 0;
  }
}

function readInside(repository: string, file: string): ReadResult {
  try {
    const [realRoot, real] = [realpathSync(repository), realpathSync(file)];
    if (!real.startsWith(realRoot.endsWith(sep) ? realRoot : realRoot + sep)) return { kind: 'failed', why: 'it leads out of the repository', outside: true };
    const facts = statSync(real);
    const { size, mtimeMs: modified } = facts;
    if (!facts.isFile()) return { kind: 'failed', why: 'EISDIR' };
    if (size > MAX_SOURCE_BYTES) return { kind: 'too-large', bytes: size, limit: MAX_SOURCE_BYTES };
    const bytes = readFileSync(real);
    const text = bytes.toString('utf8');
    return { kind: 'text', text: text.startsWith('\uFEFF') ? text.slice(1) : text, invalidUtf8: text.includes('\uFFFD') && !bytes.equals(Buffer.from(text, 'utf8')), modified };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return code === 'ENOENT' || code === 'ENOTDIR' ? { kind: 'missing' } : { kind: 'failed', why: code ?? String(error) };
  }
}
