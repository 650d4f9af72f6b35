import type { Located, Span } from '../text';
import { get, items, text, type YamlTree } from '../yaml/tree';

/** A scalar's text with its span; undefined where there is none. */
export function located(tree: YamlTree | undefined): Located<string> | undefined {
  const value = text(tree);
  return value === undefined || !tree ? undefined : { value, span: tree.span };
}

/** Located texts of a list; a single scalar counts as a list of one. */
export function locatedList(tree: YamlTree | undefined): Located<string>[] {
  // Most lists that are asked for are not there.
  return tree === undefined ? [] : items(tree).flatMap((item) => located(item) ?? []);
}

export function locatedBoolean(tree: YamlTree | undefined): Located<boolean> | undefined {
  return tree?.kind === 'scalar' && typeof tree.value === 'boolean' ? { value: tree.value, span: tree.span } : undefined;
}

/** `{[key]: value}` where the key's value is a text. */
export function field<K extends string>(tree: YamlTree, key: K): { [P in K]?: Located<string> } {
  const value = located(get(tree, key));
  return (value ? { [key]: value } : {}) as { [P in K]?: Located<string> };
}

/** Sets members of a fact to what keys of their names have, where that is a text; in specs with hundreds of parts cheaper than spreading each `field`. */
export function setFields<K extends string>(fact: { [P in K]?: Located<string> }, tree: YamlTree, keys: readonly K[]): void {
  for (const key of keys) {
    const value = located(get(tree, key));
    if (value) fact[key] = value;
  }
}

/** Span of a key in a map; the map's own where it lacks the key. */
export function keySpan(tree: YamlTree | undefined, key: string): Span {
  const entry = tree?.kind === 'map' ? tree.entries.find((e) => e.key === key) : undefined;
  return entry?.keySpan ?? tree?.span ?? { start: 0, end: 0 };
}

/** The tree at a path of keys and indexes, with the key's span where the last step is a key. */
export function treeAt(tree: YamlTree | undefined, path: readonly (string | number)[]): { tree: YamlTree | undefined; keySpan?: Span } {
  let at = tree;
  let span: Span | undefined;
  for (const step of path) {
    if (typeof step === 'number') {
      at = at?.kind === 'seq' ? at.items[step] : undefined;
      span = undefined;
    } else {
      const entry = at?.kind === 'map' ? at.entries.find((e) => e.key === step) : undefined;
      span = entry?.keySpan;
      at = entry?.value;
    }
  }
  return { tree: at, ...(span ? { keySpan: span } : {}) };
}
