import { describe, expect, it } from 'vitest';
import { analyzeNode, type ModelReport } from '../../../engine/conformance';
import { fileChecksum, lookupModel } from '../../../engine/project';
import { compared, verdicts, type Given } from './support';

const ORDERS = 'model.shop.orders';

interface Artifact {
  /** SQL the checksum is of; the model's own where absent. */
  sqlThen?: string;
  compiled?: string;
  dependsOn?: string[];
  catalog?: Record<string, string>;
}

/** A manifest (and catalog) of the project that `compare` builds around a model `example`. */
function artifacts(sql: string, { sqlThen, compiled, dependsOn = [ORDERS], catalog }: Artifact): Record<string, string> {
  const node = (name: string, code: string, extra: object): object => ({
    unique_id: `model.shop.${name}`, resource_type: 'model', package_name: 'shop', name, original_file_path: `models/${name}.sql`, raw_code: code, language: 'sql',
    checksum: { name: 'sha256', checksum: fileChecksum(code) }, config: { materialized: 'view', enabled: true }, columns: {}, tags: [], depends_on: { nodes: [], macros: [] }, relation_name: `"db"."main"."${name}"`, ...extra,
  });
  const manifest = {
    metadata: { dbt_schema_version: 'https://schemas.getdbt.com/dbt/manifest/v12.json', dbt_version: '1.11.0', project_name: 'shop', adapter_type: 'duckdb' },
    nodes: {
      [ORDERS]: node('orders', 'select * from raw_orders', {}),
      'model.shop.example': node('example', sqlThen ?? sql, { ...(compiled === undefined ? {} : { compiled_code: compiled }), depends_on: { nodes: dependsOn, macros: [] } }),
    },
    sources: {}, macros: {}, exposures: {}, disabled: {}, unit_tests: {}, semantic_models: {},
  };
  const columns = Object.fromEntries(Object.entries(catalog ?? {}).map(([name, type], index) => [name, { name, type, index: index + 1 }]));
  return {
    'target/manifest.json': JSON.stringify(manifest),
    ...(catalog ? { 'target/catalog.json': JSON.stringify({ metadata: {}, nodes: { 'model.shop.example': { unique_id: 'model.shop.example', columns } }, sources: {} }) } : {}),
  };
}

function given(spec: string, sql: string, artifact: Artifact): Given {
  return { spec, sql, files: artifacts(sql, artifact) };
}

const SPEC = "inputs:\n  - { ref: orders }\nfrom: orders\nfilters:\n  - { id: F-1, expression: \"status = 'paid'\" }\ncolumns:\n  - { name: amount, type: decimal }\n";
const MACRO = "select amount from {{ ref('orders') }} {{ only_paid() }}";
const COMPILED = 'select amount from "db"."main"."orders" where status = \'paid\'';

