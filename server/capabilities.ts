import { CodeActionKind, PositionEncodingKind, TextDocumentSyncKind, type InitializeResult } from 'vscode-languageserver';
import type { ClientFeatures } from './clientFeatures';
import { RENAMED_FILES } from './features/willRenameFiles';

/** What the server can do for a client. */
export function capabilities(client: ClientFeatures): InitializeResult {
  return {
    serverInfo: { name: 'specline' },
    capabilities: {
      positionEncoding: PositionEncodingKind.UTF16,
      textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
      completionProvider: { resolveProvider: true, triggerCharacters: [' ', ':', '.', '[', '{', ',', '-', '\n'] },
      hoverProvider: true,
      definitionProvider: true,
      referencesProvider: true,
      documentHighlightProvider: true,
      renameProvider: { prepareProvider: true },
      documentSymbolProvider: true,
      workspaceSymbolProvider: true,
      documentLinkProvider: { resolveProvider: false },
      foldingRangeProvider: true,
      documentFormattingProvider: true,
      codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, CodeActionKind.RefactorRewrite] },
      workspace: { fileOperations: { willRename: RENAMED_FILES } },
      ...(client.pull ? { diagnosticProvider: { identifier: 'specline', interFileDependencies: true, workspaceDiagnostics: false } } : {}),
    },
  };
}
