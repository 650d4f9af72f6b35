import * as vscode from 'vscode';
import { LanguageClient, State, TransportKind, type LanguageClientOptions, type ServerOptions } from 'vscode-languageclient/node';
import { CHANGED, LENS_COMMANDS } from '../server/protocol';

export type ServerState = 'starting' | 'running' | 'stopped';

/** The language server as the commands see it, whichever process it is just now. */
export interface Server {
  /** Settles when the first start has ended; rejects where it failed. */
  ready: Promise<void>;
  /** Asks the server; undefined where it could not answer, after the person was told. */
  ask<R>(method: string, params: unknown): Promise<R | undefined>;
  /** Asks without telling anyone where there is no answer. */
  quietly<R>(method: string, params: unknown): Promise<R | undefined>;
  restart(): Promise<void>;
  /** Calls back when a comparison or the project may have changed. */
  onChanged: vscode.Event<void>;
  onState: vscode.Event<ServerState>;
  stop(): Promise<void>;
}

/** Specs, settings with templates, models, and dbt's YAML, whose `meta.spec` points at specs; all else there is left to other extensions. */
const DOCUMENTS = [{ scheme: 'file', language: 'dbt-spec' }, { scheme: 'file', pattern: '**/*.{business,technical}.spec.{yml,yaml}' }, { scheme: 'file', pattern: '**/{specline,*.specline}.yml' }, { scheme: 'file', pattern: '**/*.sql' }, { scheme: 'file', pattern: '**/{models,snapshots,seeds,tests}/**/*.{yml,yaml}' }];
const STATES: Readonly<Record<State, ServerState>> = { [State.Starting]: 'starting', [State.Running]: 'running', [State.Stopped]: 'stopped', [State.StartFailed]: 'stopped' };

/** A language client whose troubles are told with what to do next. */
class ToldClient extends LanguageClient {
  constructor(server: ServerOptions, options: LanguageClientOptions, private readonly tell: (message: string) => void) {
    super('specline', 'Specline', server, options);
  }
  override error(message: string, data?: unknown, show: boolean | 'force' = true): void {
    super.error(message, data, false);
    if (show === 'force') this.tell(message.includes("couldn't create connection") ? 'its language server could not be started, so nothing is checked.' : message);
  }
}

/** Starts the language server in `module`, a file of the extension. */
export function startServer(context: vscode.ExtensionContext, module: string): Server {
  const output = vscode.window.createOutputChannel('Specline', { log: true });
  const changed = new vscode.EventEmitter<void>();
  const state = new vscode.EventEmitter<ServerState>();
  context.subscriptions.push(output, changed, state);

  let telling = false;
  const tell = (message: string): void => {
    if (telling) return;
    telling = true;
    const [restart, show] = ['Restart Server', 'Show Output'];
    void vscode.window.showErrorMessage(`Specline: ${message}`, restart, show).then((choice) => {
      telling = false;
      if (choice === restart) return api.restart();
      if (choice === show) output.show();
      return undefined;
    });
  };
  const create = (): ToldClient => {
    const run = { module, transport: TransportKind.ipc };
    const client = new ToldClient({ run, debug: run }, { documentSelector: DOCUMENTS, outputChannel: output, initializationOptions: { commands: LENS_COMMANDS, settings: vscode.workspace.getConfiguration('specline') } }, tell);
    client.onDidChangeState(({ newState }) => state.fire(STATES[newState]));
    client.onNotification(CHANGED, () => changed.fire());
    return client;
  };
  let current = create();
  // Where the start fails the client tells it; the rejection is for those who wait.
  const begin = (): Promise<void> => current.start();
  const ready = begin();
  ready.catch(() => undefined);

  const api: Server = {
    ready,
    onChanged: changed.event,
    onState: state.event,
    async ask<R>(method: string, params: unknown) {
      try {
        return await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title: 'Specline' }, () => current.sendRequest<R>(method, params));
      } catch (error) {
        output.error(error instanceof Error ? error : String(error));
        tell(current.isRunning() ? `the request failed: ${error instanceof Error ? error.message : String(error)}` : 'its language server is not running, so nothing is checked.');
        return undefined;
      }
    },
    quietly: <R>(method: string, params: unknown) => current.sendRequest<R>(method, params).catch(() => undefined),
    // A client whose start failed can neither stop nor start again, so each restart makes a new one.
    async restart() {
      const old = current;
      await old.dispose().catch((error: unknown) => output.warn(String(error)));
      current = create();
      await begin().catch(() => undefined);
    },
    stop: () => (current.needsStop() ? current.stop() : Promise.resolve()),
  };
  return api;
}
