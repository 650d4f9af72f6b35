import { describe, expect, it } from 'vitest';
import { openProject } from '../../../engine/project';
import { checkSpec, DEFAULT_CONFIG, parseSpec, type SpecDocument, type SpecProblem } from '../../../engine/spec';
import { HINTS } from '../../../engine/spec/prompts/dismiss';
import { readingOf, readingText } from '../../../engine/spec/prompts/reading';
import { applyChanges } from '../../../engine/text';
import { memoryWorkspace } from '../../support/memoryWorkspace';

const HEAD = 'spec: business/v1\nmodel: example\nowner: finance\n';
const BODY = 'question: How much did each customer pay?\ngrain: { one_row_per: [customer] }\n';
const REST = 'edge_cases:\n  - { id: EC-1, when: "a customer has no order", then: "the value is 0" }\ncorrect_when:\n  - { id: CW-1, statement: "the total equals the ledger", tolerance: "1 EUR" }\n';

const FILES = {
  'dbt_project.yml': 'name: shop\nmodel-paths: [models]\n',
  'models/example.sql': "{{ config(materialized='incremental') }} select o.order_id from {{ ref('orders') }} as o left join {{ ref('customers') }} as c on c.customer_id = o.customer_id",
  'models/orders.sql': 'select 1 as order_id',
  'models/customers.sql': 'select 1 as customer_id',
  'models/models.yml': `models:
  - name: orders
    columns:
      - { name: order_id, data_tests: [unique, not_null] }
      - { name: customer_id }
      - { name: is_deleted }
      - { name: ordered_at, data_type: timestamp }
      - { name: amount, data_type: numeric }
      - { name: order_status, data_tests: [{ accepted_values: { arguments: { values: [placed, shipped, returned] } } }] }
  - name: customers
    columns:
      - { name: customer_id, data_tests: [unique, not_null] }
`,
};
const TECHNICAL = 'spec: technical/v1\nmodel: example\ninputs:\n  - { ref: orders, as: o }\n  - { ref: customers, as: c }\nfrom: o\njoins:\n  - { to: c, type: left, keys: [customer_id] }\n';

async function hintsOf(text: string, technical: string | undefined = undefined, files: Readonly<Record<string, string>> = FILES): Promise<{ spec: SpecDocument; hints: SpecProblem[] }> {
  const spec = parseSpec('specs/example.business.spec.yml', text);
  const others = technical === undefined ? [] : [parseSpec('specs/example.technical.spec.yml', technical)];
  const problems = checkSpec(spec, { project: await openProject(memoryWorkspace(files)), config: DEFAULT_CONFIG, specs: [spec, ...others] });
  return { spec, hints: problems.filter(({ code }) => (HINTS as readonly string[]).includes(code)) };
}

/** The hints of a spec as `code about`, and the words they stand at. */
async function told(text: string): Promise<string[]> {
  const { spec, hints } = await hintsOf(text);
  return hints.map(({ code, span }) => `${code} ${spec.text.slice(span.start, span.end)}`);
}

describe('hints at vagueness', () => {
  it.each([
    ['a weasel word, where it stands', `${HEAD}${BODY}edge_cases:\n  - { id: EC-1, when: "an order is cancelled", then: "it is handled  appropriately" }\n`, ['SPEC050 appropriately']],
    ['over lines of a folded text', `${HEAD}${BODY}decision: >-\n  how many people\n  are needed, in most\n  cases\n`, ['SPEC050 in most\n  cases']],
    ['a term of business that is not defined, once', `${HEAD}question: How many active customers churned?\ndecision: "whom of the active customers to call"\ngrain: { one_row_per: [month] }\n`, ['SPEC051 active customers', 'SPEC051 churned']],
    ['not a term that is', `${HEAD}question: How many customers churned?\ngrain: { one_row_per: [month] }\nterms:\n  - { id: T-1, term: "churn", means: "no order for 90 days" }\n`, []],
    ['correctness that nothing measures', `${HEAD}${BODY}correct_when:\n  - { id: CW-1, statement: "finance is happy with it" }\n  - { id: CW-2, statement: "no customer is missing" }\n  - { id: CW-3, statement: "finance agrees", reference: "the ledger" }\n`, ['SPEC052 "finance is happy with it"']],
    ['a unit that is none, and one that is missing', `${HEAD}${BODY}measures:\n  - { id: M-1, name: "paid", means: "sum of amounts", unit: "money" }\n  - { id: M-2, name: "revenue", means: "what was sold" }\n  - { id: M-3, name: "orders", means: "number of paid orders" }\n`, ['SPEC053 "money"', 'SPEC053 "what was sold"']],
    ['a grain of keys and rows', `${HEAD}question: How much did each customer pay?\ngrain: { one_row_per: [customer_id, record, month] }\n`, ['SPEC054 customer_id', 'SPEC054 record']],
    ['a question that is an order', `${HEAD}question: Create a report of payments\ngrain: { one_row_per: [customer] }\n`, ['SPEC055 Create a report of payments']],
    ['nothing where all is said', `${HEAD}${BODY}${REST}`, []],
  ])('%s', async (_, text, expected) => {
    expect((await told(text)).filter((line) => !line.startsWith('SPEC056'))).toEqual(expected);
  });
});

