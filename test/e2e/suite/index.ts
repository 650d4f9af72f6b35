import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';
import { defineFeatures } from './features';
import { page } from './page';
import { defineSuite } from './specline';

declare const MAILBOX: string;

/** What VS Code calls to run the suites; the outcome also goes to a file that the runner reads. */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', timeout: 60_000, color: false });
  mocha.suite.emit('pre-require', globalThis as unknown as Mocha.MochaGlobals, '', mocha);
  defineSuite();
  defineFeatures();
  const counts = { passed: 0, failed: 0, skipped: 0, failures: [] as string[] };
  await new Promise<void>((settle) => {
    const runner = mocha.run(() => settle());
    runner.on('pass', (test) => {
      counts.passed++;
      console.log(`E2E ✔ ${test.title}`);
    });
    runner.on('pending', () => counts.skipped++);
    runner.on('fail', (test, error: Error) => {
      counts.failed++;
      counts.failures.push(`${test.title}: ${error.message}`);
      console.log(`E2E ✘ ${test.title}: ${error.message}`);
      page({ action: 'screenshot', name: `failed-${counts.failed}` }).catch(() => undefined);
    });
  });
  writeFileSync(join(MAILBOX, 'result.json'), JSON.stringify(counts));
  if (counts.failed > 0) throw new Error(`${counts.failed} failed`);
}
