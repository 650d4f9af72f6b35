import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createProtocolConnection, DidOpenTextDocumentNotification, DocumentDiagnosticRequest, ExitNotification, InitializedNotification, InitializeRequest, ShutdownRequest, StreamMessageReader, StreamMessageWriter, type FullDocumentDiagnosticReport } from 'vscode-languageserver/node';

describe('specline lsp --stdio', () => {
  it('serves any editor from the built bundles, SQL analysis in its worker included', async () => {
    expect(existsSync('dist/cli.js'), 'run `npm run build` first').toBe(true);
    const server = spawn(process.execPath, ['dist/cli.js', 'lsp', '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
    const client = createProtocolConnection(new StreamMessageReader(server.stdout), new StreamMessageWriter(server.stdin));
    client.listen();
    await client.sendRequest(InitializeRequest.type, { processId: process.pid, rootUri: null, capabilities: { textDocument: { diagnostic: {} } } });
    await client.sendNotification(InitializedNotification.type, {});
    const path = resolve('examples/jaffle/models/marts/customer_value.sql');
    const uri = pathToFileURL(path).toString();
    await client.sendNotification(DidOpenTextDocumentNotification.type, { textDocument: { uri, languageId: 'sql', version: 1, text: readFileSync(path, 'utf8') } });
    const report = (await client.sendRequest(DocumentDiagnosticRequest.type, { textDocument: { uri } })) as FullDocumentDiagnosticReport;
    expect(report.items.map((d) => d.code)).toContain('JOIN001');
    const ended = new Promise((settle) => server.once('exit', settle));
    await client.sendRequest(ShutdownRequest.type);
    await client.sendNotification(ExitNotification.type);
    expect(await ended).toBe(0);
  });
});
