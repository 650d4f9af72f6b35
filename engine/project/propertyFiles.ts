import type { Workspace } from '../workspace';
import { sourceOf } from './files';
import type { ProjectMemory } from './memory';
import type { PackageFile } from './packageFiles';
import { readProperties, type PropertiesFile } from './properties';
import { describedBy, type Described, type PackageContext } from './rawNodes';
import type { Config } from './nodeConfig';
import type { Notice } from './types';

/** A properties file whose YAML is parsed when somebody asks for what it says. */
export interface YamlFile {
  file: string;
  folders: string[];
  text: string;
  /** Whether it may say more than what models, seeds and snapshots are like: then it has a part in which nodes there are. */
  decides: boolean;
  facts(): PropertiesFile;
  notices: Notice[];
}

/** Reads properties files; `configureTest` gives a test's whole configuration from its own and the folders of its file. */
export function readYamlFiles(workspace: Workspace, files: readonly PackageFile[], context: PackageContext, memory: ProjectMemory, configureTest: (own: Config, folders: readonly string[]) => Config): Promise<YamlFile[]> {
  return Promise.all(
    files.map(async ({ file, folders }) => {
      const read = await workspace.read(file);
      return memory.of(read, 'properties', [file, folders.join('/'), context], (): YamlFile => {
        const { text = '', notices } = sourceOf(file, read);
        let facts: PropertiesFile | undefined;
        return { file, folders, text, decides: DECIDING.test(text), facts: () => (facts ??= readProperties(file, text, (own) => configureTest(own, folders))), notices };
      });
    }),
  );
}

/** Words without which a file only describes; where an escape may hide one, it counts as there. */
const DECIDING = /\\|sources|snapshots|unit_tests|exposures|semantic_models|versions/;
/** So many are looked up one by one before all files are parsed. */
const ONE_BY_ONE = 300;

/**
 * Finds what YAML says of a node by `models/<file name>`, `seeds/<file name>` and so on. Of the files only those are parsed that have the
 * name in their text, since a file without it cannot describe it. `names` are those of all files of models.
 */
export function descriptions(files: readonly YamlFile[], names: ReadonlySet<string>): { find(tree: string, name: string): Described | undefined; decided: ReadonlyMap<string, Described> } {
  const of = (some: readonly YamlFile[]): Map<string, Described> => describedBy(some.flatMap((one) => one.facts().nodes), names);
  let all: Map<string, Described> | undefined;
  let asked = 0;
  return {
    decided: of(files.filter(({ decides }) => decides)),
    find(tree, name) {
      if (!all && (++asked > ONE_BY_ONE || !isPlainName(name))) all = of(files);
      const found = all ?? of(files.filter((one) => one.decides || wordsFor(name).some((word) => one.text.includes(word))));
      return found.get(`${tree}/${name}`);
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
