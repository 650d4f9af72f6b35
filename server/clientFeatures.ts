import { ResourceOperationKind, type ClientCapabilities } from 'vscode-languageserver';

/** What of LSP a client can do, as far as an answer depends on it. */
export interface ClientFeatures {
  snippets: boolean;
  pull: boolean;
  relatedDocuments: boolean;
  refresh: { diagnostics: boolean; codeLens: boolean; semanticTokens: boolean; inlayHints: boolean };
  watches: boolean;
  versionedEdits: boolean;
  renamesFiles: boolean;
  configuration: boolean;
  tellsConfiguration: boolean;
}

/** Reads a client's capabilities; what it does not say it cannot. */
export function clientFeatures({ textDocument, workspace }: ClientCapabilities): ClientFeatures {
  return {
    snippets: textDocument?.completion?.completionItem?.snippetSupport === true,
    pull: textDocument?.diagnostic !== undefined,
    relatedDocuments: textDocument?.diagnostic?.relatedDocumentSupport === true,
    refresh: {
      diagnostics: workspace?.diagnostics?.refreshSupport === true,
      codeLens: workspace?.codeLens?.refreshSupport === true,
      semanticTokens: workspace?.semanticTokens?.refreshSupport === true,
      inlayHints: workspace?.inlayHint?.refreshSupport === true,
    },
    watches: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    versionedEdits: workspace?.workspaceEdit?.documentChanges === true,
    renamesFiles: workspace?.workspaceEdit?.resourceOperations?.includes(ResourceOperationKind.Rename) === true,
    configuration: workspace?.configuration === true,
    tellsConfiguration: workspace?.didChangeConfiguration?.dynamicRegistration === true,
  };
}
