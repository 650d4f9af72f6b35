import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A Python of its own with the packages a requirements file pins, or why there is none. */
export type Python = { kind: 'ready'; python: string; bin: string } | { kind: 'missing'; why: string };

const INSTALL_SECONDS = 900;

/** The folder of the benchmark's Python scripts and requirements; `root` is the checkout. */
export function pythonFolder(root: string): string {
  return join(root, 'test', 'trust', 'python');
}

/**
 * Makes a virtual environment under the cache (`SPECLINE_CACHE`, else `.cache`) from a pinned requirements file, once for each content of
 * that file. Never throws: without Python or PyPI it says why.
 */
export async function pythonWith(root: string, name: string, requirements: string): Promise<Python> {
  const cache = process.env['SPECLINE_CACHE'] ?? join(root, '.cache');
  const venv = join(cache, name);
  const bin = join(venv, process.platform === 'win32' ? 'Scripts' : 'bin');
  const stamp = join(venv, '.installed');
  const wanted = readFileSync(requirements, 'utf8');
  const ready: Python = { kind: 'ready', python: join(bin, 'python'), bin };
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return ready;
  process.stderr.write(`installing ${name} from PyPI (once)…\n`);
  rmSync(venv, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  const made = await run(process.env['SPECLINE_PYTHON'] ?? 'python3', ['-m', 'venv', venv]);
  if (made.code !== 0) return { kind: 'missing', why: `python3 -m venv failed: ${lastLine(made.errors)}` };
  const pip = await run(ready.python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--retries', '1', '-r', requirements], { seconds: INSTALL_SECONDS });
  if (pip.code === 124) return { kind: 'missing', why: `pip install -r ${requirements} took more than ${INSTALL_SECONDS} s` };
  if (pip.code !== 0) return { kind: 'missing', why: `pip install -r ${requirements} failed: ${lastLine(pip.errors)}` };
  writeFileSync(stamp, wanted);
  return ready;
}

/** What a finished program printed. */
export interface Ran {
  code: number;
  output: string;
  errors: string;
}

/** Runs a program to its end; a program that cannot be started ends with code 127 and says why. Ended after `seconds`, with code 124. */
export function run(program: string, args: readonly string[], options: { cwd?: string; env?: NodeJS.ProcessEnv; seconds?: number } = {}): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(program, [...args], { cwd: options.cwd, env: options.env ?? process.env, stdio: ['ignore', 'pipe', 'pipe'] });
    const ran: Ran = { code: 127, output: '', errors: '' };
    let late = false;
    const timer = options.seconds === undefined ? undefined : setTimeout(() => (late = child.kill('SIGKILL')), options.seconds * 1000);
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (ran.output += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (ran.errors += chunk));
    child.on('error', (error) => resolve({ ...ran, errors: error.message }));
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ ...ran, code: late ? 124 : (code ?? 1) });
    });
  });
}

function lastLine(text: string): string {
  return text.trim().split('\n').pop() || 'it gave no reason';
}

/**
 * Runs a script that answers each JSON line with one JSON line. `onAnswer` hears them as they come.
 * Rejects with the script's last words where it ends badly or answers fewer lines than it was asked.
 */
export async function askLines<Answer>(python: string, script: string, questions: readonly unknown[], onAnswer?: (answer: Answer, count: number) => void): Promise<Answer[]> {
  const answers = await talk(python, script, questions, { ...process.env, PYTHONHASHSEED: '0', PYTHONDONTWRITEBYTECODE: '1' }, onAnswer);
  if (answers.length !== questions.length) throw new Error(`${script} answered ${answers.length} of ${questions.length} questions`);
  return answers;
}

/** Runs a script that answers one JSON line with many, ended after `seconds` with the answers so far. Rejects with its last words where it ends badly by itself. */
export function askPeers<Answer>(python: string, script: string, question: unknown, env: NodeJS.ProcessEnv, seconds: number, onAnswer: (count: number) => void): Promise<Answer[]> {
  return talk(python, script, [question], env, (_answer: Answer, count) => onAnswer(count), seconds);
}

function talk<Answer>(python: string, script: string, questions: readonly unknown[], env: NodeJS.ProcessEnv, onAnswer: (answer: Answer, count: number) => void = () => undefined, seconds?: number): Promise<Answer[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(python, [script], { stdio: ['pipe', 'pipe', 'pipe'], env });
    const answers: Answer[] = [];
    let rest = '';
    let words = '';
    let late = false;
    const timer = seconds === undefined ? undefined : setTimeout(() => (late = child.kill('SIGKILL')), seconds * 1000);
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const answer = JSON.parse(line) as Answer;
        answers.push(answer);
        onAnswer(answer, answers.length);
      }
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (words = (words + chunk).slice(-4000)));
    child.stdin.on('error', () => undefined);
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      if (code === 0 || late) resolve(answers);
      else reject(new Error(`${script} ended with ${String(code)} after ${answers.length} answers: ${words.trim().split('\n').slice(-3).join(' ')}`));
    });
    child.stdin.end(questions.map((question) => `${JSON.stringify(question)}\n`).join(''));
  });
}
