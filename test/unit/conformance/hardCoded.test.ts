import { describe, expect, it } from 'vitest';
import { fileChecksum } from '../../../engine/project';
import { compare } from './support';

const OPEN = 'inputs:\n  - { ref: orders }\nfrom: orders\n';

/** What is told of hard-coded values, and where: the group and the text at the place. */
async function told(sql: string, spec = OPEN, files?: Record<string, string>): Promise<string[]> {
  const report = await compare({ spec, sql, ...(files ? { files } : {}) });
  return report.findings.filter(({ rule }) => rule === 'COL008').map(({ group, model }) => `${group} ${model[0]?.text ?? ''}`);
}

const where = (condition: string): string => `select order_id from {{ ref('orders') }} where ${condition}`;
const column = (expression: string, name = 'x'): string => `select ${expression} as ${name} from {{ ref('orders') }}`;

describe('a hard-coded date or id', () => {
  it.each([
    ['a date', where("ordered_at >= '2024-01-01'"), ["filters '2024-01-01'"]],
    ['a time', where("ordered_at between timestamp '2024-01-01 00:00:00' and now()"), ["filters '2024-01-01 00:00:00'"]],
    ['a day as a number', where('date_key > 20240131'), ['filters 20240131']],
    ['an id', where('customer_id <> 4711'), ['filters 4711']],
    ['ids in a list', where("lower(account_id) in ('a17', 'b18')"), ["filters 'a17'", "filters 'b18'"]],
    ['a date in HAVING', "select customer_id from {{ ref('orders') }} group by 1 having max(ordered_at) > '2023-05-06'", ["filters '2023-05-06'"]],
    ['a date in a CASE', column("case when ordered_at < '2020-02-03' then 'old' end"), ["columns '2020-02-03'"]],
    ['an id that a CASE asks for', column("case customer_id when 42 then 'us' else 'them' end"), ['columns 42']],
    ['a column of ids', column("'360000310393'", 'schedule_id'), ["columns '360000310393'"]],
    ['a UUID', column("coalesce(a, b) = '0f8fad5b-d9cb-469f-a165-70867728950e'"), ["columns '0f8fad5b-d9cb-469f-a165-70867728950e'"]],
    ['a date in a join', "select o.order_id from {{ ref('orders') }} as o left join {{ ref('payments') }} as p on o.order_id = p.order_id and p.paid_at > '2024-03-01'", ["joins '2024-03-01'"]],
    ['a date in a step', "with recent as (select order_id from {{ ref('orders') }} where ordered_at >= '2024-01-01') select order_id from recent", ["filters '2024-01-01'"]],
  ])('is told where nobody wrote the section: %s', async (_, sql, expected) => {
    expect(await told(sql)).toEqual(expected);
  });

  it.each([
    ['0, 1, -1 and an empty text', where("customer_id <> 0 and account_id in (1, -1) and user_id <> ''")],
    ['another text or number', where("status = 'paid' and amount > 100")],
    ['a default', column("coalesce(ordered_at, '2000-01-01')")],
    ['a default in a cast', column("coalesce(ordered_at, cast('2000-01-01' as timestamp))")],
    ['what NULLIF takes for none', column("nullif(customer_id, 9999)")],
    ['the end of time', where("valid_to = '9999-12-31' and valid_from > '1900-01-01'")],
    ['a unit and a format', column("to_char(date_trunc('month', ordered_at), 'YYYY-MM-DD')")],
    ['a var', where("ordered_at >= '{{ var(\"first_day\", \"2024-01-01\") }}'")],
    ['a number of seconds', column('extract(epoch from ordered_at) / 86400')],
    ['a step that nobody reads', `with old as (select 1 as a from {{ ref('orders') }} where day > '2024-01-01') ${where('amount > 0')}`],
  ])('is not %s', async (_, sql) => {
    expect(await told(sql)).toEqual([]);
  });

  it('is accounted for by any line of the spec but an open question', async () => {
    const sql = where("ordered_at >= '2024-01-01' and customer_id <> 4711");
    expect(await told(sql, `${OPEN}notes: "orders since 2024-1-1, without customer 4711"\n`)).toEqual([]);
    expect(await told(sql, `${OPEN}filters:\n  - { id: F-1, expression: "ordered_at >= date '2024-01-01'" }\n  - { id: F-2, expression: "customer_id <> 4711" }\n`)).toEqual([]);
    expect(await told(sql, `${OPEN}open_questions:\n  - { id: Q-1, question: "Why since 2024-01-01, and why not 4711?" }\n`)).toHaveLength(2);
    expect(await told(sql, `${OPEN}notes: "orders of 24711 customers since 2024-01-011"\n`)).toHaveLength(2);
  });

  it('is left to the finding or clause that tells of its place', async () => {
    const since = where("ordered_at >= '2024-01-01'");
    expect(await told(since, `${OPEN}filters: []\n`)).toEqual([]);
    expect(await told(since, `${OPEN}filters:\n  - { id: F-1, expression: "ordered_at >= '2023-01-01'" }\n`)).toEqual([]);
    expect(await told(column("case when ordered_at < '2020-02-03' then 1 else 2 end"), `${OPEN}columns:\n  - { name: y }\n`)).toEqual([]);
    expect(await told(column("ordered_at < '2020-02-03'"), `${OPEN}columns:\n  - { name: x }\n`)).toEqual(["columns '2020-02-03'"]);
    expect(await told(column("ordered_at < '2020-02-03'"), `${OPEN}columns:\n  - { name: x, expression: "ordered_at < '2020-02-04'" }\n`)).toEqual([]);
  });

  it('is none where compiled code has the value of a var', async () => {
    const sql = "select {{ pick('order_id') }} from {{ ref('orders') }} where ordered_at >= '{{ var(\"first_day\") }}' and paid_at > '2024-02-02'";
    const node = (name: string, extra: object): [string, unknown] => [`model.shop.${name}`, { unique_id: `model.shop.${name}`, resource_type: 'model', name, package_name: 'shop', original_file_path: `models/${name}.sql`, relation_name: `"db"."s"."${name}"`, config: {}, columns: {}, depends_on: { nodes: [] }, ...extra }];
    const compiled = 'select order_id from "db"."s"."orders" where ordered_at >= \'2024-01-01\' and paid_at > \'2024-02-02\'';
    const manifest = JSON.stringify({ metadata: { dbt_schema_version: 'https://schemas.getdbt.com/dbt/manifest/v12.json', project_name: 'shop', adapter_type: 'duckdb' }, nodes: Object.fromEntries([node('orders', {}), node('example', { checksum: { name: 'sha256', checksum: fileChecksum(sql) }, raw_code: sql, compiled_code: compiled, depends_on: { nodes: ['model.shop.orders'] } })]), sources: {} });
    expect(await told(sql, OPEN, { 'target/manifest.json': manifest })).toEqual(["filters '2024-02-02'"]);
  });

  it('is spoken for by the text that the spec keeps where the step is read there alone', async () => {
    const sql = (more: string): string => `with settings as (select '2024-01-01' as since), late as (select * from {{ ref('orders') }} where day > '2024-02-02') select order_id from {{ ref('orders') }} where day >= (select since from settings) ${more}`;
    const spec = `${OPEN}filters: []\nopaque:\n  - { text: "day >= (select since from settings)", reason: "no words for it" }\n`;
    expect(await told(sql(''), spec)).toEqual([]);
    expect(await told(sql('and order_id in (select order_id from late)'), spec)).toEqual(["filters '2024-02-02'"]);
    expect(await told(sql('and day <> (select since from settings)'), spec)).toHaveLength(1);
  });

  it('can be asked about in the spec', async () => {
    const report = await compare({ spec: OPEN, sql: where("ordered_at >= '2024-01-01'") });
    const [finding] = report.findings.filter(({ rule }) => rule === 'COL008');
    expect(finding).toMatchObject({ unspecced: true, severity: 'warning', message: "The model has a hard-coded date in a filter, '2024-01-01'; no line of the spec has it." });
    expect(finding?.fixes.map(({ title }) => title)).toEqual(['Ask about it in the spec, as an open question']);
    expect(finding?.model[0]).toMatchObject({ in: 'raw', file: 'models/example.sql' });
  });
});
