import { describe, expect, it } from 'vitest';
import { generateTechnical, newBusinessSpec } from '../../../engine/generate';
import { checkSpec, meaningOf, parseSpec, type SpecDocument } from '../../../engine/spec';
import { lookupModel } from '../../../engine/project';
import { projectOf } from './support';

const BUSINESS = `spec: business/v1
model: customer_value
owner: finance-analytics
question: How much has each customer paid us since their first order?
grain:
  one_row_per: [customer]
population:
  include:
    - { id: POP-all, statement: "every customer, also those without an order" }
  exclude:
    - { id: POP-failed, statement: "payments that failed" }
measures:
  - { id: M-value, name: "lifetime value", means: "the paid amount of all payments", unit: "EUR", can_sum_over: [customer] }
edge_cases:
  - { id: EC-no-order, when: "a customer has no order", then: "the customer is kept with a value of 0" }
correct_when:
  - { id: CW-ledger, statement: "the total equals the paid amount in the ledger", tolerance: "1 EUR", reference: "the monthly ledger" }
`;

const FILES = {
  'models/staging/stg_customers.sql': "select customer_id, first_name from {{ source('shop', 'customers') }}",
  'models/staging/stg_payments.sql': "select payment_id, customer_id, amount, status from {{ source('shop', 'payments') }}",
  'models/staging/stg_products.sql': "select product_id, price from {{ source('shop', 'products') }}",
  'models/schema.yml': `sources:
  - name: shop
    tables: [{ name: customers }, { name: payments }, { name: products }]
models:
  - name: stg_customers
    description: One row per customer.
    columns:
      - { name: customer_id, data_tests: [unique, not_null] }
      - { name: first_name }
  - name: stg_payments
    description: Payments of orders, one row per attempt.
    columns:
      - { name: payment_id, data_tests: [unique] }
      - name: customer_id
        data_tests:
          - relationships: { arguments: { to: ref('stg_customers'), field: customer_id } }
      - { name: amount, description: "what was paid, in EUR" }
      - name: status
        data_tests:
          - accepted_values: { arguments: { values: [paid, failed] } }
  - name: stg_products
    description: Things we sell.
    columns:
      - { name: product_id, data_tests: [unique] }
      - { name: price }
`,
};

async function generate(business: string, files: Readonly<Record<string, string>> = FILES, existing?: string): Promise<{ text: string; questions: string[]; document: SpecDocument; problems: string[] }> {
  const context = await projectOf(files);
  const document = parseSpec('specs/marts/customer_value.business.spec.yml', business);
  const path = 'specs/marts/customer_value.technical.spec.yml';
  const proposal = generateTechnical(context, { business: document, ...(existing === undefined ? {} : { existing: parseSpec(path, existing) }) });
  const technical = parseSpec(path, proposal.text);
  const problems = [...technical.problems, ...checkSpec(technical, { project: context.project, config: context.config, specs: [document, technical] })];
  return { text: proposal.text, questions: proposal.openQuestions, document: technical, problems: problems.filter((p) => p.severity === 'error').map((p) => p.message) };
}

