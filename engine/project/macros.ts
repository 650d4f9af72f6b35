import type { JinjaContext, MacroSource } from '../jinja/context';
import { jinjaBlocks, referencesOf } from '../sql/raw';
import type { ReadResult, Workspace } from '../workspace';
import { readAll, sourceOf } from './files';
import type { Manifest } from './manifest';
import { resolveRef, resolveSource } from './lookup';
import type { ProjectMemory } from './memory';
import { varIn } from './nodeConfig';
import type { PackageFile } from './packageFiles';
import type { Json, Notice, ProjectIndex, RelationNode } from './types';
import { asRecord } from './values';

/** Macros of a project by every name they are found under: their own, and the one they implement for an adapter. */
export type MacroIndex = ReadonlyMap<string, readonly MacroSource[]>;

/** Reads the macros of files. */
export async function readMacros(workspace: Workspace, files: readonly PackageFile[], packageName: string, memory: ProjectMemory): Promise<{ macros: MacroSource[]; notices: Notice[] }> {
  const reads = await readAll(workspace, files.map(({ file }) => file));
  const read = files.map(({ file }, index) => {
    const own = reads[index] as ReadResult;
    return memory.of(own, 'macros', [file, packageName], () => {
      const { text = '', notices } = sourceOf(file, own);
      return { macros: macrosIn(text, packageName), notices };
    });
  });
  return { macros: read.flatMap(({ macros }) => macros), notices: read.flatMap(({ notices }) => notices) };
}

/** The `{% macro … %}` and `{% test … %}` blocks of a text, each with the name that dbt gives it: `test_` and its own for a generic test. */
export function macrosIn(text: string, packageName: string): MacroSource[] {
  const found: MacroSource[] = [];
  let open: { name: string; start: number } | undefined;
  for (const block of jinjaBlocks(text)) {
    if (block.kind !== 'statement') continue;
    const [, kind, name] = /^(macro|test)\s+(\w+)/.exec(block.body) ?? [];
    if (name !== undefined) open ??= { name: kind === 'test' ? `test_${name}` : name, start: block.span.start };
    else if (open && /^end(macro|test)\b/.test(block.body)) {
      found.push({ package: packageName, name: open.name, text: text.slice(open.start, block.span.end) });
      open = undefined;
    }
  }
  return found;
}

/** Macros of files before those of a manifest, which has dbt's own as well. */
export function macroIndex(files: readonly MacroSource[], manifest: Manifest | undefined): MacroIndex {
  const known = new Set(files.map((macro) => `${macro.package}.${macro.name}`));
  const index = new Map<string, MacroSource[]>();
  for (const macro of [...files, ...(manifest?.macroSources ?? []).filter((own) => !known.has(`${own.package}.${own.name}`))]) {
    for (const name of new Set([macro.name, macro.name.replace(/^[a-z0-9]+__/, '')])) index.set(name, [...(index.get(name) ?? []), macro]);
  }
  return index;
}

/** What the project says of the Jinja in texts of one of its packages: vars, and the macros that the texts may come to call. */
export function jinjaContext(project: ProjectIndex, packageName: string, texts: readonly string[]): JinjaContext {
  const { name: root, adapter, dialect, macros, dispatch } = project;
  const found = reachable(macros, texts);
  const vars = project.varsOf.get(packageName) ?? project.varsOf.get(root) ?? {};
  const asked = [...texts, ...found.map((macro) => macro.text)].some((text) => text.includes('get_columns_in_relation'));
  return {
    package: packageName,
    root,
    ...(adapter === 'generic' ? {} : { adapter, ran: project.artifacts.manifest !== undefined }),
    dialect,
    vars,
    dispatch,
    macros: found,
    columns: asked ? builtColumns(project, packageName, [...texts, ...Object.values(vars).filter((value) => typeof value === 'string')]) : {},
  };
}

/** Columns of the relations that texts name, where a catalog or a contract lists them all. */
function builtColumns(project: ProjectIndex, packageName: string, texts: readonly string[]): JinjaContext['columns'] {
  const known: JinjaContext['columns'] = {};
  for (const relation of texts.flatMap((text) => referencesOf(jinjaBlocks(text)))) {
    const found = relation.kind === 'source' ? resolveSource(project, relation.sourceName ?? '', relation.name) : relation.kind === 'ref' ? resolveRef(project, relation) : undefined;
    const own = found?.kind === 'ambiguous' && relation.kind === 'ref' ? resolveRef(project, { ...relation, package: packageName }) : found;
    if (own?.kind !== 'one' || !own.node.columnsComplete) continue;
    const real = own.node.columns.filter((column) => column.from === 'E4');
    known[relation.id] = (real.length > 0 ? real : own.node.columns).map(({ name, type }) => ({ name, ...(type === undefined ? {} : { type }) }));
  }
  return known;
}

/** As `jinjaContext`, for expressions about one node; undefined where none of them has Jinja. */
export function jinjaOfTexts(project: ProjectIndex, node: RelationNode | undefined, texts: readonly string[]): JinjaContext | undefined {
  return texts.some((text) => /\{[{%]/.test(text)) ? jinjaContext(project, node?.package ?? project.name, texts) : undefined;
}

function reachable(macros: MacroIndex, texts: readonly string[]): MacroSource[] {
  const found = new Set<MacroSource>();
  const seen = new Set<string>();
  const visit = (text: string): void => {
    for (const [word] of text.matchAll(/[A-Za-z_]\w*/g)) {
      if (seen.has(word)) continue;
      seen.add(word);
      for (const macro of macros.get(word) ?? []) {
        if (found.has(macro)) continue;
        found.add(macro);
        visit(macro.text);
      }
    }
  };
  for (const text of texts) for (const block of jinjaBlocks(text)) if (block.kind !== 'comment') visit(block.body);
  return [...found];
}

/** True for the name of a generic test that a package of the project defines. */
export function isGenericTest({ macros }: ProjectIndex, packageName: string, name: string): boolean {
  return (macros.get(`test_${name}`) ?? []).some((macro) => macro.package === packageName && macro.name === `test_${name}`);
}

/** Every var that files give a package, by dbt's order. */
export function varsFor(packageName: string, root: Readonly<Record<string, Json>>, own: Readonly<Record<string, Json>>): Record<string, Json> {
  const value = varIn(packageName, root, own);
  const names = new Set([root, asRecord(root[packageName]), own, asRecord(own[packageName])].flatMap((vars) => Object.keys(vars)));
  const found = Object.create(null) as Record<string, Json>;
  for (const name of names) {
    const data = value(name);
    if (data !== undefined) found[name] = data;
  }
  return found;
}
