import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CompletionResolveRequest, InsertTextFormat, type CompletionItem, type MarkupContent, type ProtocolConnection } from 'vscode-languageserver/node';
import { meaningOf, parseSpec, pathAt } from '../../engine/spec';
import { plain } from '../../engine/yaml/tree';
import { cursorIn } from '../support/spans';
import { applyItem, completionItems, connectClient, openText } from './support';

let folder = '';
let client: ProtocolConnection;
let snippets: ProtocolConnection;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'specline-completion-'));
  cpSync('examples/jaffle', folder, { recursive: true, filter: (path) => !/\/(target|logs)$/.test(path) });
  mkdirSync(join(folder, 'specs', 'other'));
  writeFileSync(join(folder, 'specs', 'other', 'refunds.business.spec.yml'), 'spec: business/v1\nmodel: refunds\nowner: controlling\nquestion: How much did we pay back?\n');
  client = await connectClient();
  snippets = await connectClient({ textDocument: { completion: { completionItem: { snippetSupport: true } } } });
});
afterAll(() => {
  client.dispose();
  snippets.dispose();
  rmSync(folder, { recursive: true, force: true });
});

interface Completed {
  labels: string[];
  item: CompletionItem | undefined;
  /** The text with the item taken. */
  text: string;
  /** Its data, where it parses. */
  data: unknown;
  errors: string[];
}

/** Completes at `|` in a spec of the project and takes the item of that label. */
async function complete(kind: 'business' | 'technical', marked: string, label: string, by = client): Promise<Completed> {
  const { text, offset } = cursorIn(marked);
  const path = `specs/marts/typed.${kind}.spec.yml`;
  const uri = pathToFileURL(join(folder, path)).toString();
  await openText(by, uri, text);
  const items = await completionItems(by, uri, text, offset);
  const item = items.find((one) => one.label === label);
  const after = item ? applyItem(text, item) : text;
  const spec = parseSpec(path, after);
  return { labels: items.map((one) => one.label), item, text: after, data: plain(spec.tree), errors: spec.yaml.errors.map((error) => error.message) };
}

const HEAD = 'spec: technical/v1\nmodel: customer_value\nimplements:\n  - { business: customer_value.business.spec.yml }\ninputs:\n  - { ref: stg_customers, as: customers }\n  - { ref: stg_payments, as: payments }\n  - { ref: stg_orders, as: orders }\n';
const PAID = 'steps:\n  - name: paid\n    from: payments\n    joins:\n      - { to: orders, type: inner, keys: [order_id] }\n    columns:\n      - { name: customer_id }\n      - { name: value, expression: "sum(payments.amount)" }\n';

/** Marked text, the label to take, and what the result holds at a path. */
type Case = [name: string, marked: string, label: string, path: (string | number)[], value: unknown];

function at(data: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((value, step) => (value as Record<string | number, unknown> | null | undefined)?.[step], data);
}

function table(kind: 'business' | 'technical', cases: readonly Case[]): void {
  for (const [name, marked, label, path, value] of cases) {
    for (const [end, how] of [['\n', 'LF'], ['\r\n', 'CRLF']] as const) {
      it(`${name} (${how})`, async () => {
        const done = await complete(kind, marked.replace(/\n/g, end), label);
        expect(done.labels).toContain(label);
        expect(done.errors, done.text).toEqual([]);
        expect(at(done.data, path), done.text).toEqual(value);
        expect(done.text.replace(/\r\n/g, '').includes('\r'), 'line ends').toBe(false);
        if (end === '\r\n') expect(/[^\r]\n/.test(done.text), 'line ends').toBe(false);
      });
    }
  }
}

