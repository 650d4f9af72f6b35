import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createConnection, createProtocolConnection, StreamMessageReader, StreamMessageWriter,
  CodeActionRequest, CompletionRequest, CompletionResolveRequest, DefinitionRequest, DidChangeTextDocumentNotification, DidCloseTextDocumentNotification, DidOpenTextDocumentNotification, DocumentDiagnosticRequest,
  DocumentFormattingRequest, DocumentLinkRequest, DocumentSymbolRequest, FoldingRangeRequest, HoverRequest, InitializedNotification, InitializeRequest, PublishDiagnosticsNotification,
  type CodeAction, type CompletionItem, type Diagnostic, type DocumentSymbol, type FullDocumentDiagnosticReport, type Location, type MarkupContent, type ProtocolConnection, type TextEdit,
} from 'vscode-languageserver/node';
import { parseSpec } from '../../engine/spec';
import { createSqlService } from '../../engine/sql';
import { applyChanges, lineStarts, offsetAt, positionAt, type Position } from '../../engine/text';
import { COMPARE, PROPOSE, type CompareResult, type ProposeResult } from '../../server/protocol';
import { startServer } from '../../server/start';
import { cursorIn } from '../support/spans';

let folder = '';
let client: ProtocolConnection;
let pushed: { uri: string; diagnostics: Diagnostic[] }[] = [];
const uriOf = (path: string): string => pathToFileURL(join(folder, path)).toString();
const SPEC = 'specs/marts/customer_value.technical.spec.yml';
const read = (path: string): string => readFileSync(join(folder, path), 'utf8');

async function connect(pull: boolean): Promise<ProtocolConnection> {
  const up = new PassThrough();
  const down = new PassThrough();
  startServer(createConnection(new StreamMessageReader(up), new StreamMessageWriter(down)), await createSqlService());
  const connection = createProtocolConnection(new StreamMessageReader(down), new StreamMessageWriter(up));
  connection.onNotification(PublishDiagnosticsNotification.type, (params) => {
    pushed.push(params);
  });
  connection.listen();
  const { capabilities } = await connection.sendRequest(InitializeRequest.type, { processId: null, rootUri: null, capabilities: pull ? { textDocument: { diagnostic: {} } } : {} });
  expect(capabilities.textDocumentSync).toMatchObject({ change: 2 });
  await connection.sendNotification(InitializedNotification.type, {});
  return connection;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'specline-lsp-'));
  cpSync('examples/jaffle', folder, { recursive: true, filter: (path) => !/\/(target|logs)$/.test(path) });
  client = await connect(true);
});
afterAll(() => {
  client.dispose();
  rmSync(folder, { recursive: true, force: true });
});

let version = 1;
async function open(path: string, text = read(path)): Promise<string> {
  const uri = uriOf(path);
  await client.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri } });
  await client.sendNotification(DidOpenTextDocumentNotification.type, { textDocument: { uri, languageId: 'dbt-spec', version: version++, text } });
  return uri;
}
async function diagnostics(uri: string): Promise<Diagnostic[]> {
  const report = await client.sendRequest(DocumentDiagnosticRequest.type, { textDocument: { uri } });
  return (report as FullDocumentDiagnosticReport).items;
}
const textOf = (text: string, range: Diagnostic['range']): string => text.slice(offsetAt(text, lineStarts(text), range.start), offsetAt(text, lineStarts(text), range.end));
const applied = (text: string, edits: readonly TextEdit[]): string => applyChanges(text, edits.map((edit) => ({ span: { start: offsetAt(text, lineStarts(text), edit.range.start), end: offsetAt(text, lineStarts(text), edit.range.end) }, text: edit.newText })));
const placeOf = (text: string, needle: string, after = 0): Position => positionAt(lineStarts(text), text.indexOf(needle) + after);

/** Completes at `|`, applies the item of that label and gives the text with every label offered. */
async function complete(path: string, marked: string, label: string): Promise<{ labels: string[]; text: string }> {
  const { text, offset } = cursorIn(marked);
  const uri = await open(path, text);
  const items = (await client.sendRequest(CompletionRequest.type, { textDocument: { uri }, position: positionAt(lineStarts(text), offset) })) as CompletionItem[];
  const item = items.find((i) => i.label === label);
  return { labels: items.map((i) => i.label), text: item?.textEdit ? applied(text, [item.textEdit as TextEdit]) : text };
}

