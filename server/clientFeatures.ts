import { ResourceOperationKind, type ClientCapabilities } from 'vscode-languageserver';
import { settingsOf } from './settings';
import { specFeatures } from './specOnly';

/** What of LSP a client can do, as far as an answer depends on it. */
export interface ClientFeatures {
  snippets: boolean;
  pull: boolean;
  /** It asks for the diagnostics of the whole workspace, because a person wants them. */
  pullsWorkspace: boolean;
  relatedDocuments: boolean;
  /** The features that only specs have, as this client takes them. */
  specFeatures: ReturnType<typeof specFeatures>;
  refresh: { diagnostics: boolean; codeLens: boolean; semanticTokens: boolean; inlayHints: boolean };
  watches: boolean;
  /** It can watch files outside its workspace folders. */
  watchesAnywhere: boolean;
  versionedEdits: boolean;
  renamesFiles: boolean;
  createsFiles: boolean;
  appliesEdits: boolean;
  showsDocuments: boolean;
  /** Commands the client answers itself. */
  commands: readonly string[];
  configuration: boolean;
  tellsConfiguration: boolean;
}

/** Reads a client's capabilities and its initialization options; what it does not say it cannot. */
export function clientFeatures(capabilities: ClientCapabilities, options?: unknown): ClientFeatures {
  const { textDocument, workspace, window } = capabilities;
  return {
    specFeatures: specFeatures(capabilities),
    snippets: textDocument?.completion?.completionItem?.snippetSupport === true,
    pull: textDocument?.diagnostic !== undefined,
    pullsWorkspace: textDocument?.diagnostic !== undefined && settingsOf((options as { settings?: unknown } | undefined)?.settings).workspaceDiagnostics,
    relatedDocuments: textDocument?.diagnostic?.relatedDocumentSupport === true,
    refresh: {
      diagnostics: workspace?.diagnostics?.refreshSupport === true,
      codeLens: workspace?.codeLens?.refreshSupport === true,
      semanticTokens: workspace?.semanticTokens?.refreshSupport === true,
      inlayHints: workspace?.inlayHint?.refreshSupport === true,
    },
    watches: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    watchesAnywhere: workspace?.didChangeWatchedFiles?.relativePatternSupport === true,
    versionedEdits: workspace?.workspaceEdit?.documentChanges === true,
    renamesFiles: workspace?.workspaceEdit?.resourceOperations?.includes(ResourceOperationKind.Rename) === true,
    createsFiles: workspace?.workspaceEdit?.resourceOperations?.includes(ResourceOperationKind.Create) === true,
    appliesEdits: workspace?.applyEdit === true,
    showsDocuments: window?.showDocument?.support === true,
    commands: commandsOf(options),
    configuration: workspace?.configuration === true,
    tellsConfiguration: workspace?.didChangeConfiguration?.dynamicRegistration === true,
  };
}

function commandsOf(options: unknown): string[] {
  const { commands } = (options ?? {}) as { commands?: unknown };
  return Array.isArray(commands) ? commands.filter((command) => typeof command === 'string') : [];
}
