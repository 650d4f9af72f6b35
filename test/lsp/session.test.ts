import fc from 'fast-check';
import { mkdirSync, mkdtempSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  CancellationTokenSource, CompletionRequest, DefinitionRequest, DiagnosticRefreshRequest, DidChangeTextDocumentNotification, DidChangeWatchedFilesNotification, DidCloseTextDocumentNotification, DidSaveTextDocumentNotification, DocumentDiagnosticRequest, DocumentSymbolRequest, FileChangeType, HoverRequest, PublishDiagnosticsNotification, RegistrationRequest,
  type DocumentSymbol, type Location, type MarkupContent, type ProtocolConnection,
} from 'vscode-languageserver/node';
import { createSqlService, type SqlService } from '../../engine/sql';
import { lineStarts, offsetAt, positionAt } from '../../engine/text';
import { COMPARE, PROPOSE } from '../../server/protocol';
import { createSession } from '../../server/session';
import { changeText, completionItems, connectClient, openText, pullDiagnostics } from './support';

let folder = '';
const clients: ProtocolConnection[] = [];
const uriOf = (path: string): string => pathToFileURL(join(folder, path)).toString();
const write = (path: string, text: string): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
};
const connect = async (...args: Parameters<typeof connectClient>): Promise<ProtocolConnection> => {
  const client = await connectClient(...args);
  clients.push(client);
  return client;
};
const changed = (client: ProtocolConnection, path: string, type: FileChangeType): Promise<void> => client.sendNotification(DidChangeWatchedFilesNotification.type, { changes: [{ uri: uriOf(path), type }] });
const codes = async (client: ProtocolConnection, uri: string): Promise<string[]> => (await pullDiagnostics(client, uri)).map((one) => String(one.code));

const SPEC = 'spec: technical/v1\nmodel: m\ninputs:\n  - { ref: a }\nfrom: a\njoins: []\nfilters: []\n';

function project(root: string, name: string): void {
  write(`${root}dbt_project.yml`, `name: ${name}\nprofile: p\nmodel-paths: [models]\n`);
  write(`${root}models/a.sql`, 'select 1 as id\n');
  write(`${root}models/m.sql`, "select * from {{ ref('a') }} where id > 1\n");
  write(`${root}specs/m.technical.spec.yml`, SPEC);
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'specline session (é) '));
});
afterEach(() => {
  clients.splice(0).forEach((client) => client.dispose());
  rmSync(folder, { recursive: true, force: true });
});

describe('a manifest that nobody told of', () => {
  /** Large enough that its nodes are read one after the other, each when it is asked for. */
  const manifest = (columns: Record<string, string>): string => JSON.stringify({
    metadata: { dbt_schema_version: 'https://schemas.getdbt.com/dbt/manifest/v12.json', project_name: 'shop', adapter_type: 'duckdb' },
    nodes: Object.fromEntries(Object.entries(columns).map(([name, column]) => [`model.pack.${name}`, { resource_type: 'model', package_name: 'pack', name, description: 'x'.repeat(400_000), columns: { [column]: { name: column } }, config: {} }])),
    sources: {}, macros: {},
  });
  it('is read anew when a part of it is asked for that is no longer there', async () => {
    project('', 'shop');
    write('target/manifest.json', manifest({ x: 'before', y: 'before' }));
    const told: string[] = [];
    const session = createSession({ get: () => undefined, all: () => [] }, await createSqlService(), { changed: (uri) => told.push(uri) });
    const columnOf = async (name: string): Promise<string | undefined> => (await session.project(folder)).project.nodes.get(`model.pack.${name}`)?.columns[0]?.name;
    expect(await columnOf('x')).toBe('before');
    write('target/manifest.json', manifest({ x: 'now', y: 'now', z: 'now' }));
    await expect(columnOf('y')).rejects.toThrow('target/manifest.json changed while it was read');
    expect(told).toEqual([uriOf('target/manifest.json')]);
    expect(await session.changed(told)).toEqual([folder]);
    expect([await columnOf('x'), await columnOf('y'), await columnOf('z')]).toEqual(['now', 'now', 'now']);
  });
});

