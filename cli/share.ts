import { fork } from 'node:child_process';
import { setFlagsFromString } from 'node:v8';
import { emptyTrace, tracedWorkspace, type Trace } from '../platform/tracedWorkspace';
import type { Envelope } from '../engine/conformance/types';
import { ChangedFile } from '../engine/workspace';
import { diskWorkspace } from '../platform/diskWorkspace';
import { envelopeOf, foundProject, saidOf, withRunNotices } from './context';
import { judgeSpec, type Asked, type Judged } from './judgeSpec';

/** The first word of a command line that is a share of another run. */
export const SHARE = '__share';

/** A heap is cleared once it has doubled, not trebled: as many processes as there are cores share the memory. */
const HEAP = '--heap-growing-percent=100';

/** A spec to judge, by its number in the run. */
export interface Item {
  index: number;
  path: string;
}

/** What a run needs to know of the project beside its specs; plain data. */
export interface Head {
  envelope: Envelope;
  /** specline.yml or dbt_project.yml is broken. */
  misconfigured: boolean;
  specPaths: string[];
  /** What was read to know it. */
  trace: Trace;
}

/** What a share is started for. */
export interface Opening {
  root: string;
  today: string;
  asked: Asked;
}

type Question = { open: Opening; heads: boolean } | { items: Item[] };
type Answer = { ready: Head | undefined } | { index: number; judged: Judged; trace: Trace };

/** A project that was opened to judge its specs. */
export interface Judging {
  /** Says what a run needs to know of the project, which takes as long as to read each of its files. */
  head(): Promise<Head>;
  judge(path: string, trace: Trace): Promise<Judged>;
}

/** Opens a project to judge its specs. */
export async function openedToJudge({ root, today, asked }: Opening): Promise<Judging> {
  const trace = emptyTrace();
  const found = { ...(await foundProject(root, root, trace)), today };
  const plain = diskWorkspace(root);
  return {
    async head() {
      const { notices, misconfigured } = saidOf(found);
      // Results of the last run are read here, so that they are in the trace before that is handed out.
      return { envelope: envelopeOf('diff', await withRunNotices({ project: found.project, notices })), misconfigured: misconfigured !== undefined, specPaths: found.specPaths, trace };
    },
    judge: (path, own) => judgeSpec({ ...found, workspace: tracedWorkspace(plain, own) }, path, asked),
  };
}

/** Another process that judges some of the specs of a run. */
export interface Share {
  give(items: readonly Item[]): void;
  stop(): void;
}

/** What a run hears of a share. `ended` comes once, also where the share was stopped. */
export interface ShareListener {
  /** With the head where it was asked for that. */
  ready(head?: Head): void;
  answer(index: number, judged: Judged, trace: Trace): void;
  ended(why: string): void;
}

/** Starts the built command as a share of a run; one that `heads` says what the run needs to know of the project. */
export function startShare(script: string, open: Opening, heads: boolean, listener: ShareListener): Share {
  const child = fork(script, [SHARE], { serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  let over = false;
  const end = (why: string): void => {
    if (over) return;
    over = true;
    listener.ended(why);
  };
  child.on('message', (message: Answer) => {
    if (over) return;
    if ('ready' in message) listener.ready(message.ready);
    else listener.answer(message.index, message.judged, message.trace);
  });
  child.on('error', (error) => end(error.message));
  child.on('exit', (code, signal) => end(`it ended with ${code ?? signal ?? 'no code'}`));
  const send = (question: Question): void => {
    // A process that is gone tells so by `exit`.
    if (child.connected) child.send(question, () => undefined);
  };
  send({ open, heads });
  return {
    give: (items) => send({ items: [...items] }),
    stop: () => {
      end('it was stopped');
      child.kill('SIGKILL');
    },
  };
}

/** Is a share: judges what it is given until the run that started it is over. */
export function serveShare(): void {
  setFlagsFromString(HEAP);
  const waiting: Question[] = [];
  let wake: () => void = () => undefined;
  process.on('message', (question: Question) => {
    waiting.push(question);
    wake();
  });
  process.on('disconnect', () => process.exit());
  const nextQuestion = async (): Promise<Question> => {
    for (;;) {
      const question = waiting.shift();
      if (question) return question;
      await new Promise<void>((settle) => (wake = settle));
    }
  };
  void serve(nextQuestion, (answer) => process.send?.(answer)).catch((error: unknown) => {
    process.stderr.write(`specline: ${textOf(error)}\n`);
    process.exit(4);
  });
}

function textOf(error: unknown): string {
  if (error instanceof ChangedFile) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

async function serve(nextQuestion: () => Promise<Question>, answer: (answer: Answer) => void): Promise<never> {
  const first = await nextQuestion();
  if (!('open' in first)) throw new Error('A share is asked to open a project first.');
  const { head, judge } = await openedToJudge(first.open);
  answer({ ready: first.heads ? await head() : undefined });
  for (;;) {
    const question = await nextQuestion();
    for (const { index, path } of 'items' in question ? question.items : []) {
      const trace = emptyTrace();
      answer({ index, judged: await judge(path, trace), trace });
      // What was said goes out, and what came in is taken, between two models.
      await new Promise((settle) => setImmediate(settle));
    }
  }
}
