import { fork } from 'node:child_process';
import { setFlagsFromString } from 'node:v8';
import { emptyTrace, takenTrace, tracedWorkspace, type Trace } from '../platform/tracedWorkspace';
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
}

/** What a share is started for. */
export interface Opening {
  root: string;
  today: string;
  asked: Asked;
}

/** What came of a spec, by its number in the run. */
export interface Result {
  index: number;
  judged: Judged;
}

type Question = { open: Opening; heads: boolean } | { items: Item[] };
/** Each with what was read for it. */
type Answer = ({ opened: string[] } | { head: Head } | { results: Result[] }) & { trace: Trace };

/** Results are sent together, as long as the run need not wait for them: a message costs both sides more than what is in it. */
const TOGETHER_MS = 100;

/** A project that was opened to judge its specs. */
export interface Judging {
  /** Where the specs are, in their order. */
  specPaths: string[];
  /** What was read to open the project and for its head, and was not given before. */
  read(): Trace;
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
    specPaths: found.specPaths,
    read: () => takenTrace(trace),
    async head() {
      const { notices, misconfigured } = saidOf(found);
      // Results of the last run are read here, so that they are in the trace before that is handed out.
      return { envelope: envelopeOf('diff', await withRunNotices({ project: found.project, notices })), misconfigured: misconfigured !== undefined };
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
  /** It has opened the project, and can be given some of its specs. */
  ready(specPaths: readonly string[], trace: Trace): void;
  /** Where it was asked for that. */
  head(head: Head, trace: Trace): void;
  answer(results: readonly Result[], trace: Trace): void;
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
    if ('opened' in message) listener.ready(message.opened, message.trace);
    else if ('head' in message) listener.head(message.head, message.trace);
    else listener.answer(message.results, message.trace);
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
  const { specPaths, read, head, judge } = await openedToJudge(first.open);
  answer({ opened: specPaths, trace: read() });
  if (first.heads) {
    const found = await head();
    answer({ head: found, trace: read() });
  }
  for (;;) {
    const question = await nextQuestion();
    if ('items' in question) await judgeEach(question.items, judge, answer);
  }
}

async function judgeEach(items: readonly Item[], judge: Judging['judge'], answer: (answer: Answer) => void): Promise<void> {
  let results: Result[] = [];
  let trace = emptyTrace();
  let since = performance.now();
  for (const [place, { index, path }] of items.entries()) {
    results.push({ index, judged: await judge(path, trace) });
    if (place < items.length - 1 && performance.now() - since < TOGETHER_MS) continue;
    answer({ results, trace });
    // What was said goes out, and what came in is taken, before the next.
    await new Promise((settle) => setImmediate(settle));
    [results, trace, since] = [[], emptyTrace(), performance.now()];
  }
}