describe('questions that the data raises', () => {
  const asked = async (text: string, technical?: string): Promise<string[]> => (await hintsOf(text, technical)).hints.flatMap(({ code, about }) => (code === 'SPEC056' ? [about ?? ''] : []));

  it('are asked of the inputs of the technical spec, a handful at most, and the others are counted', async () => {
    const { hints } = await hintsOf(`${HEAD}${BODY}edge_cases:\n  - { id: EC-1, when: "it rains", then: "umbrellas are sold" }\n`, TECHNICAL);
    expect(hints.map(({ about }) => about)).toEqual(['orders.is_deleted', 'orders.order_status', 'orders.customer_id', 'orders.amount', 'orders.ordered_at']);
    expect(hints[4]?.message).toMatch(/has no time zone[\s\S]*\(1 more hint after these\.\)$/);
  });

  it('are not asked where the spec speaks of it', async () => {
    const said = `${HEAD}${BODY}population:\n  exclude:\n    - { id: POP-1, statement: "orders that were deleted or returned" }\nassumptions:\n  - { id: A-1, statement: "all prices are in EUR, days are those of UTC, and nothing arrives late" }\n${REST}`;
    expect(await asked(said, TECHNICAL)).toEqual([]);
  });

  it('are few without a technical spec and a manifest', async () => {
    expect(await asked(`${HEAD}${BODY}${REST}`)).toEqual(['example']);
  });

  it('ask nothing of a project that has none of it', async () => {
    const { hints } = await hintsOf(`${HEAD}${BODY}${REST}`, undefined, { ...FILES, 'models/example.sql': 'select 1 as order_id' });
    expect(hints).toEqual([]);
  });
});

describe('quick fixes of hints', () => {
  const applied = (spec: SpecDocument, problem: SpecProblem | undefined, title: string): SpecDocument => {
    const fix = problem?.fixes.find((candidate) => candidate.title === title);
    expect(fix, title).toBeDefined();
    return parseSpec(spec.path, applyChanges(spec.text, fix?.changes ?? []));
  };

  it('add the edge case, with what then happens left to a person', async () => {
    const { spec, hints } = await hintsOf(`${HEAD}${BODY}${REST}`, TECHNICAL);
    const after = applied(spec, hints[0], 'Add it as an edge case');
    expect(after.text).toContain('  - { id: EC-deleted, when: "a row of orders is deleted in its source (is_deleted)", then: "" }\n');
    expect(after.text.replace(/ {2}- \{ id: EC-deleted.*\n/, '')).toBe(spec.text);
    expect(after.problems.map(({ code }) => code)).toEqual(['SPEC014']);
  });

  it.each([
    ['in a new section', `${HEAD}${BODY}${REST}`],
    ['at the end of the section', `${HEAD}${BODY}${REST}dismissed:\n  - { hint: SPEC050, reason: "words of the law" } # kept\n`],
    ['in brackets', `${HEAD}${BODY}${REST}dismissed: [{ hint: SPEC050, reason: "words of the law" }]\n`],
  ])('dismiss it with a reason that a person writes: %s', async (_, text) => {
    const { spec, hints } = await hintsOf(text, TECHNICAL);
    const after = applied(spec, hints[0], 'Dismiss it with a reason');
    expect(after.problems.length).toBeGreaterThan(0);
    const again = (reason: string): ReturnType<typeof hintsOf> => hintsOf(after.text.replace('reason: ""', `reason: "${reason}"`), TECHNICAL);
    expect((await hintsOf(after.text, TECHNICAL)).hints.map(({ about }) => about)).toContain('orders.is_deleted');
    expect((await again('orders stay for ever')).hints.map(({ about }) => about)).not.toContain('orders.is_deleted');
    expect((await again('orders stay for ever')).spec.problems).toEqual([]);
  });

  it('define a term', async () => {
    const { spec, hints } = await hintsOf(`${HEAD}question: How many customers churned?\ngrain: { one_row_per: [month] }\n${REST}`);
    const after = applied(spec, hints.find(({ code }) => code === 'SPEC051'), 'Define "churned" under terms');
    expect(after.text).toContain('terms:\n  - { id: TERM-1, term: churned, means: "" }\nedge_cases:');
  });
});

describe('the reading budget', () => {
  it('counts minutes and lines without an example', () => {
    const reading = readingOf(parseSpec('specs/a.business.spec.yml', `${HEAD}${BODY}${REST}`));
    expect(readingText(reading)).toBe('1 min read; 2 lines lack an example');
    expect(readingText({ ...reading, minutes: 4, withoutExample: ['EC-1'] })).toBe('4 min read; 1 line lacks an example');
  });
});
