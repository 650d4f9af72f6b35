import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Writes a file that another run may read or write at this moment: who reads it gets all of it, or what was there before. Throws what writing throws. */
export function writeAside(file: string, bytes: Uint8Array): void {
  mkdirSync(dirname(file), { recursive: true });
  const own = `${file}.${process.pid}.tmp`;
  writeFileSync(own, bytes);
  renameSync(own, file);
}