describe('keys', () => {
  table('technical', [
    ['in an empty file', '|', 'spec', ['spec'], 'technical/v1'],
    ['half typed, at the end of a file without a line end', 'spec: technical/v1\nmod|', 'model', ['model'], ''],
    ['between sections', 'spec: technical/v1\n|\nmodel: x\n', 'inputs', ['inputs', 0, 'ref'], ''],
    ['before a comment', 'spec: technical/v1\nfro| # why\nmodel: x\n', 'from', ['from'], ''],
    ['above a comment line', 'spec: technical/v1\n|\n# the model\nmodel: x\n', 'filters', ['filters', 0, 'id'], 'F-1'],
    ['in place of another key, its value kept', 'modl|: x\nspec: technical/v1\n', 'model', ['model'], 'x'],
    ['in the middle of a key', 'mo|dl: x\nspec: technical/v1\n', 'model', ['model'], 'x'],
    ['a whole section with a list', `${HEAD}|`, 'joins', ['joins', 0], { to: '', type: 'inner' }],
    ['a whole section with a map', `${HEAD}|`, 'aggregate', ['aggregate'], { by: [''].slice(1) }],
    ['after a dash', `${HEAD}joins:\n  - |`, 'to', ['joins', 0, 'to'], null],
    ['after a dash without a space in front', `${HEAD}joins:\n- |`, 'to', ['joins', 0, 'to'], null],
    ['right after a dash', `${HEAD}joins:\n  -|`, 'to', ['joins', 0, 'to'], null],
    ['on the line below a dash', `${HEAD}joins:\n  -\n    |\n`, 'to', ['joins', 0, 'to'], null],
    ['in place of a quoted key in braces', `${HEAD}joins:\n  - { "t|": a }\n`, 'to', ['joins', 0], { to: 'a' }],
    ['at an item below a complete one, without its dash', `${HEAD}joins:\n  - to: payments\n  |\n`, 'to', ['joins', 1, 'to'], null],
    ['in brackets of maps', `${HEAD}joins: [{ to: payments }, |]\n`, '{ to }', ['joins', 1], { to: null }],
    ['of a nested list at the column of its key', `${HEAD}steps:\n  - name: a\n    joins:\n    - to: orders\n      |\n    from: z\n`, 'type', ['steps', 0, 'joins', 0, 'type'], null],
    ['after a dash between items', `${HEAD}joins:\n  - to: a\n  - |\n  - to: b\n`, 'type', ['joins', 1, 'type'], null],
    ['in the middle of an item', `${HEAD}joins:\n  - to: payments\n    |\n    unmatched: keep\n`, 'keys', ['joins', 0, 'keys'], []],
    ['below the last key of an item', `${HEAD}joins:\n  - to: payments\n    ty|`, 'type', ['joins', 0, 'type'], null],
    ['below a list key, as an item of it', `${HEAD}joins:\n  |\nfrom: customers\n`, 'to', ['joins', 0, 'to'], null],
    ['in a nested step', `${HEAD}steps:\n  - name: paid\n    joins:\n      - to: orders\n        |\n    from: payments\n`, 'condition', ['steps', 0, 'joins', 0, 'condition'], null],
    ['a section of a step', `${HEAD}steps:\n  - name: paid\n    |\n`, 'filters', ['steps', 0, 'filters', 0, 'id'], 'F-1'],
    ['with too little indentation', `${HEAD}joins:\n  - to: payments\n   |\n    unmatched: keep\n`, 'type', ['joins', 0, 'type'], null],
    ['with too much indentation', `${HEAD}joins:\n  - to: payments\n       |\n    unmatched: keep\n`, 'type', ['joins', 0, 'type'], null],
    ['indented at the top level', 'spec: technical/v1\n  |\nmodel: x\n', 'from', ['from'], ''],
    ['indented by a tab', 'spec: technical/v1\n\t|\nmodel: x\n', 'from', ['from'], ''],
    ['at the line start inside an item', `${HEAD}joins:\n  - to: payments\n|\n    unmatched: keep\n`, 'type', ['joins', 0, 'type'], null],
    ['in braces', `${HEAD}joins:\n  - { to: payments, | }\n`, 'type', ['joins', 0, 'type'], null],
    ['in empty braces', `${HEAD}joins:\n  - {|}\n`, 'to', ['joins', 0, 'to'], null],
    ['in braces before another key', `${HEAD}joins:\n  - { | type: left }\n`, 'to', ['joins', 0], { to: null, type: 'left' }],
    ['half typed in braces before another key', `${HEAD}joins:\n  - { t|, type: left }\n`, 'to', ['joins', 0], { to: null, type: 'left' }],
    ['in braces over several lines', `${HEAD}joins:\n  - {\n      to: payments,\n      |\n    }\n`, 'type', ['joins', 0], { to: 'payments', type: null }],
    ['in braces after an emoji', `${HEAD}filters:\n  - { id: F-1, expression: "a = '😀'", | }\n`, 'implements', ['filters', 0, 'implements'], []],
    ['the keys of a join key', `${HEAD}joins:\n  - { to: payments, type: left, keys: [{ | }] }\n`, 'left', ['joins', 0, 'keys', 0], { left: null }],
    ['of materialization in braces', `${HEAD}materialization: { type: incremental, | }\n`, 'unique_key', ['materialization', 'unique_key'], null],
    ['of a ref with a package', `${HEAD}columns: []\n`.replace('ref: stg_orders', 'ref: { | }'), 'package', ['inputs', 2, 'ref'], { package: null }],
    ['of aggregate behind its colon', `${HEAD}aggregate: |\n`, '{ by }', ['aggregate'], { by: [] }],
    ['an item behind a list key', `${HEAD}joins: |\n`, '- { to, type }', ['joins', 0], { to: '', type: 'inner' }],
    ['none behind a list key', `${HEAD}joins: |\n`, '[]', ['joins'], []],
  ]);
  table('business', [
    ['in an empty file', '|', 'spec', ['spec'], 'business/v1'],
    ['a section with the ids it has', 'spec: business/v1\nrules:\n  - { id: EC-1, statement: "a" }\n|', 'edge_cases', ['edge_cases', 0, 'id'], 'EC-2'],
    ['of a list that may be a map', 'edge_cases:\n  |\n', 'none_because', ['edge_cases', 'none_because'], null],
    ['a case of it', 'edge_cases:\n  |\n', 'when', ['edge_cases', 0, 'when'], null],
    ['of grain', 'grain:\n  |\nmodel: x\n', 'one_row_per', ['grain', 'one_row_per'], []],
    ['of validity', 'grain:\n  one_row_per: [price]\n  valid:\n    |\n', 'from', ['grain', 'valid', 'from'], null],
    ['an excluded line', 'population:\n  exclude:\n    - { | }\n', 'statement', ['population', 'exclude', 0, 'statement'], null],
  ]);
  it('come in template order with their question, without those that are there', async () => {
    const { labels, item } = await complete('business', 'model: x\n|', 'edge_cases');
    expect(labels).toEqual(expect.arrayContaining(['spec', 'owner', 'question', 'grain']));
    expect(labels.indexOf('owner')).toBeLessThan(labels.indexOf('edge_cases'));
    expect(labels).not.toContain('model');
    expect(item?.detail).toBe('What could go wrong, and what then?');
    const full = await client.sendRequest(CompletionResolveRequest.type, item as CompletionItem);
    expect((full.documentation as MarkupContent).value).toMatch(/Good: [\s\S]+Bad: /);
  });
  it('resolve to a description for every key of both templates', async () => {
    for (const [kind, marked] of [['technical', `${HEAD}joins:\n  - |`], ['business', 'measures:\n  - |']] as const) {
      const { text, offset } = cursorIn(marked);
      const uri = pathToFileURL(join(folder, `specs/marts/typed.${kind}.spec.yml`)).toString();
      await openText(client, uri, text);
      for (const item of await completionItems(client, uri, text, offset)) expect((await client.sendRequest(CompletionResolveRequest.type, item)).documentation, item.label).toBeTruthy();
    }
  });
});

