import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runCommand, type Progress } from '../support/command';
import { argumentsOf, USAGE, type BenchArguments } from './arguments';
import { brokenRows } from './broken';
import { documentRows, type BenchDocument } from './documents';
import { businessSpec } from './make/businessSpec';
import { makeProject } from './make/project';
import { technicalModel } from './make/technicalSpec';
import { memoryRows } from './memory';
import { projectRows } from './projects';
import { reportText } from './report';
import type { Row } from './rows';
import { ourServer, peerServer } from './servers';

/** Root of the checkout: the bundle lies in .cache/bench. */
const ROOT = resolve(__dirname, '..', '..');
const CACHE = join(ROOT, '.cache', 'bench');

async function main(args: BenchArguments, progress: Progress): Promise<number> {
  const { rows, notes } = await runAll(args, progress);
  process.stdout.write(args.json ? `${JSON.stringify({ rows, notes })}\n` : reportText(rows, notes));
  return 0;
}

async function runAll(args: BenchArguments, progress: Progress): Promise<{ rows: Row[]; notes: string[] }> {
  const seed = String(args.seed);
  const repeats = args.repeats ?? (args.quick ? 5 : 30);
  const lines = args.lines ?? (args.quick ? [100, 300] : [100, 1000, 5000]);
  const models = args.models ?? (args.quick ? [20, 100] : [100, 1000, 10_000]);
  const wants = (part: string): boolean => args.only === undefined || args.only === part;
  const disk = join(CACHE, 'own', 'documents');
  mkdirSync(disk, { recursive: true });
  const peer = args.peer && (wants('documents') || wants('memory')) ? peerServer(ROOT, join(CACHE, 'peer')) : '--no-peer: nothing is compared with another server';
  const notes = typeof peer === 'string' && args.only !== 'projects' && args.only !== 'broken' ? [`skipped: ${peer}`] : [];
  const servers = [ourServer(ROOT, disk), ...(typeof peer === 'string' ? [] : [peer])];
  const technical = lines.map((count) => technicalModel(`big_${count}`, Array.from({ length: 12 }, (_, index) => `stg_table_${index}`), count, seed));
  const rows: Row[] = [];
  if (wants('documents') || wants('broken') || wants('memory')) {
    const { root } = makeProject(join(CACHE, 'projects', 'documents'), 100, seed, technical);
    const documents = lines.flatMap((count, index): BenchDocument[] => [
      { kind: 'business', lines: count, path: `specs/marts/business_${count}.business.spec.yml`, text: businessSpec(`big_${count}`, count, seed) },
      { kind: 'technical', lines: count, path: `specs/marts/area_2/big_${count}.technical.spec.yml`, text: technical[index]?.spec ?? '' },
    ]);
    if (wants('documents')) rows.push(...(await documentRows(root, servers, documents, repeats, seed, progress)));
    // Specs that people write are some hundred lines; longer ones are measured whole.
    if (wants('broken')) rows.push(...(await brokenRows(root, ourServer(ROOT, disk), documents.filter(({ lines: count }) => count <= 1000), args.quick ? 20 : 200, seed, progress)));
    if (wants('memory')) rows.push(...(await memoryRows(root, servers, args.quick ? [1, 20] : [1, 100, 1000], args.quick ? 2 : 7, seed, progress)));
  }
  if (wants('projects')) rows.push(...(await projectRows(ROOT, CACHE, models, repeats, seed, progress)));
  return { rows, notes };
}

void runCommand(argumentsOf, USAGE, main).then((code) => {
  // Of a run that failed servers may still be there, which would keep this process.
  if (code === 4) process.exit(code);
  process.exitCode = code;
});
