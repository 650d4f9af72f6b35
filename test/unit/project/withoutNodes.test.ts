import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openProject, testNames } from '../../../engine/project';
import { sqlWith } from '../../../engine/project/lookup';
import type { ProjectIndex } from '../../../engine/project/types';
import { DEFAULT_CONFIG, parseSpec } from '../../../engine/spec';
import { usesInDbt, usesInSpecs, usesOf } from '../../../engine/spec/names';
import { filesMoved } from '../../../engine/spec/names/moves';
import { renameOf } from '../../../engine/spec/names/rename';
import { waitingSpec } from '../../../engine/spec/waitingSpec';
import { memoryWorkspace } from '../../support/memoryWorkspace';

const ROOT = 'examples/jaffle';
const FILES = Object.fromEntries(readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter((file) => /\.(sql|yml|csv)$/.test(file)).map((file) => [file.replace(/\\/g, '/'), readFileSync(join(ROOT, file), 'utf8')]));
const MANIFEST = { 'target/manifest.json': readFileSync('test/fixtures/example/manifest.json', 'utf8') };

/** A project that tells when all of its nodes are asked for, which takes seconds in a large one. */
const guarded = (project: ProjectIndex): ProjectIndex => {
  const all = (): never => expect.fail('all nodes were made');
  const nodes = { get: (id: string) => project.nodes.get(id), has: (id: string) => project.nodes.has(id), keys: () => project.nodes.keys(), size: project.nodes.size, values: all, entries: all, forEach: all, [Symbol.iterator]: all };
  return Object.create(project, { nodes: { value: nodes, enumerable: true }, names: { value: project.names && { ...project.names, of: nodes }, enumerable: true } }) as ProjectIndex;
};
const plain = (project: ProjectIndex): ProjectIndex => Object.create(project, { testNames: { value: undefined }, sqlWith: { value: undefined } }) as ProjectIndex;

describe('without making all nodes', () => {
  it.each([['raw files', {}], ['a manifest', MANIFEST]])('tests and SQL files are found in %s', async (_, more) => {
    const files: Record<string, string> = { ...FILES, ...more };
    const project = await openProject(memoryWorkspace(files));
    expect([...testNames(guarded(project))].sort()).toEqual([...testNames(plain(project))].sort());
    for (const word of ['stg_payments', 'select', 'nowhere']) expect([...sqlWith(guarded(project), word)].sort()).toEqual([...sqlWith(plain(project), word)].sort());
  });
  it('of YAML that is older than the manifest nothing has to be read for the names of tests', async () => {
    const own = 'models:\n  - name: stg_orders\n    columns: [{ name: order_id, data_tests: [own.test] }]\n';
    const isNamed = async (modified: Record<string, number>): Promise<boolean> => testNames(await openProject(memoryWorkspace({ ...FILES, ...MANIFEST, 'models/more.yml': own }, modified))).includes('own.test');
    expect(await isNamed({ 'target/manifest.json': 60_000, 'models/more.yml': 90_000 }), 'written since').toBe(true);
    expect(await isNamed({ 'target/manifest.json': 60_000, 'models/more.yml': 59_000 }), 'written at the same time, as far as file systems tell').toBe(true);
    expect(await isNamed({ 'models/more.yml': 30_000 }), 'nobody knows').toBe(true);
    expect(await isNamed({ 'target/manifest.json': 60_000, 'models/more.yml': 30_000 })).toBe(false);
  });
  it.each([['raw files', {}], ['a manifest', MANIFEST]])('a model is found, renamed and moved with %s', async (_, more) => {
    const workspace = memoryWorkspace({ ...FILES, ...more });
    const project = guarded(await openProject(workspace));
    const paths = Object.keys(FILES).filter((file) => file.endsWith('.spec.yml'));
    const found = async (read: typeof parseSpec): Promise<unknown> => {
      const specs = paths.map((path) => read(path, FILES[path] ?? ''));
      const context = { project, specs, workspace, config: DEFAULT_CONFIG };
      const [uses] = specs.filter(({ path }) => path.endsWith('customer_value.technical.spec.yml')).map((spec) => usesOf(spec, context));
      const models = (uses ?? []).filter(({ kind }) => kind === 'model');
      const symbols = models.flatMap(({ symbol }) => symbol ?? []);
      return { inSpecs: usesInSpecs(context, symbols).map(({ file, uses: own }) => [file, own.map(({ span }) => span)]), inDbt: (await usesInDbt(context, symbols)).map(({ file }) => file), renamed: await renameOf(context, models.slice(0, 1), 'renamed'), moved: await filesMoved(context, [{ from: 'models/marts/customer_value.sql', to: 'models/marts/moved.sql' }, { from: 'specs/marts', to: 'specs/moved' }]) };
    };
    const whole = await found(parseSpec);
    expect(JSON.stringify(whole)).toContain('specs/marts/renamed.technical.spec.yml');
    expect(await found(waitingSpec)).toEqual(whole);
  });
});