describe('values', () => {
  table('technical', [
    ['a join type', `${HEAD}joins:\n  - { to: payments, type: | }\n`, 'anti', ['joins', 0, 'type'], 'anti'],
    ['right after the colon', `${HEAD}joins:\n  - to: payments\n    type:|\n`, 'left', ['joins', 0, 'type'], 'left'],
    ['right after the colon in braces', `${HEAD}joins:\n  - { to: payments, type:| }\n`, 'left', ['joins', 0, 'type'], 'left'],
    ['half typed', `${HEAD}joins:\n  - to: payments\n    type: le|\n`, 'left', ['joins', 0, 'type'], 'left'],
    ['in place of another', `${HEAD}joins:\n  - to: payments\n    type: |left # why\n`, 'full', ['joins', 0, 'type'], 'full'],
    ['in quotes', `${HEAD}joins:\n  - to: payments\n    type: "le|"\n`, 'left', ['joins', 0, 'type'], 'left'],
    ['in a quote that is not closed', `${HEAD}joins:\n  - to: payments\n    type: 'le|\n`, 'left', ['joins', 0, 'type'], 'left'],
    ['a model', 'spec: technical/v1\nmodel: customer|', 'customer_value', ['model'], 'customer_value'],
    ['a model over the rest of a word', 'spec: technical/v1\nmodel: cus|tomer_valu\n', 'customer_value', ['model'], 'customer_value'],
    ['a ref', `${HEAD.replace('stg_orders', '|')}`, 'int_order_payments', ['inputs', 2, 'ref'], 'int_order_payments'],
    ['a ref below its package', HEAD.replace('ref: stg_orders', 'ref: { package: jaffle, name: | }'), 'stg_orders', ['inputs', 2, 'ref', 'name'], 'stg_orders'],
    ['a source', HEAD.replace('ref: stg_orders', 'source: ra|'), 'shop.raw_orders', ['inputs', 2, 'source'], 'shop.raw_orders'],
    ['a source over its dot', HEAD.replace('ref: stg_orders', 'source: shop.ra|w'), 'shop.raw_orders', ['inputs', 2, 'source'], 'shop.raw_orders'],
    ['where to start from', `${HEAD}from: |\n`, 'customers', ['from'], 'customers'],
    ['a step to join', `${HEAD}${PAID}from: customers\njoins:\n  - to: |\n`, 'paid', ['joins', 0, 'to'], 'paid'],
    ['a column of the grain', `${HEAD}columns:\n  - { name: customer_id }\ngrain: [|]\n`, 'customer_id', ['grain'], ['customer_id']],
    ['a column of the grain as a whole list', `${HEAD}columns:\n  - { name: customer_id }\ngrain: |\n`, '[customer_id]', ['grain'], ['customer_id']],
    ['a column of the grain in a block list', `${HEAD}columns:\n  - { name: customer_id }\ngrain:\n  - |\n`, 'customer_id', ['grain'], ['customer_id']],
    ['a second column before another', `${HEAD}grain: [| customer_id]\n`, 'lifetime_value', ['grain'], ['lifetime_value', 'customer_id']],
    ['a column of an input', HEAD.replace('as: payments }', 'as: payments, grain: [|] }'), 'payment_id', ['inputs', 1, 'grain'], ['payment_id']],
    ['a key both sides have', `${HEAD}from: orders\njoins:\n  - { to: payments, type: left, keys: [|] }\n`, 'order_id', ['joins', 0, 'keys'], ['order_id']],
    ['the left side of a key', `${HEAD}from: orders\njoins:\n  - { to: payments, type: left, keys: [{ left: |, right: order_id }] }\n`, 'order_id', ['joins', 0, 'keys', 0], { left: 'order_id', right: 'order_id' }],
    ['the right side of a key, by alias', `${HEAD}from: orders\njoins:\n  - to: payments\n    type: left\n    keys:\n      - left: orders.order_id\n        right: payments.|\n`, 'payments.order_id', ['joins', 0, 'keys', 0, 'right'], 'payments.order_id'],
    ['both sides of a key', `${HEAD}from: orders\njoins:\n  - { to: payments, type: left, keys: [|] }\n`, '{ left, right }', ['joins', 0, 'keys', 0], { left: '', right: '' }],
    ['a cardinality', `${HEAD}joins:\n  - { to: payments, type: left, cardinality: | }\n`, 'one_to_many', ['joins', 0, 'cardinality'], 'one_to_many'],
    ['a name of a new column from the model', `${HEAD}from: customers\ncolumns:\n  - { name: | }\n`, 'lifetime_value', ['columns', 0, 'name'], 'lifetime_value'],
    ['a name of a new column from an input', `${HEAD}from: customers\ncolumns:\n  - name: |\n`, 'customer_name', ['columns', 0, 'name'], 'customer_name'],
    ['the lineage of a column', `${HEAD}from: customers\ncolumns:\n  - { name: a, from: [customers.|] }\n`, 'customers.customer_name', ['columns', 0, 'from'], ['customers.customer_name']],
    ['a column in an expression', `${HEAD}from: payments\ncolumns:\n  - { name: a, expression: "sum(payments.am|)" }\n`, 'payments.amount', ['columns', 0, 'expression'], 'sum(payments.amount)'],
    ['a column of a step in an expression', `${HEAD}${PAID}from: customers\njoins:\n  - { to: paid, type: left, keys: [customer_id] }\ncolumns:\n  - { name: a, expression: "coalesce(paid.|, 0)" }\n`, 'paid.value', ['columns', 0, 'expression'], 'coalesce(paid.value, 0)'],
    ['a column in a block text', `${HEAD}from: payments\nfilters:\n  - id: F-1\n    expression: |-\n      payments.§ > 0\n`.replace('|-', '>-').replace('§', '|'), 'payments.amount', ['filters', 0, 'expression'], 'payments.amount > 0'],
    ['an empty expression', `${HEAD}from: payments\nfilters:\n  - { id: F-1, expression: | }\n`, 'amount', ['filters', 0, 'expression'], 'amount'],
    ['an id to implement', `${HEAD}filters:\n  - { id: F-1, expression: "a", implements: [PO|] }\n`, 'POP-failed', ['filters', 0, 'implements'], ['POP-failed']],
    ['a second id to implement', `${HEAD}filters:\n  - { id: F-1, expression: "a", implements: [POP-all, |] }\n`, 'POP-failed', ['filters', 0, 'implements'], ['POP-all', 'POP-failed']],
    ['an id to cover', `${HEAD}tests:\n  - { id: T-1, test: unit, covers: [|] }\n`, 'EC-parts', ['tests', 0, 'covers'], ['EC-parts']],
    ['ids to cover in a block list', `${HEAD}tests:\n  - id: T-1\n    test: unit\n    covers:\n      - |\n`, 'CW-ledger', ['tests', 0, 'covers'], ['CW-ledger']],
    ['a test', `${HEAD}tests:\n  - { id: T-1, test: | }\n`, 'not_null', ['tests', 0, 'test'], 'not_null'],
    ['the column of a test', `${HEAD}columns:\n  - { name: customer_id }\ntests:\n  - { id: T-1, test: unique, column: | }\n`, 'customer_id', ['tests', 0, 'column'], 'customer_id'],
    ['a free id', `${HEAD}tests:\n  - { id: T-1, test: unit }\n  - { id: |, test: unit }\n`, 'T-2', ['tests', 1, 'id'], 'T-2'],
    ['a business spec', 'spec: technical/v1\nmodel: x\nimplements:\n  - { business: | }\n', 'order_revenue.business.spec.yml', ['implements', 0, 'business'], 'order_revenue.business.spec.yml'],
    ['a business spec of another folder over a half-typed path', 'spec: technical/v1\nmodel: x\nimplements:\n  - business: ../ot|\n', '../other/refunds.business.spec.yml', ['implements', 0, 'business'], '../other/refunds.business.spec.yml'],
    ['a clause to waive', `${HEAD}from: orders\njoins:\n  - { to: payments, type: left, keys: [order_id] }\nwaivers:\n  - { clause: |, reason: "pilot" }\n`, 'joins/payments', ['waivers', 0, 'clause'], 'joins/payments'],
    ['a correctness line to waive', `${HEAD}waivers:\n  - { clause: |, reason: "pilot" }\n`, 'CW-ledger', ['waivers', 0, 'clause'], 'CW-ledger'],
    ['a materialization', `${HEAD}materialization: { type: | }\n`, 'incremental', ['materialization', 'type'], 'incremental'],
    ['a strategy', `${HEAD}materialization:\n  type: incremental\n  strategy: del|\n`, 'delete+insert', ['materialization', 'strategy'], 'delete+insert'],
    ['a branch of a union', `${HEAD}${PAID}union: { op: union_all, branches: [|] }\n`, 'paid', ['union', 'branches'], ['paid']],
    ['what is grouped by', `${HEAD}from: payments\naggregate: { by: [|] }\n`, 'order_id', ['aggregate', 'by'], ['order_id']],
    ['the kind and version', 'spec: |\nmodel: x\n', 'technical/v1', ['spec'], 'technical/v1'],
    ['true', `${HEAD}distinct: |\n`, 'true', ['distinct'], true],
    ['what is left out of all columns', `${HEAD}from: payments\ncolumns:\n  - { all_from: payments, except: [|] }\n`, 'amount', ['columns', 0, 'except'], ['amount']],
    ['on the last line, without a line end', `${HEAD}from: cus|`, 'customers', ['from'], 'customers'],
    ['after an emoji on the line', `${HEAD}filters:\n  - { id: F-1, expression: "a = '😀'", at: ha| }\n`, 'having', ['filters', 0, 'at'], 'having'],
  ]);
  table('business', [
    ['an owner of other specs', 'spec: business/v1\nowner: |\n', 'controlling', ['owner'], 'controlling'],
    ['a free id of a population', 'population:\n  exclude:\n    - { id: |, statement: "a" }\n', 'POP-1', ['population', 'exclude', 0, 'id'], 'POP-1'],
    ['a period', 'grain: { one_row_per: [customer], time: | }\n', 'month', ['grain', 'time'], 'month'],
    ['a model', 'model: |', 'customer_value', ['model'], 'customer_value'],
    ['a spec that took over', 'superseded_by: |', '../other/refunds.business.spec.yml', ['superseded_by'], '../other/refunds.business.spec.yml'],
    ['whether it blocks', 'open_questions:\n  - { id: Q-1, question: "a", blocking: | }\n', 'true', ['open_questions', 0, 'blocking'], true],
  ]);
  it('offer the meaning that the named business spec has now', async () => {
    const { labels } = await complete('technical', 'spec: technical/v1\nmodel: x\nimplements:\n  - { business: ../other/refunds.business.spec.yml, meaning: "|" }\n', '');
    const now = meaningOf(parseSpec('a.business.spec.yml', 'spec: business/v1\nmodel: refunds\nowner: controlling\nquestion: How much did we pay back?\n'));
    expect(labels).toEqual([now]);
  });
  it('are limited to what the stage attaches', async () => {
    const { labels } = await complete('technical', `${HEAD}${PAID}from: customers\nfilters:\n  - { id: F-1, expression: "|" }\n`, 'customer_name');
    expect(labels).toContain('customer_name');
    expect(labels).not.toContain('amount');
  });
  it('of a join key are the columns both sides have', async () => {
    const { labels } = await complete('technical', `${HEAD}from: orders\njoins:\n  - { to: payments, type: left, keys: [|] }\n`, 'order_id');
    expect(labels).toEqual(['order_id', '{ left, right }']);
  });
  it('leave steps that come later out', async () => {
    const { labels } = await complete('technical', `${HEAD}steps:\n  - name: first\n    from: |\n  - name: second\n    from: first\n`, 'customers');
    expect(labels).toContain('orders');
    expect(labels).not.toContain('second');
  });
});

