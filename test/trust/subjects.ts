import type { CompareContext } from '../../engine/conformance';
import { openProject, resolveRef, resolveSource, type DataTest, type Json, type ProjectIndex, type RelationNode } from '../../engine/project';
import { DEFAULT_CONFIG } from '../../engine/spec';
import { callOf, configOf, jinjaBlocks, literalOf, referencesOf, type SqlService } from '../../engine/sql';
import type { Workspace } from '../../engine/workspace';
import { memoryWorkspace } from '../support/memoryWorkspace';
import type { CorpusEntry, LoadedFiles } from './corpus';
import { testsAt } from './declaredTests';
import type { DeclaredTest, Surroundings } from './types';

/** How much a judgement knows: fresh compiled code, artifacts with this model edited since, or no artifacts at all. */
export type TierName = 'compiled' | 'edited' | 'raw';
export const TIERS: readonly TierName[] = ['compiled', 'edited', 'raw'];

/** A project opened once for each tier. */
export interface TrustProject {
  name: string;
  files: LoadedFiles;
  raw: ProjectIndex;
  /** Raw files whose models are empty: what YAML and dbt_project.yml alone configure. */
  bare: ProjectIndex;
  artifacts?: ProjectIndex;
  /** Artifacts, and every model edited since. */
  edited?: ProjectIndex;
}

/** One model or snapshot of a project. */
export interface Subject {
  project: TrustProject;
  id: string;
  name: string;
  file: string;
  raw: string;
  /** Fresh compiled code. */
  compiled?: string;
  tiers: TierName[];
  /** Enabled data tests; `DataTest` of the best tier. */
  tests: DataTest[];
}

/** What a mutant or a rewrite makes of a subject. */
export interface Change {
  raw: string;
  compiled?: string;
  tests?: DeclaredTest[];
}

const EDITED = '\n-- edited\n';

/** Opens a project for every tier it has. */
export async function openTrustProject(entry: CorpusEntry): Promise<TrustProject> {
  const files = entry.load();
  const raw = await openProject(memoryWorkspace(files.raw));
  const emptied = Object.fromEntries([...raw.nodes.values()].flatMap((node) => (isSql(node) && node.kind === 'model' ? [[node.file ?? '', '']] : [])));
  const bare = await openProject(memoryWorkspace({ ...files.raw, ...emptied }));
  if (!files.artifacts) return { name: entry.name, files, raw, bare };
  const touched = Object.fromEntries(Object.keys(emptied).map((file) => [file, `${files.raw[file] ?? ''}${EDITED}`]));
  const artifacts = await openProject(memoryWorkspace(files.artifacts));
  if (!artifacts.artifacts.manifest) return { name: entry.name, files, raw, bare };
  return { name: entry.name, files, raw, bare, artifacts, edited: await openProject(memoryWorkspace({ ...files.artifacts, ...touched })) };
}

function isSql(node: RelationNode): boolean {
  return (node.kind === 'model' || node.kind === 'snapshot') && node.language === 'sql' && node.file !== undefined;
}

/** Every enabled SQL model and snapshot of a project that has a file. */
export function subjectsOf(project: TrustProject): Subject[] {
  const best = project.artifacts ?? project.raw;
  return [...best.nodes.values()].flatMap((node): Subject[] => {
    const raw = node.file === undefined ? undefined : project.files.raw[node.file];
    if (!isSql(node) || !node.enabled || node.file === undefined || raw === undefined || !project.raw.nodes.has(node.uniqueId)) return [];
    const fromManifest = project.artifacts !== undefined && node.from !== 'E1';
    const compiled = node.compiled?.fresh === true ? node.compiled.code : undefined;
    const tiers = TIERS.filter((tier) => tier === 'raw' || (fromManifest && (tier === 'edited' ? node.kind === 'model' : compiled !== undefined)));
    return [{ project, id: node.uniqueId, name: node.name, file: node.file, raw, ...(compiled === undefined ? {} : { compiled }), tiers, tests: node.tests.filter((test) => test.enabled) }];
  });
}

/** The context and the node that a comparison at a tier has, for the subject as it is or as a change left it. */
export async function viewAt(sql: SqlService, subject: Subject, tier: TierName, change?: Change): Promise<{ context: CompareContext; node: RelationNode }> {
  const { project, id, file } = subject;
  const index = (tier === 'raw' ? project.raw : project.artifacts) ?? project.raw;
  const original = (tier === 'edited' ? project.edited : index)?.nodes.get(id);
  if (!original) throw new Error(`${project.name} has no ${id} at the tier ${tier}.`);
  const rawCode = change?.raw ?? subject.raw;
  const node: RelationNode = {
    ...original,
    rawCode,
    config: change ? configAt(subject, tier, original, change.raw) : original.config,
    ...(tier === 'compiled' && change?.compiled !== undefined ? { compiled: { code: change.compiled, fresh: true }, ...dependenciesAt(index, original, subject.raw, change.raw) } : {}),
    ...(change?.tests ? { tests: await testsAt(subject, tier, change.tests) } : {}),
  };
  const nodes = new Map(index.nodes).set(id, node);
  const base = memoryWorkspace(tier === 'raw' ? project.files.raw : (project.files.artifacts ?? project.files.raw));
  const workspace: Workspace = { list: base.list, read: (path) => (path === file ? Promise.resolve({ kind: 'text', text: rawCode, invalidUtf8: false }) : base.read(path)) };
  return { context: { workspace, project: { ...index, nodes }, sql, config: DEFAULT_CONFIG }, node };
}

