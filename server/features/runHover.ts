import type { Hover, Position } from 'vscode-languageserver';
import { runsOfCoverage } from '../../engine/conformance/lastRuns';
import { nodeRun, runText, testName, testRun } from '../../engine/project/lastRun';
import type { DataTest, RelationNode, UnitTest } from '../../engine/project/types';
import { pathAt, type SpecDocument } from '../../engine/spec';
import { coverageOf } from '../../engine/spec/names/coverage';
import { lineStarts, offsetAt } from '../../engine/text';
import { dbtYaml, get, items, text as textOf, type YamlTree } from '../../engine/yaml/tree';
import { code, escape } from '../markdown';
import { meaningAt, type Meaning } from '../resolveName';
import type { LoadedProject, Place } from '../session';
import { specIndexOf } from '../specIndex';

/** A hover in a spec with what the last run of dbt found of the tests or the model that it is about. */
export async function withRuns(hover: Hover | null, spec: SpecDocument, position: Position, project: LoadedProject | undefined): Promise<Hover | null> {
  if (!hover || typeof hover.contents === 'string' || !('kind' in hover.contents) || !project || !(await project.project.runs?.())?.runs) return hover;
  const offset = offsetAt(spec.text, lineStarts(spec.text), position);
  const at = pathAt(spec.tree, offset);
  const meaning = at && meaningAt(spec, at, offset, project);
  // Not even a run that is being written is a reason to show nothing.
  const found = meaning ? await runsOf(meaning, spec, project).catch((error: unknown) => [`What the last run found could not be read: ${escape(error instanceof Error ? error.message : String(error))}`]) : [];
  return found.length === 0 ? hover : { ...hover, contents: { kind: 'markdown', value: `${hover.contents.value}\n\n${found.join('\n')}` } };
}

async function runsOf(meaning: Meaning, spec: SpecDocument, project: LoadedProject): Promise<string[]> {
  switch (meaning.kind) {
    case 'test':
      return shown(await Promise.all(meaning.tests.map(async (test) => ({ name: test.test, run: await testRun(project, meaning.node, test) }))));
    case 'node':
      return shown([{ name: meaning.node.name, run: await nodeRun(project, meaning.node) }]);
    case 'ownItem':
      return covering(spec, meaning.item.id?.value, project);
    case 'item': {
      const business = specIndexOf(project).at(meaning.file);
      return business ? covering(business, meaning.item.id?.value, project) : [];
    }
    default:
      return [];
  }
}

async function covering(business: SpecDocument, id: string | undefined, project: LoadedProject): Promise<string[]> {
  const coverage = id === undefined ? undefined : coverageOf(business, project.specs, project.project).get(id);
  const runs = coverage ? await runsOfCoverage(coverage, project) : [];
  return shown(runs.map((run) => ({ name: testName(run.test), run })));
}

function shown(found: readonly { name: string; run: Parameters<typeof runText>[0] | undefined }[]): string[] {
  return found.flatMap(({ name, run }) => (run ? [`- \`${code(name)}\` ${escape(runText(run))}`] : []));
}

/** Hover over a test in a YAML file of dbt: what the last run found of it; nothing where nobody knows, so that what others show there stays alone. */
export async function yamlTestHover(text: string, { path }: Place, position: Position, project: LoadedProject): Promise<Hover | null> {
  if (!/\.ya?ml$/.test(path) || !(await project.project.runs?.())?.runs) return null;
  const offset = offsetAt(text, lineStarts(text), position);
  for (const { owner, name } of namesAround(dbtYaml(text).tree, offset)) {
    const nodes = project.project.names?.named(owner) ?? [];
    for (const node of nodes) {
      const test = testAt(node, path, position, name);
      const run = test && (await testRun(project, node, test));
      if (test?.place && run) return { range: test.place.range, contents: { kind: 'markdown', value: `**${code(name ?? testName(run.test))}** ${escape(runText(run))}` } };
    }
  }
  return null;
}

/** The model that a position of a file is in the description of, or the unit test with its model. */
function namesAround(tree: YamlTree | undefined, offset: number): { owner: string; name?: string }[] {
  const around = (list: string, within = tree): YamlTree[] => items(get(within, list)).filter(({ span }) => span.start <= offset && offset <= span.end);
  const named = (one: YamlTree, key = 'name'): { owner: string }[] => [textOf(get(one, key))].flatMap((owner) => (owner === undefined ? [] : [{ owner }]));
  const units = around('unit_tests').flatMap((one) => named(one, 'model').flatMap(({ owner }) => named(one).map((own) => ({ owner, name: own.owner }))));
  const sources = around('sources').flatMap((source) => around('tables', source));
  return [...['models', 'seeds', 'snapshots'].flatMap((list) => around(list)), ...sources].flatMap((one) => named(one)).concat(units);
}

/** The test of a node that stands at a position of a file; of unit tests, the one of that name. */
function testAt({ tests, unitTests }: RelationNode, path: string, { line, character }: Position, name: string | undefined): DataTest | UnitTest | undefined {
  const isHere = ({ place }: DataTest | UnitTest): boolean => place?.file === path && place.range.start.line === line && place.range.start.character <= character && character <= place.range.end.character;
  return name === undefined ? tests.find(isHere) : unitTests.find((unit) => unit.name === name && isHere(unit));
}
