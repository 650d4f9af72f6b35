import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { createProtocolConnection, DidOpenTextDocumentNotification, DocumentDiagnosticRequest, ExitNotification, HoverRequest, InitializedNotification, InitializeRequest, ShutdownRequest, StreamMessageReader, StreamMessageWriter, type CompletionItem, type FullDocumentDiagnosticReport, type MarkupContent, type ProtocolConnection } from 'vscode-languageserver/node';
import { applyItem, changeText, completionItems, openText } from './support';

const MODEL = resolve('examples/jaffle/models/marts/customer_value.sql');
const uri = pathToFileURL(MODEL).toString();

interface Served {
  server: ChildProcessByStdio<Writable, Readable, null>;
  client: ProtocolConnection;
  /** Settles with the exit code, or the signal's name. */
  ended: Promise<number | string | null>;
}

/** The built server as any editor starts it, with the deviating model open. */
async function serve(): Promise<Served> {
  const server = spawn(process.execPath, ['dist/cli.js', 'lsp', '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<number | string | null>((settle) => server.once('exit', (code, signal) => settle(signal ?? code)));
  const client = createProtocolConnection(new StreamMessageReader(server.stdout), new StreamMessageWriter(server.stdin));
  client.listen();
  await client.sendRequest(InitializeRequest.type, { processId: process.pid, rootUri: null, capabilities: { textDocument: { diagnostic: {} } } });
  await client.sendNotification(InitializedNotification.type, {});
  await client.sendNotification(DidOpenTextDocumentNotification.type, { textDocument: { uri, languageId: 'sql', version: 1, text: readFileSync(MODEL, 'utf8') } });
  return { server, client, ended };
}

async function codesOf(client: ProtocolConnection): Promise<unknown[]> {
  const report = (await client.sendRequest(DocumentDiagnosticRequest.type, { textDocument: { uri } })) as FullDocumentDiagnosticReport;
  return report.items.map((diagnostic) => diagnostic.code);
}

describe('specline lsp --stdio', () => {
  beforeAll(() => expect(existsSync('dist/cli.js'), 'run `npm run build` first').toBe(true));

  it('serves any editor from the built bundles, SQL analysis in its worker included', async () => {
    const { client, ended } = await serve();
    expect(await codesOf(client)).toContain('JOIN001');
    await client.sendRequest(ShutdownRequest.type);
    await client.sendNotification(ExitNotification.type);
    expect(await ended).toBe(0);
  });
  it('completes a half-typed spec, hovers and mends it, as over any stream', async () => {
    const { client, ended } = await serve();
    const spec = pathToFileURL(resolve('examples/jaffle/specs/marts/typed.technical.spec.yml')).toString();
    const text = 'spec: technical/v1\nmodel: customer_value\ninputs:\n  - { ref: stg_o| }\n';
    const offset = text.indexOf('|');
    await openText(client, spec, text.replace('|', ''));
    const item = (await completionItems(client, spec, text, offset)).find((one) => one.label === 'stg_orders');
    expect(applyItem(text.replace('|', ''), item as CompletionItem)).toBe(text.replace('stg_o|', 'stg_orders'));
    await changeText(client, spec, text.replace('stg_o|', 'stg_orders'));
    const hover = await client.sendRequest(HoverRequest.type, { textDocument: { uri: spec }, position: { line: 3, character: 13 } });
    expect((hover?.contents as MarkupContent).value).toContain('stg_orders');
    await client.sendRequest(ShutdownRequest.type);
    await client.sendNotification(ExitNotification.type);
    expect(await ended).toBe(0);
  });
  it('killed in the middle of a request, it leaves the files as they were, and its successor answers', async () => {
    const before = readFileSync(MODEL);
    const first = await serve();
    const failed = codesOf(first.client).then(
      () => 'answered',
      () => 'rejected',
    );
    first.client.onClose(() => first.client.dispose());
    first.server.kill('SIGKILL');
    expect(await first.ended).toBe('SIGKILL');
    expect(await failed).toBe('rejected');
    expect(readFileSync(MODEL).equals(before)).toBe(true);
    const second = await serve();
    expect(await codesOf(second.client)).toContain('JOIN001');
    second.server.kill();
  });
  it('ends when its editor is gone without a word', async () => {
    const { server, ended } = await serve();
    server.stdin.end();
    expect(await ended).not.toBe(null);
  });
});
