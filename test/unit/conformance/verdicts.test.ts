import { describe, expect, it } from 'vitest';
import { compare, troubles } from '../../support/compare';

const SPEC = `grain: [customer_id]
inputs:
  - { ref: customers, grain: [customer_id] }
  - { ref: payments }
steps:
  - name: paid
    from: payments
    joins: []
    filters:
      - { id: F-paid, expression: "status <> 'failed'" }
    aggregate: { by: [customer_id] }
    columns:
      - { name: customer_id }
      - { name: value, expression: "sum(amount)" }
from: customers
joins:
  - { to: paid, type: left, keys: [customer_id], cardinality: many_to_one }
filters: []
columns:
  - { name: customer_id }
  - { name: lifetime_value, expression: "coalesce(paid.value, 0)" }
tests:
  - { id: T-1, test: unique, column: customer_id }
materialization: { type: view }
`;
const PAID = "paid as (select customer_id, sum(amount) as value from {{ ref('payments') }} where status <> 'failed' group by customer_id)";
const LAST = "select c.customer_id, coalesce(paid.value, 0) as lifetime_value from {{ ref('customers') }} c left join paid on c.customer_id = paid.customer_id";

describe('what says the same matches', () => {
  const same: Record<string, string> = {
    'as the spec has it': `with ${PAID} ${LAST}`,
    'import CTEs and a final select star': `with customers as (select * from {{ ref('customers') }}), p as (select * from {{ ref('payments') }}), paid as (select customer_id, sum(amount) as value from p where status <> 'failed' group by 1), final as (select customers.customer_id, coalesce(paid.value, 0) as lifetime_value from customers left join paid using (customer_id)) select * from final`,
    'a negated equality': `with ${PAID.replace("status <> 'failed'", "not (status = 'failed')")} ${LAST}`,
    'other case, aliases and spelling': `with x as (select P.CUSTOMER_ID, SUM(P.amount) AS value from {{ ref('payments') }} P where 'failed' != p.status group by P.customer_id) select c.customer_id, ifnull(x.value, 0) as lifetime_value from {{ ref('customers') }} c left outer join x on x.customer_id = c.customer_id`,
    'a derived table in place of a CTE': `select c.customer_id, coalesce(paid.value, 0) as lifetime_value from {{ ref('customers') }} c left join (select customer_id, sum(amount) as value from {{ ref('payments') }} where status <> 'failed' group by customer_id) paid on c.customer_id = paid.customer_id`,
    'a right join turned round': `with ${PAID} select c.customer_id, coalesce(paid.value, 0) as lifetime_value from paid right join {{ ref('customers') }} c on c.customer_id = paid.customer_id`,
    'the filter in a CTE of its own': `with ok as (select * from {{ ref('payments') }} where status <> 'failed'), paid as (select customer_id, sum(amount) as value from ok group by customer_id) ${LAST}`,
  };
  for (const [name, sql] of Object.entries(same)) {
    it(name, async () => {
      expect(troubles(await compare(sql, SPEC))).toEqual({});
    });
  }
});

describe('what says another thing differs, in its own clause only', () => {
  const other: Record<string, [string, Record<string, string>]> = {
    'an inner join': [`with ${PAID} ${LAST.replace('left join', 'inner join')}`, { 'joins/paid': 'differs JOIN001' }],
    'another join key': [`with ${PAID} ${LAST.replace('= paid.customer_id', '= paid.value')}`, { 'joins/paid/keys': 'differs JOIN002', 'joins/paid/cardinality': 'unknown JOIN005' }],
    'another constant in the filter': [`with ${PAID.replace("'failed'", "'refunded'")} ${LAST}`, { 'steps/paid/filters/F-paid': 'differs FILTER001' }],
    'no filter': [`with ${PAID.replace("where status <> 'failed'", '')} ${LAST}`, { 'steps/paid/filters/F-paid': 'differs FILTER001' }],
    'a filter nobody asked for': [`with ${PAID.replace("'failed'", "'failed' and amount > 10")} ${LAST}`, { FILTER002: 'unspecced' }],
    'another grouping': [`with ${PAID.replace('group by customer_id', 'group by customer_id, method')} ${LAST}`, { 'steps/paid/aggregate': 'differs AGG001', 'joins/paid/cardinality': 'unknown JOIN005' }],
    'another aggregate': [`with ${PAID.replace('sum(', 'avg(')} ${LAST}`, { 'steps/paid/columns/value/expression': 'differs COL004' }],
    'no fallback': [`with ${PAID} ${LAST.replace('coalesce(paid.value, 0)', 'paid.value')}`, { 'columns/lifetime_value/expression': 'differs COL004' }],
    'a missing column': [`with ${PAID} ${LAST.replace(', coalesce(paid.value, 0) as lifetime_value', '')}`, { 'columns/lifetime_value': 'differs COL001' }],
    'a column nobody asked for': [`with ${PAID} ${LAST.replace(' as lifetime_value', ' as lifetime_value, c.name')}`, { COL002: 'unspecced' }],
    'a third input': [`with ${PAID} ${LAST} left join {{ ref('orders') }} o on o.customer_id = c.customer_id`, { INPUT002: 'unspecced', JOIN004: 'unspecced' }],
    'another materialization': [`{{ config(materialized='table') }} with ${PAID} ${LAST}`, { 'materialization/type': 'differs CFG001' }],
  };
  for (const [name, [sql, expected]] of Object.entries(other)) {
    it(name, async () => {
      expect(troubles(await compare(sql, SPEC))).toEqual(expected);
    });
  }
  it('a removed test', async () => {
    const report = await compare(`with ${PAID} ${LAST}`, SPEC, { 'models/props.yml': 'models: [{ name: m }, { name: customers, columns: [{ name: customer_id, tests: [unique] }] }]' });
    expect(troubles(report)).toMatchObject({ 'tests/T-1': 'differs TEST001' });
  });
});

