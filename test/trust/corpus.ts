import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import { corpusFiles, readCorpus, type CorpusManifest } from '../support/corpusProject';
import type { CorpusCatalog } from '../support/corpusCompleteness';

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

/** Every dbt project (dbt_project.yml) and every folder of artifacts (manifest.json) below a folder. */
export function findCorpus(folder: string): CorpusEntry[] {
  const found: CorpusEntry[] = [];
  const visit = (at: string): void => {
    const names = readdirSync(at, { withFileTypes: true });
    const has = (name: string): boolean => names.some((entry) => entry.isFile() && entry.name === name);
    const name = relative(folder, at).split(sep).join('/') || basename(folder);
    if (has('dbt_project.yml')) found.push({ name, load: () => projectFiles(at) });
    else if (has('manifest.json')) found.push({ name, load: () => artifactFiles(at) });
    for (const entry of names) if (entry.isDirectory() && !entry.name.startsWith('.') && !SKIPPED.has(entry.name)) visit(join(at, entry.name));
  };
  visit(folder);
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The project's own example with its artifacts, for machines without a corpus. */
export function ownFixtures(root: string): CorpusEntry[] {
  const [project, artifacts] = [join(root, 'examples', 'jaffle'), join(root, 'test', 'fixtures', 'example')];
  return [{ name: 'examples/jaffle', load: () => projectFiles(project, artifacts) }];
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
