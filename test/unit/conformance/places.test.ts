import { describe, expect, it } from 'vitest';
import { fileChecksum } from '../../../engine/project';
import { compare } from './support';

const JOIN_SPEC = 'inputs: [{ ref: customers }, { ref: orders }]\nfrom: customers\njoins:\n  - { to: orders, type: left, keys: [a, b], condition: "orders.c > 1 and orders.d > 2" }\nfilters: []\ncolumns: [{ name: customer_id }]\n';
const JOIN = "select customers.customer_id\nfrom {{ ref('customers') }} as customers\nleft join {{ ref('orders') }} as orders\n  on customers.a = orders.a and customers.b = orders.b\n  and orders.c > 1 and orders.d > 2\n";

/** Where the model is said to do what a clause or a rule's finding is about: file and text. */
async function placesOf(given: Parameters<typeof compare>[0], about: string): Promise<{ verdict?: string; places: string[] }> {
  const report = await compare(given);
  const item = report.clauses.find(({ id }) => id === about) ?? report.findings.find(({ rule }) => rule === about);
  const text = (place: { file: string; range: { start: { line: number; character: number }; end: { line: number; character: number } } }): string => {
    const source = place.file === 'models/example.sql' ? given.sql : (given.files?.[place.file] ?? '');
    const lines = source.split('\n').slice(place.range.start.line, place.range.end.line + 1);
    lines[lines.length - 1] = (lines[lines.length - 1] ?? '').slice(0, place.range.end.character);
    return (lines.join(' ').slice(place.range.start.character)).replace(/\s+/g, ' ');
  };
  return { ...(item && 'verdict' in item ? { verdict: item.verdict } : {}), places: (item?.model ?? []).map((place) => `${place.in} ${text(place)}`) };
}

describe('the place of a join', () => {
  it('is the whole join for its type', async () => {
    expect(await placesOf({ spec: JOIN_SPEC, sql: JOIN.replace('left join', 'inner join') }, 'joins/orders')).toEqual({ verdict: 'differs', places: ["raw inner join {{ ref('orders') }} as orders on customers.a = orders.a and customers.b = orders.b and orders.c > 1 and orders.d > 2"] });
  });
  it('is every key for keys that match, and the key that is another', async () => {
    expect(await placesOf({ spec: JOIN_SPEC, sql: JOIN }, 'joins/orders/keys')).toEqual({ verdict: 'matches', places: ['raw customers.a = orders.a', 'raw customers.b = orders.b'] });
    expect(await placesOf({ spec: JOIN_SPEC, sql: JOIN.replace('= orders.b', '= orders.x') }, 'joins/orders/keys')).toEqual({ verdict: 'differs', places: ['raw customers.b = orders.x'] });
  });
  it('is the whole join for a key that is gone', async () => {
    const { verdict, places } = await placesOf({ spec: JOIN_SPEC, sql: JOIN.replace(' and customers.b = orders.b', '') }, 'joins/orders/keys');
    expect(verdict).toBe('differs');
    expect(places[0]).toMatch(/^raw left join .* orders\.d > 2$/);
  });
  it('is every condition for a condition that matches, the other one, and the whole join for one that is gone', async () => {
    expect(await placesOf({ spec: JOIN_SPEC, sql: JOIN }, 'joins/orders/condition')).toEqual({ verdict: 'matches', places: ['raw orders.c > 1', 'raw orders.d > 2'] });
    expect(await placesOf({ spec: JOIN_SPEC, sql: JOIN.replace('orders.d > 2', 'orders.d > 3') }, 'joins/orders/condition')).toEqual({ verdict: 'differs', places: ['raw orders.d > 3'] });
    const { verdict, places } = await placesOf({ spec: JOIN_SPEC, sql: JOIN.replace(' and orders.d > 2', '') }, 'joins/orders/condition');
    expect(verdict).toBe('differs');
    expect(places[0]).toMatch(/^raw left join .* orders\.c > 1$/);
  });
});

describe('the place of a column', () => {
  const files = { 'models/users.sql': 'select id, name, email from raw_users' };
  const spec = 'inputs: [{ ref: users }]\nfrom: users\ncolumns:\n  - { name: user_name, from: [users.name] }\n  - { name: user_email, from: [users.email] }\n';
  it('is the item that takes it, between stars above and below', async () => {
    const sql = "with users as (select * from {{ ref('users') }}), named as (select users.email as user_name, users.name as user_email from users) select * from named";
    expect(await placesOf({ spec, sql, files }, 'columns/user_name/from')).toEqual({ verdict: 'differs', places: ['raw users.email as user_name'] });
    expect(await placesOf({ spec, sql, files }, 'columns/user_email/from')).toEqual({ verdict: 'differs', places: ['raw users.name as user_email'] });
  });
  it('is the star where nothing else takes it', async () => {
    const sql = "with users as (select * from {{ ref('users') }}) select * from users";
    const star = 'inputs: [{ ref: users }]\nfrom: users\ncolumns:\n  - { name: name, from: [users.email] }\n';
    expect((await placesOf({ spec: star, sql, files }, 'columns/name/from')).places).toEqual(['raw *']);
  });
});

