import type { ReadResult, Workspace } from '../workspace';
import { readAll, sourceOf } from './files';
import type { ProjectMemory } from './memory';
import type { PackageFile } from './packageFiles';
import { readProperties, type PropertiesFile } from './properties';
import { describedBy, type Described, type PackageContext } from './rawNodes';
import type { Config } from './nodeConfig';
import type { Notice } from './types';
import { optional } from './values';

/** A properties file whose YAML is parsed when somebody asks for what it says. */
export interface YamlFile {
  file: string;
  folders: string[];
  text: string;
  /** Whether it may say more than what models, seeds and snapshots are like: then it has a part in which nodes there are. */
  decides: boolean;
  facts(): PropertiesFile;
  /** Whether it was parsed already. */
  isParsed(): boolean;
  notices: Notice[];
  /** When it was last changed, where that is known. */
  modified?: number;
}

/** Reads properties files; `configureTest` gives a test's whole configuration from its own and the folders of its file. */
export async function readYamlFiles(workspace: Workspace, files: readonly PackageFile[], context: PackageContext, memory: ProjectMemory, configureTest: (own: Config, folders: readonly string[]) => Config): Promise<YamlFile[]> {
  const reads = await readAll(workspace, files.map(({ file }) => file));
  return files.map(({ file, folders }, index) => {
    const read = reads[index] as ReadResult;
    return memory.of(read, 'properties', [file, folders.join('/'), context], (): YamlFile => {
      const { text = '', notices } = sourceOf(file, read);
      let facts: PropertiesFile | undefined;
      return { file, folders, text, decides: DECIDING.test(text), facts: () => (facts ??= readProperties(file, text, (own) => configureTest(own, folders))), isParsed: () => facts !== undefined, notices, ...(read.kind === 'text' ? optional('modified', read.modified) : {}) };
    });
  });
}

/** Words without which a file only describes; where an escape may hide one, it counts as there. */
const DECIDING = /\\|sources|snapshots|unit_tests|exposures|semantic_models|versions/;
/** So many are looked up one by one before all files are parsed. */
const ONE_BY_ONE = 100;

/** What YAML says of nodes, by `models/<file name>`, `seeds/<file name>` and so on. */
export interface Descriptions {
  find(tree: string, name: string): Described | undefined;
  /** What files say of it that have a part in which nodes there are. */
  decided(tree: string, name: string): Described | undefined;
}

/**
 * Finds what YAML says of nodes. Of the files only those are parsed that have the name in their text, since a file without it cannot
 * describe it; once all are parsed for another reason, nothing is looked for in their text. `names` are those of all files of models.
 */
export function descriptions(files: readonly YamlFile[], names: ReadonlySet<string>): Descriptions {
  const read = new Map<YamlFile, ReadonlyMap<string, Described>>();
  const of = (file: YamlFile): ReadonlyMap<string, Described> => {
    const known = read.get(file) ?? describedBy(file.facts().nodes, names);
    read.set(file, known);
    return known;
  };
  // Of files that describe the same the last counts.
  const decided = new Map(files.filter(({ decides }) => decides).flatMap((file) => [...of(file)]));
  let all: Map<string, Described> | undefined;
  let asked = 0;
  return {
    decided: (tree, name) => decided.get(`${tree}/${name}`),
    find(tree, name) {
      if (!all && (++asked > ONE_BY_ONE || !isPlainName(name) || files.every((file) => file.isParsed()))) all = new Map(files.flatMap((file) => [...of(file)]));
      const key = `${tree}/${name}`;
      if (all) return all.get(key);
      const words = wordsFor(name);
      const file = files.findLast((one) => (one.decides || words.some((word) => one.text.includes(word))) && of(one).has(key));
      return file && of(file).get(key);
    },
  };
}

/** A name that YAML cannot write in other letters: numbers and words such as `true` have several spellings. */
function isPlainName(name: string): boolean {
  return /^[A-Za-z_]\w*$/.test(name) && !/^(true|false|null|yes|no|on|off|y|n|inf|nan)$/i.test(name);
}

/** A file's name and the names of models it may be a version of. */
function wordsFor(name: string): string[] {
  return [name, ...[...name.matchAll(/_v/g)].map(({ index }) => name.slice(0, index))];
}
