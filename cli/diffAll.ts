import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { ModelReport } from '../engine/conformance/types';
import type { Notice } from '../engine/project/types';
import { specKindOf } from '../engine/spec';
import { addTrace, emptyTrace, type Trace } from '../platform/tracedWorkspace';
import { projectRoot } from './context';
import { EXIT, PartlySaid, worstExit } from './exit';
import { fails } from './failLevel';
import type { Io } from './io';
import type { Asked, Judged } from './judgeSpec';
import { print } from './printers';
import { streamOf } from './printers/stream';
import { openedToJudge, startShare, type Judging } from './share';
import { sharedRun } from './shared';

/** A process more opens the project and warms up for itself, which pays for so many specs. */
const SPECS_A_PROCESS = 400;
/** Each process holds the project once more. */
const MOST_PROCESSES = 4;
/** Characters that are written at a time. */
const PIECE = 64 * 1024;

/** Compares every technical spec of a project with its model and prints what it finds, model by model where the format allows; gives the exit code. */
export async function diffAll(projectDir: string | undefined, asked: Asked, io: Io, trace: Trace): Promise<number> {
  const root = projectRoot(io.cwd, projectDir);
  const today = new Date().toISOString().slice(0, 10);
  const { script } = io;
  const stream = streamOf(asked.format, asked);
  const writer = writerTo(io);
  const reports: ModelReport[] = [];
  const notices: { unread: Notice[]; disabled: Notice[] } = { unread: [], disabled: [] };
  const state = { compared: 0, fails: false, lacks: false };
  const take = ({ said, fails: found, lacks, unread, disabled }: Judged): void => {
    if (unread) notices.unread.push(unread);
    if (disabled) notices.disabled.push(disabled);
    state.fails ||= found;
    state.lacks ||= lacks;
    if (said === undefined) return;
    if (typeof said === 'string') writer.write((stream?.joint(state.compared === 0) ?? '') + said);
    else reports.push(said);
    state.compared++;
  };
  const opening = { root, today, asked };
  const count = script === undefined ? 1 : processesFor(specsBelow(join(root, 'specs')));
  const changed = new Set<string>();
  const read = (more: Trace): void => addTrace(trace, more).forEach((path) => changed.add(path));
  // Opened where no other process does it.
  let here: Promise<Judging> | undefined;
  const opened = (): Promise<Judging> => (here ??= openedToJudge(opening).then((judging) => {
    read(judging.read());
    return judging;
  }));
  const run = sharedRun({
    start: count === 1 ? [] : Array.from({ length: count }, (_, index) => (listener) => startShare(script ?? '', opening, index === 0, listener)),
    head: async () => {
      const judging = await opened();
      const head = await judging.head();
      read(judging.read());
      return head;
    },
    specPaths: async () => (await opened()).specPaths,
    own: async (path) => {
      const own = emptyTrace();
      const judged = await (await opened()).judge(path, own);
      read(own);
      return judged;
    },
    take,
    read,
    warn: (text) => io.err(`specline: ${text}\n`),
  });
  const { envelope, misconfigured } = await run.head();
  try {
    if (stream) writer.write(stream.begin(envelope));
    await run.judgeAll();
    const none: Notice[] = state.compared === 0 ? [{ code: 'SPEC041', severity: 'warning', message: 'No model was compared: none of those chosen has a technical spec; write one with `specline infer MODEL`.' }] : [];
    const whole = { ...envelope, models: reports, notices: [...envelope.notices, ...notices.unread, ...notices.disabled, ...changedNotices(changed), ...none] };
    writer.write(stream ? stream.end(whole, state.compared > 0) : print(whole, asked.format, io, root));
    writer.flush();
    return worstExit([misconfigured ? EXIT.usage : EXIT.clean, state.fails || fails(whole, asked.failOn) ? EXIT.findings : EXIT.clean, state.lacks ? EXIT.evidence : EXIT.clean]);
  } catch (error) {
    throw writer.wrote() ? new PartlySaid(error) : error;
  }
}

function processesFor(specs: number): number {
  return Math.max(1, Math.min(availableParallelism(), MOST_PROCESSES, Math.floor(specs / SPECS_A_PROCESS)));
}

/** How many spec files a folder has, which is wanted before the project is read. */
function specsBelow(folder: string): number {
  try {
    return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => sum + (entry.isDirectory() ? specsBelow(join(folder, entry.name)) : specKindOf(entry.name) === undefined ? 0 : 1), 0);
  } catch {
    // Specs may lie elsewhere, or nowhere.
    return 0;
  }
}

/** What is said where files were one thing for some of the models and another for the rest. */
function changedNotices(paths: ReadonlySet<string>): Notice[] {
  const [file] = paths;
  if (file === undefined) return [];
  const more = paths.size === 1 ? '' : ` and ${paths.size - 1} more`;
  return [{ code: 'EVID018', severity: 'warning', file, message: `${file}${more} changed while models were compared, so some were judged by what was there before; run the command again.` }];
}

function writerTo(io: Io): { write(text: string): void; flush(): void; wrote(): boolean } {
  let held: string[] = [];
  let length = 0;
  let wrote = false;
  const flush = (): void => {
    if (length === 0) return;
    wrote = true;
    io.out(held.join(''));
    held = [];
    length = 0;
  };
  return {
    write: (text) => {
      held.push(text);
      length += text.length;
      if (length >= PIECE) flush();
    },
    flush,
    wrote: () => wrote,
  };
}
