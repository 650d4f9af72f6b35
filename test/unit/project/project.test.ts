import { describe, expect, it } from 'vitest';
import { candidateKeys, fileChecksum, foldName, lookupModel, openProject, resolveRef } from '../../../engine/project';
import { memoryWorkspace } from '../../support/memoryWorkspace';

const FILES = {
  'dbt_project.yml': 'name: shop\nmodels:\n  shop:\n    marts: { +materialized: table, +tags: [daily] }\n',
  'models/marts/a.sql': "{{ config(tags=['x']) }}\nselect 1 as id",
  'models/b.sql': "select * from {{ ref('a') }}",
  'models/props.yml': 'models:\n  - name: a\n    columns:\n      - name: id\n        data_tests: [unique, { accepted_values: { arguments: { values: [1] }, config: { severity: warn } } }]\n    data_tests:\n      - dbt_utils.unique_combination_of_columns: { combination_of_columns: [id, day] }\nsources:\n  - name: raw\n    tables: [{ name: t, columns: [{ name: k }] }]\n',
  'seeds/s.csv': 'k,v\n1,2\n',
};
const manifest = (over: object = {}): string =>
  JSON.stringify({
    metadata: { dbt_schema_version: 'https://schemas.getdbt.com/dbt/manifest/v12.json', project_name: 'shop', adapter_type: 'duckdb', ...over },
    nodes: { 'model.shop.a': { unique_id: 'model.shop.a', resource_type: 'model', name: 'a', package_name: 'shop', original_file_path: 'models/marts/a.sql', checksum: { name: 'sha256', checksum: fileChecksum(FILES['models/marts/a.sql']) }, config: { materialized: 'table' }, columns: {}, depends_on: { nodes: [], macros: [] }, compiled_code: 'select 1 as id', raw_code: FILES['models/marts/a.sql'] } },
    sources: {},
  });

describe('a dbt project from its raw files', () => {
  it('knows models, seeds, sources, tests and folder configuration', async () => {
    const project = await openProject(memoryWorkspace(FILES));
    const a = project.nodes.get('model.shop.a');
    expect(a).toMatchObject({ config: { materialized: 'table' }, from: 'E1' });
    expect(a?.tests.map((t) => [t.test, t.column, t.severity])).toEqual([['dbt_utils.unique_combination_of_columns', undefined, 'error'], ['unique', 'id', 'error'], ['accepted_values', 'id', 'warn']]);
    expect(candidateKeys(a as NonNullable<typeof a>).map((k) => k.columns)).toEqual([['id', 'day'], ['id']]);
    expect(project.nodes.get('seed.shop.s')?.columns.map((c) => c.name)).toEqual(['k', 'v']);
    expect(project.nodes.has('source.shop.raw.t')).toBe(true);
  });
  it('finds names, suggests near ones, and folds by adapter', async () => {
    const project = await openProject(memoryWorkspace(FILES));
    expect(lookupModel(project, 'shop.a').kind).toBe('one');
    expect(resolveRef(project, { name: 'aa' })).toMatchObject({ kind: 'none' });
    expect(foldName('snowflake', 'id')).toBe('ID');
    expect(foldName('snowflake', { text: 'id', quoted: true })).toBe('id');
    expect(foldName('postgres', { text: 'Id', quoted: true })).toBe('Id');
  });
});

describe('artifacts', () => {
  const open = (files: Record<string, string>) => openProject(memoryWorkspace({ ...FILES, ...files }));
  it('compiled code is fresh while the file is what dbt saw', async () => {
    expect((await open({ 'target/manifest.json': manifest() })).nodes.get('model.shop.a')?.compiled).toMatchObject({ fresh: true });
    const edited = await open({ 'target/manifest.json': manifest(), 'models/marts/a.sql': 'select 2 as id' });
    expect(edited.nodes.get('model.shop.a')?.compiled).toMatchObject({ fresh: false, stale: expect.stringContaining('models/marts/a.sql') as string });
    expect(edited.nodes.get('model.shop.a')?.dependsOn, 'what an edited file depends on is not what its old manifest says').toBeUndefined();
  });
  const broken: [string, string, string][] = [
    ['truncated', manifest().slice(0, 100), 'EVID012'],
    ['not a manifest', '{}', 'EVID012'],
    ['too old', manifest({ dbt_schema_version: 'https://schemas.getdbt.com/dbt/manifest/v1.json' }), 'EVID013'],
    ['unknown version', manifest({ dbt_schema_version: 'https://schemas.getdbt.com/dbt/manifest/v99.json' }), 'EVID013'],
  ];
  for (const [name, text, code] of broken) {
    it(`${name}: one notice, and the raw files still work`, async () => {
      const project = await open({ 'target/manifest.json': text });
      expect(project.notices.map((n) => n.code)).toEqual([code]);
      expect(project.nodes.has('model.shop.a')).toBe(true);
    });
  }
  it('of another project: said, not used', async () => {
    const project = await open({ 'target/manifest.json': manifest({ project_name: 'other' }).replaceAll('model.shop.a', 'model.other.a') });
    expect(project.notices.map((n) => n.code)).toEqual(['EVID015']);
    expect(project.artifacts.manifest).toBeUndefined();
  });
  it('names like __proto__ do no harm', async () => {
    const project = await open({ 'models/evil.yml': 'models:\n  - name: __proto__\n    columns: [{ name: constructor }]\n    meta: { __proto__: { polluted: 1 } }\n' });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(project.nodes.size).toBeGreaterThan(3);
  });
});
