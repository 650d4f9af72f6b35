import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, join, relative, resolve, sep } from 'node:path';
import { corpusFiles, readCorpus, type CorpusManifest } from '../support/corpusProject';
import type { CorpusCatalog } from '../support/corpusCompleteness';
import { UsageError } from '../support/command';

/** One dbt project of a corpus: its files by path, without and with its artifacts. */
export interface CorpusEntry {
  /** Path below the corpus folder, POSIX. */
  name: string;
  load(): LoadedFiles;
}

export interface LoadedFiles {
  raw: Record<string, string>;
  /** Absent where there is no manifest. */
  artifacts?: Record<string, string>;
  manifest?: CorpusManifest;
  catalog?: CorpusCatalog;
}

const SKIPPED = new Set(['node_modules', 'dbt_packages', 'dbt_modules', 'target', 'logs', 'venv', '__pycache__']);
const READ = /\.(sql|ya?ml|py|csv)$/;
/** Of a seed only the header is read. */
const HEADER_BYTES = 4096;

/**
 * Every dbt project (dbt_project.yml) and every folder of artifacts (a dbt manifest.json) below a folder, however deep; links are followed.
 * The target folder of a project is part of it, one that lies alone is a folder of artifacts.
 */
export function findCorpus(folder: string): CorpusEntry[] {
  const found: CorpusEntry[] = [];
  const seen = new Set<string>();
  const visit = (at: string): void => {
    const real = realpathSync(at);
    if (seen.has(real)) return;
    seen.add(real);
    const names = readdirSync(at);
    const name = relative(folder, at).split(sep).join('/') || basename(resolve(folder));
    const isProject = names.includes('dbt_project.yml');
    if (isProject) found.push({ name, load: () => projectFiles(at) });
    else if (names.includes('manifest.json') && isDbtManifest(join(at, 'manifest.json'))) found.push({ name, load: () => artifactFiles(at) });
    for (const own of names) {
      if (own.startsWith('.') || (SKIPPED.has(own) && (own !== 'target' || isProject))) continue;
      if (isFolder(join(at, own))) visit(join(at, own));
    }
  };
  visit(folder);
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** False for what cannot be looked at, such as a link to nowhere. */
function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Tells dbt's manifest from the many other files of that name. */
function isDbtManifest(file: string): boolean {
  return statSync(file).isFile() && readFileSync(file).includes('dbt_schema_version');
}

/**
 * The projects of a folder; without one those of `SPECLINE_CORPUS` or of the checkout's neighbour `shared/corpus`, and the checkout's own
 * fixtures where neither is there. A relative folder is that of whoever called npm. Throws a UsageError for a folder that is not
 * there or has no project below it.
 */
export function corpusEntries(folder: string | undefined, root: string): CorpusEntry[] {
  const given = folder === undefined ? undefined : resolve(process.env['INIT_CWD'] ?? '.', folder);
  const usual = [process.env['SPECLINE_CORPUS'], join(root, '..', 'shared', 'corpus')].find((one) => one !== undefined && existsSync(one));
  const chosen = given ?? usual;
  if (chosen === undefined) return ownFixtures(root);
  const advice = 'give --corpus a folder of dbt projects or artifacts.';
  if (!existsSync(chosen)) throw new UsageError(`${chosen} does not exist; ${advice}`);
  if (!statSync(chosen).isDirectory()) throw new UsageError(`${chosen} is no folder; ${advice}`);
  const found = findCorpus(chosen);
  if (found.length === 0) throw new UsageError(`${chosen} has no dbt_project.yml and no manifest.json below it; ${advice}`);
  return found;
}

/** The checkout's own projects, for machines without a corpus: the example with its artifacts first, then small ones of raw files alone. */
export function ownFixtures(root: string): CorpusEntry[] {
  const [project, artifacts, others] = [join(root, 'examples', 'jaffle'), join(root, 'test', 'fixtures', 'example'), join(root, 'test', 'fixtures', 'generate')];
  const small = findCorpus(others).map(({ name, load }): CorpusEntry => ({ name: `fixtures/${name}`, load }));
  return [{ name: 'examples/jaffle', load: () => projectFiles(project, artifacts) }, ...small];
}

function artifactFiles(folder: string): LoadedFiles {
  const { manifest, catalog } = readCorpus(folder);
  return { raw: corpusFiles(folder, false), artifacts: corpusFiles(folder, true), manifest, catalog };
}

function projectFiles(folder: string, target = join(folder, 'target')): LoadedFiles {
  const raw: Record<string, string> = {};
  const visit = (at: string, path: string): void => {
    for (const entry of readdirSync(join(folder, path), { withFileTypes: true })) {
      const own = at === '' ? entry.name : `${at}/${entry.name}`;
      if (entry.isDirectory() && !entry.name.startsWith('.') && (entry.name === 'dbt_packages' || !SKIPPED.has(entry.name))) visit(own, own);
      else if (entry.isFile() && READ.test(entry.name)) raw[own] = textOf(join(folder, own));
    }
  };
  visit('', '');
  const manifestFile = join(target, 'manifest.json');
  if (!existsSync(manifestFile)) return { raw };
  const catalogFile = join(target, 'catalog.json');
  const manifest = readFileSync(manifestFile, 'utf8');
  const catalog = existsSync(catalogFile) ? readFileSync(catalogFile, 'utf8') : undefined;
  return {
    raw,
    artifacts: { ...raw, 'target/manifest.json': manifest, ...(catalog === undefined ? {} : { 'target/catalog.json': catalog }) },
    manifest: JSON.parse(manifest) as CorpusManifest,
    ...(catalog === undefined ? {} : { catalog: JSON.parse(catalog) as CorpusCatalog }),
  };
}

function textOf(file: string): string {
  const text = readFileSync(file, 'utf8');
  return file.endsWith('.csv') && statSync(file).size > HEADER_BYTES ? text.slice(0, HEADER_BYTES) : text;
}
