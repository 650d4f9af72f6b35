import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A language server as the benchmark starts it. */
export interface ServerKind {
  name: string;
  command: readonly string[];
  languageId: string;
  /** Answers to `workspace/configuration`, by section. */
  settings: Readonly<Record<string, unknown>>;
  /** How long it waits after a keystroke before it looks at the text, by its own sources. */
  debounceMs: number;
  environment: Readonly<Record<string, string>>;
}

export const PEER_PACKAGE = 'yaml-language-server';
export const PEER_VERSION = '2.0.0';

/** The built server of this checkout. `cache` is the folder it keeps its cache in. */
export function ourServer(root: string, cache: string): ServerKind {
  return { name: 'specline', command: [process.execPath, join(root, 'dist', 'server.js'), '--stdio'], languageId: 'dbt-spec', settings: {}, debounceMs: 0, environment: { XDG_CACHE_HOME: cache, HOME: cache, LOCALAPPDATA: cache } };
}

/**
 * yaml-language-server with the published schemas, installed from the npm registry into `folder` where it is not there yet;
 * one sentence where it cannot be had.
 */
export function peerServer(root: string, folder: string): ServerKind | string {
  const home = join(folder, 'node_modules', PEER_PACKAGE);
  if (!existsSync(join(home, 'package.json')) || versionIn(home) !== PEER_VERSION) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    const installed = spawnSync(npm, ['install', '--prefix', folder, '--no-audit', '--no-fund', '--ignore-scripts', '--save-exact', `${PEER_PACKAGE}@${PEER_VERSION}`], { cwd: folder, encoding: 'utf8', shell: process.platform === 'win32' });
    if (installed.status !== 0) return `${PEER_PACKAGE} ${PEER_VERSION} could not be installed (${(installed.stderr || installed.error?.message || 'npm failed').trim().split('\n').at(-1) ?? ''}), so nothing is compared with it`;
  }
  const schema = (kind: string): string => pathToFileURL(join(root, 'schemas', `${kind}.v1.schema.json`)).toString();
  const delay = /validationDelayMs = (\d+)/.exec(readFileSync(join(home, 'out', 'src', 'yamlSettings.js'), 'utf8'))?.[1];
  if (delay === undefined) return `${PEER_PACKAGE} ${PEER_VERSION} does not say how long it waits after a keystroke, so nothing is compared with it`;
  // Its patterns do not look into a folder that starts with a dot unless they name it.
  const patterns = (kind: string): string[] => [`*.${kind}.spec.yml`, `.cache/**/*.${kind}.spec.yml`];
  const yaml = {
    schemas: { [schema('business')]: patterns('business'), [schema('technical')]: patterns('technical') },
    validate: true, hover: true, completion: true, format: { enable: true }, schemaStore: { enable: false }, maxItemsComputed: 100_000,
  };
  return { name: `${PEER_PACKAGE} ${PEER_VERSION}`, command: [process.execPath, join(home, 'bin', PEER_PACKAGE), '--stdio'], languageId: 'yaml', settings: { yaml }, debounceMs: Number(delay), environment: {} };
}

function versionIn(home: string): unknown {
  return (JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as { version?: unknown }).version;
}
