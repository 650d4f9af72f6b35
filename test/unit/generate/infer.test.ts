import { describe, expect, it } from 'vitest';
import { inferred } from './support';

const PAID = "select customer_id, sum(amount) as value from {{ ref('payments') }} where status <> 'failed' group by customer_id";

const MODELS: Record<string, string> = {
  'a plain projection': "select id as customer_id, name from {{ ref('customers') }}",
  'import and final CTEs': `with c as (select * from {{ ref('customers') }}), paid as (${PAID}), final as (select c.customer_id, coalesce(paid.value, 0) as value from c left join paid on c.customer_id = paid.customer_id) select * from final`,
  'a self join': "select a.id, b.id as parent_id from {{ ref('nodes') }} a left join {{ ref('nodes') }} b on a.parent_id = b.id",
  'a CTE named like its input': "with customers as (select * from {{ ref('customers') }} where is_active) select * from customers",
  'using': "select * from {{ ref('a') }} as a inner join {{ ref('b') }} as b using (id)",
  'a condition beside the key': "select a.id, b.price from {{ ref('a') }} a left join {{ ref('b') }} b on a.id = b.id and a.day between b.valid_from and b.valid_to and coalesce(b.kind, 'x') <> 'y'",
  'a union of two reads': "select id, 'a' as origin from {{ ref('a') }} union all select id, 'b' as origin from {{ ref('b') }}",
  'distinct': "select distinct id, status from {{ ref('a') }}",
  'distinct on': "select distinct on (id) id, status from {{ ref('a') }} order by id, updated_at desc",
  'qualify': "select * from {{ ref('a') }} qualify row_number() over (partition by id order by updated_at desc) = 1",
  'a row number in a stage of its own': "with numbered as (select *, row_number() over (partition by id order by updated_at desc) as rn from {{ ref('a') }}) select id, status from numbered where rn = 1",
  'having': "select id, count(*) as n from {{ ref('a') }} group by 1 having count(*) > 2",
  'a limit': "select id from {{ ref('a') }} order by id desc limit 10",
  'in a subquery': "select id from {{ ref('a') }} where id in (select a_id from {{ ref('b') }} where kind = 'x')",
  'not in a subquery': "select id from {{ ref('a') }} where id not in (select a_id from {{ ref('b') }})",
  'an exists': "select o.id from {{ ref('orders') }} as o where exists (select 1 from {{ ref('payments') }} as p where p.order_id = o.id and p.status = 'paid')",
  'a not exists with a range': "select o.id from {{ ref('orders') }} as o where not exists (select 1 from {{ ref('refunds') }} as r where r.order_id = o.id and r.day > o.day) and o.kind = 'x'",
  'two exists': "select o.id from {{ ref('orders') }} as o where exists (select 1 from {{ ref('payments') }} as p where p.order_id = o.id) and not exists (select 1 from {{ ref('payments') }} as p where p.refund_of = o.id)",
  'a row number that comes out': "with numbered as (select *, row_number() over (partition by id order by updated_at desc) as rn from {{ ref('a') }}) select * from numbered where rn = 1",
  'a scalar subquery': "select id, amount / (select max(amount) from {{ ref('a') }}) as share from {{ ref('a') }} as a",
  'a window': "select id, sum(amount) over (partition by customer_id order by day rows between unbounded preceding and current row) as running from {{ ref('a') }}",
  'named windows': "select id, first_value(page) over (seen) as landing, max(n) over (by_user order by id) as most from {{ ref('a') }} window by_user as (partition by user_id), seen as (by_user order by seen_at rows between unbounded preceding and unbounded following)",
  'case with comments': "select case -- the first\n when status in ('a', 'b') then 1 /* else */ else 0 end as flag from {{ ref('a') }}",
  'a variable': "select id from {{ ref('a') }} where day >= '{{ var(\"start\") }}' and kind = {{ var('kind') }}",
  'a quoted column': 'select "Order Id" as order_id, "Total Amount" from {{ ref(\'a\') }}',
  'an expression in a nested call': "select lower(trim(coalesce(a.name, b.name))) as name from {{ ref('a') }} as a left join {{ ref('b') }} as b on lower(a.key) = lower(b.key)",
  'incremental': "{{ config(materialized='incremental', unique_key='id') }} select id, updated_at from {{ ref('a') }} {% if is_incremental() %} where updated_at > (select max(updated_at) from {{ this }}) {% endif %}",
  'a derived table': "select o.id, o.n from (select id, count(*) as n from {{ ref('a') }} group by id) as o where o.n > 1",
  'star with except': "select * exclude (secret) from {{ ref('a') }}",
};

