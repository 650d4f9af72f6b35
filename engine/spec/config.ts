import { minimatch } from 'minimatch';
import { lineStarts, rangeOf } from '../text';
import type { Notice, ProjectIndex, RelationNode } from '../project/types';
import { entries, get, items, text } from '../yaml/tree';
import { BUILT_IN } from './schema';
import { readChain, SETTINGS_FILE, type FileProblem, type SettingsFile } from './template/chain';
import { readTemplate } from './template/read';
import type { SettingsFiles, SpecTemplate } from './template/types';

type Severity = 'error' | 'warning' | 'information' | 'off';
export type SpecTier = 'source' | 'minimal' | 'full';

/** The settings of a project: specline.yml with what it extends. */
export interface SpeclineConfig {
  layout: 'specs' | 'beside';
  /** The first that fits counts; those of the project come before those of what it extends. */
  tiers: { path: string; tier: SpecTier }[];
  severities: Record<string, Severity>;
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
  const { template, problems } = readTemplate(files);
  const nearest = [...files].reverse();
  const ofTemplate = nearest.flatMap((file) => [...file.problems, ...problems.filter((problem) => problem.file === file.path)].map((problem) => noticeOf(file, problem)));
  const [broken] = ofTemplate;
  return {
    layout: nearest.map(({ tree }) => text(get(tree, 'layout'))).find((layout) => layout === 'specs' || layout === 'beside') ?? 'specs',
    tiers: nearest.flatMap(tiersOf),
    severities: Object.fromEntries(files.flatMap(({ tree }) => entries(get(tree, 'severities')).flatMap(({ key, value }): [string, Severity][] => (isSeverity(text(value)) ? [[key, text(value) as Severity]] : [])))),
    template: template ?? BUILT_IN,
    ...(template || !broken ? {} : { broken }),
    files: looked,
    notices: [...ofTemplate, ...nearest.flatMap((file) => file.others.map((problem) => noticeOf(file, problem)))],
  };
}

function noticeOf({ path, text: source }: SettingsFile, { code, span, message }: FileProblem): Notice {
  return { code, severity: 'error', file: path, range: rangeOf(lineStarts(source), span), message };
}

function isSeverity(word: string | undefined): word is Severity {
  return word === 'error' || word === 'warning' || word === 'information' || word === 'off';
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
