import { readAll } from '../engine/project/files';
import type { ProjectMemory } from '../engine/project/memory';
import { specIn, specKindOf, type SpecDocument, type SpecTemplate } from '../engine/spec';
import { MAX_SPEC_LENGTH } from '../engine/spec/parse';
import { unreadSpec, waitingSpec } from '../engine/spec/waitingSpec';
import type { FileToken, ProjectFiles } from './projectFiles';
import { savedIndex, wordsOf, type SavedIndex } from './specIndex';
import type { SpecNotes } from './specNotes';

/** A spec file as it is on disk. */
interface SavedSpec {
  spec: SpecDocument | undefined;
  words: readonly string[];
  /** Undefined where it says something that only reading it shows. */
  noted: FileToken['stamp'];
}

/** The specs of files. A file of which the words are noted is not read until somebody asks for its text. */
export async function savedSpecs(files: ProjectFiles, paths: readonly string[], template: SpecTemplate, memory: ProjectMemory, notes: SpecNotes | undefined): Promise<SavedIndex> {
  const tokens = paths.map((path) => files.token(path));
  const wordsNoted = (index: number): readonly string[] | undefined => {
    const stamp = tokens[index]?.stamp;
    return stamp === undefined ? undefined : notes?.words(paths[index] ?? '', stamp);
  };
  await readAll(files, paths.filter((_, index) => wordsNoted(index) === undefined));
  const saved = tokens.map((token, index) => memory.of(token, 'spec', [paths[index], template], () => savedSpec(files, paths[index] ?? '', token, template, wordsNoted(index))));
  return memory.kept('spec index', saved, () => {
    notes?.keep(() => saved.flatMap(({ noted, words }, index) => (noted === undefined ? [] : [{ path: paths[index] ?? '', stamp: noted, words }])));
    const words = new Map(saved.flatMap((one) => (one.spec ? [[one.spec, one.words] as const] : [])));
    return savedIndex([...words.keys()], (spec) => words.get(spec) ?? []);
  });
}

function savedSpec(files: ProjectFiles, path: string, { stamp }: FileToken, template: SpecTemplate, words: readonly string[] | undefined): SavedSpec {
  if (words) {
    const textNow = (): string => {
      const read = files.now(path);
      return read.kind === 'text' ? read.text : '';
    };
    return { spec: unreadSpec(path, textNow, template), words, noted: stamp };
  }
  const read = files.now(path);
  const { spec } = specIn(path, read, template, waitingSpec);
  const isPlain = read.kind === 'text' && !read.invalidUtf8 && read.text.length <= MAX_SPEC_LENGTH && specKindOf(path) !== undefined;
  return { spec, words: spec ? wordsOf(spec) : [], noted: isPlain ? stamp : undefined };
}