describe('nothing', () => {
  const places: [string, string][] = [
    ['in a comment', 'spec: technical/v1 # mo|\n'],
    ['in a comment line', '# mo|\n'],
    ['behind a closed list', 'grain: [customer_id]|\n'],
    ['behind a closed quote', 'model: "x" |\n'],
    ['in white space before a key', 'joins:\n | - to: a\n'],
    ['in prose', 'notes: some|\n'],
    ['in a block text', 'notes: >-\n  some|\n'],
    ['behind a key whose value is below', 'joins: |\n  - to: a\n'],
    ['left of a block text', 'filters:\n  - id: F-1\n    expression: |-\n§\n      a > 1\n'.replace('|', '>').replace('§', '|')],
    ['behind the end of the document', 'spec: technical/v1\n...\n|'],
    ['at an alias', 'grain: *a|\n'],
  ];
  for (const [name, marked] of places) {
    it(`is offered ${name}`, async () => {
      expect((await complete('technical', marked, '')).labels).toEqual([]);
    });
  }
});

describe('snippets', () => {
  it('have a stop for every hole, where the client knows them', async () => {
    const { item } = await complete('business', 'model: x\n|', 'edge_cases', snippets);
    expect(item?.insertTextFormat).toBe(InsertTextFormat.Snippet);
    expect(item?.textEdit?.newText).toBe('edge_cases:\n  - { id: ${1:EC-1}, when: "$2", then: "$3" }');
  });
  it('choose from a list', async () => {
    const { item } = await complete('technical', `${HEAD}joins: |\n`, '- { to, type }', snippets);
    expect(item?.textEdit?.newText).toContain('type: ${2|inner,left,right,full,cross,semi,anti|}');
  });
});

describe('the result', () => {
  it('has the key where its data says', async () => {
    const marked = `${HEAD}steps:\n  - name: paid\n    joins:\n      - to: orders\n        |\n`;
    const { item, text } = await complete('technical', marked, 'type');
    const spec = parseSpec('a.technical.spec.yml', text);
    expect(pathAt(spec.tree, text.indexOf('type:'))?.path).toEqual(['steps', 0, 'joins', 0, 'type']);
    expect((item?.data as { path: string[] }).path).toEqual(['steps', '[]', 'joins', '[]', 'type']);
  });
});
