import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DefinitionRequest, DocumentLinkRequest, DocumentSymbolRequest, FoldingRangeRequest, HoverRequest, type DocumentSymbol, type Location, type MarkupContent, type ProtocolConnection } from 'vscode-languageserver/node';
import { lineStarts, offsetAt, positionAt } from '../../engine/text';
import { connectClient, openText } from './support';

let folder = '';
let client: ProtocolConnection;
const uriOf = (path: string): string => pathToFileURL(join(folder, path)).toString();
const read = (path: string): string => readFileSync(join('examples/jaffle', path), 'utf8');
const VALUE = 'specs/marts/customer_value.technical.spec.yml';
const VALUE_BUSINESS = 'specs/marts/customer_value.business.spec.yml';
const CUSTOMERS = 'specs/staging/stg_customers.technical.spec.yml';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'specline-navigation-'));
  cpSync('examples/jaffle', folder, { recursive: true, filter: (path) => !/\/(target|logs)$/.test(path) });
  client = await connectClient();
});
afterAll(() => {
  client.dispose();
  rmSync(folder, { recursive: true, force: true });
});

/** Opens a spec of the example and gives the place of a needle, at its `|`. */
async function at(path: string, needle: string, text = read(path)): Promise<{ uri: string; text: string; position: ReturnType<typeof positionAt> }> {
  await openText(client, uriOf(path), text);
  const mark = needle.indexOf('|');
  const found = text.indexOf(needle.replace('|', ''));
  expect(found, needle).toBeGreaterThanOrEqual(0);
  return { uri: uriOf(path), text, position: positionAt(lineStarts(text), found + mark) };
}

describe('hover', () => {
  const cases: [name: string, path: string, needle: string, over: string, shown: RegExp][] = [
    ['a section', VALUE, 'gr|ain: [customer_id]', 'grain', /Which columns name one row\?[\s\S]*Good: [\s\S]*Bad: /],
    ['a key of an item', VALUE, 'car|dinality: many_to_one }', 'cardinality', /How many match\?/],
    ['a business section', VALUE_BUSINESS, 'edge|_cases:', 'edge_cases', /What could go wrong, and what then\?/],
    ['prose', VALUE_BUSINESS, 'How much| has', 'How much has each customer paid us since their first order?', /What question are we answering\?/],
    ['an enum value', VALUE, 'type: le|ft', 'left', /Which rows are kept\?/],
    ['the model', VALUE, 'model: customer|_value', 'customer_value', /model[\s\S]*What each customer has paid[\s\S]*key `customer_id`[\s\S]*`lifetime_value`/],
    ['a ref', VALUE, 'ref: stg_or|ders', 'stg_orders', /stg_orders[\s\S]*key `order_id`[\s\S]*Columns/],
    ['a source', CUSTOMERS, 'source: shop|.raw', 'shop.raw_customers', /shop\.raw_customers[\s\S]*source/],
    ['an input alias', VALUE, 'from: pay|ments', 'payments', /stg_payments/],
    ['a step', VALUE, 'to: pa|id', 'paid', /step `paid`/],
    ['a column of an input', VALUE, 'from: [customers.cust|omer_id]', 'customers.customer_id', /customer_id[\s\S]*Key of the customer[\s\S]*Tests: `unique`, `not_null`/],
    ['a column inside an expression', VALUE, 'sum(payments.am|ount)', 'payments.amount', /amount[\s\S]*stg_payments/],
    ['a column of a step inside an expression', VALUE, 'coalesce(paid.val|ue, 0)', 'paid.value', /\*\*value\*\* of step `paid`[\s\S]*`sum\(payments\.amount\)`/],
    ['a join key', VALUE, 'keys: [ord|er_id]', 'order_id', /order_id/],
    ['an output column', VALUE, 'name: life|time_value', 'lifetime_value', /Paid amount in EUR[\s\S]*Tests: `not_null`/],
    ['the column of a test', VALUE, 'column: life|time_value', 'lifetime_value', /Paid amount in EUR/],
    ['a test', VALUE, 'test: uni|que', 'unique', /`unique` on `customer_id`, error/],
    ['an id that is implemented', VALUE, 'implements: [POP-|all]', 'POP-all', /population[\s\S]*also those without an order/],
    ['an id that is covered', VALUE, 'covers: [EC-|parts]', 'EC-parts', /edge cases[\s\S]*the parts are added up/],
    ['a waived line', VALUE, 'clause: CW-|ledger', 'CW-ledger', /correct when[\s\S]*ledger/],
    ['an id of the business spec', VALUE_BUSINESS, 'id: EC-no|-order', 'EC-no-order', /no order[\s\S]*`columns\/lifetime_value`[\s\S]*`tests\/T-no-order`/],
    ['a business spec', VALUE, 'business: custo|mer_value', 'customer_value.business.spec.yml', /business spec `specs\/marts\/customer_value\.business\.spec\.yml`/],
  ];
  for (const [name, path, needle, over, shown] of cases) {
    it(`over ${name}`, async () => {
      const { uri, text, position } = await at(path, needle);
      const hover = await client.sendRequest(HoverRequest.type, { textDocument: { uri }, position });
      expect((hover?.contents as MarkupContent | undefined)?.value).toMatch(shown);
      const range = hover?.range;
      expect(range && text.slice(offsetAt(text, lineStarts(text), range.start), offsetAt(text, lineStarts(text), range.end))).toBe(over);
    });
  }
  it('shows what a project says literally', async () => {
    const text = read(VALUE_BUSINESS).replace('a customer has no order', '<img src=x> [a](command:b) `c`');
    await openText(client, uriOf(VALUE_BUSINESS), text);
    const { uri, position } = await at(VALUE, 'covers: [EC-no|-order]');
    const hover = await client.sendRequest(HoverRequest.type, { textDocument: { uri }, position });
    expect((hover?.contents as MarkupContent).value).toContain('\\<img src=x\\> \\[a\\](command:b) \\`c\\`');
    await openText(client, uriOf(VALUE_BUSINESS), read(VALUE_BUSINESS));
  });
  it('says nothing between words', async () => {
    const { uri, position } = await at(VALUE, '|\nfrom: customers');
    expect(await client.sendRequest(HoverRequest.type, { textDocument: { uri }, position: { ...position, character: 200 } })).toBeNull();
  });
});

