import { describe, expect, it } from 'vitest';
import { compare, deviations, unspecced } from './support';

const SPEC = `inputs:
  - { ref: customers }
  - { ref: payments }
steps:
  - name: paid
    from: payments
    filters:
      - { id: F-paid, expression: "status <> 'failed'" }
      - { id: F-big, expression: "amount > 10" }
    aggregate: { by: [customer_id] }
    columns:
      - { name: customer_id }
      - { name: value, expression: "sum(amount)" }
from: customers
joins:
  - { to: paid, type: left, keys: [customer_id] }
filters:
  - { id: F-active, expression: "customers.is_active" }
columns:
  - { name: customer_id, expression: "customers.customer_id" }
  - { name: value, expression: "coalesce(paid.value, 0)" }
`;

const PAID = "select customer_id, sum(amount) as value from {{ ref('payments') }} where status <> 'failed' and amount > 10 group by customer_id";
const LAST = 'select customers.customer_id, coalesce(paid.value, 0) as value from customers left join paid on customers.customer_id = paid.customer_id where customers.is_active';
const IMPORT = "customers as (select * from {{ ref('customers') }})";

const SAME: Record<string, string> = {
  'import CTEs and a final CTE': `with ${IMPORT}, payments as (select * from {{ ref('payments') }}), paid as (${PAID.replace("{{ ref('payments') }}", 'payments')}), final as (${LAST}) select * from final`,
  'relations read directly': `with paid as (${PAID}) ${LAST.replace('from customers', "from {{ ref('customers') }} as customers")}`,
  'a subquery instead of a CTE': `${LAST.replace('from customers', "from {{ ref('customers') }} as customers").replace('left join paid', `left join (${PAID}) as paid`)}`,
  'USING instead of ON': `with ${IMPORT}, paid as (${PAID}) ${LAST.replace('on customers.customer_id = paid.customer_id', 'using (customer_id)')}`,
  'RIGHT instead of LEFT': `with ${IMPORT}, paid as (${PAID}) ${LAST.replace('from customers left join paid', 'from paid right join customers')}`,
  'another name for the CTE and its column': `with ${IMPORT}, p as (${PAID.replace('as value', 'as total')}) ${LAST.replace('paid.value', 'p.total').replace('left join paid', 'left join p').replace('paid.customer_id', 'p.customer_id')}`,
  'predicates in another order and form': `with ${IMPORT}, paid as (${PAID.replace("status <> 'failed' and amount > 10", "10 < amount and not (status = 'failed')")}) ${LAST}`,
  'a filter in the import CTE': `with customers as (select * from {{ ref('customers') }} where is_active), paid as (${PAID}) ${LAST.replace(' where customers.is_active', '')}`,
  'the filter of the payments in a CTE of its own': `with ${IMPORT}, good as (select * from {{ ref('payments') }} where status != 'failed'), paid as (select customer_id, sum(amount) as value from good where amount > 10 group by 1) ${LAST}`,
  'group by position and aliases of tables': `with c as (select * from {{ ref('customers') }}), paid as (${PAID.replace('group by customer_id', 'group by 1')}) select c.customer_id, ifnull(p.value, 0) as value from c left join paid p on p.customer_id = c.customer_id where c.is_active = true`,
  'a having clause on the group key': `with ${IMPORT}, paid as (${PAID}) ${LAST}`,
  'names in capitals': `with ${IMPORT}, paid as (${PAID.replace('customer_id', 'CUSTOMER_ID')}) ${LAST.replace('paid.value', 'PAID.VALUE')}`,
  'a last stage that projects what a stage before joined': `with ${IMPORT}, paid as (${PAID}), joined as (select customers.customer_id, customers.is_active, paid.value as paid_value from customers left join paid on customers.customer_id = paid.customer_id) select customer_id, coalesce(paid_value, 0) as value from joined where is_active`,
};