describe('what cannot be known is unknown, with its reason', () => {
  it('a filter that Jinja writes', async () => {
    const report = await compare(`with ${PAID.replace("status <> 'failed'", '{{ paid_filter() }}')} ${LAST}`, SPEC);
    expect(report.clauses.find((c) => c.id === 'steps/paid/filters/F-paid')).toMatchObject({ verdict: 'unknown', reason: 'not-provable' });
    expect(report.summary.differs).toBe(0);
  });
  it('a model that is one macro', async () => {
    const report = await compare('{{ build_it() }}', SPEC);
    expect(report.summary.differs).toBe(0);
    expect(report.clauses.find((c) => c.id === 'joins/paid')).toMatchObject({ verdict: 'unknown' });
  });
  it('SQL that no dialect parses, and a missing model', async () => {
    expect((await compare('select from from ((', SPEC)).clauses.find((c) => c.id === 'joins/paid')).toMatchObject({ verdict: 'unknown', reason: 'unparsed' });
    const report = await compare('select 1', SPEC.replace(/^/, ''), { 'models/m.sql': '' });
    expect(report.summary.differs).toBe(0);
  });
  it('an expression that is neither provably equal nor different', async () => {
    const report = await compare(`with ${PAID.replace('sum(amount)', 'sum(amount * 1.0)')} ${LAST}`, SPEC);
    expect(report.clauses.find((c) => c.id === 'steps/paid/columns/value/expression')?.verdict).toBe('unknown');
  });
});

describe('open and closed sections', () => {
  it('an absent section is open: nothing in it is unspecced, and the report says so', async () => {
    const report = await compare(`with ${PAID} ${LAST} where c.active`, `inputs: [{ ref: customers }, { ref: payments }]\n`);
    expect(report.findings.filter((f) => f.unspecced)).toEqual([]);
    expect(report.summary.notSpecified).toEqual(expect.arrayContaining(['joins', 'filters', 'columns']));
  });
  it('a section that says "not distinct" is closed', async () => {
    const report = await compare(`with ${PAID} ${LAST.replace('select c', 'select distinct c')}`, `${SPEC}distinct: false\n`);
    expect(troubles(report)).toEqual({ distinct: 'differs AGG002' });
  });
  it('a waiver accepts a difference until its day', async () => {
    const waived = `${SPEC}waivers: [{ clause: joins/paid, reason: "pilot", by: "Ines", until: 2030-01-01 }]\n`;
    const report = await compare(`with ${PAID} ${LAST.replace('left join', 'inner join')}`, waived);
    expect(report.summary).toMatchObject({ differs: 0, waived: 1 });
  });
  it('deduplication says the same as QUALIFY and as a numbered CTE', async () => {
    const spec = `inputs: [{ ref: orders }]\nfrom: orders\njoins: []\nfilters: []\ndeduplicate: { by: [order_id], order_by: ["updated_at desc"] }\ncolumns: [{ name: order_id }]\n`;
    const qualify = "select order_id from {{ ref('orders') }} qualify row_number() over (partition by order_id order by updated_at desc) = 1";
    const numbered = "with r as (select *, row_number() over (partition by order_id order by updated_at desc) as rn from {{ ref('orders') }}) select order_id from r where rn = 1";
    expect(troubles(await compare(qualify, spec))).toEqual({});
    expect(troubles(await compare(numbered, spec))).toEqual({});
    expect(troubles(await compare(qualify.replace('desc', 'asc'), spec))).toEqual({ deduplicate: 'differs AGG003' });
  });
});