describe('generate', () => {
  it('proposes what the project proves, and links all of it to the business spec', async () => {
    const { text, problems } = await generate(BUSINESS);
    expect(problems.filter((message) => !message.includes('open question')), text).toEqual([]);
    expect(text).toMatch(/implements:\n {2}- business: customer_value.business.spec.yml\n {4}meaning: "m1:sha256:/);
    expect(text).toContain('grain: [customer_id]');
    expect(text).toMatch(/\{ ref: stg_customers, as: customers, role: .*, grain: \[customer_id\] \}/);
    expect(text).toMatch(/ref: stg_payments/);
    expect(text).not.toContain('stg_products');
    expect(text).not.toContain('source: shop');
    expect(text).toContain('name: payments_by_customer');
    expect(text).toContain(`- { id: F-failed, expression: "status <> 'failed'", implements: [POP-failed] }`);
    expect(text).toContain('aggregate: { by: [customer_id] }');
    expect(text).toContain('expression: "sum(amount)"');
    expect(text).toContain('cardinality: one_to_one');
    expect(text).toContain('unmatched: keep');
    expect(text).toContain('implements: [POP-all, EC-no-order]');
    expect(text).toContain('coalesce(payments_by_customer.lifetime_value, 0)');
    expect(text).toContain('implements: [M-value, EC-no-order]');
    expect(text).toContain('covers: [EC-no-order]');
    expect(text).toContain('covers: [CW-ledger]');
  });

  it('asks where it is not certain: a filter, a formula, how it is built', async () => {
    const { questions } = await generate(BUSINESS);
    expect(questions.join('\n')).toMatch(/Does status <> 'failed' say "payments that failed" \(POP-failed\)\?/);
    expect(questions.join('\n')).toMatch(/Is lifetime_value .* the sum of payments\.amount\?/);
    expect(questions.join('\n')).toMatch(/How is it built/);
  });

  it('gives the same answer for the same files', async () => {
    const [a, b] = [await generate(BUSINESS), await generate(BUSINESS)];
    expect(a.text).toBe(b.text);
  });

  it('states no grain, cardinality or join without proof', async () => {
    const bare = { ...FILES, 'models/schema.yml': 'models:\n  - { name: stg_customers, description: One row per customer. }\n  - { name: stg_payments, description: Payments. }\n' };
    const { text, questions } = await generate(BUSINESS, bare);
    expect(text).not.toMatch(/^grain:/m);
    expect(text).not.toContain('cardinality');
    expect(text).not.toContain('keys:');
    expect(text).toContain('blocking: true');
    expect(questions.join('\n')).toMatch(/Which columns name one row, that is one customer\?/);
  });

  it('proposes nothing where nothing matches, and says so', async () => {
    const { text, questions } = await generate(BUSINESS.replace(/customer/g, 'zebra').replace(/pa(id|yments?)/g, 'stripes').replace('amount', 'width'), { 'models/stg_products.sql': 'select 1 as product_id' });
    expect(text).toContain('inputs: []');
    expect(questions.join('\n')).toMatch(/None matched/);
  });

  it('goes beside the business spec until there is a model, then where the layout has it', async () => {
    const business = parseSpec('specs/ideas/customer_value.business.spec.yml', BUSINESS);
    expect(generateTechnical(await projectOf(FILES), { business }).path).toBe('specs/ideas/customer_value.technical.spec.yml');
    const built = await projectOf({ ...FILES, 'models/marts/customer_value.sql': 'select 1 as customer_id' });
    const found = lookupModel(built.project, 'customer_value');
    expect(found.kind === 'one' && generateTechnical(built, { business, node: found.node }).path).toBe('specs/marts/customer_value.technical.spec.yml');
  });

  it('covers every edge case and correctness line', async () => {
    const more = BUSINESS.replace('correct_when:', '  - { id: EC-late, when: "a payment comes late", then: "it counts on the day it was made" }\ncorrect_when:\n  - { id: CW-count, statement: "each customer once" }');
    const { document } = await generate(more);
    const covers = document.facts?.kind === 'technical' ? document.facts.tests?.items.flatMap((test) => test.covers.map((id) => id.value)) : [];
    expect(covers).toEqual(['CW-count', 'EC-no-order', 'EC-late', 'CW-ledger']);
  });

  it('merges into an existing spec and does not ask what it has settled', async () => {
    const existing = 'spec: technical/v1\nmodel: customer_value\ngrain: [customer_id] # ours\ninputs:\n  - { ref: stg_customers, as: customers }\nfrom: customers\nfilters:\n  - { id: F-ok, expression: "customers.customer_id > 0", implements: [POP-failed] }\nmaterialization: { type: table }\n';
    const { text, questions } = await generate(BUSINESS, FILES, existing);
    for (const line of existing.trimEnd().split('\n')) expect(text.split('\n')).toContain(line);
    expect(questions.join('\n')).not.toMatch(/POP-failed|How is it built|name one row/);
  });

  it('does not read itself or what is built on it', async () => {
    const files = { ...FILES, 'models/marts/customer_value.sql': "select * from {{ ref('stg_customers') }}", 'models/marts/customer_value_report.sql': "select * from {{ ref('customer_value') }}" };
    const { text } = await generate(BUSINESS, files);
    expect(text).not.toContain('ref: customer_value');
  });

  it('never throws for a broken business spec', async () => {
    for (const broken of ['', 'spec: business/v1\n', 'grain: 3\nmeasures: x\npopulation: [1]\nedge_cases: { none_because: "x" }\n', 'measures:\n  - { name: 3 }\n  - null\n']) {
      await expect(generate(broken)).resolves.toBeDefined();
    }
  });

  it('records the meaning the business spec has', async () => {
    const { text } = await generate(BUSINESS);
    expect(text).toContain(meaningOf(parseSpec('specs/marts/customer_value.business.spec.yml', BUSINESS)));
  });
});

describe('new', () => {
  it('is a business spec with each question above its section and nothing made up', () => {
    const text = newBusinessSpec({ model: 'customer_value', question: 'How much has each customer paid: ever?', owner: 'finance' });
    const document = parseSpec('specs/customer_value.business.spec.yml', text);
    expect(document.facts?.kind === 'business' && document.facts.question?.value).toBe('How much has each customer paid: ever?');
    expect(document.yaml.errors).toEqual([]);
    expect(document.problems.length).toBeGreaterThan(0);
    expect(text).toMatch(/# What could go wrong, and what then\?/);
  });
});
