import type { YAMLError } from 'yaml';
import { parseYaml, plainSpecTree, treeOf, type YamlEntry, type YamlTree } from '../yaml/tree';
import { movedEntry, movedProblem } from './moved';
import type { SpecProblem } from './types';
import { doubleKeys, yamlProblems } from './yamlProblems';

/** The YAML of a document with what is wrong in it. */
export interface ReadYaml {
  errors: readonly YAMLError[];
  tree: YamlTree | undefined;
  problems: SpecProblem[];
}

/**
 * The YAML of a document a person writes, with what is wrong in it. Its plain part has no problems of its own, and needs no library
 * that takes a hundred times as long: where one section is not plain, or half typed, only that is read by it.
 */
export function readYaml(text: string): ReadYaml {
  const plainly = plainSpecTree(text);
  if (plainly) return { errors: [], tree: plainly, problems: [] };
  return bySections(text) ?? byLibrary(text);
}

/** `readYaml` by the library alone, which the reading by sections has to agree with. */
export function byLibrary(text: string): ReadYaml {
  const document = parseYaml(text);
  return { errors: document.errors, tree: treeOf(document), problems: yamlProblems(document, text) };
}

/** A key at the margin; in YAML no value of an earlier one goes past it. */
const SECTION = /^[A-Za-z_][\w.+-]*:(?=[ \n]|$)/gm;
/** Several documents in one text, or a line that is read as if it were none. */
const DOCUMENTS = /^(?:---|\.\.\.|%)|\r(?!\n)|[\u0085\u2028\u2029\uFEFF]/m;
/** What may refer to another section, or take part in it. */
const REFERS = /(?:^|[\s[{,:-])[*&!](?=[^\s,\]}])|<</m;

/** Undefined where a section cannot be read without the others. */
function bySections(text: string): ReadYaml | undefined {
  const starts = [...text.matchAll(SECTION)].map(({ index }) => index);
  const [first] = starts;
  if (first === undefined || starts.length < 2 || DOCUMENTS.test(text) || !/^(?:[ \t]*(?:#[^\n]*)?\n)*$/.test(text.slice(0, first))) return undefined;
  const entries: YamlEntry[] = [];
  const errors: YAMLError[] = [];
  const problems: SpecProblem[] = [];
  let end = first;
  for (const [index, start] of starts.entries()) {
    const part = text.slice(start, starts[index + 1]);
    const plainly = plainSpecTree(part);
    if (!plainly && REFERS.test(part)) return undefined;
    const read = plainly ? { errors: [], tree: plainly, problems: [] } : byLibrary(part);
    if (read.tree?.kind !== 'map') return undefined;
    entries.push(...read.tree.entries.map((entry) => movedEntry(entry, start)));
    end = read.tree.span.end + start;
    for (const error of read.errors) error.pos = [error.pos[0] + start, error.pos[1] + start];
    errors.push(...read.errors);
    problems.push(...read.problems.map((problem) => movedProblem(problem, start)));
  }
  return { errors, tree: { kind: 'map', span: { start: first, end }, entries }, problems: [...doubleKeys(entries), ...problems] };
}
