import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openProject } from '../../../engine/project';
import { isSameData, projectMemory } from '../../../engine/project/memory';
import type { ProjectIndex, RelationNode } from '../../../engine/project/types';
import { projectFiles } from '../../../server/projectFiles';
import { memoryWorkspace, readBefore } from '../../support/memoryWorkspace';

const SCHEMA = (version: string, nodes: Record<string, object>, more: object = {}): string => JSON.stringify({ metadata: { dbt_schema_version: `https://schemas.getdbt.com/dbt/manifest/${version}.json`, project_name: 'shop', adapter_type: 'duckdb' }, nodes, sources: {}, ...more });
const node = (name: string, over: object = {}): object => ({ unique_id: `model.shop.${name}`, resource_type: 'model', name, package_name: 'shop', original_file_path: `models/${name}.sql`, config: { materialized: 'table' }, columns: { id: { name: 'id', data_type: 'int' } }, depends_on: { nodes: [], macros: ['macro.shop.m'] }, compiled_code: 'select 1', raw_code: 'select 1 as id', ...over });
const test = (name: string, attached: string | null): object => ({ unique_id: `test.shop.${name}`, resource_type: 'test', name, package_name: 'shop', original_file_path: 'models/a.yml', attached_node: attached, column_name: 'id', test_metadata: { name: 'unique', kwargs: { column_name: 'id', model: "{{ ref('a') }}" } }, config: { severity: 'ERROR' }, depends_on: { nodes: ['model.shop.a'] } });
const macro = { 'macro.shop.m': { package_name: 'shop', name: 'm', macro_sql: '{% macro m() %}1{% endmacro %}', original_file_path: 'macros/m.sql' } };

/** What each file may come to say; the first is what it says at the start, and where it is undefined the file is not there. */
const TEXTS: Record<string, (string | undefined)[]> = {
  'dbt_project.yml': ['name: shop\nmodels: { shop: { +tags: [x] } }\n', 'name: shop\nmodels: { shop: { +materialized: table } }\nvars: { on: false }\n', 'name: shop\nmodel-paths: [models, more]\n'],
  'models/a.sql': ["{{ config(tags=['own']) }} select 1 as id", 'select 1 as id', "select * from {{ ref('b') }}", undefined],
  'models/b.sql': ['select 2 as id', "{{ config(enabled=false) }} select 2 as id", undefined],
  'models/c_v1.sql': ['select 3', undefined],
  'models/c_v2.sql': [undefined, "select 4 -- {{ ref('a') }}"],
  'more/a.sql': [undefined, 'select 5 as id'],
  'models/a.yml': ['models:\n  - name: a\n    columns: [{ name: id, data_tests: [unique, { not_null: { config: { meta: { spec: a#C-2 } } } }] }]\n', 'models:\n  - name: a\n    description: "{{ doc(\'d\') }}"\n  - name: b\n', 'models: [', undefined],
  'models/deep/b.yml': [undefined, 'models:\n  - name: a\n    description: the later file\n', 'models:\n  - name: c\n    latest_version: 2\n    columns: [{ name: x }]\n    versions: [{ v: 1 }, { v: 2, defined_in: c_v2 }]\n', 'models:\n  - name: "\\x61"\n    description: an escape\n'],
  'models/sources.yml': [undefined, 'sources:\n  - name: raw\n    tables: [{ name: t }]\nunit_tests:\n  - { name: u, model: a }\nexposures:\n  - { name: e, depends_on: ["ref(\'b\')"] }\nsemantic_models:\n  - { model: ref(\'a\'), entities: [{ name: id, type: primary }] }\n', 'snapshots:\n  - { name: s, relation: "ref(\'a\')" }\n'],
  'models/d.md': [undefined, '{% docs d %}words{% enddocs %}'],
  'tests/one.sql': [undefined, "select * from {{ ref('a') }}", "{{ config(meta={'spec': ['a#C-1']}) }} select * from {{ ref('b') }}"],
  'macros/m.sql': ['{% macro m() %}1{% endmacro %}', '{% macro m() %}2{% endmacro %}', undefined],
  'seeds/s.csv': ['k,v\n1,2\n', 'k\n1\n'],
  '.dbtignore': [undefined, 'models/deep/\n'],
  'dbt_packages/util/dbt_project.yml': [undefined, 'name: util\n', 'name: other\n'],
  'dbt_packages/util/models/a.sql': ["select 'of util'"],
  'target/manifest.json': [undefined, SCHEMA('v12', { 'model.shop.a': node('a'), 'test.shop.t': test('t', 'model.shop.a'), 'test.shop.p': { ...test('p', 'model.gone.z'), config: { meta: { spec: ['z#C-1'] } } }, 'model.gone.z': node('z', { package_name: 'gone' }) }, { macros: macro }), SCHEMA('v12', { 'model.shop.b': node('b', { depends_on: { nodes: ['model.shop.a'] } }), 'test.shop.t': test('t', null), 'test.shop.o': test('o', 'model.shop.nowhere') }, { disabled: { d: [node('a', { config: { enabled: false } })] } }), '{ "nodes": '],
  'target/catalog.json': [undefined, JSON.stringify({ metadata: {}, nodes: { 'model.shop.a': { columns: { ID: { name: 'ID', type: 'INT', index: 1 } } } }, sources: {} })],
};

