import {
  DocumentFormattingRequest, DocumentOnTypeFormattingRequest, DocumentRangeFormattingRequest, FoldingRangeRequest, SelectionRangeRequest, SemanticTokensRegistrationType,
  type ClientCapabilities, type DocumentSelector, type ServerCapabilities, type TextDocumentClientCapabilities,
} from 'vscode-languageserver';
import { LEGEND } from './features/semanticTokens';

const SPECS: DocumentSelector = [{ pattern: '**/*.{business,technical}.spec.{yml,yaml}' }];

/** A feature that only specs have: where the client takes registrations, other files keep what other servers offer for them. */
interface SpecFeature {
  method: string;
  client: keyof TextDocumentClientCapabilities;
  server: Partial<ServerCapabilities>;
  options: object;
}

const FEATURES: readonly SpecFeature[] = [
  { method: DocumentFormattingRequest.method, client: 'formatting', server: { documentFormattingProvider: true }, options: {} },
  { method: DocumentRangeFormattingRequest.method, client: 'rangeFormatting', server: { documentRangeFormattingProvider: true }, options: {} },
  { method: DocumentOnTypeFormattingRequest.method, client: 'onTypeFormatting', server: { documentOnTypeFormattingProvider: { firstTriggerCharacter: '\n' } }, options: { firstTriggerCharacter: '\n' } },
  { method: FoldingRangeRequest.method, client: 'foldingRange', server: { foldingRangeProvider: true }, options: {} },
  { method: SelectionRangeRequest.method, client: 'selectionRange', server: { selectionRangeProvider: true }, options: {} },
  { method: SemanticTokensRegistrationType.method, client: 'semanticTokens', server: { semanticTokensProvider: { legend: LEGEND, full: { delta: true }, range: true } }, options: { legend: LEGEND, full: { delta: true }, range: true } },
];

/** Which of the features that only specs have are announced at once, and which are registered for specs alone. */
export function specFeatures({ textDocument }: ClientCapabilities): { announced: Partial<ServerCapabilities>; registered: { method: string; registerOptions: object }[] } {
  const takes = ({ client }: SpecFeature): boolean => (textDocument?.[client] as { dynamicRegistration?: boolean } | undefined)?.dynamicRegistration === true;
  return {
    announced: Object.assign({}, ...FEATURES.filter((feature) => !takes(feature)).map(({ server }) => server)) as Partial<ServerCapabilities>,
    registered: FEATURES.filter(takes).map(({ method, options }) => ({ method, registerOptions: { ...options, documentSelector: SPECS } })),
  };
}