describe('completion', () => {
  const technical = (): string => read(SPEC);
  it('offers missing sections in template order with their question, and inserts them whole', async () => {
    const { labels, text } = await complete('specs/new.business.spec.yml', 'spec: business/v1\nmodel: x\n|', 'edge_cases');
    expect(labels.indexOf('owner')).toBeLessThan(labels.indexOf('edge_cases'));
    expect(labels).not.toContain('model');
    expect(parseSpec('a.business.spec.yml', text).yaml.errors).toEqual([]);
    expect(text).toContain('edge_cases:\n  - { id: EC-1');
  });
  it('resolves to the description with good and bad examples', async () => {
    const item = await client.sendRequest(CompletionResolveRequest.type, { label: 'grain', data: { kind: 'business', path: ['grain'] } });
    expect((item.documentation as MarkupContent).value).toContain('Bad:');
  });
  const cases: [string, string, string, string][] = [
    ['a join type inside braces', 'type: left', 'type: |left', 'anti'],
    ['keys inside braces', 'unmatched: keep', '|', 'condition'],
    ['an alias or step', 'from: customers\n', 'from: |\n', 'paid'],
    ['a model', 'ref: stg_orders', 'ref: |stg_orders', 'int_order_payments'],
    ['an id to implement', '[POP-failed]', '[|]', 'POP-failed'],
    ['an id to cover', '[EC-parts]', '[|]', 'CW-ledger'],
    ['an output column', 'grain: [customer_id]', 'grain: [|]', 'lifetime_value'],
    ['a column of an input', '[customers.customer_id]', '[customers.|]', 'customers.customer_name'],
    ['a column inside an expression', 'sum(payments.amount)', 'sum(payments.|)', 'payments.amount'],
    ['a business spec', 'business: customer_value.business.spec.yml', 'business: |', 'order_revenue.business.spec.yml'],
    ['a materialization', '{ type: table }', '{ type: | }', 'incremental'],
  ];
  for (const [name, from, to, label] of cases) {
    for (const end of ['\n', '\r\n']) {
      it(`offers ${name} (${end === '\n' ? 'LF' : 'CRLF'})`, async () => {
        const { labels, text } = await complete(SPEC, technical().replace(from, to).replace(/\r?\n/g, end), label);
        expect(labels).toContain(label);
        expect(parseSpec(SPEC, text).yaml.errors).toEqual([]);
        expect(text).toContain(label);
      });
    }
  }
  it('works after a dash and in the middle of a list', async () => {
    const { labels } = await complete(SPEC, technical().replace('filters: []', 'filters:\n  - |'), 'id');
    expect(labels).toEqual(expect.arrayContaining(['id', 'expression', 'implements']));
  });
});

describe('diagnostics', () => {
  it('show verdicts in the spec and in the SQL, each pointing to the other', async () => {
    const sql = 'models/marts/customer_value.sql';
    const inModel = await diagnostics(await open(sql));
    expect(inModel.map((d) => d.code).sort()).toEqual(['COL004', 'FILTER001', 'FILTER002', 'JOIN001']);
    const join = inModel.find((d) => d.code === 'JOIN001');
    expect(textOf(read(sql), join?.range as Diagnostic['range'])).toMatch(/^inner join paid/);
    expect(join?.relatedInformation?.[0]?.location.uri).toBe(uriOf(SPEC));
    const inSpec = await diagnostics(await open(SPEC));
    expect(inSpec.map((d) => d.code)).toEqual(expect.arrayContaining(['JOIN001', 'FILTER001', 'COL004']));
  });
  it('follow unsaved buffers of either side', async () => {
    const sql = 'models/marts/customer_value.sql';
    await open(sql, read(sql).replace('inner join paid', 'left join paid'));
    expect((await diagnostics(uriOf(sql))).map((d) => d.code)).not.toContain('JOIN001');
    await open(sql);
  });
  it('are the same result for the same text', async () => {
    const uri = await open(SPEC);
    const first = (await client.sendRequest(DocumentDiagnosticRequest.type, { textDocument: { uri } })) as FullDocumentDiagnosticReport;
    const second = await client.sendRequest(DocumentDiagnosticRequest.type, { textDocument: { uri }, ...(first.resultId === undefined ? {} : { previousResultId: first.resultId }) });
    expect(second.kind).toBe('unchanged');
  });
  it('are pushed to a client that cannot pull', async () => {
    pushed = [];
    const other = await connect(false);
    const uri = uriOf(SPEC);
    await other.sendNotification(DidOpenTextDocumentNotification.type, { textDocument: { uri, languageId: 'dbt-spec', version: 1, text: 'spec: technical/v1\nmodle: x\n' } });
    await expect.poll(() => pushed.find((p) => p.uri === uri)?.diagnostics.map((d) => d.code), { timeout: 20_000 }).toContain('SPEC012');
    other.dispose();
  });
  it('leave models without a spec alone', async () => {
    expect(await diagnostics(await open('tests/revenue_matches_payments.sql'))).toEqual([]);
  });
});