/** Everything that is known of a project, as data. */
function dataOf(project: ProjectIndex): unknown {
  const { names, nodes, notices, exposures, varsOf, macros, ...rest } = project;
  const all = [...nodes.values()];
  return {
    ...rest, notices, outline: undefined, pointing: undefined, runs: undefined, testNames: project.testNames?.(), sqlWith: project.sqlWith?.('id'), nodes: [...nodes], exposures: [...exposures], vars: [...varsOf].map(([name, vars]) => [name, { ...vars }]), macros: [...macros],
    named: all.map(({ name, file }) => [name, names?.named(name).map(({ uniqueId }) => uniqueId), file === undefined ? undefined : names?.ofFile(file)?.uniqueId]),
  };
}

describe('a project that is opened anew after a change', () => {
  it('is what it would be if all of it were read again, whatever changed, and what is the same stays the same object', async () => {
    const paths = Object.keys(TEXTS);
    const edits = fc.array(fc.record({ path: fc.constantFrom(...paths), to: fc.nat(3), asked: fc.subarray(['model.shop.a', 'model.shop.b', 'source.shop.raw.t', 'seed.shop.s']), together: fc.boolean(), looked: fc.boolean() }), { minLength: 1, maxLength: 12 });
    await fc.assert(fc.asyncProperty(edits, async (all) => {
      const files: Record<string, string> = {};
      const set = (path: string, text: string | undefined): void => {
        if (text === undefined) Reflect.deleteProperty(files, path);
        else files[path] = text;
      };
      for (const path of paths) set(path, TEXTS[path]?.[0]);
      const kept = projectFiles(memoryWorkspace(files));
      const memory = projectMemory();
      let before = await openProject(kept, memory);
      const seen = new Map<string, RelationNode>();
      for (const { path, to, asked, together, looked } of all) {
        for (const id of asked) {
          const own = before.nodes.get(id);
          if (own) seen.set(id, own);
        }
        set(path, TEXTS[path]?.[to % (TEXTS[path]?.length ?? 1)]);
        kept.changed([path]);
        if (together) continue;
        const isDifferent = await kept.renew();
        before = isDifferent ? await openProject(kept, memory) : before;
        // Of a node that was gone nothing is kept.
        for (const id of [...seen.keys()]) if (!before.nodes.has(id)) seen.delete(id);
        if (!looked) continue;
        const [lists, all] = [await openProject(readBefore(files)), [...before.nodes.values()]];
        // Lists that make no nodes say of them what the nodes say.
        expect(lists.outline?.().map(({ uniqueId, kind, package: owner, name, enabled, sourceName, file }) => [uniqueId, kind, owner, name, enabled, sourceName, file])).toEqual(all.map(({ uniqueId, kind, package: owner, name, enabled, sourceName, file }) => [uniqueId, kind, owner, name, enabled, sourceName, file]));
        const points = (node: RelationNode): boolean => [...node.tests, ...node.unitTests].some(({ specIds }) => specIds.length > 0);
        expect(lists.pointing?.().filter(points)).toEqual(all.filter(points));
        expect(lists.testNames?.()).toEqual(expect.arrayContaining(all.flatMap(({ tests }) => tests.map(({ test: called }) => called))));
        expect(lists.sqlWith?.('id')).toEqual(expect.arrayContaining(all.flatMap(({ package: owner, language, rawCode, file }) => (owner === lists.name && language === 'sql' && rawCode?.includes('id') === true ? (file ?? []) : []))));
        expect(dataOf(before)).toEqual(dataOf(await openProject(readBefore(files))));
        const changed = [...before.nodes].filter(([id, own]) => own !== seen.get(id));
        expect(changed.filter(([id, own]) => isSameData(own, seen.get(id))).map(([id]) => id)).toEqual([]);
        before.nodes.forEach((own, id) => seen.set(id, own));
      }
    }), { numRuns: 150 });
  }, 60_000);
  it('makes anew only the nodes of what changed', async () => {
    const files: Record<string, string> = { 'dbt_project.yml': 'name: shop\n', 'target/manifest.json': readFileSync('test/fixtures/mixed.manifest.json', 'utf8'), ...Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`models/m${n}.sql`, `select ${n} as id`])) };
    const kept = projectFiles(memoryWorkspace(files));
    const memory = projectMemory();
    const before = await openProject(kept, memory);
    const nodes = new Map<string, RelationNode>(before.nodes);
    files['models/m7.sql'] = 'select 7 as other';
    kept.changed(['models/m7.sql']);
    expect(await kept.renew()).toBe(true);
    const now = await openProject(kept, memory);
    expect([...now.nodes].filter(([id, own]) => own !== nodes.get(id)).map(([id]) => id)).toEqual(['model.shop.m7']);
    kept.changed(['models/m7.sql', 'target/run_results.json', 'models']);
    expect(await kept.renew()).toBe(false);
  });
});
