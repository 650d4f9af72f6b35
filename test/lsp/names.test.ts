import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DidChangeWorkspaceFoldersNotification, DocumentHighlightRequest, InitializeRequest, PrepareRenameRequest, ReferencesRequest, RenameRequest, WillRenameFilesRequest, WorkspaceSymbolRequest, type ProtocolConnection, type RenameFile, type SymbolInformation } from 'vscode-languageserver/node';
import { BUSINESS, changedLines, copyExample, inBrackets, VALUE, type Example } from './example';
import { bareClient, connectClient, openText } from './support';

let example: Example;
let client: ProtocolConnection;
let plain: ProtocolConnection;

beforeAll(async () => {
  example = copyExample();
  client = await connectClient({ textDocument: { diagnostic: {} }, workspace: { workspaceEdit: { documentChanges: true, resourceOperations: ['rename'] } } });
  plain = await connectClient({});
});
afterAll(() => {
  client.dispose();
  plain.dispose();
  example.remove();
});

describe('references', () => {
  const cases: [name: string, path: string, needle: string, expected: string[]][] = [
    ['of a business line: what implements, covers and tests it', BUSINESS, 'id: EC-par|ts', [
      'customer_value.business.spec.yml: - { id: [EC-parts], when: "an order is paid in several parts", then: "the parts are added up and the order counts once" }',
      'customer_value.technical.spec.yml: - { name: value, expression: "sum(payments.amount)", implements: [M-value, [EC-parts]] }',
      'customer_value.technical.spec.yml: - { name: orders, expression: "count(distinct orders.order_id)", implements: [M-orders, [EC-parts]] }',
      'customer_value.technical.spec.yml: - { id: T-parts, test: unit, covers: [[EC-parts]] }',
      'marts.yml: meta: { spec: ["customer_value#[EC-parts]"] }',
    ]],
    ['of a waived line, from the waiver', VALUE, 'clause: CW-|ledger', [
      'customer_value.business.spec.yml: - { id: [CW-ledger], statement: "the total equals the paid amount in the ledger", tolerance: "1 EUR", reference: "the monthly ledger" }',
      'customer_value.technical.spec.yml: - { clause: [CW-ledger], reason: "the ledger is exported from January on", by: "Ines", until: 2027-03-31 }',
    ]],
    ['of a step', VALUE, 'to: pa|id', [
      'customer_value.technical.spec.yml: - name: [paid]',
      'customer_value.technical.spec.yml: - { to: [paid], type: left, keys: [customer_id], cardinality: many_to_one, unmatched: keep, implements: [POP-all] }',
      'customer_value.technical.spec.yml: - { name: lifetime_value, expression: "coalesce([paid].value, 0)", implements: [M-value, EC-no-order] }',
      'customer_value.technical.spec.yml: - { name: orders, from: [[paid].orders], implements: [M-orders] }',
    ]],
    ['of an output column, with its YAML', VALUE, 'name: lifetime|_value', [
      'customer_value.technical.spec.yml: - { name: [lifetime_value], expression: "coalesce(paid.value, 0)", implements: [M-value, EC-no-order] }',
      'customer_value.technical.spec.yml: - { id: T-no-order, test: not_null, column: [lifetime_value], covers: [EC-no-order] }',
      'marts.yml: - name: [lifetime_value]',
    ]],
    ['of the id in dbt’s YAML', 'models/marts/marts.yml', 'order_revenue#EC-|unpaid', [
      'order_revenue.business.spec.yml: - { id: [EC-unpaid], when: "nobody has paid the order", then: "the order stays in the list with a revenue of 0" }',
      'order_revenue.technical.spec.yml: - { to: payments, type: left, keys: [order_id], cardinality: many_to_one, unmatched: keep, implements: [[EC-unpaid]] }',
      'order_revenue.technical.spec.yml: - { name: revenue, expression: "coalesce(payments.paid_amount, 0)", implements: [M-revenue, [EC-unpaid]] }',
      'order_revenue.technical.spec.yml: - { id: T-unpaid, test: unit, covers: [[EC-unpaid]] }',
      'marts.yml: meta: { spec: ["order_revenue#[EC-unpaid]"] }',
    ]],
  ];
  for (const [name, path, needle, expected] of cases) {
    it(name, async () => {
      const at = await example.at(client, path, needle);
      const found = (await client.sendRequest(ReferencesRequest.type, { ...at, context: { includeDeclaration: true } })) ?? [];
      expect(example.shown(found).sort()).toEqual([...expected].sort());
    });
  }
  it('of a model: specs that read it, and the models that ref it', async () => {
    const at = await example.at(client, VALUE, 'ref: stg_pay|ments');
    const found = example.shown((await client.sendRequest(ReferencesRequest.type, { ...at, context: { includeDeclaration: false } })) ?? []);
    expect(found).toEqual(expect.arrayContaining(['stg_payments.technical.spec.yml: model: [stg_payments]', expect.stringMatching(/^customer_value\.technical\.spec\.yml: - \{ ref: \[stg_payments\]/), expect.stringMatching(/^customer_value\.sql: .*ref\('\[stg_payments\]'\)/)]));
  });
  it('without the declaration are the uses alone', async () => {
    const at = await example.at(client, VALUE, 'to: pa|id');
    expect((await client.sendRequest(ReferencesRequest.type, { ...at, context: { includeDeclaration: false } }))?.length).toBe(3);
  });
  it('of nothing are none', async () => {
    const at = await example.at(client, VALUE, '|grain:');
    expect(await client.sendRequest(ReferencesRequest.type, { ...at, context: { includeDeclaration: true } })).toEqual([]);
  });
});

describe('document highlight', () => {
  it('marks an alias in expressions, and not in strings', async () => {
    const at = await example.at(client, VALUE, 'as: pay|ments');
    const found = (await client.sendRequest(DocumentHighlightRequest.type, at)) ?? [];
    expect(found.map(({ range, kind }) => `${kind === 3 ? 'written' : 'read'} ${inBrackets(at.text, range)}`)).toEqual([
      'written - { ref: stg_payments, as: [payments], grain: [payment_id] }',
      'read from: [payments]',
      'read - { id: F-paid, expression: "[payments].payment_status <> \'failed\'", implements: [POP-failed] }',
      'read - { name: value, expression: "sum([payments].amount)", implements: [M-value, EC-parts] }',
    ]);
  });
});

describe('rename', () => {
  it('says first which word it changes, or why it cannot', async () => {
    const at = await example.at(client, 'specs/staging/stg_customers.technical.spec.yml', 'name: customer_id, from: [i|d]');
    await expect(client.sendRequest(PrepareRenameRequest.type, at)).rejects.toThrow('The column id is defined by no spec');
    const step = await example.at(client, VALUE, 'coalesce(pa|id.value, 0)');
    expect(await client.sendRequest(PrepareRenameRequest.type, step)).toMatchObject({ placeholder: 'paid' });
    await expect(client.sendRequest(RenameRequest.type, { ...step, newName: 'orders' })).rejects.toThrow('something called orders already');
  });
  it('of an id reaches every spec and dbt’s YAML, whose rest stays as it is', async () => {
    const at = await example.at(client, BUSINESS, 'id: EC-par|ts');
    const after = example.applied(await client.sendRequest(RenameRequest.type, { ...at, newName: 'EC-instalments' }));
    expect(Object.keys(after).sort()).toEqual(['models/marts/marts.yml', BUSINESS, VALUE]);
    expect(changedLines(example.read('models/marts/marts.yml'), after['models/marts/marts.yml'] ?? '')).toEqual(['meta: { spec: ["customer_value#EC-instalments"] }']);
    expect(after[VALUE]).not.toContain('EC-parts');
    expect(after[VALUE]?.split('\n').length).toBe(example.read(VALUE).split('\n').length);
  });
  it('of a model renames its spec files with what names them', async () => {
    const at = await example.at(client, BUSINESS, 'model: customer|_value');
    const edit = await client.sendRequest(RenameRequest.type, { ...at, newName: 'client_value' });
    const moves = (edit?.documentChanges ?? []).filter((change): change is RenameFile => 'kind' in change && change.kind === 'rename');
    expect(moves.map(({ oldUri, newUri }) => [example.pathOf(oldUri), example.pathOf(newUri)]).sort()).toEqual([
      [BUSINESS, 'specs/marts/client_value.business.spec.yml'],
      [VALUE, 'specs/marts/client_value.technical.spec.yml'],
    ]);
    const after = example.applied(edit);
    expect(changedLines(example.read(VALUE), after[VALUE] ?? '')).toEqual(['model: client_value', expect.stringContaining('business: client_value.business.spec.yml')]);
    expect(after['models/marts/customer_value.sql']).toBeUndefined();
  });
  it('for a client that renames no files leaves their names and the paths to them', async () => {
    const at = await example.at(plain, BUSINESS, 'model: customer|_value');
    const edit = await plain.sendRequest(RenameRequest.type, { ...at, newName: 'client_value' });
    expect(edit?.documentChanges).toBeUndefined();
    expect(changedLines(example.read(VALUE), example.applied(edit)[VALUE] ?? '')).toEqual(['model: client_value']);
  });
  it('counts what is not saved yet', async () => {
    const text = example.read(VALUE).replace('name: paid\n', 'name: settled\n').replace('to: paid,', 'to: settled,');
    const at = await example.at(client, VALUE, 'name: settl|ed', text);
    const edit = await client.sendRequest(RenameRequest.type, { ...at, newName: 'due' });
    const [change] = edit?.documentChanges ?? [];
    expect(change && 'edits' in change && change.edits.length).toBe(2);
    expect(change && 'edits' in change && change.textDocument.version).toBeGreaterThan(0);
    await openText(client, example.uriOf(VALUE), example.read(VALUE));
  });
});

describe('files that are about to move', () => {
  it('are announced with filters', async () => {
    const fresh = await bareClient();
    const { capabilities } = await fresh.sendRequest(InitializeRequest.type, { processId: null, rootUri: null, capabilities: {} });
    expect(capabilities.workspace?.fileOperations?.willRename?.filters.map(({ pattern }) => pattern.glob)).toEqual(['**/*.{business,technical}.spec.{yml,yaml}', '**/*.{sql,py}', '**/']);
    fresh.dispose();
  });
  it('take their specs along and are followed by what names them', async () => {
    const edit = await client.sendRequest(WillRenameFilesRequest.type, { files: [{ oldUri: example.uriOf('models/marts/customer_value.sql'), newUri: example.uriOf('models/marts/client_value.sql') }] });
    expect(Object.keys(example.applied(edit)).sort()).toEqual(['models/marts/marts.yml', BUSINESS, VALUE]);
    expect(edit?.documentChanges?.filter((change) => 'kind' in change).length).toBe(2);
  });
  it('of no project or of no concern change nothing', async () => {
    const rename = (from: string, to: string) => client.sendRequest(WillRenameFilesRequest.type, { files: [{ oldUri: from, newUri: to }] });
    expect(await rename(example.uriOf('README.md'), example.uriOf('READ.md'))).toBeNull();
    expect(await rename('file:///nowhere/a.sql', 'file:///nowhere/b.sql')).toBeNull();
    expect(await rename('untitled:a', 'untitled:b')).toBeNull();
  });
});

describe('workspace symbols', () => {
  const search = async (query: string): Promise<string[]> => ((await client.sendRequest(WorkspaceSymbolRequest.type, { query })) as SymbolInformation[]).map(({ name, location }) => `${name} in ${example.pathOf(location.uri)}`);
  it('find an id in specs and in dbt’s meta', async () => {
    await openText(client, example.uriOf(VALUE), example.read(VALUE));
    expect(await search('EC-parts')).toEqual([`EC-parts in ${BUSINESS}`, 'customer_value#EC-parts in models/marts/marts.yml']);
  });
  it('find models, steps and what has the letters in their order', async () => {
    expect(await search('customer_value')).toEqual(expect.arrayContaining([`customer_value in ${BUSINESS}`, `customer_value in ${VALUE}`]));
    expect(await search('paid')).toEqual(expect.arrayContaining([`paid in ${VALUE}`]));
    expect(await search('ecprts')).toEqual(expect.arrayContaining([`EC-parts in ${BUSINESS}`]));
    expect(await search('nosuchthing')).toEqual([]);
  });
  it('search a workspace of which nothing is open', async () => {
    const cold = await bareClient();
    await cold.sendRequest(InitializeRequest.type, { processId: null, rootUri: null, capabilities: {}, workspaceFolders: [{ uri: example.uriOf('').replace(/\/$/, ''), name: 'shop' }] });
    expect(((await cold.sendRequest(WorkspaceSymbolRequest.type, { query: 'EC-parts' })) as SymbolInformation[]).length).toBe(2);
    cold.dispose();
    const later = await bareClient();
    await later.sendRequest(InitializeRequest.type, { processId: null, rootUri: null, capabilities: {} });
    expect(await later.sendRequest(WorkspaceSymbolRequest.type, { query: 'EC-parts' })).toEqual([]);
    await later.sendNotification(DidChangeWorkspaceFoldersNotification.type, { event: { added: [{ uri: example.uriOf('').replace(/\/$/, ''), name: 'shop' }], removed: [] } });
    expect(((await later.sendRequest(WorkspaceSymbolRequest.type, { query: 'EC-parts' })) as SymbolInformation[]).length).toBe(2);
    later.dispose();
  });
});