describe('the evidence that is chosen', () => {
  it('is the raw file where the mask hides nothing', async () => {
    const sql = "select amount from {{ ref('orders') }} where status = 'paid'";
    const { context, report } = await compared(given(SPEC, sql, { compiled: COMPILED }));
    const found = lookupModel(context.project, 'example');
    const analysis = found.kind === 'one' ? await analyzeNode(context, found.node) : undefined;
    expect(analysis?.chosen?.in).toBe('raw');
    expect(report.evidence.tier).toBe('E1');
    expect(report.clauses.find((clause) => clause.id === 'filters/F-1')?.model[0]?.in).toBe('raw');
  });

  it('is fresh compiled code where a macro hides a part', async () => {
    const { report } = await compared(given(SPEC, MACRO, { compiled: COMPILED }));
    expect(report.evidence.tier).toBe('E3');
    expect(verdicts(report)).toMatchObject({ 'filters/F-1': 'matches', 'inputs/orders': 'matches', 'columns/amount': 'matches' });
    expect(report.clauses.find((clause) => clause.id === 'filters/F-1')?.model[0]).toMatchObject({ in: 'compiled', text: "status = 'paid'" });
    // What stands in the raw file once is shown there.
    expect(report.clauses.find((clause) => clause.id === 'columns/amount')?.model[0]).toMatchObject({ in: 'raw', file: 'models/example.sql' });
  });

  it('is fresh compiled code where Jinja asks for columns that only the SQL of another model tells', async () => {
    const sql = "select {% for c in adapter.get_columns_in_relation(ref('orders')) %}max({{ c.name }}) as {{ c.name }}{% if not loop.last %}, {% endif %}{% endfor %} from {{ ref('orders') }}";
    const spec = 'inputs:\n  - { ref: orders }\nfrom: orders\ncolumns:\n  - { name: amount }\n';
    const parents = { 'models/orders.sql': 'select 1 as amount, 2 as newer from raw_orders' };
    const compiledToo = given(spec, sql, { compiled: 'select max(amount) as amount from "db"."main"."orders"' });
    expect((await compared({ ...compiledToo, files: { ...compiledToo.files, ...parents } })).report.evidence.tier).toBe('E3');
    expect((await compared({ spec, sql, files: parents })).report.evidence.tier).toBe('E1');
  });

  it('is never compiled code of an older file', async () => {
    const { report } = await compared(given(SPEC, MACRO, { sqlThen: 'select 1', compiled: COMPILED }));
    expect(report.evidence.tier).toBe('E1');
    expect(verdicts(report)['filters/F-1']).toBe('unknown (opaque-macro)');
    expect(report.findings.map((finding) => finding.rule)).toContain('EVID001');
    expect(report.evidence.notes.join()).toContain('out of date');
  });

  it('is never compiled code of an older dbt_project.yml', async () => {
    const manifestAt = Date.parse('2026-01-01T12:00:00Z');
    const judged = async (projectAt: number): Promise<ModelReport> =>
      (await compared({ ...given(SPEC, MACRO, { compiled: COMPILED }), modified: { 'target/manifest.json': manifestAt, 'dbt_project.yml': projectAt } })).report;
    const stale = await judged(manifestAt + 60_000);
    expect(stale.evidence.tier).toBe('E1');
    expect(verdicts(stale)['filters/F-1']).toBe('unknown (opaque-macro)');
    expect(stale.findings.find((finding) => finding.rule === 'EVID001')?.message).toContain('dbt_project.yml changed since the manifest was written');
    // A checkout writes both files within moments of each other, in any order.
    expect((await judged(manifestAt + 1000)).evidence.tier).toBe('E3');
    expect((await judged(manifestAt - 60_000)).evidence.tier).toBe('E3');
  });

  it('leaves no doubt about inputs where the manifest is current', async () => {
    const spec = 'inputs:\n  - { ref: orders }\n  - { ref: customers }\nfrom: orders\n';
    const { report } = await compared(given(spec, MACRO, { compiled: COMPILED }));
    expect(verdicts(report)['inputs/customers']).toBe('differs');
    const doubt = await compared({ spec, sql: MACRO });
    expect(verdicts(doubt.report)['inputs/customers']).toBe('unknown (opaque-macro)');
  });

  it('names inputs that only a macro reads', async () => {
    const { report } = await compared(given('inputs: []\n', 'select 1 as a {{ side_effect() }}', { compiled: 'select 1 as a' }));
    expect(report.findings.filter((finding) => finding.rule === 'INPUT002').map((finding) => finding.message)).toEqual(['The model reads orders in a macro; the spec does not list it as an input.']);
  });

  it('takes columns and types from a current catalog', async () => {
    const { report } = await compared(given(SPEC, "select * from {{ ref('orders') }} where status = 'paid'", { compiled: COMPILED, catalog: { amount: 'DECIMAL(10,2)' } }));
    expect(verdicts(report)).toMatchObject({ 'columns/amount': 'matches', 'columns/amount/type': 'matches' });
    const text = await compared(given(SPEC, "select * from {{ ref('orders') }} where status = 'paid'", { compiled: COMPILED, catalog: { amount: 'VARCHAR' } }));
    expect(verdicts(text.report)['columns/amount/type']).toBe('differs');
    const gone = await compared(given(SPEC, "select * from {{ ref('orders') }} where status = 'paid'", { compiled: COMPILED, catalog: { total: 'INTEGER' } }));
    expect(verdicts(gone.report)['columns/amount']).toBe('differs');
    const old = await compared(given(SPEC, "select * from {{ ref('orders') }} where status = 'paid'", { sqlThen: 'select 1', compiled: COMPILED, catalog: { total: 'INTEGER' } }));
    expect(verdicts(old.report)['columns/amount']).toBe('unknown (columns-unknown)');
  });

  it('is also what the last run decided, where the file was edited since', async () => {
    const then = "select amount from {{ ref('orders') }} {% if var('paid', true) %}where status = 'paid'{% else %}where status = 'open'{% endif %}";
    const edited = then.replace("= 'paid'", "= 'sent'").replace("= 'open'", "= 'paid'");
    const judged = async (sql: string, compiled: string): Promise<ModelReport> => (await compared(given(SPEC, sql, { sqlThen: then, compiled }))).report;
    expect(verdicts(await judged(edited, COMPILED))['filters/F-1']).toBe('differs');
    expect(verdicts(await judged(edited, COMPILED.replace('paid', 'open')))['filters/F-1']).toMatch(/^unknown/);
    expect(verdicts(await judged(edited, 'select 1'))['filters/F-1']).toMatch(/^unknown/);
    const { findings } = await judged(then.replace('select', 'select\n'), COMPILED);
    expect(findings.filter(({ rule }) => rule === 'EVID002').map(({ message }) => message)).toEqual(["What dbt is run with decides this: {% if var('paid', true) %} was read as true, as dbt did when it last compiled the model."]);
  });
});

describe('a model that cannot be read', () => {
  it('is missing', async () => {
    const { report } = await compared({ spec: SPEC, sql: '' });
    expect(report.clauses.filter((clause) => clause.verdict === 'differs')).toEqual([]);
    expect(report.findings.map((finding) => finding.rule)).toContain('EVID003');
  });

  it('does not parse in any dialect', async () => {
    const { report } = await compared({ spec: SPEC, sql: 'select from where (' });
    expect(new Set(Object.values(verdicts(report)).filter((verdict) => verdict !== 'matches'))).toEqual(new Set(['unknown (unparsed)']));
  });

  it('is a macro and nothing else', async () => {
    const { report } = await compared({ spec: SPEC, sql: '{{ build_the_model() }}' });
    expect(report.clauses.filter((clause) => clause.verdict === 'differs')).toEqual([]);
    expect(report.summary.unspecced).toBe(0);
  });

  it('has a spec with expressions that are not SQL', async () => {
    const { report } = await compared({ spec: 'inputs:\n  - { ref: orders }\nfrom: orders\nfilters:\n  - { id: F-1, expression: "only the good ones" }\n', sql: "select * from {{ ref('orders') }} where a = 1" });
    expect(verdicts(report)['filters/F-1']).toBe('unknown (unparsed)');
    expect(report.summary.unspecced).toBe(0);
  });
});
