import type { YAMLError } from 'yaml';
import { parseYaml, plainSpecTree, treeOf, type YamlTree } from '../yaml/tree';
import type { SpecProblem } from './types';
import { yamlProblems } from './yamlProblems';

/**
 * The YAML of a document a person writes, with what is wrong in it. Its plain part has no problems of its own, and needs no library
 * that takes a hundred times as long.
 */
export function readYaml(text: string): { errors: readonly YAMLError[]; tree: YamlTree | undefined; problems: SpecProblem[] } {
  const plainly = plainSpecTree(text);
  if (plainly) return { errors: [], tree: plainly, problems: [] };
  const document = parseYaml(text);
  return { errors: document.errors, tree: treeOf(document), problems: yamlProblems(document, text) };
}
