import { describe, expect, it } from 'vitest';
import { compareModel } from '../../../engine/conformance';
import { inferTechnical } from '../../../engine/generate';
import { fileChecksum, lookupModel } from '../../../engine/project';
import { parseSpec } from '../../../engine/spec';
import { projectOf } from './support';

const CONFIG = "{{ config(materialized='incremental', unique_key='id') }}\n";
const THIS = '"db"."main"."example"';
const ORDERS = '"db"."main"."orders"';

function manifest(sql: string, compiled: string): Record<string, string> {
  const node = (name: string, code: string, extra: object): object => ({
    unique_id: `model.shop.${name}`, resource_type: 'model', package_name: 'shop', name, original_file_path: `models/${name}.sql`, raw_code: code, language: 'sql',
    checksum: { name: 'sha256', checksum: fileChecksum(code) }, config: { materialized: 'view', enabled: true }, columns: {}, tags: [], depends_on: { nodes: [], macros: [] }, relation_name: `"db"."main"."${name}"`, ...extra,
  });
  return {
    'models/orders.sql': 'select * from raw_orders',
    'target/manifest.json': JSON.stringify({
      metadata: { dbt_schema_version: 'https://schemas.getdbt.com/dbt/manifest/v12.json', dbt_version: '1.11.0', project_name: 'shop', adapter_type: 'duckdb' },
      nodes: { 'model.shop.orders': node('orders', 'select * from raw_orders', {}), 'model.shop.example': node('example', sql, { compiled_code: compiled, config: { materialized: 'incremental', unique_key: 'id', enabled: true }, depends_on: { nodes: ['model.shop.orders'], macros: [] } }) },
      sources: {}, macros: {}, exposures: {}, disabled: {}, unit_tests: {}, semantic_models: {},
    }),
  };
}

/** Infers from the compiled code and judges the raw file after it was edited. */
async function later(sql: string, compiled: string): Promise<{ text: string; accused: string[]; unknown: string[] }> {
  const before = await projectOf({ ...manifest(sql, compiled), 'models/example.sql': sql });
  const found = lookupModel(before.project, 'example');
  if (found.kind !== 'one') throw new Error('the model example is not in the project');
  const { path, text } = await inferTechnical(before, { node: found.node });
  const own = await compareModel(before, parseSpec(path, text), found.node);
  const after = await projectOf({ ...manifest(sql, compiled), 'models/example.sql': `${sql}\n-- edited\n` });
  const edited = lookupModel(after.project, 'example');
  const report = await compareModel(after, parseSpec(path, text), edited.kind === 'one' ? edited.node : undefined);
  const accused = [own, report].flatMap((one) => [...one.clauses.filter((clause) => clause.verdict === 'differs').map((clause) => `${clause.id}: ${clause.message}`), ...one.findings.filter((finding) => finding.unspecced).map((finding) => finding.message)]);
  return { text, accused, unknown: own.clauses.filter((clause) => clause.verdict === 'unknown').map((clause) => clause.id) };
}

describe('infer from compiled code of an incremental run', () => {
  it('says which filter is of incremental runs alone, as the raw file shows', async () => {
    const sql = `${CONFIG}with recent as (select id, day, {{ house_macro() }} as n from {{ ref('orders') }} where kind = 'x' {% if is_incremental() %} and day >= (select max(day) from {{ this }}) {% endif %}) select * from recent`;
    const compiled = `with recent as (select id, day, 1 as n from ${ORDERS} where kind = 'x' and day >= (select max(day) from ${THIS})) select * from recent`;
    const { text, accused, unknown } = await later(sql, compiled);
    expect(text).toMatch(/expression: "?day >= [^\n]*when: incremental/);
    expect(text).not.toMatch(/kind = 'x'[^\n]*when: incremental/);
    expect(text).toMatch(/this: true[^\n]*when: incremental/);
    expect(accused, text).toEqual([]);
    expect(unknown).toEqual([]);
  });

  it('misses a filter of theirs where compiled code is that of one', async () => {
    const sql = (filter: string): string => `${CONFIG}with base as (select id, day, {{ house_macro() }} as n from {{ ref('orders') }})\n{% if is_incremental() %}\n, before as (select id, max(n) as n from {{ this }} ${filter} group by id)\n, final as (select base.id, base.n + before.n as n from base left join before on base.id = before.id)\n{% else %}\n, final as (select id, n from base)\n{% endif %}\nselect * from final`;
    const compiled = (filter: string): string => `with base as (select id, day, 1 as n from ${ORDERS})\n, before as (select id, max(n) as n from ${THIS} ${filter} group by id)\n, final as (select base.id, base.n + before.n as n from base left join before on base.id = before.id)\nselect * from final`;
    const { text } = await later(sql('where n > 0'), compiled('where n > 0'));
    const judged = async (raw: string, code: string): Promise<string[]> => {
      const project = await projectOf({ ...manifest(raw, code), 'models/example.sql': raw });
      const found = lookupModel(project.project, 'example');
      const report = await compareModel(project, parseSpec('specs/example.technical.spec.yml', text), found.kind === 'one' ? found.node : undefined);
      return report.clauses.filter(({ rule }) => rule === 'FILTER001').map(({ verdict }) => verdict);
    };
    expect(await judged(sql('where n > 0'), compiled('where n > 0'))).toEqual(['matches']);
    expect(await judged(sql(''), compiled(''))).toEqual(['differs']);
    const full = `with base as (select id, day, 1 as n from ${ORDERS})\n, final as (select id, n from base)\nselect * from final`;
    expect(await judged(sql(''), full)).not.toContain('differs');
  });

  it('says which join and which step are', async () => {
    const sql = `${CONFIG}with base as (select id, {{ house_macro() }} as n from {{ ref('orders') }})\n{% if is_incremental() %}\n, before as (select id, max(n) as n from {{ this }} group by id)\n, final as (select base.id, base.n + before.n as n from base left join before on base.id = before.id)\n{% else %}\n, final as (select * from base)\n{% endif %}\nselect * from final`;
    const compiled = `with base as (select id, 1 as n from ${ORDERS})\n, before as (select id, max(n) as n from ${THIS} group by id)\n, final as (select base.id, base.n + before.n as n from base left join before on base.id = before.id)\nselect * from final`;
    const { text, accused } = await later(sql, compiled);
    expect(text).toMatch(/to: before[^\n]*when: incremental/);
    expect(accused, text).toEqual([]);
  });

  it('says nothing of runs where the code is that of a full refresh', async () => {
    const sql = `${CONFIG}select id, {{ house_macro() }} as n from {{ ref('orders') }} {% if is_incremental() %} where day >= (select max(day) from {{ this }}) {% else %} where day >= '2020-01-01' {% endif %}`;
    const { text, accused } = await later(sql, `select id, 1 as n from ${ORDERS} where day >= '2020-01-01'`);
    expect(text).not.toContain('when: incremental');
    expect(accused, text).toEqual([]);
  });
});
