import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  DidChangeWatchedFilesNotification, DidCloseTextDocumentNotification, DocumentDiagnosticRequest, ExecuteCommandRequest, FileChangeType, InitializedNotification, InitializeRequest, PublishDiagnosticsNotification, ShowMessageNotification, WorkspaceDiagnosticRequest,
  type ClientCapabilities, type Diagnostic, type DocumentDiagnosticReport, type ProtocolConnection, type RelatedFullDocumentDiagnosticReport, type WorkspaceDiagnosticReport, type WorkspaceDocumentDiagnosticReport,
} from 'vscode-languageserver/node';
import { CHECK_WORKSPACE } from '../../server/protocol';
import { BUSINESS, copyExample, VALUE, type Example } from './example';
import { bareClient, changeText, openText } from './support';

const MODEL = 'models/marts/customer_value.sql';
let example: Example;
const clients: ProtocolConnection[] = [];
const pushed = new Map<string, Diagnostic[]>();

beforeEach(() => {
  example = copyExample();
  pushed.clear();
});
afterEach(() => {
  clients.splice(0).forEach((client) => client.dispose());
  example.remove();
});

/** A client in the example's folder, with what the server announced to it. */
async function connect(capabilities: ClientCapabilities, settings: unknown = {}, folder = ''): Promise<{ client: ProtocolConnection; workspaceDiagnostics: boolean | undefined }> {
  const client = await bareClient(undefined, (fresh) => fresh.onNotification(PublishDiagnosticsNotification.type, ({ uri, diagnostics }) => void pushed.set(example.pathOf(uri), diagnostics)));
  clients.push(client);
  const { capabilities: server } = await client.sendRequest(InitializeRequest.type, { processId: null, rootUri: null, capabilities, initializationOptions: { settings }, workspaceFolders: [{ uri: example.uriOf(folder).replace(/\/$/, ''), name: 'shop' }] });
  await client.sendNotification(InitializedNotification.type, {});
  return { client, workspaceDiagnostics: server.diagnosticProvider?.workspaceDiagnostics };
}

const pull = (client: ProtocolConnection, path: string, previousResultId?: string): Promise<DocumentDiagnosticReport> => client.sendRequest(DocumentDiagnosticRequest.type, { textDocument: { uri: example.uriOf(path) }, ...(previousResultId === undefined ? {} : { previousResultId }) });
const codes = (items: readonly Diagnostic[] | undefined): string[] => (items ?? []).map(({ code }) => String(code));

describe('diagnostics of a document that are asked for', () => {
  it('bring those of the open documents it has a part in, where the client can take them', async () => {
    const { client } = await connect({ textDocument: { diagnostic: { relatedDocumentSupport: true } } });
    await openText(client, example.uriOf(MODEL), example.read(MODEL));
    await openText(client, example.uriOf(VALUE), example.read(VALUE));
    const before = (await pull(client, MODEL)) as RelatedFullDocumentDiagnosticReport;
    expect(Object.keys(before.relatedDocuments ?? {})).toEqual([example.uriOf(VALUE)]);
    await changeText(client, example.uriOf(MODEL), example.read(MODEL).replace('inner join paid', 'left join paid'));
    const after = (await pull(client, MODEL, before.resultId)) as RelatedFullDocumentDiagnosticReport;
    expect(after.kind).toBe('full');
    const spec = after.relatedDocuments?.[example.uriOf(VALUE)];
    expect(spec?.kind === 'full' && codes(spec.items)).not.toEqual(codes((before.relatedDocuments?.[example.uriOf(VALUE)] as { items: Diagnostic[] }).items));
  });
  it('are told to be unchanged', async () => {
    const { client } = await connect({ textDocument: { diagnostic: {} } });
    await openText(client, example.uriOf(VALUE), example.read(VALUE));
    const first = await pull(client, VALUE);
    expect(await pull(client, VALUE, first.resultId)).toEqual({ kind: 'unchanged', resultId: first.resultId });
    expect('relatedDocuments' in first).toBe(false);
  });
});