describe('navigation', () => {
  const hover = async (needle: string, after = 1): Promise<string> => {
    const uri = await open(SPEC);
    const result = await client.sendRequest(HoverRequest.type, { textDocument: { uri }, position: placeOf(read(SPEC), needle, after) });
    return (result?.contents as MarkupContent | undefined)?.value ?? '';
  };
  it('hover answers for keys, models, columns, ids and tests', async () => {
    expect(await hover('grain:')).toContain('Which columns name one row?');
    expect(await hover('ref: stg_orders', 6)).toMatch(/stg\\?_orders[\s\S]*key `order_id`/);
    expect(await hover('from: [customers.customer_id]', 10)).toContain('Key of the customer');
    expect(await hover('implements: [POP-all]', 14)).toContain('also those without an order');
    expect(await hover('test: unique, column', 8)).toContain('unique');
  });
  const definition = async (needle: string, after: number): Promise<string[]> => {
    const uri = await open(SPEC);
    const result = await client.sendRequest(DefinitionRequest.type, { textDocument: { uri }, position: placeOf(read(SPEC), needle, after) });
    return [result].flat().map((l) => (l as Location | null)?.uri.slice(pathToFileURL(folder).toString().length + 1) ?? '');
  };
  it('goes to models, business lines, YAML columns and tests', async () => {
    expect(await definition('model: customer_value', 9)).toEqual(['models/marts/customer_value.sql']);
    expect(await definition('ref: stg_payments', 6)).toEqual(['models/staging/stg_payments.sql']);
    expect(await definition('implements: [POP-all]', 14)).toEqual(['specs/marts/customer_value.business.spec.yml']);
    expect(await definition('business: customer', 12)).toEqual(['specs/marts/customer_value.business.spec.yml']);
    expect(await definition('test: unique, column', 8)).toEqual(['models/marts/marts.yml']);
    expect(await definition('to: paid', 5)).toEqual([SPEC]);
  });
  it('outlines, links, folds and formats', async () => {
    const uri = await open(SPEC);
    const symbols = (await client.sendRequest(DocumentSymbolRequest.type, { textDocument: { uri } })) as DocumentSymbol[];
    expect(symbols.map((s) => s.name)).toContain('steps');
    expect(symbols.find((s) => s.name === 'tests')?.children?.map((s) => s.name)).toContain('T-parts');
    const links = await client.sendRequest(DocumentLinkRequest.type, { textDocument: { uri } });
    expect(links?.map((l) => l.target)).toContain(uriOf('models/staging/stg_orders.sql'));
    expect((await client.sendRequest(FoldingRangeRequest.type, { textDocument: { uri } }))?.length).toBeGreaterThan(3);
    const messy = read(SPEC).replace('from: customers', 'from: customers   ');
    const edits = await client.sendRequest(DocumentFormattingRequest.type, { textDocument: { uri: await open(SPEC, messy) }, options: { tabSize: 2, insertSpaces: true } });
    expect(applied(messy, edits ?? [])).toBe(read(SPEC));
  });
});

describe('quick fixes', () => {
  it('mend a typo, and the result parses', async () => {
    const broken = read(SPEC).replace('type: left', 'typ: left');
    const uri = await open(SPEC, broken);
    const position = placeOf(broken, 'typ: left', 1);
    const actions = (await client.sendRequest(CodeActionRequest.type, { textDocument: { uri }, range: { start: position, end: position }, context: { diagnostics: [] } })) as CodeAction[];
    const fix = actions.find((a) => a.title === 'Change to "type"');
    expect(applied(broken, fix?.edit?.changes?.[uri] ?? [])).toBe(read(SPEC));
  });
  it('put sections into template order', async () => {
    const text = 'model: x\nspec: technical/v1\ninputs: []\n';
    const uri = await open('specs/order.technical.spec.yml', text);
    const actions = (await client.sendRequest(CodeActionRequest.type, { textDocument: { uri }, range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }, context: { diagnostics: [] } })) as CodeAction[];
    const order = actions.find((a) => a.title.includes('template order'));
    expect(applied(text, order?.edit?.changes?.[uri] ?? [])).toBe('spec: technical/v1\nmodel: x\ninputs: []\n');
  });
});

describe('requests of the client', () => {
  it('compare gives the escaped view, and a refusal for files without a spec', async () => {
    await open(SPEC);
    const result = await client.sendRequest<CompareResult>(COMPARE, { uri: uriOf('models/marts/customer_value.sql') });
    expect(result.counts).toMatchObject({ differs: 3, unspecced: 1 });
    expect(result.html).not.toMatch(/<script|on\w+=/i);
    expect(await client.sendRequest(COMPARE, { uri: uriOf('dbt_project.yml') })).toHaveProperty('refused');
  });
  it('propose never overwrites', async () => {
    await open(SPEC);
    const proposal = await client.sendRequest<ProposeResult>(PROPOSE, { uri: uriOf(SPEC), what: 'technical', model: 'customer_value' });
    expect(proposal.before).toBe(read(SPEC));
    expect(await client.sendRequest(PROPOSE, { uri: uriOf(SPEC), what: 'business', model: '../../x' })).toHaveProperty('refused');
  });
});

describe('robustness', () => {
  it('answers about closed and unknown documents, and mends out-of-order edits', async () => {
    expect(await client.sendRequest(HoverRequest.type, { textDocument: { uri: 'file:///nowhere/a.business.spec.yml' }, position: { line: 3, character: 9 } })).toBeNull();
    const uri = await open(SPEC, 'spec: [');
    await client.sendNotification(DidChangeTextDocumentNotification.type, { textDocument: { uri, version: version++ }, contentChanges: [{ range: { start: { line: 0, character: 6 }, end: { line: 9, character: 99 } }, text: 'technical/v1\n' }] });
    expect((await diagnostics(uri)).map((d) => d.code)).toContain('SPEC011');
  });
});
