import { mkdirSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { UsageError } from './exit';

const BYTE_ORDER_MARK = '\uFEFF';

/** Writes a file that must not exist yet; throws `UsageError` where it does or cannot be written. */
export function writeNew(root: string, path: string, text: string): void {
  const target = insideRoot(root, path);
  attempt(path, () => {
    makeFolder(dirname(target));
    refuseLinkOut(root, dirname(target), path);
    writeFileSync(target, text, { flag: 'wx' });
  });
}

/**
 * Replaces a file's text in one step, so that a crash leaves the old or the new one, and only when it still has the
 * text that the change was made from. A byte order mark stays. Throws `UsageError` where nothing was written.
 */
export function replaceText(root: string, path: string, before: string, after: string): void {
  const target = insideRoot(root, path);
  attempt(path, () => {
    refuseLinkOut(root, dirname(target), path);
    const bytes = readFileSync(target);
    const text = bytes.toString('utf8');
    if (!bytes.equals(Buffer.from(text, 'utf8'))) throw new UsageError(`${path} is not valid UTF-8, so writing it would lose its bad bytes; nothing was written, save it as UTF-8 first.`);
    const mark = text.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : '';
    if (text.slice(mark.length) !== before) throw new UsageError(`${path} changed meanwhile; nothing was written, run the command again.`);
    const temporary = `${target}.${process.pid}.tmp`;
    try {
      writeFileSync(temporary, mark + after, { flag: 'wx' });
      renameSync(temporary, target);
    } finally {
      rmSync(temporary, { force: true });
    }
  });
}

/** Node says EEXIST where a file stands in a folder's place, which `attempt` would take for the file to write. */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? Object.assign(new Error(folder), { code: 'ENOTDIR' }) : error;
  }
}

function insideRoot(root: string, path: string): string {
  const target = resolve(root, path);
  if (!target.startsWith(root.endsWith(sep) ? root : root + sep)) throw new UsageError(`${path} is outside the dbt project; nothing was written.`);
  return join(target);
}

function refuseLinkOut(root: string, folder: string, path: string): void {
  const real = realpathSync(folder);
  const realRoot = realpathSync(root);
  if (real !== realRoot && !real.startsWith(realRoot + sep)) throw new UsageError(`${path} leads out of the dbt project through a link; nothing was written.`);
}

function attempt(path: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EEXIST') throw new UsageError(`${path} exists already and was not touched; edit it, or run generate or infer to see what could be added.`);
    throw new UsageError(`${path} could not be written (${code ?? String(error)}); check that its folder is writable.`);
  }
}
