import type { YamlTree } from '../yaml/tree';
import { businessFacts, idsOf } from './businessFacts';
import { readYaml } from './readYaml';
import { schemaProblems } from './schemaProblems';
import { BUILT_IN } from './schema';
import { technicalFacts } from './technicalFacts';
import type { SpecTemplate } from './template/types';
import type { IdFact, SpecDocument, SpecKind, SpecProblem } from './types';
import { versionOf } from './template/versions';
import { versionProblem } from './versionProblem';

/** A spec longer than this (UTF-16 units) is not read; nobody could review it. */
export const MAX_SPEC_LENGTH = 1_000_000;

/** What may only seem to lack in a document that is read in part. */
const PARTIAL = ['SPEC010', 'SPEC011', 'SPEC015'];

/** The kind of spec a file is by its name: `*.business.spec.yml`, `*.technical.spec.yml`. */
export function specKindOf(path: string): SpecKind | undefined {
  // Every file of a project is asked about.
  if (!path.endsWith('.spec.yml') && !path.endsWith('.spec.yaml')) return undefined;
  return /\.(business|technical)\.spec\.ya?ml$/.exec(path)?.[1] as SpecKind | undefined;
}

/** Parses a spec file. Never throws; what is wrong stands in `problems`, what can be read in `facts`. */
export function parseSpec(path: string, text: string, template: SpecTemplate = BUILT_IN): SpecDocument {
  const kind = specKindOf(path);
  if (text.length > MAX_SPEC_LENGTH) return tooLarge(path, text, kind, template);
  const { errors, tree, problems: syntax } = readYaml(text);
  let ids: IdFact[] | undefined;
  let problems: SpecProblem[] | undefined;
  const allProblems = (): SpecProblem[] => {
    // Behind an error of the YAML itself the tree is a guess: what is said of the template there would mislead.
    const broken = errors.reduce((first, error) => Math.min(first, text.lastIndexOf('\n', error.pos[0] - 1) + 1), text.length + 1);
    return [...syntax, ...templateProblems(kind, template, tree, text).filter((problem) => errors.length === 0 || (problem.span.end < broken && !PARTIAL.includes(problem.code)))];
  };
  return {
    path,
    text,
    kind,
    template,
    yaml: { errors },
    tree,
    facts: kind === 'business' ? businessFacts(tree, template.lists) : kind === 'technical' ? technicalFacts(tree) : undefined,
    // Not all who read a spec ask for its ids and problems, and a keystroke reads it anew.
    get ids() {
      return (ids ??= idsOf(tree));
    },
    get problems() {
      return (problems ??= allProblems());
    },
  };
}

function templateProblems(kind: SpecKind | undefined, template: SpecTemplate, tree: YamlTree | undefined, text: string): SpecProblem[] {
  if (!kind) return [];
  if (!tree || (tree.kind === 'scalar' && tree.value === null)) {
    const span = { start: 0, end: Math.min(1, text.length) };
    return [{ code: 'SPEC011', severity: 'error', span, message: `The ${kind} spec is empty; start with "spec: ${kind}/v${versionOf(template, kind)}" and the sections of the template.`, fixes: [] }];
  }
  if (tree.kind !== 'map') {
    return [{ code: 'SPEC010', severity: 'error', span: tree.span, message: `A ${kind} spec is a map of keys, each with its value; start with "spec: ${kind}/v${versionOf(template, kind)}".`, fixes: [] }];
  }
  const outdated = versionProblem(kind, template, tree, text);
  return outdated ? [outdated] : schemaProblems(kind, template, tree, text);
}

function tooLarge(path: string, text: string, kind: SpecKind | undefined, template: SpecTemplate): SpecDocument {
  return {
    path,
    text,
    kind,
    template,
    yaml: { errors: [] },
    tree: undefined,
    facts: undefined,
    ids: [],
    problems: [{ code: 'SPEC004', severity: 'error', span: { start: 0, end: 1 }, message: `The spec has ${text.length} characters, more than the ${MAX_SPEC_LENGTH} that are read; split it.`, fixes: [] }],
  };
}
