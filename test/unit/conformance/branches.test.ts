import { describe, expect, it } from 'vitest';
import { compare, deviations, unspecced, verdicts } from './support';

const CUSTOMERS = "from {{ ref('customers') }} as customers";
const BASE = 'inputs:\n  - { ref: customers }\nfrom: customers\njoins: []\nfilters: []\n';
const SPEC = `${BASE}columns:\n  - { name: customer_id }\n`;
const JOINED = "inputs:\n  - { ref: customers }\n  - { ref: orders }\nfrom: customers\njoins:\n  - { to: orders, type: left, keys: [customer_id] }\nfilters: []\ncolumns:\n  - { name: customer_id, from: [customers.customer_id] }\n";

describe('what stands in a branch that Jinja decides', () => {
  it('is no unspecced logic, but a part that is not known', async () => {
    const report = await compare({ spec: SPEC, sql: `select customers.customer_id ${CUSTOMERS} {% if var('with_orders', false) %} left join {{ ref('orders') }} as orders on customers.a = orders.a {% endif %}` });
    expect(unspecced(report)).toEqual([]);
    expect(report.findings.map((finding) => finding.rule)).toContain('EVID002');
  });

  it('is no unspecced filter, column or condition either', async () => {
    const filtered = await compare({ spec: SPEC, sql: `select customers.customer_id ${CUSTOMERS} where true {% if var('only_paid', false) %} and customers.paid {% endif %}` });
    const wider = await compare({ spec: SPEC, sql: `select customers.customer_id {% if var('wide', false) %}, customers.email {% endif %} ${CUSTOMERS}` });
    const narrowed = await compare({ spec: JOINED, sql: `select customers.customer_id ${CUSTOMERS} left join {{ ref('orders') }} as orders on customers.customer_id = orders.customer_id {% if var('paid', false) %} and orders.paid {% endif %}` });
    expect([filtered, wider, narrowed].map(unspecced)).toEqual([[], [], []]);
    expect(verdicts(narrowed)).toMatchObject({ 'joins/orders': 'matches', 'joins/orders/keys': 'matches' });
  });

  it('proves no other key and no missing one', async () => {
    const more = await compare({ spec: JOINED, sql: `select customers.customer_id ${CUSTOMERS} left join {{ ref('orders') }} as orders on customers.customer_id = orders.customer_id {% if var('by_shop', false) %} and customers.shop_id = orders.shop_id {% endif %}` });
    const either = await compare({ spec: JOINED, sql: `select customers.customer_id ${CUSTOMERS} left join {{ ref('orders') }} as orders on {% if var('by_shop', false) %} customers.shop_id = orders.shop_id {% else %} customers.customer_id = orders.customer_id {% endif %}` });
    expect([more, either].map((report) => verdicts(report)['joins/orders/keys'])).toEqual(['matches', 'matches']);
    const other = await compare({ spec: JOINED, sql: `select customers.customer_id ${CUSTOMERS} left join {{ ref('orders') }} as orders on {% if var('by_shop', true) %} customers.shop_id = orders.shop_id {% else %} customers.customer_id = orders.customer_id {% endif %}` });
    expect(verdicts(other)['joins/orders/keys']).toMatch(/^unknown/);
    expect(other.findings.filter(({ rule }) => rule === 'EVID002').map(({ message }) => message)).toEqual(["What dbt is run with decides this: {% if var('by_shop', true) %} was read as true."]);
  });

  it('differs where it does so whether the branch is taken or not', async () => {
    const report = await compare({ spec: JOINED, sql: `select customers.customer_id ${CUSTOMERS} {% if var('with_orders', true) %} inner join {{ ref('orders') }} as orders on customers.customer_id = orders.customer_id {% endif %}` });
    expect(verdicts(report)['joins/orders']).toBe('differs');
  });

  it('proves nothing where another branch may say what the spec says', async () => {
    const report = await compare({ spec: JOINED, sql: `select customers.customer_id ${CUSTOMERS} {% if var('strict', true) %} inner join {{ ref('orders') }} as orders on customers.customer_id = orders.customer_id {% else %} left join {{ ref('orders') }} as orders on customers.customer_id = orders.customer_id {% endif %}` });
    expect(deviations(report).filter((line) => line.endsWith('differs'))).toEqual([]);
    expect(verdicts(report)['joins/orders']).toMatch(/^unknown/);
  });

  it('may swap columns that are swapped again above it', async () => {
    const spec = 'inputs:\n  - { ref: orders }\nfrom: orders\njoins: []\nfilters: []\ncolumns:\n  - { name: a }\n  - { name: b }\n';
    const fields = (other: (column: string) => string): string => `with fields as (select ${['a', 'b'].map((column) => `{% if '${column}' in adapter.get_columns_in_relation(ref('orders')) %} ${column} as ${column} {% else %} ${other(column)} as ${column} {% endif %}`).join(', ')} from {{ ref('orders') }})`;
    const turned = await compare({ spec, sql: `${fields((column) => (column === 'a' ? 'b' : 'a'))} select b as a, a as b from fields` });
    expect(unspecced(turned)).toEqual([]);
  });

  it('leaves a column unknown that another adapter computes otherwise', async () => {
    const spec = `${BASE}columns:\n  - { name: customer_id }\n  - { name: tags, from: [customers.tag] }\n`;
    const report = await compare({ spec, sql: `select customer_id, {% if target.type == 'redshift' %} 'tag' {% else %} tag {% endif %} as tags ${CUSTOMERS}` });
    expect(unspecced(report)).toEqual([]);
    expect(verdicts(report)['columns/tags/from']).toBe('matches');
    const there = await compare({ spec, adapter: 'redshift', sql: `select customer_id, {% if target.type == 'redshift' %} 'tag' {% else %} tag {% endif %} as tags ${CUSTOMERS}` });
    expect(verdicts(there)['columns/tags/from']).toMatch(/^unknown/);
    expect(verdicts(there)['columns/tags']).toBe('matches');
  });

  it('keeps CASE branches and filters that Jinja adds from being accused', async () => {
    const cases = await compare({ spec: SPEC, sql: `select case {% if var('anonymous', false) %} when customer_id < 0 then 0 {% endif %} else customer_id end as customer_id ${CUSTOMERS}` });
    const either = await compare({ spec: SPEC.replace('filters: []', "filters:\n  - { id: F-1, expression: \"a > 1\" }"), sql: `select customer_id ${CUSTOMERS} where {% if var('all', false) %} a > 5 {% else %} a > 1 {% endif %}` });
    expect(unspecced(cases)).toEqual([]);
    expect(verdicts(either)['filters/F-1']).toBe('matches');
  });

  it('differs in a branch where no setting explains it', async () => {
    const joined = (type: string, more = ''): string => `select customers.customer_id ${CUSTOMERS} {% if var('with_orders', true) %} ${type} join {{ ref('orders') }} as orders on customers.customer_id = orders.customer_id ${more} {% else %} left join {{ ref('refunds') }} as refunds on customers.customer_id = refunds.customer_id {% endif %}`;
    expect(verdicts(await compare({ spec: JOINED, sql: joined('inner') }))['joins/orders']).toBe('differs');
    expect(unspecced(await compare({ spec: JOINED, sql: joined('left', 'and orders.paid') }))).toEqual(['JOIN003']);
    expect(deviations(await compare({ spec: JOINED, sql: joined('left') }))).toEqual([]);
  });

  it('takes what dbt_project.yml says for certain', async () => {
    const sql = `select customers.customer_id ${CUSTOMERS} {% if var('with_orders', false) %} inner join {{ ref('orders') }} as orders on customers.customer_id = orders.customer_id {% endif %}`;
    const files = { 'dbt_project.yml': 'name: shop\nversion: "1.0"\nprofile: shop\nmodel-paths: [models]\nvars:\n  with_orders: true\n' };
    expect(verdicts(await compare({ spec: JOINED, sql, files }))['joins/orders']).toBe('differs');
    expect((await compare({ spec: JOINED, sql, files })).findings.map(({ rule }) => rule)).not.toContain('EVID002');
  });

  it('does not hide what stands beside it', async () => {
    const report = await compare({ spec: SPEC, sql: `select customers.customer_id ${CUSTOMERS} {% if var('x', false) %} left join {{ ref('orders') }} as orders on customers.a = orders.a {% endif %} left join {{ ref('refunds') }} as refunds on customers.a = refunds.a` });
    expect(unspecced(report).sort()).toEqual(['INPUT002', 'JOIN004']);
  });

  it('finds what it turns on among many conditions', async () => {
    const extra = ['a', 'b', 'c', 'd', 'e'].map((name) => `, {% if var('${name}', true) %} 1 {% else %} 2 {% endif %} as ${name}`).join('');
    const spec = `${BASE}columns:\n  - { name: customer_id }\n${['a', 'b', 'c', 'd', 'e'].map((name) => `  - { name: ${name} }\n`).join('')}  - { name: n, expression: "row_number() over (partition by x order by y) = 1" }\n`;
    const sql = (rank: number): string => `select customer_id${extra}, row_number() over (partition by x {{ ', z' if var('wide', false) }} order by y) = ${rank} as n ${CUSTOMERS}`;
    expect(verdicts(await compare({ spec, sql: sql(2) }))['columns/n/expression']).toBe('differs');
    expect(verdicts(await compare({ spec, sql: sql(1) }))['columns/n/expression']).toBe('matches');
    expect(verdicts(await compare({ spec: spec.replace('by x order', 'by x, z order'), sql: sql(1) }))['columns/n/expression']).toMatch(/^unknown/);
  });

  it('reads what a macro names, but not what it names only while dbt runs', async () => {
    const files = { 'macros/m.sql': "{% macro names(of) %}{% set columns = ref(of) %}{% if execute %}{% set later = ref('refunds') %}{% endif %}{{ return(['customer_id']) }}{% endmacro %}" };
    const sql = `{% set names = names('orders') %}select {% for n in names %}customers.{{ n }}{% endfor %} ${CUSTOMERS}`;
    const spec = `${BASE.replace('from:', '  - { ref: orders }\n  - { ref: refunds }\nfrom:')}columns:\n  - { name: customer_id }\n`;
    const report = await compare({ spec, sql, files });
    expect(verdicts(report)).toMatchObject({ 'inputs/customers': 'matches', 'inputs/orders': 'matches', 'inputs/refunds': 'differs' });
  });
});
