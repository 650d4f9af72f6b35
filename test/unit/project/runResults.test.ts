import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openProject } from '../../../engine/project';
import { nodeRun, runText, testRun } from '../../../engine/project/lastRun';
import { readRunResults } from '../../../engine/project/runResults';
import type { RelationNode, RunResults } from '../../../engine/project/types';
import { fileChecksum } from '../../../engine/project/hash';
import { projectMemory } from '../../../engine/project/memory';
import { projectFiles } from '../../../server/projectFiles';
import { memoryWorkspace } from '../../support/memoryWorkspace';
import { runResult, runResults } from '../../support/runResults';

const FILE = 'target/run_results.json';
const read = (text: string): ReturnType<typeof readRunResults> => readRunResults(FILE, { kind: 'text', text, invalidUtf8: false });
const runsIn = (text: string): RunResults => {
  const { runs, notices } = read(text);
  expect(notices).toEqual([]);
  return runs as RunResults;
};

describe('run_results.json', () => {
  it('says what came of tests and nodes, when, and on how many rows', () => {
    const runs = runsIn(runResults([
      runResult('test.shop.t', 'pass'),
      runResult('test.shop.f', 'fail', { failures: 3, message: 'Got 3 results, configured to fail if != 0' }),
      runResult('unit_test.shop.a.u', 'fail', { failures: 1, message: '\n\n\u001b[32mactual\u001b[0m differs from \u001b[31mexpected\u001b[0m:\r\n\r\n' }),
      runResult('test.shop.w', 'warn', { failures: 1 }), runResult('test.shop.e', 'error', { message: 'Database Error' }), runResult('test.shop.s', 'skipped'),
      runResult('model.shop.a', 'success', { message: 'INSERT 7', adapter_response: { _message: 'INSERT 7', code: 'INSERT', rows_affected: 7 } }),
      runResult('model.shop.flake', 'success', { adapter_response: { _message: 'SUCCESS 1', code: 'SUCCESS', rows_affected: 1 } }),
      runResult('exposure.shop.x', 'no-op'),
    ]));
    const at = '2026-11-30T12:00:02.123456Z';
    expect(runs).toMatchObject({ file: FILE, generatedAt: '2026-11-30T12:00:03.000000Z', invocation: 'run-1' });
    expect(runs.of('test.shop.t')).toEqual({ status: 'passed', at, failures: 0 });
    expect(runs.of('test.shop.f')).toEqual({ status: 'failed', at, failures: 3, message: 'Got 3 results, configured to fail if != 0' });
    expect(runs.of('unit_test.shop.a.u')).toEqual({ status: 'failed', at, failures: 1, message: 'actual differs from expected:' });
    expect(['w', 'e', 's'].map((name) => runs.of(`test.shop.${name}`)?.status)).toEqual(['warned', 'error', 'skipped']);
    expect(runs.of('model.shop.a')).toEqual({ status: 'built', at, rows: 7 });
    expect(runs.of('model.shop.flake'), "Snowflake's own status is no count").toEqual({ status: 'built', at });
    expect(runs.of('exposure.shop.x')).toBeUndefined();
    expect(runs.of('test.shop.not_run')).toBeUndefined();
  });

  it('of a command that looks at no data says nothing', () => {
    for (const which of ['compile', 'generate', 'list', 'show']) expect(runsIn(runResults([runResult('test.shop.t', 'success'), runResult('test.shop.e', 'error'), runResult('model.shop.a', 'success')], which)).of('test.shop.e'), which).toBeUndefined();
    const unnamed = runsIn(runResults([runResult('test.shop.t', 'success'), runResult('test.shop.p', 'pass'), runResult('model.shop.a', 'success')]).replace('"which":"build",', ''));
    expect(unnamed.of('test.shop.t'), 'a test that was only compiled').toBeUndefined();
    expect(unnamed.of('test.shop.p')?.status).toBe('passed');
    expect(unnamed.of('model.shop.a'), 'it may have been only compiled').toBeUndefined();
  });

  it.each([
    ['truncated', runResults([runResult('test.shop.t', 'pass')]).slice(0, 400), 'EVID012'],
    ['no artifact', '[]', 'EVID012'],
    ['another artifact', runResults([]).replace('run-results/v6', 'manifest/v12'), 'EVID012'],
  ])('%s is one notice', (_, text, code) => {
    const { runs, notices } = read(text);
    expect(runs).toBeUndefined();
    expect(notices).toMatchObject([{ code, file: FILE, message: expect.stringContaining('nothing is said of what held on the data') as string }]);
  });

  it('missing is silent, too large or newer than known is told', () => {
    expect(readRunResults(FILE, { kind: 'missing' })).toEqual({ notices: [] });
    expect(readRunResults(FILE, { kind: 'too-large', bytes: 9, limit: 8 }).notices).toMatchObject([{ code: 'EVID014' }]);
    const newer = read(runResults([runResult('test.shop.t', 'pass')]).replace('run-results/v6', 'run-results/v9'));
    expect(newer.notices).toMatchObject([{ code: 'EVID013' }]);
    expect(newer.runs?.of('test.shop.t')?.status).toBe('passed');
  });

  it('is read the same whatever stands in it', () => {
    fc.assert(fc.property(fc.array(fc.record({ unique_id: fc.oneof(fc.constantFrom('test.a.b', 'model.a.b', 'unit_test.a.b.c'), fc.jsonValue()), status: fc.oneof(fc.constantFrom('pass', 'fail', 'success'), fc.jsonValue()), failures: fc.jsonValue(), message: fc.jsonValue(), timing: fc.jsonValue(), adapter_response: fc.jsonValue(), more: fc.jsonValue() }, { requiredKeys: [] })), fc.jsonValue(), (results, args) => {
      const text = JSON.stringify({ metadata: { dbt_schema_version: 'https://schemas.getdbt.com/dbt/run-results/v6.json' }, args, results });
      // Deeper than the reader goes, so that JSON.parse reads it.
      const deep = `${text.slice(0, -1)},"deep":${'['.repeat(600)}${']'.repeat(600)}}`;
      for (const id of ['test.a.b', 'model.a.b', 'unit_test.a.b.c']) expect(runsIn(text).of(id)).toEqual(runsIn(deep).of(id));
    }));
  }, 60_000);
});