describe('an inferred spec describes its model', () => {
  for (const [name, sql] of Object.entries(MODELS)) {
    it(`with ${name}`, async () => {
      const { report, text } = await inferred(sql);
      const said = report.clauses.filter((clause) => clause.verdict !== 'matches').map((clause) => `${clause.id} ${clause.verdict}: ${clause.message}`);
      expect(said, text).toEqual([]);
      expect(report.findings.filter((finding) => finding.unspecced).map((finding) => finding.message), text).toEqual([]);
    });
  }
});

describe('infer', () => {
  it('keeps the names of CTEs and gives inputs the names of import CTEs', async () => {
    const { text } = await inferred(MODELS['import and final CTEs'] ?? '');
    expect(text).toContain('{ ref: customers, as: c }');
    expect(text).toContain('- name: paid');
    expect(text).not.toContain('name: final');
    expect(text).toContain('{ to: paid, type: left, keys: [customer_id], cardinality: many_to_one }');
  });

  it('tells a row number that keeps the first row as a deduplication, and exists as a semi join', async () => {
    const first = await inferred(MODELS['a row number in a stage of its own'] ?? '');
    expect(first.text).toContain('deduplicate: { by: [id], order_by: ["updated_at desc"] }');
    expect(first.text).not.toContain('row_number');
    const semi = await inferred(MODELS['an exists'] ?? '');
    expect(semi.text).toContain('type: semi, keys: [{ left: orders.id, right: p_1.order_id }]');
    const out = await inferred(MODELS['a row number that comes out'] ?? '');
    expect(out.text).toContain('name: rn');
  });

  it('writes out what windows are named', async () => {
    const { text } = await inferred(MODELS['named windows'] ?? '');
    expect(text).not.toContain('opaque');
    expect(text.replace(/\s+/g, ' ')).toContain('first_value(page) over (partition by user_id order by seen_at rows between unbounded preceding and unbounded following)');
  });

  it('states a cardinality and a grain only with proof', async () => {
    const sql = "select a.id, b.name from {{ ref('a') }} a left join {{ ref('b') }} b on a.b_id = b.id";
    const bare = await inferred(sql);
    expect(bare.text).not.toContain('cardinality');
    expect(bare.text).not.toMatch(/^grain:/m);
    expect(bare.text).toContain('What is one row of example?');
    const yaml = 'models:\n  - name: b\n    columns:\n      - { name: id, data_tests: [unique] }\n  - name: example\n    columns:\n      - { name: id, data_tests: [unique, not_null] }\n';
    const proven = await inferred(sql, { 'models/schema.yml': yaml });
    expect(proven.text).toContain('cardinality: many_to_one');
    expect(proven.text).toContain('grain: [id]');
    expect(proven.text).toContain('test: not_null, column: id');
  });

  it('puts what it cannot say under opaque, in whole Jinja blocks', async () => {
    const { document, text, report } = await inferred("{{ joined_events(ref('events')) }}");
    expect(text).toContain("{{ joined_events(ref('events')) }}");
    expect(document.facts?.kind === 'technical' && document.facts.inputs?.items.map((input) => input.name)).toEqual(['events']);
    expect(report.summary.differs + report.summary.unspecced).toBe(0);
  });

  it('keeps a row number that is read twice', async () => {
    const { text, report } = await inferred("with numbered as (select *, row_number() over (partition by id order by updated_at desc) as rn from {{ ref('a') }}) select n.id, p.status as former from numbered as n left join numbered as p on n.id = p.id and p.rn = 2 where n.rn = 1");
    expect(text).toContain('name: rn');
    expect(report.summary.differs + report.summary.unspecced).toBe(0);
  });

  it('leaves business questions open', async () => {
    const { text } = await inferred("select id from {{ ref('a') }}");
    expect(text).toContain('Which business question does example answer');
    expect(text).not.toContain('implements');
  });

  it('never throws for SQL that does not parse', async () => {
    for (const sql of ['', 'select from where', '{% if x %}', "select * from {{ ref('a') }} where (", 'selec 1']) {
      await expect(inferred(sql)).resolves.toBeDefined();
    }
  });
});
