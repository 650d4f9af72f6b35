import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { Script } from 'node:vm';
import { writeAside } from './writeAside';

/** So long after the start all that a start needs has been compiled. */
const KEPT_AFTER_MS = 10_000;

/**
 * Runs a CommonJS file as `require` would, with what V8 compiled of it in an earlier run where `folder` has that: compiling takes longer
 * than all else at the start. What is kept there holds for the same file, program and version of Node, in which the same flags of V8 are
 * set; it may be lost or spoilt at any time, and is written anew some time after the start.
 */
export function runKept(file: string, folder: string | undefined, keptAfterMs = KEPT_AFTER_MS): void {
  const code = readFileSync(file, 'utf8');
  const of = createHash('sha256').update(JSON.stringify([process.version, process.arch, process.versions.v8])).update(code).digest();
  const kept = folder === undefined ? undefined : join(folder, `${basename(file)}.${process.versions.modules}.compiled`);
  const cachedData = kept === undefined ? undefined : readCompiled(kept, of);
  // The code starts on the first line, so that places in errors are those of the file.
  const script = new Script(`(function (exports, require, module, __filename, __dirname) { ${code}\n})`, { filename: file, ...(cachedData ? { cachedData } : {}) });
  if (kept !== undefined && (!cachedData || script.cachedDataRejected === true)) setTimeout(() => writeCompiled(kept, of, script), keptAfterMs).unref();
  const module = { exports: {} };
  const run = script.runInThisContext() as (...args: unknown[]) => void;
  run.call(module.exports, module.exports, createRequire(file), module, file, dirname(file));
}

/** The hash of what was compiled, that of the result, and the result. */
const HASH_BYTES = 32;

function readCompiled(kept: string, of: Buffer): Buffer | undefined {
  try {
    const bytes = readFileSync(kept);
    const [ofThen, hash, compiled] = [bytes.subarray(0, HASH_BYTES), bytes.subarray(HASH_BYTES, 2 * HASH_BYTES), bytes.subarray(2 * HASH_BYTES)];
    return ofThen.equals(of) && hash.equals(createHash('sha256').update(compiled).digest()) ? compiled : undefined;
  } catch {
    // Not there yet.
    return undefined;
  }
}

function writeCompiled(kept: string, of: Buffer, script: Script): void {
  try {
    const compiled = script.createCachedData();
    writeAside(kept, Buffer.concat([of, createHash('sha256').update(compiled).digest(), compiled]));
  } catch {
    // What cannot be kept costs time and nothing else.
    return;
  }
}
