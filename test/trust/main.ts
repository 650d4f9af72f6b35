import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { createSqlService } from '../../engine/sql';
import { runCommand, UsageError, type Progress } from '../support/command';
import { argumentsOf, USAGE, type TrustArguments } from './arguments';
import { corpusEntries, type CorpusEntry } from './corpus';
import { omittedBySqlglot } from './omittedBySqlglot';
import { verdictsOnData } from './onData';
import { peersOnExample } from './peers/onExample';
import { pythonFolder, pythonWith } from './python';
import { reportText } from './report';
import type { ProjectResult } from './results';
import { runProject } from './run';
import { scoreOf } from './score';
import { partOfProject } from './split';

type Message = { progress: string } | { result: ProjectResult } | { failed: string };

/** Root of the checkout: the bundle lies in .cache/trust. */
const ROOT = resolve(__dirname, '..', '..');

function corpusOf(args: TrustArguments): CorpusEntry[] {
  const all = corpusEntries(args.corpus, ROOT);
  const chosen = all.filter(({ name }) => (args.project === undefined || name.includes(args.project)) && (args.part === undefined || partOfProject(name) === args.part));
  if (chosen.length === 0) throw new UsageError(`No project of ${all.length} is left by --project and --part: ${all.slice(0, 5).map(({ name }) => name).join(', ')}${all.length > 5 ? ', …' : ''}.`);
  return chosen;
}

async function main(args: TrustArguments, progress: Progress): Promise<number> {
  const entries = corpusOf(args);
  const results = await runAll(entries, args, progress);
  const cases = results.flatMap((result) => [...result.mutants, ...result.rewrites].flatMap((item) => item.data ?? []));
  const skipped = { kind: 'skipped', why: '--no-validate' } as const;
  // Made once here: everything below would each make it.
  if (args.validate) await pythonWith(ROOT, 'trust-python', join(pythonFolder(ROOT), 'requirements.txt'));
  // Other tools wait for processes of their own most of the time.
  const peers = args.peers ? peersOnExample(await createSqlService(), { root: ROOT, seed: args.seed, sample: args.full ? undefined : args.sample, most: args.peerMutants, validate: args.validate, progress }) : null;
  peers?.catch(() => undefined);
  const data = args.validate ? await verdictsOnData(cases, ROOT, args.jobs ?? availableParallelism(), progress) : skipped;
  const omissions = args.validate ? await omittedBySqlglot(results, ROOT) : skipped;
  const noticed = await peers;
  const score = scoreOf({ seed: args.seed, results, data, omissions, peers: noticed });
  process.stdout.write(args.json ? `${JSON.stringify(score)}\n` : reportText(score, args.misses));
  progress('done');
  return score.crashes.length > 0 ? 1 : 0;
}

/** Projects side by side, the largest first, one thread each. */
async function runAll(entries: readonly CorpusEntry[], args: TrustArguments, progress: Progress): Promise<ProjectResult[]> {
  const waiting = entries.map(({ name }) => name);
  const results = new Map<string, ProjectResult>();
  const next = async (): Promise<void> => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) results.set(name, await inThread(name, args, progress));
  };
  await Promise.all(Array.from({ length: Math.min(args.jobs ?? availableParallelism(), entries.length) }, next));
  return entries.flatMap(({ name }) => results.get(name) ?? []);
}

/** The result of one project; a thread that ends without one is a crash of that project, not of the run. */
function inThread(name: string, args: TrustArguments, progress: Progress): Promise<ProjectResult> {
  return new Promise((done) => {
    const failed = (why: string): void => done({ project: name, part: partOfProject(name), models: 0, originals: [], mutants: [], rewrites: [], accusations: [], clauses: [], ran: { operators: [], rewrites: [] }, crashes: [why] });
    const worker = new Worker(__filename, { workerData: { name, args }, argv: process.argv.slice(2) });
    worker.on('message', (message: Message) => {
      if ('progress' in message) progress(message.progress);
      else if ('result' in message) done(message.result);
      else failed(message.failed);
    });
    worker.on('error', (error) => failed(error instanceof Error ? (error.stack ?? error.message) : String(error)));
    worker.on('exit', (code) => failed(`the thread ended with ${code} and no result.`));
  });
}

async function work(): Promise<void> {
  const { name, args } = workerData as { name: string; args: TrustArguments };
  const send = (message: Message): void => parentPort?.postMessage(message);
  try {
    const entry = corpusOf(args).find((candidate) => candidate.name === name);
    if (!entry) throw new Error('the project is not there any more.');
    send({ result: await runProject(await createSqlService(), entry, { seed: args.seed, sample: args.full ? undefined : args.sample, only: args.only, progress: (text) => send({ progress: text }) }) });
  } catch (error) {
    send({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}

if (isMainThread) void runCommand(argumentsOf, USAGE, main).then((code) => (process.exitCode = code));
else void work();
