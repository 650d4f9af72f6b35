import { join } from 'node:path';
import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';
import { chromium } from 'playwright-core';
import { CACHE } from './install.mjs';
import { freePort, until } from './waiting.mjs';

/**
 * Runs a suite in a desktop VS Code: the one that SPECLINE_VSCODE names, else one that test-electron downloads. Gives
 * what `served` gives, the page being the workbench's window, reached through its debugging port.
 */
export async function desktop({ extension, workspace, suite, folder, log }) {
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return { missing: 'a desktop VS Code needs a display; run it under xvfb-run' };
  const vscodeExecutablePath = process.env.SPECLINE_VSCODE ?? (await downloaded(log));
  if (typeof vscodeExecutablePath !== 'string') return vscodeExecutablePath;
  const port = await freePort();
  const launchArgs = [workspace, `--user-data-dir=${join(folder, 'user')}`, `--extensions-dir=${join(folder, 'extensions')}`, `--remote-debugging-port=${port}`, '--window-size=1500,950'];
  let failure;
  const ended = runTests({ vscodeExecutablePath, extensionDevelopmentPath: extension, extensionTestsPath: suite, launchArgs }).catch((error) => {
    failure = error;
    return error instanceof Error ? error.message : String(error);
  });
  let browser;
  const found = async () => {
    if (failure) throw failure;
    browser ??= await chromium.connectOverCDP(`http://127.0.0.1:${port}`).catch(() => undefined);
    return browser?.contexts().flatMap((context) => context.pages()).find((candidate) => /workbench[^/]*\.html/.test(candidate.url()));
  };
  const page = await until(() => 'VS Code showed no window', found);
  return { page, ended, close: async () => void (await browser?.close()) };
}

async function downloaded(log) {
  log('finding or downloading a desktop VS Code…');
  try {
    return await downloadAndUnzipVSCode({ cachePath: join(CACHE, 'vscode-test') });
  } catch (error) {
    return { missing: `no desktop VS Code could be downloaded (${error instanceof Error ? error.message : String(error)}); SPECLINE_VSCODE may name one` };
  }
}
