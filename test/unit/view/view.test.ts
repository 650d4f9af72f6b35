import { describe, expect, it } from 'vitest';
import { printMarkdown } from '../../../cli/printers/markdown';
import { printText } from '../../../cli/printers/text';
import type { Envelope, ModelReport } from '../../../engine/conformance/types';
import { renderPage, renderSideBySide, viewOf, type ViewRow } from '../../../engine/view';
import { compare } from '../conformance/support';

const SPEC = `grain: [customer_id]
inputs:
  - { ref: stg_customers, as: customers, grain: [customer_id] }
  - { ref: orders }
steps:
  - name: paid
    from: orders
    filters:
      - { id: F-paid, expression: "status <> 'failed'" }
    aggregate: { by: [customer_id] }
    columns:
      - { name: customer_id }
      - { name: value, expression: "sum(amount)" }
from: customers
joins:
  - { to: paid, type: left, keys: [customer_id], cardinality: one_to_one }
filters: []
columns:
  - { name: customer_id, type: integer, nullable: false, from: [customers.customer_id] }
  - { name: value, type: decimal, expression: "coalesce(paid.value, 0)" }
tests:
  - { id: T-key, test: unique, column: customer_id }
  - { test: not_null, column: customer_id }
  - { id: T-tier, test: accepted_values, column: tier, arguments: { values: [gold, basic] }, severity: warn }
materialization: { type: table }
`;
const SQL = `with paid as (
  select customer_id, sum(amount) as value from {{ ref('orders') }} where status <> 'refunded' and amount > 1 group by customer_id
)
select customers.customer_id, paid.value as value
from {{ ref('stg_customers') }} as customers
inner join paid on customers.customer_id = paid.customer_id
`;
const YAML = `models:
  - name: example
    config: { materialized: table }
    columns:
      - { name: customer_id, data_tests: [unique, not_null] }
      - { name: tier, data_tests: [{ accepted_values: { arguments: { values: [gold, basic] }, config: { severity: warn } } }] }
  - name: stg_customers
    columns: [{ name: customer_id, data_tests: [unique] }]
`;
const report = (): Promise<ModelReport> => compare({ spec: SPEC, sql: SQL, files: { 'models/schema.yml': YAML } });
const rowsOf = (model: ModelReport): ViewRow[] => viewOf(model).groups.flatMap((group) => group.rows);
const left = ({ label, spec }: ViewRow): string => [label, spec?.text].filter((part) => part !== null).join(' ');
const envelope = (models: ModelReport[]): Envelope => ({ format: 1, specline: '0', command: 'diff', project: { name: 'shop', root: '.', adapter: 'duckdb', dbtVersion: null }, evidence: { manifest: null, catalog: null, notes: [] }, models, documents: [], notices: [] });

describe('a row', () => {
  it('says by itself what it is about', async () => {
    const words = Object.fromEntries(rowsOf(await report()).filter((row) => row.spec).map((row) => [row.id, left(row)]));
    expect(words).toMatchObject({
      grain: 'one row per customer_id',
      'inputs/customers': 'customers: stg_customers',
      'inputs/customers/grain': 'customers, one row per customer_id',
      'inputs/orders': 'orders',
      'steps/paid/from': 'from orders',
      'steps/paid/filters/F-paid': "F-paid: status <> 'failed'",
      'steps/paid/aggregate': 'group by customer_id',
      'steps/paid/columns/value/expression': 'value = sum(amount)',
      'joins/paid': 'left join paid',
      'joins/paid/keys': 'join paid on customer_id',
      'joins/paid/cardinality': 'join paid is one to one',
      'columns/customer_id': 'customer_id',
      'columns/customer_id/type': 'customer_id, type: integer',
      'columns/customer_id/nullable': 'customer_id: not null',
      'columns/customer_id/from': 'customer_id from customers.customer_id',
      'columns/value/expression': 'value = coalesce(paid.value, 0)',
      'tests/T-key': 'T-key: unique on customer_id',
      'tests/not_null-customer_id-2': 'not_null on customer_id',
      'tests/T-tier/arguments': 'accepted_values on tier with values: [gold, basic]',
      'tests/T-tier/severity': 'accepted_values on tier, severity: warn',
      'materialization/type': 'type: table',
    });
  });

  it('says in words what the model does where its place does not', async () => {
    const rows = rowsOf(await report());
    const does = (id: string): string | null | undefined => rows.find((row) => row.id === id)?.does;
    expect(does('materialization/type')).toMatch(/^The model has materialization table/);
    expect(does('columns/customer_id/nullable')).toMatch(/never null, by its not_null test/);
    expect(does('steps/paid/columns/value')).toBeNull();
    expect(does('joins/paid')).toBeNull();
  });

  it('stands in the order of the spec, one subject together, unspecced logic after its stage', async () => {
    const groups = new Map(viewOf(await report()).groups.map((group) => [group.title, group.rows.map((row) => (row.spec ? row.id : `+${row.stage ?? ''}`))]));
    expect(groups.get('Columns')).toEqual(['steps/paid/columns/customer_id', 'steps/paid/columns/value', 'steps/paid/columns/value/expression', 'columns/customer_id', 'columns/customer_id/type', 'columns/customer_id/nullable', 'columns/customer_id/from', 'columns/value', 'columns/value/type', 'columns/value/expression', '+']);
    expect(groups.get('Inputs')?.slice(0, 2)).toEqual(['inputs/customers', 'inputs/customers/grain']);
    expect(groups.get('Filters')).toEqual(['steps/paid/filters/F-paid', '+paid']);
  });
});

