import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  CodeActionRequest, CodeLensRequest, CompletionRequest, DefinitionRequest, DocumentFormattingRequest, DocumentHighlightRequest, DocumentSymbolRequest, FoldingRangeRequest, HoverRequest, InlayHintRequest, ReferencesRequest, SelectionRangeRequest, SemanticTokensRequest, SignatureHelpRequest,
  type Position,
} from 'vscode-languageserver/node';
import { lineStarts, positionAt } from '../../engine/text';
import { randomOf } from '../trust/random';
import { startClient, type Client } from './client';
import type { BenchDocument } from './documents';
import { rowOf, type Row } from './rows';
import type { ServerKind } from './servers';

/** No answer may take longer, whatever is in the document. */
const LONGEST_MS = 200;
const WARM_UP = 10;
const NOISE = ['{', '[', '"', "'", ': ', '- ', '\t', '|\n', '&a ', '*a', '#', '? ', '---\n', '😀'];

type Ask = (client: Client, uri: string, position: Position, end: Position) => Promise<unknown>;

const FEATURES: Readonly<Record<string, Ask>> = {
  completion: ({ connection }, uri, position) => connection.sendRequest(CompletionRequest.type, { textDocument: { uri }, position }),
  hover: ({ connection }, uri, position) => connection.sendRequest(HoverRequest.type, { textDocument: { uri }, position }),
  definition: ({ connection }, uri, position) => connection.sendRequest(DefinitionRequest.type, { textDocument: { uri }, position }),
  references: ({ connection }, uri, position) => connection.sendRequest(ReferencesRequest.type, { textDocument: { uri }, position, context: { includeDeclaration: true } }),
  'document highlight': ({ connection }, uri, position) => connection.sendRequest(DocumentHighlightRequest.type, { textDocument: { uri }, position }),
  'signature help': ({ connection }, uri, position) => connection.sendRequest(SignatureHelpRequest.type, { textDocument: { uri }, position }),
  symbols: ({ connection }, uri) => connection.sendRequest(DocumentSymbolRequest.type, { textDocument: { uri } }),
  folding: ({ connection }, uri) => connection.sendRequest(FoldingRangeRequest.type, { textDocument: { uri } }),
  'selection ranges': ({ connection }, uri, position) => connection.sendRequest(SelectionRangeRequest.type, { textDocument: { uri }, positions: [position] }),
  'semantic tokens': ({ connection }, uri) => connection.sendRequest(SemanticTokensRequest.type, { textDocument: { uri } }),
  'inlay hints': ({ connection }, uri, _, end) => connection.sendRequest(InlayHintRequest.type, { textDocument: { uri }, range: { start: { line: 0, character: 0 }, end } }),
  'code actions': ({ connection }, uri, position) => connection.sendRequest(CodeActionRequest.type, { textDocument: { uri }, range: { start: position, end: position }, context: { diagnostics: [] } }),
  'code lenses': ({ connection }, uri) => connection.sendRequest(CodeLensRequest.type, { textDocument: { uri } }),
  formatting: ({ connection }, uri) => connection.sendRequest(DocumentFormattingRequest.type, { textDocument: { uri }, options: { tabSize: 2, insertSpaces: true } }),
};

/** The longest that a feature took on specs that are cut off, spliced and shuffled; one row a feature, its only value the longest time. */
export async function brokenRows(root: string, server: ServerKind, documents: readonly BenchDocument[], rounds: number, seed: string, progress: (text: string) => void): Promise<Row[]> {
  const client = await startClient(server, pathToFileURL(root).toString());
  const longest = new Map<string, number>();
  for (const document of documents) {
    const uri = pathToFileURL(join(root, document.path)).toString();
    for (let round = 0; round < rounds + WARM_UP; round++) {
      const random = randomOf(`broken ${seed} ${document.path} ${round}`);
      const { text, at } = broken(document.text, random);
      const starts = lineStarts(text);
      const [position, end] = [positionAt(starts, at), positionAt(starts, text.length)];
      const note = async (name: string, answer: () => Promise<unknown>): Promise<void> => {
        const start = performance.now();
        await answer();
        if (round >= WARM_UP) longest.set(name, Math.max(longest.get(name) ?? 0, performance.now() - start));
      };
      await note('diagnostics', () => {
        const answer = client.diagnostics(uri);
        client.open(uri, text);
        return answer;
      });
      for (const [name, ask] of Object.entries(FEATURES)) await note(name, () => ask(client, uri, position, end));
      await client.close(uri);
    }
    progress(`broken ${document.kind} specs of ${document.lines} lines`);
  }
  await client.stop();
  const count = documents.length * rounds;
  return [...longest].map(([name, value]) => rowOf(`longest ${name} on ${count} broken specs`, 'ms', { atMost: LONGEST_MS }, [value]));
}

/** A text that is cut off, spliced or shuffled, and where that was done. */
function broken(text: string, random: () => number): { text: string; at: number } {
  const offset = (): number => Math.floor(random() * (text.length + 1));
  const way = Math.floor(random() * 3);
  const [from, to] = [offset(), offset()];
  if (way === 0) return { text: text.slice(0, from), at: from };
  const noise = NOISE[Math.floor(random() * NOISE.length)] ?? '';
  if (way === 1) return { text: text.slice(0, from) + noise + text.slice(to), at: from + noise.length };
  const lines = text.split('\n').map((line) => ({ line, order: random() })).sort((a, b) => a.order - b.order).map(({ line }) => line);
  return { text: lines.join('\n'), at: from };
}
