import { CodeActionKind, PositionEncodingKind, TextDocumentSyncKind, type InitializeResult } from 'vscode-languageserver';
import type { ClientFeatures } from './clientFeatures';
import { EXTRACT_TERM, FIX_ALL, MOVE_WAIVER } from './features/refactor';
import { LEGEND } from './features/semanticTokens';
import { RENAMED_FILES } from './features/willRenameFiles';
import { CHECK_WORKSPACE, LENS_COMMANDS } from './protocol';

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
      codeLensProvider: { resolveProvider: true },
      semanticTokensProvider: { legend: LEGEND, full: { delta: true }, range: true },
      inlayHintProvider: { resolveProvider: false },
      foldingRangeProvider: true,
      documentFormattingProvider: true,
      documentRangeFormattingProvider: true,
      documentOnTypeFormattingProvider: { firstTriggerCharacter: '\n' },
      selectionRangeProvider: true,
      linkedEditingRangeProvider: true,
      signatureHelpProvider: { triggerCharacters: ['{', ',', ':'], retriggerCharacters: [' '] },
      codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, CodeActionKind.RefactorRewrite, EXTRACT_TERM, MOVE_WAIVER, FIX_ALL] },
      // A client that has these commands itself would have them twice.
      executeCommandProvider: { commands: [...LENS_COMMANDS, CHECK_WORKSPACE].filter((command) => !client.commands.includes(command)) },
      workspace: { workspaceFolders: { supported: true, changeNotifications: true }, fileOperations: { willRename: RENAMED_FILES } },
      ...(client.pull ? { diagnosticProvider: { identifier: 'specline', interFileDependencies: true, workspaceDiagnostics: client.pullsWorkspace } } : {}),
    },
  };
}