/** The configuration dbt, or the reading of raw files, would give the changed file. */
function configAt({ raw, id, project }: Subject, tier: TierName, node: RelationNode, changed: string): Record<string, Json> {
  const [before, after] = [literalConfig(raw), literalConfig(changed)];
  const bare = project.bare.nodes.get(id)?.config ?? {};
  const manifest = { ...(tier === 'raw' ? {} : (project.artifacts?.nodes.get(id)?.config ?? {})) };
  if (tier === 'raw') return { ...bare, ...after };
  if (tier === 'edited') return { ...manifest, ...bare, ...after };
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [old, now] = [before[key], after[key] ?? bare[key]];
    if (JSON.stringify(old) === JSON.stringify(after[key])) continue;
    if (now === undefined) Reflect.deleteProperty(manifest, key);
    else manifest[key] = now;
  }
  return Object.keys(manifest).length === 0 ? node.config : manifest;
}

/** What dbt would write as dependencies: those it wrote, without the references that went and with those that came. */
function dependenciesAt(index: ProjectIndex, node: RelationNode, before: string, after: string): Pick<RelationNode, 'dependsOn'> {
  if (!node.dependsOn) return {};
  const read = (text: string): Set<string> => new Set(referencesOf(jinjaBlocks(text)).flatMap((relation) => oneOf(relation.kind === 'source' ? resolveSource(index, relation.sourceName ?? '', relation.name) : resolveRef(index, relation))?.uniqueId ?? []));
  const [old, now] = [read(before), read(after)];
  return { dependsOn: [...new Set([...node.dependsOn.filter((id) => !old.has(id) || now.has(id)), ...[...now].filter((id) => !old.has(id))])] };
}

function literalConfig(text: string): Record<string, Json> {
  return Object.fromEntries(configOf(jinjaBlocks(text)).values.flatMap(({ key, value }) => (value.kind === 'literal' ? [[key, value.value]] : [])));
}

/** The relation a `{{ ref(…) }}`, `{{ source(…) }}` or `{{ this }}` names, as compiled SQL writes it; nothing for a config call. */
export function relationOf(subject: Subject): (jinja: string) => string | undefined {
  const index = subject.project.artifacts ?? subject.project.raw;
  return (jinja) => {
    const body = jinja.replace(/^\{\{-?\s*|\s*-?\}\}$/g, '');
    if (body === 'this') return index.nodes.get(subject.id)?.relationName;
    const node = referenced(index, body);
    if (!node) return undefined;
    if (node.config['materialized'] !== 'ephemeral') return node.relationName;
    // Compiled code has the CTE of an ephemeral model only where it was read before.
    const cte = `__dbt__cte__${node.name}`;
    return subject.compiled?.includes(cte) ? cte : undefined;
  };
}

function referenced(index: ProjectIndex, body: string): RelationNode | undefined {
  const call = callOf(body);
  const words = call?.args.map((arg) => literalOf(arg)?.value) ?? [];
  const [first, second] = words.map((word) => (typeof word === 'string' ? word : undefined));
  if (!call || first === undefined || Object.keys(call.kwargs).length > 0) return undefined;
  if (call.name === 'source') return second === undefined ? undefined : oneOf(resolveSource(index, first, second));
  if (call.name !== 'ref' && call.name !== 'builtins.ref') return undefined;
  return oneOf(resolveRef(index, second === undefined ? { name: first } : { package: first, name: second }));
}

function oneOf(found: ReturnType<typeof resolveRef>): RelationNode | undefined {
  return found.kind === 'one' ? found.node : undefined;
}

/** What operators and rewrites may know of the project around a subject. */
export function surroundingsOf(subject: Subject): Surroundings {
  const { project, id } = subject;
  const index = project.artifacts ?? project.raw;
  const own = index.nodes.get(id);
  const others = [...index.nodes.values()].filter((node) => node.kind !== 'source' && node.enabled && node.package === own?.package && node.uniqueId !== id);
  return {
    dialect: index.dialect,
    otherRefs: [...new Set(others.map((node) => node.name))].sort(),
    columnsOf: (input) => {
      const node = referenced(index, input.replace(/^\{\{-?\s*|\s*-?\}\}$/g, ''));
      return node?.columnsComplete ? node.columns.map((column) => column.name) : undefined;
    },
  };
}