/** A project whose manifest is fresh for the model and has this compiled code. */
function compiledFrom(sql: string, compiled: string, config: Record<string, unknown> = { materialized: 'view' }): Record<string, string> {
  const parent = (name: string): [string, unknown] => [`model.shop.${name}`, { unique_id: `model.shop.${name}`, resource_type: 'model', name, package_name: 'shop', original_file_path: `models/${name}.sql`, relation_name: `"db"."s"."${name}"`, config: {}, columns: {}, depends_on: { nodes: [] } }];
  return {
    'target/manifest.json': JSON.stringify({
      metadata: { dbt_schema_version: 'https://schemas.getdbt.com/dbt/manifest/v12.json', project_name: 'shop', adapter_type: 'duckdb' },
      nodes: Object.fromEntries([parent('customers'), ['model.shop.example', { unique_id: 'model.shop.example', resource_type: 'model', name: 'example', package_name: 'shop', original_file_path: 'models/example.sql', checksum: { name: 'sha256', checksum: fileChecksum(sql) }, raw_code: sql, compiled_code: compiled, config, columns: {}, depends_on: { nodes: ['model.shop.customers'] } }]]),
      sources: {},
    }),
  };
}

describe('the place of configuration', () => {
  const sql = "{{ config(\n  materialized='table',\n  unique_key='id'\n) }}\nselect {{ pick('customer_id') }} from {{ ref('customers') }}";
  const files = compiledFrom(sql, 'select customer_id from "db"."s"."customers"', { materialized: 'table', unique_key: 'id' });
  const spec = 'inputs: [{ ref: customers }]\nfrom: customers\ncolumns: [{ name: customer_id }]\nmaterialization: { type: incremental, unique_key: customer_id, on_schema_change: fail }\n';
  it('is the value in the raw file, also where compiled code is read', async () => {
    expect(await placesOf({ spec, sql, files }, 'materialization/type')).toEqual({ verdict: 'differs', places: ["raw materialized='table'"] });
    expect(await placesOf({ spec, sql, files }, 'materialization/unique_key')).toEqual({ verdict: 'differs', places: ["raw unique_key='id'"] });
  });
  it('is the whole config for a key that is not in it', async () => {
    const { verdict, places } = await placesOf({ spec, sql, files }, 'materialization/on_schema_change');
    expect(verdict).toBe('differs');
    expect(places).toEqual([expect.stringMatching(/^raw (\{\{ )?config\(/)]);
  });
});

describe('the place of a column', () => {
  const spec = 'inputs: [{ ref: customers }]\nsteps:\n  - name: picked\n    from: customers\n    columns: [{ name: customer_id }, { name: email, expression: "lower(email)" }]\nfrom: picked\nfilters: []\ncolumns: [{ name: customer_id }, { name: email }]\n';
  const model = (items: string): string => `with picked as (\n  select ${items}\n  from {{ ref('customers') }}\n),\nfinal as (select * from picked)\nselect * from final`;
  it('is the item of the CTE that a star passes on', async () => {
    expect(await placesOf({ spec, sql: model('customer_id, lower(email) as email') }, 'columns/email')).toEqual({ verdict: 'matches', places: ['raw lower(email) as email'] });
    expect((await placesOf({ spec, sql: model('customer_id, lower(email) as email, phone') }, 'COL002')).places).toEqual(['raw phone']);
  });
  it('is the item of the CTE itself where that passes a column on by name', async () => {
    const sql = "with raw_customers as (\n  select * from {{ ref('customers') }}\n),\nnamed as (\n  select customer_id, mail as email, customer_id as again\n  from (select id as customer_id, mail from raw_customers) as x\n)\nselect * from named";
    const plain = spec.replace(', expression: "lower(email)"', ', from: [mail]');
    expect((await placesOf({ spec: plain, sql }, 'columns/customer_id')).places).toEqual(['raw id as customer_id', 'raw customer_id']);
    expect((await placesOf({ spec: plain, sql }, 'COL002')).places).toEqual(['raw customer_id as again']);
  });
  it('is the list of the CTE that lost it', async () => {
    expect(await placesOf({ spec, sql: model('customer_id, city') }, 'columns/email')).toEqual({ verdict: 'differs', places: ['raw customer_id, city'] });
  });
});

describe('a column that the catalog of an older build still has', () => {
  const spec = 'inputs: [{ ref: customers }]\nfrom: customers\nfilters: []\ncolumns: [{ name: customer_id }, { name: email }]\n';
  const sql = "select customer_id from {{ ref('customers') }}";
  const catalog = (...names: string[]): Record<string, string> => ({ 'target/catalog.json': JSON.stringify({ metadata: {}, nodes: { 'model.shop.example': { columns: Object.fromEntries(names.map((name, index) => [name, { name, type: 'VARCHAR', index }])) } }, sources: {} }) });
  it('differs where the SQL says what comes out', async () => {
    const files = { ...compiledFrom(sql, 'select customer_id from "db"."s"."customers"'), ...catalog('customer_id', 'email') };
    expect(await placesOf({ spec, sql, files }, 'columns/email')).toEqual({ verdict: 'differs', places: ['raw customer_id'] });
    expect((await placesOf({ spec, sql, files }, 'columns/customer_id')).verdict).toBe('matches');
  });
  it('matches where the SQL leaves that to a star', async () => {
    const star = "select * from {{ ref('customers') }}";
    const files = { ...compiledFrom(star, 'select * from "db"."s"."customers"'), ...catalog('customer_id', 'email') };
    expect((await placesOf({ spec, sql: star, files }, 'columns/email')).verdict).toBe('matches');
    expect((await placesOf({ spec: spec.replace('email', 'mail'), sql: star, files }, 'columns/mail')).verdict).toBe('differs');
  });
});
