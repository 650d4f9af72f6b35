import { spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import {
  ConfigurationRequest, createProtocolConnection, DidChangeConfigurationNotification, DidChangeTextDocumentNotification, DidCloseTextDocumentNotification, DidOpenTextDocumentNotification, ExitNotification, InitializedNotification, InitializeRequest, PublishDiagnosticsNotification, RegistrationRequest,
  ShutdownRequest, StreamMessageReader, StreamMessageWriter, type Diagnostic, type Position, type ProtocolConnection, type PublishDiagnosticsParams,
} from 'vscode-languageserver/node';
import type { ServerKind } from './servers';

/** How long an answer may take before the run fails. */
const PATIENCE_MS = 180_000;

/** A running language server with the client that every server is measured by. */
export interface Client {
  connection: ProtocolConnection;
  kind: ServerKind;
  /** Milliseconds from the start of the process until it was initialised. */
  startedAt: number;
  open(uri: string, text: string): void;
  /** One keystroke: `text` goes in at a position. */
  type(uri: string, position: Position, text: string): void;
  /** Closes a document and waits until its diagnostics are taken back, which both servers do. */
  close(uri: string): Promise<void>;
  /** The next diagnostics of a document for its last version that are `enough`; ask before what leads to them is sent. */
  diagnostics(uri: string, enough?: (diagnostics: readonly Diagnostic[]) => boolean): Promise<Diagnostic[]>;
  /** Resident memory of the process and its children, in MB; undefined where the system does not tell. */
  memory(): number | undefined;
  stop(): Promise<void>;
}

/** Starts a server over stdio and initialises it for a client to which diagnostics are pushed, as every server can. */
export async function startClient(kind: ServerKind, root: string | undefined): Promise<Client> {
  const startedAt = performance.now();
  const [program = '', ...args] = kind.command;
  const server = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, ...kind.environment } });
  const ended = new Promise<void>((settle) => server.once('exit', () => settle()));
  const connection = createProtocolConnection(new StreamMessageReader(server.stdout), new StreamMessageWriter(server.stdin));
  const versions = new Map<string, number>();
  const waiting = new Set<(message: PublishDiagnosticsParams) => void>();
  connection.onNotification(PublishDiagnosticsNotification.type, (message) => [...waiting].forEach((tell) => tell(message)));
  connection.onRequest(ConfigurationRequest.type, ({ items }) => items.map(({ section }) => kind.settings[section ?? ''] ?? null));
  connection.onRequest(RegistrationRequest.type, () => undefined);
  connection.listen();
  await connection.sendRequest(InitializeRequest.type, {
    processId: process.pid, rootUri: root ?? null, workspaceFolders: root === undefined ? null : [{ uri: root, name: 'bench' }],
    capabilities: {
      workspace: { configuration: true, workspaceFolders: true, didChangeConfiguration: { dynamicRegistration: true } },
      textDocument: { publishDiagnostics: { versionSupport: true, relatedInformation: true }, documentSymbol: { hierarchicalDocumentSymbolSupport: true }, completion: { completionItem: { snippetSupport: true } }, hover: { contentFormat: ['markdown'] }, formatting: { dynamicRegistration: true } },
    },
  });
  await connection.sendNotification(InitializedNotification.type, {});
  // Some servers ask for their settings only once they are told that these changed.
  if (Object.keys(kind.settings).length > 0) await connection.sendNotification(DidChangeConfigurationNotification.type, { settings: kind.settings });
  const send = (sent: Promise<void>): void => void sent.catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
  const diagnostics: Client['diagnostics'] = (uri, enough = () => true) =>
    new Promise((settle, fail) => {
      const late = setTimeout(() => end(() => fail(new Error(`${kind.name} gave no diagnostics of ${uri} within ${PATIENCE_MS / 1000} s`))), PATIENCE_MS);
      const tell = (message: PublishDiagnosticsParams): void => {
        const current = versions.get(uri) === undefined || message.version === undefined || message.version === versions.get(uri);
        if (message.uri === uri && current && enough(message.diagnostics)) end(() => settle(message.diagnostics));
      };
      const end = (then: () => void): void => {
        clearTimeout(late);
        waiting.delete(tell);
        then();
      };
      late.unref();
      waiting.add(tell);
    });
  return {
    connection, kind, startedAt,
    open(uri, text) {
      versions.set(uri, 1);
      send(connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument: { uri, languageId: uri.endsWith('.sql') ? 'sql' : kind.languageId, version: 1, text } }));
    },
    type(uri, position, text) {
      const version = (versions.get(uri) ?? 1) + 1;
      versions.set(uri, version);
      send(connection.sendNotification(DidChangeTextDocumentNotification.type, { textDocument: { uri, version }, contentChanges: [{ range: { start: position, end: position }, text }] }));
    },
    async close(uri) {
      versions.delete(uri);
      const taken = diagnostics(uri, (left) => left.length === 0);
      send(connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri } }));
      await taken;
    },
    diagnostics,
    memory: () => residentMb(server),
    async stop() {
      await Promise.race([connection.sendRequest(ShutdownRequest.type).then(() => connection.sendNotification(ExitNotification.type)), pause(3000)]);
      connection.dispose();
      server.kill();
      await ended;
    },
  };
}
export function pause(ms: number): Promise<void> {
  return new Promise((settle) => setTimeout(settle, ms));
}

/** Resident memory of a process and all below it. */
function residentMb(server: ChildProcessByStdio<Writable, Readable, null>): number | undefined {
  if (process.platform === 'win32') return undefined;
  const listed = spawnSync('ps', ['-A', '-o', 'pid=,ppid=,rss='], { encoding: 'utf8' });
  const rows = (listed.stdout ?? '').trim().split('\n').map((line) => line.trim().split(/\s+/).map(Number));
  const below = new Set([server.pid]);
  for (let size = 0; size !== below.size; ) {
    size = below.size;
    for (const [pid, parent] of rows) if (below.has(parent)) below.add(pid);
  }
  const kilobytes = rows.flatMap(([pid, , rss]) => (below.has(pid) ? [rss ?? 0] : [])).reduce((sum, rss) => sum + rss, 0);
  return kilobytes === 0 ? undefined : kilobytes / 1024;
}
