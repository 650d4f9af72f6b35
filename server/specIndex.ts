import { resolvePath, type SpecDocument } from '../engine/spec';
import { modelOf } from '../engine/spec/waitingSpec';

/** Finds specs without looking at all of a project's. */
export interface SpecIndex {
  /** The spec of a file. */
  at(path: string): SpecDocument | undefined;
  /** Specs whose `model` has a word between its dots: a model's name is one, whatever stands around it. */
  naming(word: string): readonly SpecDocument[];
  /** The specs that decide what is said of one: those of its model and those it implements. All where it names one that is not there. */
  concerning(spec: SpecDocument): readonly SpecDocument[];
}

/** Saved specs by path and by the words of their model, made once for a project. */
export interface SavedIndex {
  list: readonly SpecDocument[];
  byPath: ReadonlyMap<string, number>;
  byWord: ReadonlyMap<string, readonly number[]>;
}

/** The index of a list of specs; `words` gives those of a spec's model, where they are known already. */
export function savedIndex(list: readonly SpecDocument[], words = wordsOf): SavedIndex {
  return { list, byPath: new Map(list.map(({ path }, index) => [path, index])), byWord: placesByWord(list.map((spec, index) => [index, spec]), words) };
}

function placesByWord(specs: readonly (readonly [number, SpecDocument | undefined])[], words: (spec: SpecDocument) => readonly string[]): Map<string, number[]> {
  const byWord = new Map<string, number[]>();
  for (const [place, spec] of specs) {
    for (const word of new Set(spec ? words(spec) : [])) {
      const known = byWord.get(word);
      if (known) known.push(place);
      else byWord.set(word, [place]);
    }
  }
  return byWord;
}

/** The specs of a project, those of open documents in place of their files; those of new files follow. */
export function specsWith(saved: SavedIndex, open: readonly SpecDocument[]): { specs: SpecDocument[]; index: SpecIndex } {
  const specs = [...saved.list];
  const places = new Map<string, number>();
  for (const spec of open) {
    const place = saved.byPath.get(spec.path) ?? specs.length;
    specs[place] = spec;
    places.set(spec.path, place);
  }
  const placeOf = (path: string): number => places.get(path) ?? saved.byPath.get(path) ?? -1;
  const at = (path: string): SpecDocument | undefined => specs[placeOf(path)];
  const opened = new Set(places.values());
  let openByWord: Map<string, number[]> | undefined;
  const naming = (word: string): SpecDocument[] => {
    openByWord ??= placesByWord([...opened].map((place) => [place, specs[place]]), wordsOf);
    const found = [...(saved.byWord.get(word) ?? []).filter((place) => !opened.has(place)), ...(openByWord.get(word) ?? [])];
    return found.sort((a, b) => a - b).flatMap((place) => specs[place] ?? []);
  };
  return { specs, index: { at, naming, concerning: (spec) => concerning(specs, { at, naming }, spec, placeOf) } };
}

/** The index of a project's specs. */
export function specIndexOf(project: { specs: readonly SpecDocument[]; index?: SpecIndex }): SpecIndex {
  return project.index ?? specsWith(savedIndex(project.specs), []).index;
}

function concerning(specs: readonly SpecDocument[], { at, naming }: Pick<SpecIndex, 'at' | 'naming'>, spec: SpecDocument, placeOf: (path: string) => number): readonly SpecDocument[] {
  const paths = spec.facts?.kind === 'technical' ? spec.facts.implements.flatMap(({ business }) => resolvePath(spec.path, business.value) ?? []) : [];
  const named = paths.map(at);
  // The names of all are offered in place of one that is not there.
  if (named.includes(undefined)) return specs;
  const model = spec.facts?.model?.value;
  const found = new Set([...(model === undefined ? [] : naming(model.split('.')[0] ?? '')), ...named.flatMap((other) => other ?? [])]);
  return [...found].sort((a, b) => placeOf(a.path) - placeOf(b.path));
}

/** The words of a spec's model; of one that waits, its text tells them before it is read. */
export function wordsOf(spec: SpecDocument): readonly string[] {
  return modelOf(spec)?.split('.') ?? [];
}