describe('definition', () => {
  const cases: [name: string, path: string, needle: string, targets: [file: string, line: string | undefined][]][] = [
    ['the model', VALUE, 'model: customer|_value', [['models/marts/customer_value.sql', undefined]]],
    ['a ref', VALUE, 'ref: stg_pay|ments', [['models/staging/stg_payments.sql', undefined]]],
    ['a source', CUSTOMERS, 'source: shop|.raw', [['models/staging/sources.yml', 'raw_customers']]],
    ['a column', VALUE, 'from: [customers.cust|omer_id]', [['models/staging/staging.yml', 'customer_id']]],
    ['a column in an expression', VALUE, 'payments.pay|ment_status', [['models/staging/staging.yml', 'payment_status']]],
    ['a column of a step', VALUE, 'coalesce(paid.val|ue, 0)', [[VALUE, 'name: value']]],
    ['a step', VALUE, 'to: pa|id', [[VALUE, 'name: paid']]],
    ['a test', VALUE, 'test: uni|que, column', [['models/marts/marts.yml', 'unique']]],
    ['a business spec', VALUE, 'business: custo|mer_value', [[VALUE_BUSINESS, undefined]]],
    ['a business line', VALUE, 'implements: [POP-|all]', [[VALUE_BUSINESS, 'POP-all']]],
    ['the business spec of a technical one', VALUE, 'spec: tech|nical/v1', [[VALUE_BUSINESS, undefined]]],
    ['what implements and covers a business line', VALUE_BUSINESS, 'id: EC-no|-order', [[VALUE, 'lifetime_value'], [VALUE, 'T-no-order']]],
    ['the model of a business spec', VALUE_BUSINESS, 'model: customer|_value', [['models/marts/customer_value.sql', undefined]]],
    ['the technical spec of a business one', VALUE_BUSINESS, 'spec: busi|ness/v1', [[VALUE, undefined]]],
  ];
  for (const [name, path, needle, targets] of cases) {
    it(`of ${name}`, async () => {
      const { uri, position } = await at(path, needle);
      const found = [(await client.sendRequest(DefinitionRequest.type, { textDocument: { uri }, position })) ?? []].flat() as Location[];
      const lines = found.map((one) => {
        const file = decodeURIComponent(one.uri.slice(pathToFileURL(folder).toString().length + 1));
        return [file, read(file).split('\n')[one.range.start.line] ?? ''] as const;
      });
      expect(lines.map(([file]) => file)).toEqual(targets.map(([file]) => file));
      targets.forEach(([, line], index) => line !== undefined && expect(lines[index]?.[1]).toContain(line));
    });
  }
});

describe('a document', () => {
  it('links to its model, its specs and its inputs', async () => {
    const text = read(VALUE);
    await openText(client, uriOf(VALUE), text);
    const links = (await client.sendRequest(DocumentLinkRequest.type, { textDocument: { uri: uriOf(VALUE) } })) ?? [];
    const starts = lineStarts(text);
    expect(links.map((link) => [text.slice(offsetAt(text, starts, link.range.start), offsetAt(text, starts, link.range.end)), link.target?.slice(pathToFileURL(folder).toString().length + 1)])).toEqual([
      ['customer_value', 'models/marts/customer_value.sql'],
      ['customer_value.business.spec.yml', VALUE_BUSINESS],
      ['stg_customers', 'models/staging/stg_customers.sql'],
      ['stg_orders', 'models/staging/stg_orders.sql'],
      ['stg_payments', 'models/staging/stg_payments.sql'],
    ]);
  });
  it('is outlined down to the joins of its steps', async () => {
    await openText(client, uriOf(VALUE), read(VALUE));
    const symbols = (await client.sendRequest(DocumentSymbolRequest.type, { textDocument: { uri: uriOf(VALUE) } })) as DocumentSymbol[];
    const paid = symbols.find((one) => one.name === 'steps')?.children?.[0];
    expect(paid?.name).toBe('paid');
    expect(paid?.children?.find((one) => one.name === 'joins')?.children?.map((one) => one.name)).toEqual(['orders']);
    expect(symbols.find((one) => one.name === 'tests')?.children?.map((one) => one.name)).toEqual(['T-customer-unique', 'T-no-order', 'T-parts']);
  });
  it('folds sections, steps and comments, each from its first line to its last', async () => {
    const text = '# one\n# two\nspec: technical/v1\nsteps:\n  - joins:\n      - to: a\n        type: left\n    name: b\nnotes: |\n  a\n  b\n\nfrom: a\n';
    await openText(client, uriOf('specs/fold.technical.spec.yml'), text);
    const folds = (await client.sendRequest(FoldingRangeRequest.type, { textDocument: { uri: uriOf('specs/fold.technical.spec.yml') } })) ?? [];
    expect(folds.map((fold) => [fold.startLine, fold.endLine, fold.kind])).toEqual([[0, 1, 'comment'], [3, 7, undefined], [4, 7, undefined], [5, 6, undefined], [8, 10, undefined]]);
  });
});
