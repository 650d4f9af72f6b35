import { pointingNodes, sqlWith } from '../../project/lookup';
import type { ProjectIndex, RelationNode } from '../../project/types';
import type { Workspace } from '../../workspace';
import type { SpecDocument } from '../types';
import { sharing } from './lookups';
import { sqlUses, yamlUses } from './dbtUses';
import type { Lookups, NameContext, NameUse, SpecsByModel, SpecSymbol } from './types';
import { usesOf } from './uses';

/** A file with what it says, and the names in it that are asked for. */
export interface UsesInFile {
  file: string;
  text: string;
  uses: NameUse[];
}

/** A project whose files can be read, with its specs. */
export interface ReadableProject {
  project: ProjectIndex;
  specs: readonly SpecDocument[];
  workspace: Workspace;
  index?: SpecsByModel;
  lookups?: Lookups;
}

/** Where symbols are named in the specs of a project. */
export function usesInSpecs(given: NameContext, symbols: readonly SpecSymbol[]): UsesInFile[] {
  const context = sharing(given);
  const keys = new Set(symbols.map(({ key }) => key));
  return context.specs.filter((spec) => symbols.some((symbol) => mayName(spec, symbol))).flatMap((spec) => {
    const uses = usesOf(spec, context).filter((use) => use.symbol && keys.has(use.symbol.key));
    return uses.length > 0 ? [{ file: spec.path, text: spec.text, uses }] : [];
  });
}

/** A quick look that leaves out most of a project's specs. */
function mayName(spec: SpecDocument, { kind, key, name }: SpecSymbol): boolean {
  const local = kind === 'input' || kind === 'step' || kind === 'alias' || key.startsWith('column|step|');
  if (local && !key.includes(`|${spec.path}|`)) return false;
  const word = kind === 'spec' ? name.slice(name.lastIndexOf('/') + 1) : name;
  const lower = spec.text.toLowerCase();
  const model = modelOfColumn(key);
  return hasWord(lower, word.toLowerCase()) && (model === undefined || hasWord(lower, model.toLowerCase()));
}

/** Whether a text has a word that is no part of a longer one: `stg_1` is not in `stg_12`. */
function hasWord(text: string, word: string): boolean {
  // The letter of an escape, as in "\n", stands before a word without being part of it.
  if (text.includes('\\')) return text.includes(word);
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const [before, after] = [text.slice(Math.max(0, at - 1), at + 1), text.slice(at + word.length - 1, at + word.length + 1)];
    if (!IN_A_WORD.test(before) && !IN_A_WORD.test(after)) return true;
  }
  return false;
}

const IN_A_WORD = /^[\p{L}\p{N}_]{2}$/u;

/** Specs that may name symbols and do not parse, so that what they name is not wholly known. */
export function unreadSpecs({ specs }: NameContext, symbols: readonly SpecSymbol[]): SpecDocument[] {
  return specs.filter((spec) => symbols.some((symbol) => mayName(spec, symbol)) && spec.yaml.errors.length > 0);
}

/** The name of the model that owns a column, by the column's key: `column|model|model.shop.orders|order_id`. */
function modelOfColumn(key: string): string | undefined {
  const owner = /^column\|model\|(.*)\|/.exec(key)?.[1];
  const parts = owner?.replace('?', '').split('.') ?? [];
  return owner?.startsWith('?') ? parts.pop() : parts[2];
}

/** Where symbols are named in dbt's own files: ids in `meta.spec`, models in `ref()`. */
export async function usesInDbt(readable: ReadableProject, symbols: readonly SpecSymbol[]): Promise<UsesInFile[]> {
  const context = sharing(readable);
  const keys = new Set(symbols.map(({ key }) => key));
  const files = [...new Set(symbols.flatMap((symbol) => filesNaming(readable.project, symbol)))].sort();
  const read = await Promise.all(files.map(async (file): Promise<UsesInFile[]> => {
    const found = await readable.workspace.read(file);
    if (found.kind !== 'text') return [];
    const uses = usesOfDbtFile(file, found.text, context).filter((use) => use.symbol && keys.has(use.symbol.key));
    return uses.length > 0 ? [{ file, text: found.text, uses }] : [];
  }));
  return read.flat();
}

/** The names of specs and models in a file of dbt. */
export function usesOfDbtFile(file: string, text: string, given: NameContext): NameUse[] {
  const context = sharing(given);
  if (/\.ya?ml$/.test(file)) return yamlUses(text, context);
  return /\.sql$/.test(file) ? sqlUses(text, context) : [];
}

/** The project's own files that may name a symbol, by what its index knows of them. */
function filesNaming(project: ProjectIndex, { kind, name }: SpecSymbol): string[] {
  if (kind !== 'id' && kind !== 'model') return [];
  const isOwn = (node: RelationNode): boolean => node.package === project.name;
  const tests = [...pointingNodes(project).filter(isOwn).flatMap((node) => [...node.tests, ...node.unitTests]), ...project.orphanTests];
  const says = (id: string): boolean => (kind === 'id' ? id === name || id.endsWith(`#${name}`) : id.startsWith(`${name}#`));
  const pointing = tests.filter((test) => test.specIds.some(says)).flatMap((test) => test.place?.file ?? []);
  if (kind === 'id') return pointing;
  return [...pointing, ...sqlWith(project, name)];
}