describe('what the last run found', () => {
  const SQL = 'select 1 as id';
  const YAML = 'models:\n  - name: a\n    columns:\n      - name: id\n        data_tests: [unique]\nunit_tests:\n  - { name: u, model: a }\n';
  const RAN = Date.parse('2026-11-30T12:00:02Z');
  const manifest = (invocation: string): string => JSON.stringify({
    metadata: { dbt_schema_version: 'https://schemas.getdbt.com/dbt/manifest/v12.json', project_name: 'shop', adapter_type: 'duckdb', invocation_id: invocation },
    nodes: {
      'model.shop.a': { unique_id: 'model.shop.a', resource_type: 'model', name: 'a', package_name: 'shop', original_file_path: 'models/a.sql', checksum: { name: 'sha256', checksum: fileChecksum(SQL) }, config: {}, columns: {}, depends_on: { nodes: [] } },
      'test.shop.unique_a_id.1': { unique_id: 'test.shop.unique_a_id.1', resource_type: 'test', name: 'unique_a_id', package_name: 'shop', original_file_path: 'models/a.yml', attached_node: 'model.shop.a', column_name: 'id', test_metadata: { name: 'unique', kwargs: { column_name: 'id' } }, config: {}, depends_on: { nodes: ['model.shop.a'] } },
    },
    unit_tests: { 'unit_test.shop.a.u': { unique_id: 'unit_test.shop.a.u', name: 'u', model: 'a', config: {}, depends_on: { nodes: ['model.shop.a'] } } }, sources: {},
  });
  const RESULTS = runResults([runResult('test.shop.unique_a_id.1', 'pass'), runResult('unit_test.shop.a.u', 'pass'), runResult('model.shop.a', 'success', { adapter_response: { code: 'INSERT', rows_affected: 7 } })]);
  const found = async (files: Record<string, string>, modified: Record<string, number> = {}): Promise<(string | undefined)[]> => {
    const workspace = memoryWorkspace({ 'dbt_project.yml': 'name: shop\n', 'models/a.sql': SQL, 'models/a.yml': YAML, 'target/manifest.json': manifest('run-1'), [FILE]: RESULTS, ...files }, modified);
    const project = await openProject(workspace);
    const node = project.nodes.get('model.shop.a') as RelationNode;
    const [data, unit] = [node.tests[0], node.unitTests[0]];
    const runs = await Promise.all([data && testRun({ project, workspace }, node, data), unit && testRun({ project, workspace }, node, unit), nodeRun({ project, workspace }, node)]);
    return runs.map((run) => run && runText(run));
  };
  const PASSED = 'passed in the run on 2026-11-30 12:00 UTC';

  it('of tests and of the model, in the run that the manifest is of', async () => {
    expect(await found({})).toEqual([`${PASSED}, which wrote 7 rows`, PASSED, 'was built in the run on 2026-11-30 12:00 UTC, which wrote 7 rows']);
    const later = { 'models/a.sql': RAN + 60_000, 'models/a.yml': RAN + 60_000 };
    expect(await found({}, later), 'the checksum is what the run saw; what a unit test said then nobody knows').toEqual([`${PASSED}, which wrote 7 rows`, `${PASSED}, before the last change (models/a.yml was written later)`, expect.not.stringContaining('before') as string]);
  });
  it('is of before the last change where the model or the test changed', async () => {
    for (const text of await found({ 'models/a.sql': 'select 2 as id' })) expect(text).toContain('before the last change (models/a.sql changed since the manifest was written)');
    const [data, unit, node] = await found({ 'models/a.yml': YAML.replace('[unique]', '[{ unique: { config: { where: "id > 1" } } }]') });
    expect(data).toContain('before the last change (the test is declared otherwise now)');
    expect([unit, node].join()).not.toContain('before');
  });
  it('goes by the times of files where the manifest is of another run', async () => {
    const other = { 'target/manifest.json': manifest('run-2') };
    expect((await found(other, { 'models/a.sql': RAN - 60_000, 'models/a.yml': RAN - 60_000 })).join()).not.toContain('before');
    expect(await found(other, { 'models/a.sql': RAN + 60_000 })).toEqual(Array.from({ length: 3 }, () => expect.stringContaining('before the last change (models/a.sql was written later)') as string));
  });
  it('is read anew where the file changed', async () => {
    const files: Record<string, string> = { 'dbt_project.yml': 'name: shop\n', 'models/a.sql': SQL, 'target/manifest.json': manifest('run-1') };
    const [kept, memory] = [projectFiles(memoryWorkspace(files)), projectMemory()];
    const status = async (): Promise<string | undefined> => (await (await openProject(kept, memory)).runs?.())?.runs?.of('test.shop.unique_a_id.1')?.status;
    expect(await status()).toBeUndefined();
    files[FILE] = RESULTS;
    kept.changed([FILE]);
    expect(await kept.renew()).toBe(true);
    expect(await status()).toBe('passed');
  });
  it('is nothing without results, without a manifest, or with that of another project', async () => {
    const useless: Record<string, string>[] = [{ [FILE]: '{' }, { 'target/manifest.json': '' }, { 'target/manifest.json': manifest('run-1').replaceAll('shop', 'other') }];
    for (const files of useless) expect((await found(files)).join('')).toBe('');
  });
});
