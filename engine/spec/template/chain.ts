import { entries, get, items, text as textOf, type YamlTree } from '../../yaml/tree';
import { settingsProblems } from '../schemaProblems';
import { readYaml } from '../readYaml';
import { above, folderOf, foldersUp, joined, targetOf } from './paths';
import type { SettingsFiles, TemplateProblem } from './types';

/** The file at a dbt project's root that says how its specs are held. */
export const SETTINGS_FILE = 'specline.yml';
/** How many files may extend one another. */
export const MAX_EXTENDS = 8;
const MAX_FILES = 32;
/** A longer template (UTF-16 units) is not read. */
export const MAX_TEMPLATE_LENGTH = 500_000;

/** Something that is wrong in a file of settings. */
export type FileProblem = TemplateProblem & { code: string };

/** Settings that say nothing of the template. */
const OTHERS = ['layout', 'tiers', 'severities'];

/** One file of settings as it was read. */
export interface SettingsFile {
  path: string;
  text: string;
  tree: YamlTree | undefined;
  /** What is wrong with its YAML, with what it extends or with what it calls its keys, so that its template cannot be told. */
  problems: FileProblem[];
  /** What is wrong with its other settings. */
  others: FileProblem[];
}

/** specline.yml and all it extends. */
export interface SettingsChain {
  /** The farthest first, so that what comes later counts more. */
  files: SettingsFile[];
  /** Every path that was looked at, also where there was nothing; a change of any of them may change the settings. */
  looked: string[];
}

/** Reads specline.yml and, file by file, what it extends. Nothing of a package is executed. Never throws. */
export function readChain(source: SettingsFiles, path: string = SETTINGS_FILE): SettingsChain {
  const files = new Map<string, SettingsFile>();
  const looked = new Set<string>();
  const read = (at: string): ReturnType<SettingsFiles['read']> => {
    looked.add(at);
    return above(at) > source.up ? { kind: 'failed', why: 'outside', outside: true } : source.read(at);
  };
  const ordered: SettingsFile[] = [];
  const visit = (at: string, way: readonly string[]): string | undefined => {
    if (way.includes(at)) return `leads back to itself: ${[...way.slice(way.indexOf(at)), at].join(' → ')}; remove one of them`;
    if (files.has(at)) return undefined;
    if (way.length > MAX_EXTENDS) return `is the ${way.length}th file in a row, more than the ${MAX_EXTENDS} that are followed; extend fewer`;
    if (files.size >= MAX_FILES) return `is one of more than ${MAX_FILES} files; extend fewer`;
    const result = read(at);
    if (result.kind !== 'text') return `could not be read: ${whyNot(result, at)}`;
    const file = fileOf(at, result.text);
    if (result.invalidUtf8) file.problems.push({ code: 'SPEC006', span: { start: 0, end: Math.min(1, result.text.length) }, message: 'The file is not valid UTF-8; save it as UTF-8.' });
    files.set(at, file);
    for (const item of items(get(file.tree, 'extends'))) {
      const written = textOf(item);
      if (written === undefined) continue;
      const target = resolvedTarget(written, at, source.up, read);
      const why = 'why' in target ? target.why : visit(target.path, [...way, at]);
      if (why !== undefined) file.problems.push({ code: 'SPEC017', span: item.span, message: `${written} ${why}.` });
    }
    ordered.push(file);
    return undefined;
  };
  const why = visit(path, []);
  if (why !== undefined && read(path).kind !== 'missing') ordered.push({ path, text: '', tree: undefined, problems: [{ code: 'SPEC005', span: { start: 0, end: 0 }, message: `${path} ${why}; the defaults are used.` }], others: [] });
  return { files: ordered, looked: [...looked] };
}

function fileOf(path: string, text: string): SettingsFile {
  if (text.length > MAX_TEMPLATE_LENGTH) return { path, text, tree: undefined, problems: [{ code: 'SPEC004', span: { start: 0, end: 1 }, message: `The file has ${text.length} characters, more than the ${MAX_TEMPLATE_LENGTH} that are read; split it, and extend the parts.` }], others: [] };
  const { tree, problems: syntax } = readYaml(text);
  const isOther = ({ span }: TemplateProblem): boolean => entries(tree).some(({ key, keySpan, value }) => OTHERS.includes(key) && keySpan.start <= span.start && span.start < Math.max(keySpan.end, value.span.end));
  const form = tree?.kind === 'map' ? settingsProblems(tree, text) : [];
  return { path, text, tree, problems: [...syntax, ...form.filter((problem) => !isOther(problem))], others: form.filter(isOther) };
}

function whyNot(result: Exclude<ReturnType<SettingsFiles['read']>, { kind: 'text' }>, path: string): string {
  if (result.kind === 'missing') return `there is no file ${path}`;
  if (result.kind === 'too-large') return `it is larger than ${Math.round(result.limit / 1024 / 1024)} MB`;
  if (result.outside === true) return 'it leads out of the repository; move the template into it, or publish it as an npm package';
  return result.why === 'EISDIR' ? `${path} is a folder; name the file in it` : result.why;
}

/** The file that is extended: beside the file that says so, or in the package it names. */
function resolvedTarget(written: string, from: string, up: number, read: SettingsFiles['read']): { path: string } | { why: string } {
  const target = targetOf(written);
  if (target.kind === 'none') return { why: target.why };
  if (target.kind === 'file') return { path: joined(folderOf(from), target.path) };
  const { name, subpath } = target;
  for (const folder of foldersUp(folderOf(from), up)) {
    const home = joined(folder, `node_modules/${name}`);
    const manifest = read(`${home}/package.json`);
    if (manifest.kind === 'missing') continue;
    if (manifest.kind !== 'text') return { why: `could not be read: ${whyNot(manifest, `${home}/package.json`)}` };
    const own = subpath ?? mainOf(manifest.text);
    if (own === undefined) return { why: `has a package.json that is no JSON, or whose "specline" names no file of the package` };
    return { path: joined(home, own) };
  }
  return { why: `is installed in no node_modules from ${folderOf(from) || 'the project'} up to the repository's root; run \`npm install\`, or name a file as ./path.yml` };
}

/** The template that a package's package.json names under "specline", by default specline.yml; undefined where it leads out of the package. */
function mainOf(manifest: string): string | undefined {
  try {
    const { specline = SETTINGS_FILE } = (JSON.parse(manifest) ?? {}) as { specline?: unknown };
    return typeof specline === 'string' && specline !== '' && above(joined('', specline)) === 0 && !/^([/\\]|[a-z]:)/i.test(specline) ? specline : undefined;
  } catch {
    return undefined;
  }
}