describe('files that change on disk while specs are open', () => {
  it('a model, a ref, a property file: seen when the client says so', async () => {
    project('', 'shop');
    const client = await connect();
    const uri = uriOf('specs/m.technical.spec.yml');
    await openText(client, uri, SPEC.replace('ref: a', 'ref: b').replace('from: a', 'from: b'));
    expect(await codes(client, uri)).toContain('SPEC023');
    write('models/b.sql', 'select 1 as id\n');
    await changed(client, 'models/b.sql', FileChangeType.Created);
    expect(await codes(client, uri)).not.toContain('SPEC023');
    unlinkSync(join(folder, 'models/b.sql'));
    await changed(client, 'models/b.sql', FileChangeType.Deleted);
    expect(await codes(client, uri)).toContain('SPEC023');
  });
  it('a project that is made, and one that goes', async () => {
    const client = await connect();
    const uri = uriOf('specs/m.technical.spec.yml');
    write('specs/m.technical.spec.yml', SPEC);
    await openText(client, uri, SPEC);
    expect(await pullDiagnostics(client, uri)).toMatchObject([{ code: 'EVID006', severity: 3 }]);
    project('', 'shop');
    await changed(client, 'dbt_project.yml', FileChangeType.Created);
    expect(await codes(client, uri)).toContain('SPEC032');
    unlinkSync(join(folder, 'dbt_project.yml'));
    await changed(client, 'dbt_project.yml', FileChangeType.Deleted);
    expect(await codes(client, uri)).toEqual(['EVID006']);
  });
  it('an open spec that is deleted or renamed keeps its buffer, and answers', async () => {
    project('', 'shop');
    const client = await connect();
    const [before, after] = [uriOf('specs/m.technical.spec.yml'), uriOf('specs/n.technical.spec.yml')];
    await openText(client, before, SPEC);
    renameSync(join(folder, 'specs/m.technical.spec.yml'), join(folder, 'specs/n.technical.spec.yml'));
    await client.sendNotification(DidChangeWatchedFilesNotification.type, { changes: [{ uri: before, type: FileChangeType.Deleted }, { uri: after, type: FileChangeType.Created }] });
    expect(await codes(client, before)).toContain('SPEC022');
    await client.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri: before } });
    await openText(client, after, SPEC);
    expect(await codes(client, after)).not.toContain('SPEC022');
    unlinkSync(join(folder, 'specs/n.technical.spec.yml'));
    await changed(client, 'specs/n.technical.spec.yml', FileChangeType.Deleted);
    expect(((await client.sendRequest(DocumentSymbolRequest.type, { textDocument: { uri: after } })) as DocumentSymbol[]).length).toBeGreaterThan(3);
  });
});

