import { describe, expect, it } from 'vitest';
import { compareModel } from '../../../engine/conformance';
import { inferTechnical } from '../../../engine/generate';
import { lookupModel } from '../../../engine/project';
import { parseSpec } from '../../../engine/spec';
import { projectOf } from './support';

async function inferOf(name: string, files: Readonly<Record<string, string>>): Promise<{ text: string; path: string; bad: string[] }> {
  const context = await projectOf(files);
  const found = lookupModel(context.project, name);
  if (found.kind !== 'one') throw new Error(`${name}: ${found.kind}`);
  const { text, path } = await inferTechnical(context, { node: found.node });
  const document = parseSpec(path, text);
  const report = await compareModel(context, document, found.node);
  return { text, path, bad: [...document.problems.map((problem) => problem.message), ...report.clauses.filter((clause) => clause.verdict === 'differs').map((clause) => clause.message), ...report.findings.filter((finding) => finding.unspecced).map((finding) => finding.message)] };
}

describe('infer of other kinds', () => {
  it('a snapshot with its strategy', async () => {
    const files = { 'snapshots/s.sql': "{% snapshot orders_history %}\n{{ config(target_schema='snap', unique_key='id', strategy='timestamp', updated_at='updated_at') }}\nselect * from {{ source('shop', 'orders') }}\n{% endsnapshot %}", 'models/s.yml': 'sources:\n  - name: shop\n    tables: [{ name: orders }]\n' };
    const { text, bad } = await inferOf('orders_history', files);
    expect(bad).toEqual([]);
    expect(text).toContain('source: shop.orders');
    expect(text).toContain('materialization: { type: snapshot, unique_key: id, strategy: timestamp, updated_at: updated_at }');
  });

  it('a Python model has its tests and configuration, and no query', async () => {
    const { text, bad } = await inferOf('scores', { 'models/scores.py': 'def model(dbt, session):\n    return dbt.ref("a")\n', 'models/s.yml': 'models:\n  - name: scores\n    columns: [{ name: id, data_tests: [not_null] }]\n' });
    expect(bad).toEqual([]);
    expect(text).toContain('test: not_null');
    expect(text).not.toContain('from:');
  });

  it('a version of a model goes by name and version', async () => {
    const files = { 'models/orders_v1.sql': 'select 1 as id', 'models/orders_v2.sql': 'select 2 as id', 'models/s.yml': 'models:\n  - name: orders\n    latest_version: 2\n    versions: [{ v: 1 }, { v: 2 }]\n' };
    const { text, path, bad } = await inferOf('orders.v1', files);
    expect(bad).toEqual([]);
    expect(text).toContain('model: orders.v1');
    expect(path).toContain('orders.v1.technical.spec.yml');
  });

  it('unit tests, singular tests and severities', async () => {
    const files = {
      'models/a.sql': 'select 1 as id',
      'tests/a_is_sound.sql': "select * from {{ ref('a') }} where id < 0",
      'models/s.yml': 'models:\n  - name: a\n    columns:\n      - name: id\n        data_tests:\n          - not_null: { config: { severity: warn } }\n          - accepted_values: { arguments: { values: [1, 2] } }\nunit_tests:\n  - name: one\n    model: a\n    given: []\n    expect: { rows: [] }\n',
    };
    const { text, bad } = await inferOf('a', files);
    expect(bad).toEqual([]);
    expect(text).toContain('test: not_null, column: id, severity: warn');
    expect(text).toContain('arguments: { values: [1, 2] }');
    expect(text).toContain('test: a_is_sound');
    expect(text).toContain('test: unit');
  });

  it('a disabled test is none', async () => {
    const { text } = await inferOf('a', { 'models/a.sql': 'select 1 as id', 'models/s.yml': 'models:\n  - name: a\n    columns:\n      - name: id\n        data_tests: [{ unique: { config: { enabled: false } } }]\n' });
    expect(text).toContain('tests: []');
    expect(text).not.toContain('grain:');
  });
});
