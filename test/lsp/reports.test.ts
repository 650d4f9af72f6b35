import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { compareModel } from '../../engine/conformance';
import { openProject } from '../../engine/project';
import { projectMemory, type ProjectMemory } from '../../engine/project/memory';
import { DEFAULT_CONFIG, parseSpec } from '../../engine/spec';
import { createSqlService, type SqlService } from '../../engine/sql';
import { projectFiles, type ProjectFiles } from '../../server/projectFiles';
import { keptReports, type Reports } from '../../server/reports';
import { memoryWorkspace } from '../support/memoryWorkspace';

const SPEC = 'spec: technical/v1\nmodel: m\ninputs:\n  - { ref: a }\nfrom: a\nfilters: []\ncolumns:\n  - { name: id }\n';
let sql: SqlService;
let files: Record<string, string>;
let kept: ProjectFiles;
let memory: ProjectMemory;
let analysed: number;
let reports: Reports;
let stamp: number;

beforeAll(async () => {
  sql = await createSqlService();
});
beforeEach(() => {
  files = { 'dbt_project.yml': 'name: shop\n', 'models/a.sql': 'select 1 as id, 2 as other\n', 'models/m.sql': "select * from {{ ref('a') }}\n", 'models/z.sql': 'select 1 as id\n' };
  kept = projectFiles(memoryWorkspace(files));
  memory = projectMemory();
  analysed = 0;
  stamp = 0;
  reports = keptReports(() => String(stamp));
});

/** Asks for the report twice: as the server does, and from nothing. */
async function asked(text = SPEC): Promise<boolean> {
  await kept.renew();
  const workspace = memoryWorkspace(files);
  const counting: SqlService = { ...sql, analyze: (request) => (analysed++, sql.analyze(request)) };
  const [project, fresh] = [await openProject(kept, memory), await openProject(workspace)];
  const spec = parseSpec('specs/m.technical.spec.yml', text);
  const today = '2026-11-30';
  const before = analysed;
  const report = await reports.of({ workspace, project, sql: counting, config: DEFAULT_CONFIG, today }, spec, project.nodes.get('model.shop.m'));
  const compared = analysed > before;
  expect(report).toEqual(await compareModel({ workspace, project: fresh, sql, config: DEFAULT_CONFIG, today }, spec, fresh.nodes.get('model.shop.m')));
  return compared;
}
const change = (path: string, text: string | undefined): void => {
  if (text === undefined) Reflect.deleteProperty(files, path);
  else files[path] = text;
  stamp++;
  kept.changed([path]);
};

describe('a comparison', () => {
  it('is made once, as long as all it read is the same', async () => {
    expect(await asked()).toBe(true);
    expect(await asked()).toBe(false);
    change('models/z.sql', 'select 2 as id\n');
    expect(await asked(), 'another model').toBe(false);
    change('models/z.yml', 'models: [{ name: z }]\n');
    expect(await asked(), 'what YAML says of another').toBe(false);
  });
  it.each([
    ['the model', 'models/m.sql', "select id from {{ ref('a') }}\n"],
    ['a parent', 'models/a.sql', 'select 1 as id\n'],
    ['a parent that is gone', 'models/a.sql', undefined],
    ['what YAML says of a parent', 'models/a.yml', 'models: [{ name: a, columns: [{ name: id, data_tests: [unique] }] }]\n'],
    ['what YAML says of the model', 'models/m.yml', 'models: [{ name: m, columns: [{ name: id, data_type: int }] }]\n'],
    ['a namesake of a parent', 'seeds/a.csv', 'id\n1\n'],
    ['a macro', 'macros/x.sql', '{% macro ref(x) %}b{% endmacro %}\n'],
    ['dbt_project.yml', 'dbt_project.yml', 'name: shop\nmodels: { +materialized: table }\n'],
    ['a manifest', 'target/manifest.json', JSON.stringify({ metadata: { dbt_schema_version: 'https://schemas.getdbt.com/dbt/manifest/v12.json', project_name: 'shop', adapter_type: 'bigquery' }, nodes: {}, sources: {} })],
  ])('is made anew after a change of %s', async (_, path, text) => {
    await asked();
    change(path, text);
    expect(await asked()).toBe(true);
    expect(await asked()).toBe(false);
  });
  it('is made anew for another text of the spec', async () => {
    await asked();
    expect(await asked(SPEC.replace('filters: []\n', ''))).toBe(true);
  });
  it('that is under way is shared as long as nothing changes, and one that failed is tried again', async () => {
    const workspace = memoryWorkspace(files);
    const project = await openProject(workspace);
    const spec = parseSpec('specs/m.technical.spec.yml', SPEC);
    let fails = true;
    const failing: SqlService = { ...sql, analyze: (request) => (analysed++, fails ? Promise.reject(new Error('no parser')) : sql.analyze(request)) };
    const ask = (): Promise<unknown> => reports.of({ workspace, project, sql: failing, config: DEFAULT_CONFIG, today: '2026-11-30' }, spec, project.nodes.get('model.shop.m'));
    await expect(ask()).rejects.toThrow('no parser');
    fails = false;
    const before = analysed;
    const [one, other] = await Promise.all([ask(), ask()]);
    expect(other).toBe(one);
    const once = analysed - before;
    stamp++;
    await ask();
    expect(analysed - before).toBe(once);
  });
});