describe('what depends on a change of files', () => {
  const pulled = async (client: ProtocolConnection, uri: string, previousResultId?: string): Promise<{ kind: string; resultId?: string }> => client.sendRequest(DocumentDiagnosticRequest.type, { textDocument: { uri }, ...(previousResultId === undefined ? {} : { previousResultId }) });
  const manifest = (columns: object, code: string): string => JSON.stringify({
    metadata: { dbt_schema_version: 'https://schemas.getdbt.com/dbt/manifest/v12.json', project_name: 'shop', adapter_type: 'duckdb' },
    nodes: { 'model.shop.a': { unique_id: 'model.shop.a', resource_type: 'model', name: 'a', package_name: 'shop', config: {}, columns, raw_code: code } }, sources: {},
  });
  it('is told anew, and nothing else', async () => {
    project('', 'shop');
    write('models/other.sql', 'select 1 as id\n');
    write('specs/other.technical.spec.yml', 'spec: technical/v1\nmodel: other\ninputs: []\ncolumns:\n  - { name: id }\n');
    let refreshed = 0;
    const client = await connect({ textDocument: { diagnostic: {} }, workspace: { diagnostics: { refreshSupport: true } } }, undefined, (one) => one.onRequest(DiagnosticRefreshRequest.type, () => void refreshed++));
    const [spec, other] = [uriOf('specs/m.technical.spec.yml'), uriOf('specs/other.technical.spec.yml')];
    await openText(client, spec, SPEC);
    await openText(client, other, 'spec: technical/v1\nmodel: other\ninputs: []\ncolumns:\n  - { name: id }\n');
    const [first, second] = [await pulled(client, spec), await pulled(client, other)];
    write('models/m.sql', 'select 1 as id\n');
    await changed(client, 'models/m.sql', FileChangeType.Changed);
    expect(await pulled(client, spec, first.resultId)).toMatchObject({ kind: 'full' });
    expect(await pulled(client, other, second.resultId)).toEqual({ kind: 'unchanged', resultId: second.resultId });
    await expect.poll(() => refreshed).toBe(1);
    for (const path of ['models/m.sql', 'target/run_results.json', 'target/compiled/shop/models/m.sql']) {
      if (path.startsWith('target')) write(path, 'select 1');
      await changed(client, path, FileChangeType.Changed);
    }
    await pulled(client, spec);
    expect(refreshed).toBe(1);
  });
  it('is sent to a client that cannot ask, and nothing else', async () => {
    project('', 'shop');
    write('models/other.sql', 'select 1 as id\n');
    const pushed: string[] = [];
    const verdicts = new Map<string, number>();
    const client = await connect({}, undefined, (one) => one.onNotification(PublishDiagnosticsNotification.type, ({ uri, diagnostics }) => {
      pushed.push(uri);
      verdicts.set(uri, diagnostics.length);
    }));
    const [spec, other] = [uriOf('specs/m.technical.spec.yml'), uriOf('specs/other.technical.spec.yml')];
    await openText(client, spec, SPEC);
    await openText(client, other, 'spec: technical/v1\nmodel: other\ninputs: []\ncolumns:\n  - { name: id }\n');
    await expect.poll(() => [verdicts.get(spec), verdicts.get(other)].every((count) => count !== undefined && count > 0), { timeout: 10_000 }).toBe(true);
    await new Promise((settle) => setTimeout(settle, 600));
    pushed.length = 0;
    write('models/m.sql', 'select 1 as id\n');
    await changed(client, 'models/m.sql', FileChangeType.Changed);
    await expect.poll(() => pushed, { timeout: 10_000 }).toContain(spec);
    await new Promise((settle) => setTimeout(settle, 600));
    expect(pushed).not.toContain(other);
  });
  it('is a manifest, a catalog and the configuration of specs, too', async () => {
    project('', 'shop');
    write('models/a.sql', 'select * from somewhere.else\n');
    const client = await connect();
    const text = 'spec: technical/v1\nmodel: m\ninputs:\n  - { ref: a }\nfrom: a\ncolumns:\n  - { name:  }\n';
    const uri = uriOf('specs/m.technical.spec.yml');
    await openText(client, uri, text);
    const labels = async (): Promise<string[]> => (await completionItems(client, uri, text, text.indexOf('name:') + 6)).map((item) => item.label);
    expect(await labels()).not.toContain('of_manifest');
    write('target/manifest.json', manifest({ of_manifest: { name: 'of_manifest' } }, 'select 1'));
    await changed(client, 'target/manifest.json', FileChangeType.Created);
    expect(await labels()).toContain('of_manifest');
    write('target/catalog.json', JSON.stringify({ metadata: {}, nodes: { 'model.shop.a': { columns: { OF_CATALOG: { name: 'OF_CATALOG', type: 'int', index: 1 } } } }, sources: {} }));
    await changed(client, 'target/catalog.json', FileChangeType.Created);
    expect(await labels()).toContain('OF_CATALOG');
    expect(await codes(client, uri)).toContain('SPEC032');
    write('specline.yml', 'severities:\n  SPEC032: off\n');
    await changed(client, 'specline.yml', FileChangeType.Created);
    const severity = (await pullDiagnostics(client, uri)).find(({ code }) => code === 'SPEC032')?.severity;
    write('specline.yml', 'severities:\n  SPEC032: error\n');
    await changed(client, 'specline.yml', FileChangeType.Changed);
    expect((await pullDiagnostics(client, uri)).find(({ code }) => code === 'SPEC032')?.severity).not.toBe(severity);
  });
});