describe('the page', () => {
  it('says what "differences only" leaves out', async () => {
    const html = renderSideBySide(await report());
    expect(html).toMatch(/<p class="hidden">Not shown: .*\d+ matches/);
    const clean = renderSideBySide(await compare({ spec: "inputs:\n  - { ref: orders }\nfrom: orders\n", sql: "select * from {{ ref('orders') }}" }));
    expect(clean).toContain('<p class="hidden">No differences. Not shown: 2 matches.</p>');
  });

  it('escapes what a hostile project says, everywhere', async () => {
    const evil = `"'><img src=x onerror=alert(1)>\`&`;
    const sql = `select '</pre><script>alert(1)</script>' as a, b from {{ ref('orders') }} where note = '"><img src=x onerror=alert(2)>'`;
    const found = await compare({ spec: `inputs:\n  - { ref: orders }\nfrom: orders\nfilters:\n  - { id: F-1, expression: "note = '<b>'" }\nmaterialization: { type: table }\n`, sql });
    const clauses = found.clauses.map((clause) => ({ ...clause, id: `${clause.id}${evil}`, stage: evil, message: evil, waived: { reason: evil, by: evil, until: evil }, verdict: 'differs' as const, spec: { ...clause.spec, file: evil, text: evil } }));
    const hostile: ModelReport = { ...found, model: evil, clauses, summary: { ...found.summary, notSpecified: [evil] }, evidence: { ...found.evidence, notes: [evil] } };
    for (const html of [renderSideBySide(hostile), renderPage(evil, envelope([hostile]), 'hash')]) {
      expect(html).not.toMatch(/<(img|script)/);
      for (const [, attributes] of html.matchAll(/<\w+((?:\s[^<>]*)?)>/g)) expect(attributes?.replace(/\s[\w-]+="[^"]*"|\s(?:checked|data-\w+)/g, '').trim()).toBe('');
    }
  });

  it('links no place that no file has', async () => {
    const found = await report();
    const [first] = found.clauses;
    if (!first) throw new Error('no clause');
    const html = renderSideBySide({ ...found, clauses: [{ ...first, verdict: 'differs', model: [{ in: 'compiled', file: 'target/compiled/x.sql', range: first.spec.range, text: 'x' }] }], findings: [] });
    expect(html).toContain('x.sql:3 (compiled)');
    expect(html).not.toContain('data-side="compiled"');
  });
});

describe('the other outputs', () => {
  it('read alone too', async () => {
    const found = await report();
    const text = printText(envelope([found]), { width: 110, color: false });
    expect(text).toContain('✓ paid › value = sum(amount)');
    expect(text).toContain("✗ paid › F-paid: status <> 'failed'");
    const markdown = printMarkdown(envelope([found]));
    expect(markdown).toContain('| Columns | paid › value = `sum(amount)` | matches |');
    expect(markdown).toContain('| Materialization | type: `table` | matches | The model has materialization table');
  });

  it('say why something cannot be told', async () => {
    const found = await report();
    const [first] = found.clauses;
    if (!first) throw new Error('no clause');
    const doubtful: ModelReport = { ...found, clauses: [{ ...first, verdict: 'unknown', reason: 'opaque-jinja', message: 'It stays open.' }] };
    const why = 'Jinja hides it in the raw SQL';
    for (const output of [printText(envelope([doubtful]), { width: 200, color: false }), printMarkdown(envelope([doubtful])), renderSideBySide(doubtful)]) expect(output).toContain(why);
  });
});
