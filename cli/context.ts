import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { nothingLately, type CompareContext } from '../engine/conformance';
import type { Envelope } from '../engine/conformance/types';
import type { Notice } from '../engine/project/types';
import type { Workspace } from '../engine/workspace';
import { openProject, readDbtProject } from '../engine/project';
import { findSpecs, readConfig, readSpec, type SpecDocument, type SpeclineConfig } from '../engine/spec';
import { createSqlService } from '../engine/sql';
import { UsageError } from './exit';
import { VERSION } from './version';
import { diskWorkspace } from '../platform/diskWorkspace';
import { diskSettings } from '../platform/settingsFiles';
import { tracedSettings, tracedWorkspace, type Trace } from '../platform/tracedWorkspace';

/** Everything a command works on: one dbt project and its specs. */
export interface Project extends CompareContext {
  /** Absolute path of the project's root. */
  root: string;
  workspace: Workspace;
  specs: SpecDocument[];
  notices: Notice[];
  /** specline.yml or dbt_project.yml is broken, so that defaults were used. */
  misconfigured: Notice | undefined;
}

/**
 * The dbt project to work on: `--project-dir`, else the nearest folder upwards with a dbt_project.yml.
 * Throws `UsageError` where there is none.
 */
export function projectRoot(cwd: string, projectDir: string | undefined): string {
  if (projectDir !== undefined) {
    const root = resolve(cwd, projectDir);
    if (!existsSync(join(root, 'dbt_project.yml'))) throw new UsageError(`${projectDir} has no dbt_project.yml; --project-dir takes a dbt project's root.`);
    return root;
  }
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'dbt_project.yml'))) return folder;
    if (dirname(folder) === folder) throw new UsageError('No dbt_project.yml here or above; go into a dbt project or give --project-dir.');
  }
}

/** The settings of a project alone: specline.yml and what it extends, and the name in dbt_project.yml. Throws `UsageError` where there is no project. */
export function loadSettings(cwd: string, projectDir: string | undefined): { root: string; config: SpeclineConfig; project: string } {
  const root = projectRoot(cwd, projectDir);
  return { root, config: readConfig(diskSettings(root)), project: readDbtProject('dbt_project.yml', readFileSync(join(root, 'dbt_project.yml'), 'utf8')).name };
}

/** What specs of a project are judged by; the specs were found and not read yet. */
export interface FoundProject extends Omit<Project, 'specs' | 'notices' | 'misconfigured'> {
  /** Where the specs are, in their order. */
  specPaths: string[];
}

/** A project whose specs were found and not read yet, with what is to be said of it. */
export type OpenedProject = FoundProject & ReturnType<typeof saidOf>;

/** Opens the project: artifacts, raw files and configuration; what is read is noted in `trace`. */
export async function openedProject(cwd: string, projectDir: string | undefined, trace?: Trace): Promise<OpenedProject> {
  const found = await foundProject(cwd, projectDir, trace);
  return { ...found, ...saidOf(found) };
}

/** What is to be said of a project and its settings as a whole, for which each of its files has to be read through. */
export function saidOf({ project, config }: Pick<Project, 'project' | 'config'>): Pick<Project, 'notices' | 'misconfigured'> {
  return {
    misconfigured: [...config.notices, ...project.notices.filter((notice) => notice.file === 'dbt_project.yml')].find((notice) => notice.severity === 'error'),
    notices: [...project.notices, ...config.notices],
  };
}

/** Opens the project as `openedProject` does, and looks for nothing to say of it. `disk` is where its files are read. */
export async function foundProject(cwd: string, projectDir: string | undefined, trace?: Trace, disk?: Workspace): Promise<FoundProject> {
  const root = projectRoot(cwd, projectDir);
  const files = disk ?? diskWorkspace(root);
  const workspace = trace ? tracedWorkspace(files, trace) : files;
  const config = readConfig(trace ? tracedSettings(diskSettings(root), trace) : diskSettings(root));
  const [project, sql] = await Promise.all([openProject(workspace), createSqlService()]);
  return {
    root,
    workspace,
    project,
    config,
    sql,
    specPaths: await findSpecs(workspace, project),
    outputs: new Map(),
    lately: nothingLately(),
    today: new Date().toISOString().slice(0, 10),
  };
}

/** Opens the project and reads every spec. Unreadable specs become notices; what is read is noted in `trace`. */
export async function loadProject(cwd: string, projectDir: string | undefined, trace?: Trace): Promise<Project> {
  const { specPaths, ...opened } = await openedProject(cwd, projectDir, trace);
  const read = await Promise.all(specPaths.map((path) => readSpec(opened.workspace, path, opened.config.template)));
  return { ...opened, specs: read.flatMap((r) => (r.spec ? [r.spec] : [])), notices: [...opened.notices, ...read.flatMap((r) => (r.notice ? [r.notice] : []))] };
}

/**
 * A path a person typed (relative to the working folder) as the project writes it: POSIX, relative to its root.
 * Throws `UsageError` for a path outside the project.
 */
export function projectPath(root: string, cwd: string, path: string): string {
  const inside = relative(root, resolve(cwd, path));
  if (inside === '' || inside.startsWith('..') || resolve(inside) === inside) throw new UsageError(`${path} is outside the dbt project; give a path inside it.`);
  return inside.split(sep).join('/');
}

/** The specs in some files, or all of the project where none is named. Throws `UsageError` for a file that is no spec of it. */
export function specsAt(loaded: Project, files: readonly string[], cwd: string): SpecDocument[] {
  if (files.length === 0) return loaded.specs;
  return files.map((file) => {
    const path = projectPath(loaded.root, cwd, file);
    const spec = loaded.specs.find((one) => one.path === path);
    if (!spec) throw new UsageError(`${file} is not a spec of this project; specs are named *.business.spec.yml or *.technical.spec.yml.`);
    return spec;
  });
}

/** An envelope with the project's head and nothing in it yet. */
export function envelopeOf(command: string, loaded: Pick<Project, 'project' | 'notices'>): Envelope {
  const { project } = loaded;
  const { manifest, catalog } = project.artifacts;
  return {
    format: 1,
    specline: VERSION,
    command,
    project: { name: project.name, root: '.', adapter: project.adapter, dbtVersion: project.dbtVersion ?? null },
    evidence: {
      manifest: manifest?.file ?? null,
      catalog: catalog?.file ?? null,
      notes: manifest ? [] : ['no manifest.json: judged from the raw files alone; run `dbt parse` or `dbt compile` for more'],
    },
    models: [],
    documents: [],
    notices: loaded.notices,
  };
}
