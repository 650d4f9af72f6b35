import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { candidateKeys, openProject, parentsOf } from '../../../engine/project';
import type { Json, ProjectIndex, RelationNode } from '../../../engine/project/types';
import { targetOf, type ManifestNode } from '../../support/corpusProject';
import { diskWorkspace } from '../../../platform/diskWorkspace';

type Record_ = Record<string, Json>;
interface Manifest {
  nodes: Record<string, Record_>;
  sources: Record<string, Record_>;
  disabled: Record<string, Record_[]>;
  exposures: Record<string, Record_>;
  unit_tests: Record<string, Record_>;
}

const manifest = JSON.parse(readFileSync('test/fixtures/mixed.manifest.json', 'utf8')) as Manifest;
const relations = [...Object.entries(manifest.nodes), ...Object.entries(manifest.sources)].filter(([id]) => /^(model|seed|snapshot|source)\./.test(id));
const record = (value: Json | undefined): Record_ => (value ?? {}) as Record_;
const sorted = (list: unknown): string[] => [...((list ?? []) as string[])].sort();

/** What Jinja decides is not known from raw files: `{{ … }}` stands for any value. */
const agrees = (raw: Json | undefined, real: Json | undefined): boolean => (typeof raw === 'string' && raw.includes('{{')) || JSON.stringify(raw ?? null) === JSON.stringify(real ?? null);

/** dbt writes the name of a column with `quote: true` in quotes. */
const unquoted = (name: Json | undefined): string | null => (typeof name === 'string' ? name.replace(/^"(.*)"$/, '$1') : null);

let project: ProjectIndex;
let withManifest: ProjectIndex;
beforeAll(async () => {
  const disk = diskWorkspace('test/fixtures/mixed');
  project = await openProject(disk);
  const text = readFileSync('test/fixtures/mixed.manifest.json', 'utf8');
  withManifest = await openProject({ list: disk.list, read: (path) => (path === 'target/manifest.json' ? Promise.resolve({ kind: 'text', text, invalidUtf8: false }) : disk.read(path)) });
});
const nodeOf = (id: string): RelationNode => project.nodes.get(id) as RelationNode;