describe('documents', () => {
  it('closed without saving count as their files again', async () => {
    project('', 'shop');
    const client = await connect();
    const [spec, other, sql] = [uriOf('specs/m.technical.spec.yml'), uriOf('specs/other.technical.spec.yml'), uriOf('models/a.sql')];
    write('specs/other.technical.spec.yml', SPEC.replace('model: m', 'model: a').replace('ref: a', 'ref: m').replace('from: a', 'from: m'));
    await openText(client, other, SPEC);
    await openText(client, spec, SPEC);
    await openText(client, sql, 'select 1 as id, 2 as unsaved\n');
    expect(await codes(client, spec)).toContain('SPEC022');
    await client.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri: other } });
    await client.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri: sql } });
    expect(await codes(client, spec)).not.toContain('SPEC022');
    const text = `${SPEC}columns:\n  - { name:  }\n`;
    await changeText(client, spec, text);
    const labels = (await completionItems(client, spec, text, text.indexOf('name:') + 6)).map((item) => item.label);
    expect(labels).not.toContain('unsaved');
  });
  it('are found however the editor encodes their folder', async () => {
    project('', 'shop');
    const client = await connect();
    const uri = uriOf('models/m.sql').replace(/[()]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
    expect(uri).not.toBe(uriOf('models/m.sql'));
    await openText(client, uri, "select * from {{ ref('a') }}\n");
    await openText(client, uriOf('specs/m.technical.spec.yml'), SPEC);
    expect(await codes(client, uri)).not.toContain('FILTER002');
    const to = (await client.sendRequest(DefinitionRequest.type, { textDocument: { uri: uriOf('specs/m.technical.spec.yml') }, position: { line: 1, character: 8 } })) as Location;
    expect(to.uri).toBe(uri);
  });
  it('of several projects in one folder keep to their own', async () => {
    project('one/', 'one');
    project('two/', 'two');
    write('two/models/b.sql', 'select 1 as id\n');
    const client = await connect();
    const text = SPEC.replace('ref: a', 'ref: ');
    for (const [root, has] of [['one', false], ['two', true]] as const) {
      const uri = uriOf(`${root}/specs/m.technical.spec.yml`);
      await openText(client, uri, text);
      expect((await completionItems(client, uri, text, text.indexOf('ref: ') + 5)).map((item) => item.label).includes('b')).toBe(has);
      expect(await codes(client, uri)).not.toContain('SPEC022');
    }
  });
  it('outside any project, untitled, or on another machine are read on their own', async () => {
    const client = await connect();
    for (const uri of [uriOf('loose/m.technical.spec.yml'), 'untitled:m.technical.spec.yml', 'file://elsewhere/share/m.technical.spec.yml', 'git:/m.technical.spec.yml?ref']) {
      await openText(client, uri, 'spec: technical/v1\nmodle: m\n');
      const found = await codes(client, uri);
      if (uri.startsWith('git:')) continue;
      expect(found, uri).toEqual(expect.arrayContaining(['SPEC012', 'EVID006']));
      expect((await completionItems(client, uri, 'spec: technical/v1\nmodle: m\n', 28)).map((item) => item.label), uri).toContain('inputs');
      expect(((await client.sendRequest(HoverRequest.type, { textDocument: { uri }, position: { line: 0, character: 1 } }))?.contents as MarkupContent).value).toContain('Which template');
    }
  });
  it('after any edits in any order are what the client has', async () => {
    project('', 'shop');
    const client = await connect();
    const uri = uriOf('specs/m.technical.spec.yml');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(400), fc.nat(40), fc.constantFrom('', 'a', '\n', '\r\n', '😀', '  - { id: F-1 }\n', 'model: z\n')), { minLength: 1, maxLength: 6 }), async (edits) => {
        let text = SPEC;
        await openText(client, uri, text);
        const contentChanges = edits.map(([at, length, insert]) => {
          const starts = lineStarts(text);
          const range = { start: positionAt(starts, at % (text.length + 1)), end: positionAt(starts, Math.min(text.length, (at % (text.length + 1)) + length)) };
          text = text.slice(0, offsetAt(text, starts, range.start)) + insert + text.slice(offsetAt(text, starts, range.end));
          return { range, text: insert };
        });
        await client.sendNotification(DidChangeTextDocumentNotification.type, { textDocument: { uri, version: 999 }, contentChanges });
        const incremental = (await pullDiagnostics(client, uri)).map(({ code, range }) => ({ code, range }));
        await openText(client, uri, text);
        expect((await pullDiagnostics(client, uri)).map(({ code, range }) => ({ code, range }))).toEqual(incremental);
      }),
      { numRuns: 40 },
    );
  }, 60_000);
});

describe('two technical specs of one model', () => {
  it('point to each other', async () => {
    project('', 'shop');
    write('specs/twin.technical.spec.yml', SPEC);
    const client = await connect();
    const uri = uriOf('specs/m.technical.spec.yml');
    await openText(client, uri, SPEC);
    const twin = (await pullDiagnostics(client, uri)).find((one) => one.code === 'SPEC022');
    expect(twin?.relatedInformation?.[0]?.location.uri).toBe(uriOf('specs/twin.technical.spec.yml'));
  });
});

/** A service whose answers wait, or fail. */
async function service(over: Partial<SqlService>): Promise<SqlService> {
  return { ...(await createSqlService()), ...over };
}