describe('diagnostics of the workspace', () => {
  const ask = (client: ProtocolConnection, before: WorkspaceDiagnosticReport = { items: [] }): Promise<WorkspaceDiagnosticReport> => client.sendRequest(WorkspaceDiagnosticRequest.type, { previousResultIds: before.items.map(({ uri, resultId = '' }) => ({ uri, value: resultId })) });
  const find = (report: WorkspaceDiagnosticReport, path: string): WorkspaceDocumentDiagnosticReport | undefined => report.items.find(({ uri }) => uri === example.uriOf(path));

  it('are offered only where a person wants them', async () => {
    expect((await connect({ textDocument: { diagnostic: {} } })).workspaceDiagnostics).toBe(false);
    expect((await connect({ textDocument: { diagnostic: {} } }, { diagnostics: { workspace: true } })).workspaceDiagnostics).toBe(true);
    expect((await connect({}, { diagnostics: { workspace: true } })).workspaceDiagnostics).toBeUndefined();
  });
  it('are those of specs and models that are not open, and wait for news', async () => {
    const { client } = await connect({ textDocument: { diagnostic: {} } }, { diagnostics: { workspace: true } });
    const first = await ask(client);
    const model = find(first, MODEL);
    expect(model?.kind === 'full' && codes(model.items)).toContain('JOIN001');
    expect(find(first, BUSINESS)).toBeDefined();
    let answered = false;
    const next = ask(client, first).then((report) => {
      answered = true;
      return report;
    });
    await new Promise((settle) => setTimeout(settle, 1500));
    expect(answered).toBe(false);
    await openText(client, example.uriOf(VALUE), example.read(VALUE).replace('model: customer_value', 'model: customer_valu'));
    const second = await next;
    expect(find(second, VALUE)).toMatchObject({ kind: 'full' });
    expect(find(second, 'specs/staging/stg_orders.technical.spec.yml')).toMatchObject({ kind: 'unchanged' });
  }, 60_000);
  it('come by themselves to clients that do not ask, and go with the file', async () => {
    const { client } = await connect({}, { diagnostics: { workspace: true } });
    await expect.poll(() => codes(pushed.get(MODEL)), { timeout: 20_000 }).toContain('JOIN001');
    renameSync(join(example.folder, 'specs/marts/customer_value.technical.spec.yml'), join(example.folder, 'elsewhere.yml'));
    await client.sendNotification(DidChangeWatchedFilesNotification.type, { changes: [{ uri: example.uriOf(VALUE), type: FileChangeType.Deleted }] });
    await expect.poll(() => pushed.get(MODEL), { timeout: 20_000 }).toEqual([]);
  }, 60_000);
});

describe('the command that checks all specs', () => {
  it('tells of files that are not open and sums up; what is opened is no longer told twice', async () => {
    const { client } = await connect({ textDocument: { diagnostic: {} } });
    const said = new Promise<string>((settle) => client.onNotification(ShowMessageNotification.type, ({ message }) => settle(message)));
    await client.sendRequest(ExecuteCommandRequest.type, { command: CHECK_WORKSPACE });
    expect(codes(pushed.get(MODEL))).toContain('JOIN001');
    expect(await said).toMatch(/^Specline: \d+ files checked: \d+ errors?, \d+ warnings?\.$/);
    await openText(client, example.uriOf(MODEL), example.read(MODEL));
    await expect.poll(() => pushed.get(MODEL)).toEqual([]);
    await client.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri: example.uriOf(MODEL) } });
  }, 60_000);
  it('finds projects further down in the workspace', async () => {
    mkdirSync(join(example.folder, 'outer/inner'), { recursive: true });
    for (const name of ['dbt_project.yml', 'models', 'specs', 'specline.yml']) renameSync(join(example.folder, name), join(example.folder, 'outer/inner', name));
    const { client } = await connect({});
    await client.sendRequest(ExecuteCommandRequest.type, { command: CHECK_WORKSPACE });
    expect(codes(pushed.get(`outer/inner/${MODEL}`))).toContain('JOIN001');
  }, 60_000);
});
