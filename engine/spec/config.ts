import { minimatch } from 'minimatch';
import { lineStarts, rangeOf } from '../text';
import type { Notice, ProjectIndex, RelationNode } from '../project/types';
import { get, items, plain, text } from '../yaml/tree';
import { settingsProblems } from './schemaProblems';
import { BUILT_IN } from './schema';
import { readChain, SETTINGS_FILE, type SettingsFile } from './template/chain';
import { readTemplate } from './template/read';
import type { SettingsFiles, SpecTemplate } from './template/types';

export type SpecTier = 'source' | 'minimal' | 'full';

/** The settings of a project: specline.yml with what it extends. */
export interface SpeclineConfig {
  layout: 'specs' | 'beside';
  /** The first that fits counts; those of the project come before those of what it extends. */
  tiers: { path: string; tier: SpecTier }[];
  severities: Record<string, 'error' | 'warning' | 'information' | 'off'>;
  /** What specs are held against. */
  template: SpecTemplate;
  /** What is wrong in the organisation's template, so that the built-in one is used. */
  broken?: Notice;
  /** Every file that was looked at, also where there was none, relative to the project. */
  files: readonly string[];
  notices: Notice[];
}

export const DEFAULT_CONFIG: SpeclineConfig = { layout: 'specs', tiers: [], severities: {}, template: BUILT_IN, files: [SETTINGS_FILE], notices: [] };

/**
 * Reads specline.yml and what it extends; without one the defaults hold, and of several files the nearest counts. What is wrong in
 * them is a notice at its place; where that is the template, the built-in one is used and `broken` says so.
 */
export function readConfig(source: SettingsFiles, path: string = SETTINGS_FILE): SpeclineConfig {
  const { files, looked } = readChain(source, path);
  const nearest = [...files].reverse();
  const { template, problems } = readTemplate(files);
  const notices = nearest.flatMap((file) => {
    const starts = lineStarts(file.text);
    const form = file.tree?.kind === 'map' ? settingsProblems(file.tree, file.text) : [];
    const own = [...file.problems, ...form, ...problems.filter(({ file: other }) => other === file.path)];
    return own.map(({ code, span, message }): Notice => ({ code, severity: 'error', file: file.path, range: rangeOf(starts, span), message }));
  });
  const unusable = template ? undefined : notices.find(({ file, code }) => files.some(({ path: own, problems: of }) => own === file && of.some((problem) => problem.code === code)) || code === 'SPEC017');
  return {
    layout: nearest.some(({ tree }) => get(tree, 'layout')) && text(get(nearest.find(({ tree }) => get(tree, 'layout'))?.tree, 'layout')) === 'beside' ? 'beside' : 'specs',
    tiers: nearest.flatMap(tiersOf),
    severities: Object.assign({}, ...files.map(({ tree }) => plain(get(tree, 'severities')) ?? {})) as SpeclineConfig['severities'],
    template: template ?? BUILT_IN,
    ...(unusable ? { broken: unusable } : {}),
    files: looked,
    notices,
  };
}

function tiersOf({ tree }: SettingsFile): SpeclineConfig['tiers'] {
  return items(get(tree, 'tiers')).flatMap((item) => {
    const path = text(get(item, 'path'));
    const tier = text(get(item, 'tier'));
    return path !== undefined && (tier === 'source' || tier === 'minimal' || tier === 'full') ? [{ path, tier }] : [];
  });
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