describe('models that say the same in other words', () => {
  for (const [name, sql] of Object.entries(SAME)) {
    it(`match with ${name}`, async () => {
      const report = await compare({ spec: SPEC, sql });
      expect(deviations(report), JSON.stringify(report.clauses.filter((c) => c.verdict !== 'matches').map((c) => c.message))).toEqual([]);
      expect(unspecced(report)).toEqual([]);
    });
  }
});

const BASE = `with ${IMPORT}, paid as (${PAID}) ${LAST}`;

const OTHER: [string, string, string[], string[]][] = [
  ['an inner join', BASE.replace('left join', 'join'), ['joins/paid differs'], []],
  ['the join the other way round', BASE.replace('from customers left join paid', 'from paid left join customers'), ['joins/paid differs'], []],
  ['another value', BASE.replace("'failed'", "'refunded'"), ['steps/paid/filters/F-paid differs'], []],
  ['another operator', BASE.replace('amount > 10', 'amount >= 10'), ['steps/paid/filters/F-big differs'], []],
  ['a filter missing', BASE.replace(' and amount > 10', ''), ['steps/paid/filters/F-big differs'], []],
  ['a filter more', BASE.replace('amount > 10', "amount > 10 and paid_at >= '2024-01-01'"), [], ['FILTER002']],
  ['a filter more in the last stage', `${BASE} and customers.country = 'DE'`, [], ['FILTER002']],
  ['another aggregate', BASE.replace('sum(amount)', 'avg(amount)'), ['steps/paid/columns/value/expression differs'], []],
  ['a finer grouping', BASE.replace('select customer_id, sum(amount) as value', 'select customer_id, currency, sum(amount) as value').replace('group by customer_id', 'group by customer_id, currency'), ['steps/paid/aggregate differs'], ['COL002']],
  ['another key', BASE.replace('= paid.customer_id', '= paid.value'), ['joins/paid/keys differs'], []],
  ['a key more', BASE.replace('= paid.customer_id', '= paid.customer_id and customers.currency = paid.value'), ['joins/paid/keys differs'], []],
  ['a condition more', BASE.replace('= paid.customer_id', '= paid.customer_id and paid.value > 5'), [], ['JOIN003']],
  ['a join more', BASE.replace(' where customers.is_active', " left join {{ ref('regions') }} as regions on customers.region_id = regions.region_id where customers.is_active"), [], ['INPUT002', 'JOIN004']],
  ['no coalesce', BASE.replace('coalesce(paid.value, 0)', 'paid.value'), ['columns/value/expression differs'], []],
  ['another default', BASE.replace('coalesce(paid.value, 0)', 'coalesce(paid.value, 1)'), ['columns/value/expression differs'], []],
  ['another output name', BASE.replace('0) as value', '0) as val'), ['columns/value differs'], []],
  ['a column more', BASE.replace('0) as value', '0) as value, customers.email'), [], ['COL002']],
  ['another input', BASE.replace("{{ ref('payments') }}", "{{ ref('refunds') }}"), ['inputs/payments differs'], ['INPUT002']],
  ['a join missing', BASE.replace(' left join paid on customers.customer_id = paid.customer_id', '').replace('coalesce(paid.value, 0)', '0'), ['joins/paid differs'], []],
];

describe('models that do something else', () => {
  for (const [name, sql, wanted, findings] of OTHER) {
    it(`differ by ${name}`, async () => {
      const report = await compare({ spec: SPEC, sql });
      const found = deviations(report).filter((item) => item.endsWith('differs'));
      expect({ found, unspecced: unspecced(report) }, JSON.stringify(report.clauses.filter((c) => c.verdict !== 'matches').map((c) => `${c.id} ${c.message}`))).toEqual({ found: expect.arrayContaining(wanted), unspecced: findings });
      if (wanted.length > 0 && !name.includes('input') && !name.includes('join missing') && !name.includes('round')) expect(found).toEqual(wanted);
      if (wanted.length === 0) expect(found).toEqual([]);
    });
  }
});