describe('requests', () => {
  it('that are cancelled end, and the next is answered', async () => {
    project('', 'shop');
    const client = await connect();
    const uri = uriOf('specs/m.technical.spec.yml');
    await openText(client, uri, SPEC);
    const cancel = new CancellationTokenSource();
    const asked = client.sendRequest(CompletionRequest.type, { textDocument: { uri }, position: { line: 4, character: 6 } }, cancel.token).then(() => 'ended', () => 'ended');
    cancel.cancel();
    expect(await asked).toBe('ended');
    expect((await completionItems(client, uri, SPEC, SPEC.indexOf('from: ') + 6)).length).toBeGreaterThan(0);
  });
  it('for diagnostics of a text that has changed meanwhile are asked again, not answered with none', async () => {
    project('', 'shop');
    let go = (): void => undefined;
    const held = new Promise<void>((settle) => (go = settle));
    const real = await createSqlService();
    const client = await connect(undefined, await service({ analyze: async (request) => held.then(() => real.analyze(request)) }));
    const uri = uriOf('specs/m.technical.spec.yml');
    await openText(client, uri, SPEC);
    const asked = client.sendRequest(DocumentDiagnosticRequest.type, { textDocument: { uri } }).catch((error: { code: number; data?: unknown }) => error);
    await changeText(client, uri, `${SPEC}grain: [id]\n`);
    go();
    expect(await asked).toMatchObject({ code: -32802, data: { retriggerRequest: true } });
    expect(await codes(client, uri)).toContain('SPEC032');
  });
  it('tell when SQL analysis fails: in the diagnostics, and as a refusal', async () => {
    project('', 'shop');
    const broken = (): Promise<never> => Promise.reject(new Error('the SQL analysis stopped'));
    const client = await connect(undefined, await service({ analyze: broken, expressions: broken }));
    const uri = uriOf('specs/m.technical.spec.yml');
    await openText(client, uri, SPEC);
    expect(await pullDiagnostics(client, uri)).toEqual(expect.arrayContaining([expect.objectContaining({ code: 'EVID006', message: expect.stringContaining('the SQL analysis stopped') as string })]));
    expect(await codes(client, uri)).toContain('SPEC032');
    expect(await client.sendRequest(COMPARE, { uri })).toMatchObject({ refused: expect.stringContaining('could not be compared: the SQL analysis stopped') as string });
    expect(await client.sendRequest(PROPOSE, { uri, what: 'infer', model: 'm' })).toMatchObject({ refused: expect.stringContaining('the SQL analysis stopped') as string });
  });
});

describe('clients', () => {
  it('that know no refresh and no registration are asked for neither', async () => {
    project('', 'shop');
    const asked: string[] = [];
    const listen = (client: ProtocolConnection): void => {
      client.onRequest(DiagnosticRefreshRequest.type, () => void asked.push('refresh'));
      client.onRequest(RegistrationRequest.type, () => void asked.push('register'));
    };
    const plain = await connect({ textDocument: { diagnostic: {} } }, undefined, listen);
    await plain.sendNotification(DidSaveTextDocumentNotification.type, { textDocument: { uri: uriOf('models/a.sql') } });
    await openText(plain, uriOf('specs/m.technical.spec.yml'), SPEC);
    await plain.sendNotification(DidSaveTextDocumentNotification.type, { textDocument: { uri: uriOf('specs/m.technical.spec.yml') } });
    await pullDiagnostics(plain, uriOf('specs/m.technical.spec.yml'));
    expect(asked).toEqual([]);
    const able = await connect({ textDocument: { diagnostic: {} }, workspace: { diagnostics: { refreshSupport: true }, didChangeWatchedFiles: { dynamicRegistration: true } } }, undefined, listen);
    await openText(able, uriOf('specs/m.technical.spec.yml'), SPEC);
    await pullDiagnostics(able, uriOf('specs/m.technical.spec.yml'));
    write('specs/m.technical.spec.yml', `${SPEC}grain: [id]\n`);
    await able.sendNotification(DidSaveTextDocumentNotification.type, { textDocument: { uri: uriOf('specs/m.technical.spec.yml') } });
    await expect.poll(() => asked, { timeout: 10_000 }).toEqual(expect.arrayContaining(['refresh', 'register']));
  });
  it('that cannot pull are sent the diagnostics of every open document that a change or a close concerns', async () => {
    project('', 'shop');
    const pushed = new Map<string, string[]>();
    const client = await connect({}, undefined, (one) => one.onNotification(PublishDiagnosticsNotification.type, ({ uri, diagnostics }) => void pushed.set(uri, diagnostics.map((d) => String(d.code)))));
    const [spec, twin] = [uriOf('specs/m.technical.spec.yml'), uriOf('specs/twin.technical.spec.yml')];
    await openText(client, spec, SPEC);
    await expect.poll(() => pushed.get(spec), { timeout: 10_000 }).toContain('SPEC032');
    await openText(client, twin, SPEC);
    await expect.poll(() => pushed.get(spec), { timeout: 10_000 }).toContain('SPEC022');
    await client.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri: twin } });
    await expect.poll(() => pushed.get(spec), { timeout: 10_000 }).not.toContain('SPEC022');
    expect(pushed.get(twin)).toEqual([]);
  });
});
