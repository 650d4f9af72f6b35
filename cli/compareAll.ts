import { availableParallelism } from 'node:os';
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { compareModel } from '../engine/conformance';
import type { ModelReport } from '../engine/conformance/types';
import { lookupModel } from '../engine/project';
import type { RelationNode } from '../engine/project/types';
import type { SpecDocument } from '../engine/spec';
import { emptyTrace, type Trace } from '../platform/tracedWorkspace';
import { loadProject, type Project } from './context';

/** A thread reads the project for itself first, which pays for so many models. */
const MODELS_A_THREAD = 250;
/** Each thread holds the project once more. */
const MOST_THREADS = 4;

/** What a thread compares. */
interface Share {
  compare: { root: string; paths: string[] };
}

interface Compared {
  reports: ModelReport[];
  trace: Trace;
}

/** The node a spec is about; undefined where there is none, or several. */
export function nodeOf(loaded: Project, spec: SpecDocument): RelationNode | undefined {
  const name = spec.facts?.model?.value;
  if (name === undefined) return undefined;
  const found = lookupModel(loaded.project, name);
  return found.kind === 'one' ? found.node : undefined;
}

/**
 * Reports of specs in their order. Many are compared by several threads, which run `script`, the built command; what those read is
 * added to `trace`.
 */
export async function compareAll(loaded: Project, specs: readonly SpecDocument[], script: string | undefined, trace: Trace): Promise<ModelReport[]> {
  const threads = script === undefined ? 1 : Math.max(1, Math.min(availableParallelism(), MOST_THREADS, Math.floor(specs.length / MODELS_A_THREAD)));
  const shares = Array.from({ length: threads }, (_, share) => specs.filter((_spec, index) => index % threads === share));
  const [own = [], ...others] = shares;
  const [mine, ...theirs] = await Promise.all([compareEach(loaded, own), ...others.map((share) => inThread(script ?? '', { compare: { root: loaded.root, paths: share.map(({ path }) => path) } }))]);
  for (const { trace: more } of theirs) {
    Object.assign(trace.reads, more.reads);
    Object.assign(trace.lists, more.lists);
  }
  const reports = [mine, ...theirs.map((one) => one.reports)];
  return specs.map((_, index) => reports[index % threads]?.[Math.floor(index / threads)] as ModelReport);
}

async function compareEach(loaded: Project, specs: readonly SpecDocument[]): Promise<ModelReport[]> {
  const reports: ModelReport[] = [];
  for (const spec of specs) reports.push(await compareModel(loaded, spec, nodeOf(loaded, spec)));
  return reports;
}

function inThread(script: string, share: Share): Promise<Compared> {
  return new Promise((settle, fail) => {
    const worker = new Worker(script, { workerData: share });
    worker.once('message', settle);
    worker.once('error', fail);
    worker.once('exit', (code) => fail(new Error(`a thread that compares models ended with ${code}`)));
  });
}

/** Compares the share this thread was started with; false where it was started for something else. */
export async function compareShare(): Promise<boolean> {
  const { compare } = (workerData ?? {}) as Partial<Share>;
  if (!compare || !parentPort) return false;
  const trace = emptyTrace();
  const loaded = await loadProject(compare.root, undefined, trace);
  const byPath = new Map(loaded.specs.map((spec) => [spec.path, spec]));
  const reports = await compareEach(loaded, compare.paths.flatMap((path) => byPath.get(path) ?? []));
  // A file that vanished since the main thread read it would shift all reports behind it.
  if (reports.length !== compare.paths.length) throw new Error('A spec vanished while it was compared; run the command again.');
  parentPort.postMessage({ reports, trace } satisfies Compared);
  return true;
}
