import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

declare const MAILBOX: string;

/** What the page said of the first frame that has the selector: its text, its `.row`s that show, the labels of all it matches. */
interface Answer {
  text?: string;
  visible?: number;
  labels?: string[];
  background?: string;
  missing?: boolean;
  error?: string;
}

let asked = 0;

/** Asks the runner, which drives the browser, to do something on the page; settles with its answer. */
export async function page(request: { action: 'screenshot' | 'press' | 'text' | 'click' | 'focus'; name?: string; selector?: string; key?: string }): Promise<Answer> {
  const base = join(MAILBOX, String(++asked).padStart(4, '0'));
  writeFileSync(`${base}.tmp`, JSON.stringify(request));
  renameSync(`${base}.tmp`, `${base}.request.json`);
  await until(`the page did not answer ${request.action}`, () => existsSync(`${base}.response.json`));
  return JSON.parse(readFileSync(`${base}.response.json`, 'utf8')) as Answer;
}

/** Polls until a condition holds; rejects with `what` after the deadline. */
export async function until<T>(what: string, condition: () => T | undefined | false | Promise<T | undefined | false>, deadlineMs = 40_000): Promise<T> {
  const end = Date.now() + deadlineMs;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > end) throw new Error(what);
    await new Promise((next) => setTimeout(next, 50));
  }
}