describe('the raw files of a project say what real dbt makes of them', () => {
  it('the same relations, enabled and disabled', () => {
    const disabled = Object.keys(manifest.disabled).filter((id) => !id.startsWith('test.'));
    expect([...project.nodes.values()].filter((n) => n.enabled).map((n) => n.uniqueId).sort()).toEqual(relations.map(([id]) => id).sort());
    expect([...project.nodes.values()].filter((n) => !n.enabled).map((n) => n.uniqueId).sort()).toEqual(disabled.sort());
    expect(project.notices).toEqual([]);
  });
  it.each(relations)('%s', (id, real) => {
    const node = nodeOf(id);
    const config = record(real['config']);
    expect(node.fqn).toEqual(real['fqn']);
    expect(sorted(node.tags)).toEqual(sorted(real['tags']));
    expect({ ...node.meta }).toEqual({ ...record(config['meta']), ...record(real['meta']) });
    expect(node.description ?? '').toBe(real['description']);
    for (const key of ['materialized', 'unique_key', 'incremental_strategy', 'on_schema_change', 'strategy', 'check_cols', 'updated_at', 'hard_deletes', 'schema', 'group', 'delimiter', 'persist_docs', 'column_types']) {
      const value = node.config[key];
      if (value !== undefined || !['on_schema_change', 'hard_deletes', 'column_types', 'delimiter', 'persist_docs'].includes(key)) expect([key, agrees(value, config[key])], `${key}: ${JSON.stringify(value)} is ${JSON.stringify(config[key])}`).toEqual([key, true]);
    }
    expect(node.contractEnforced).toBe(record(config['contract'])['enforced'] === true);
    if (node.kind === 'model') expect(node.access ?? 'protected').toBe(real['access']);
    expect([node.version, node.version && node.latestVersion]).toEqual([real['version'] == null ? undefined : String(real['version']), real['version'] == null ? undefined : String(real['latest_version'])]);
    if (node.kind !== 'source') expect(sorted(parentsOf(project, node))).toEqual(sorted(record(real['depends_on'])['nodes']));
    const columns = Object.values(record(real['columns'])).map(record);
    const described = node.kind === 'seed' ? node.columns.filter((c) => columns.some((real) => real['name'] === c.name)) : node.columns;
    expect(described.map((c) => c.name).sort()).toEqual(columns.map((c) => c['name']).sort());
    for (const column of described) {
      const real = columns.find((c) => c['name'] === column.name) ?? {};
      expect([column.type ?? null, column.quoted, column.description ?? '']).toEqual([column.type !== undefined && node.kind === 'seed' ? column.type : real['data_type'], real['quote'] === true, real['description']]);
      expect(column.constraints.map((c) => c.type)).toEqual(((real['constraints'] ?? []) as Record_[]).map((c) => c['type']));
    }
    const checksum = record(real['checksum']);
    if (node.checksum !== undefined) expect(node.checksum).toBe(checksum['checksum']);
  });
  it.each(relations)('the tests on %s', (id) => {
    const real = Object.values(manifest.nodes).filter((test) => test['resource_type'] === 'test' && record(test['config'])['enabled'] !== false && (targetOf(test as unknown as ManifestNode) === id || (!test['test_metadata'] && sorted(record(test['depends_on'])['nodes']).includes(id))));
    const wanted = real.map((test) => {
      const metadata = record(test['test_metadata']);
      const { column_name, ...rest } = record(metadata['kwargs']);
      const args = Object.fromEntries(Object.entries(rest).filter(([key]) => key !== 'model'));
      return [metadata['name'] ?? test['name'], unquoted(test['column_name'] ?? column_name), String(record(test['config'])['severity']).toLowerCase(), record(test['config'])['where'] ?? null, args];
    });
    const found = nodeOf(id).tests.filter((test) => test.enabled).map((test) => [test.test, test.column ?? null, test.severity, test.where ?? null, test.arguments]);
    const text = (list: unknown[]): string[] => list.map((item) => JSON.stringify(item, (_key, value: unknown) => (value !== null && typeof value === 'object' && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort()) : value))).sort();
    expect(text(found)).toEqual(text(wanted));
  });
  it.each(relations)('%s with the manifest beside it: nothing is stale, nothing twice', (id) => {
    const [node, merged] = [nodeOf(id), withManifest.nodes.get(id) as RelationNode];
    const names = (of: RelationNode): string[] => of.tests.filter((test) => test.enabled).map((test) => `${test.test} ${test.column ?? ''} ${test.severity}`).sort();
    expect(names(merged)).toEqual(names(node));
    expect(merged.unitTests.map((test) => test.name)).toEqual(node.unitTests.map((test) => test.name));
    expect([merged.file, merged.description, merged.compiled?.stale]).toEqual([node.file, node.description, undefined]);
    if (node.kind !== 'source') expect(merged.dependsOn, 'the manifest is current for it').toBeDefined();
    expect(withManifest.notices).toEqual([]);
    expect(withManifest.exposures.size).toBe(project.exposures.size);
  });
  it('the same unit tests and exposures', () => {
    const wanted = Object.values(manifest.unit_tests).map((test) => [test['name'], sorted(record(test['depends_on'])['nodes'])]);
    const found = [...project.nodes.values()].flatMap((node) => node.unitTests.map((test) => [test.name, [node.uniqueId]]));
    expect(found.sort()).toEqual(wanted.sort());
    expect([...project.exposures.values()].map((e) => [e.uniqueId, sorted(e.dependsOn)])).toEqual(Object.entries(manifest.exposures).map(([id, e]) => [id, sorted(record(e['depends_on'])['nodes'])]));
    expect(candidateKeys(nodeOf('model.mixed.stg_orders')).map((key) => key.text)).toEqual(['unique test on id', 'primary entity id']);
  });
});
