import { minimatch } from 'minimatch';
import { lineStarts, rangeOf } from '../text';
import type { Notice, ProjectIndex, RelationNode } from '../project/types';
import { get, items, parseYaml, plain, text, treeOf, type YamlTree } from '../yaml/tree';
import type { Workspace } from '../workspace';
import { schemaProblems } from './schemaProblems';
import { yamlProblems } from './yamlProblems';

export type SpecTier = 'source' | 'minimal' | 'full';

/** The settings of specline.yml. */
export interface SpeclineConfig {
  layout: 'specs' | 'beside';
  tiers: { path: string; tier: SpecTier }[];
  severities: Record<string, 'error' | 'warning' | 'information' | 'off'>;
  notices: Notice[];
}

const FILE = 'specline.yml';
export const DEFAULT_CONFIG: SpeclineConfig = { layout: 'specs', tiers: [], severities: {}, notices: [] };

/** Reads specline.yml; without one the defaults hold. What is wrong in it is a notice at its place. */
export async function readConfig(workspace: Workspace): Promise<SpeclineConfig> {
  const read = await workspace.read(FILE);
  if (read.kind === 'missing') return DEFAULT_CONFIG;
  if (read.kind !== 'text') return { ...DEFAULT_CONFIG, notices: [{ code: 'SPEC005', severity: 'error', file: FILE, message: `${FILE} could not be read; the defaults are used.` }] };
  const document = parseYaml(read.text);
  const tree = treeOf(document);
  const starts = lineStarts(read.text);
  const problems = [...yamlProblems(document, read.text), ...(tree?.kind === 'map' ? schemaProblems('config', tree, read.text) : [])];
  return {
    layout: text(get(tree, 'layout')) === 'beside' ? 'beside' : 'specs',
    tiers: items(get(tree, 'tiers')).flatMap((item) => {
      const path = text(get(item, 'path'));
      const tier = text(get(item, 'tier'));
      return path !== undefined && (tier === 'source' || tier === 'minimal' || tier === 'full') ? [{ path, tier }] : [];
    }),
    severities: (plain(get(tree, 'severities')) ?? {}) as SpeclineConfig['severities'],
    notices: [...notRead(tree, starts), ...problems.map((problem): Notice => ({ code: problem.code, severity: 'error', file: FILE, range: rangeOf(starts, problem.span), message: problem.message }))],
  };
}

/** A template to extend is a setting of a later version; what it asks for is not checked by this one. */
function notRead(tree: YamlTree | undefined, starts: readonly number[]): Notice[] {
  const shared = get(tree, 'extends');
  return shared ? [{ code: 'SPEC005', severity: 'warning', file: FILE, range: rangeOf(starts, shared.span), message: `${FILE} extends ${text(shared) ?? 'a template'}, which this version does not read; what it asks for is not checked.` }] : [];
}

/** How much is asked of a model's specs: the first matching path of `tiers`; staging folders default to `source`, others to `minimal`. */
export function tierOf(config: SpeclineConfig, modelFile: string | undefined): SpecTier {
  if (modelFile === undefined) return 'minimal';
  const found = config.tiers.find(({ path }) => minimatch(modelFile, path) || minimatch(modelFile, `${path.replace(/\/$/, '')}/**`));
  if (found) return found.tier;
  return /(^|\/)staging\//.test(modelFile) ? 'source' : 'minimal';
}

/** Where the spec of a model stands or would stand, relative to the project. */
export function specPathFor(config: SpeclineConfig, project: ProjectIndex, target: { name: string; node?: RelationNode }, kind: 'business' | 'technical'): string {
  const { node } = target;
  const name = node ? `${node.name}${node.version === undefined ? '' : `.v${node.version}`}` : (target.name.split('.')[0] === project.name ? target.name.split('.').slice(1).join('.') : target.name);
  const file = node?.file;
  const folder = file === undefined ? '' : file.slice(0, Math.max(0, file.lastIndexOf('/')));
  if (config.layout === 'beside') return join(folder === '' ? (project.modelPaths[0] ?? 'models') : folder, `${name}.${kind}.spec.yml`);
  const root = [...project.modelPaths, ...project.snapshotPaths].find((path) => folder === path || folder.startsWith(`${path}/`));
  return join('specs', join(root === undefined ? folder : folder.slice(root.length + 1), `${name}.${kind}.spec.yml`));
}

function join(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}
