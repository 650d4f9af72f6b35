import { describe, expect, it } from 'vitest';
import { InitializedNotification, InitializeRequest, RegistrationRequest, SemanticTokensRequest, FoldingRangeRequest, PrepareRenameRequest, RenameRequest, type ClientCapabilities, type Registration, type ServerCapabilities } from 'vscode-languageserver/node';
import { copyExample } from './example';
import { bareClient, connectClient } from './support';

const SPEC_ONLY = ['documentFormattingProvider', 'documentRangeFormattingProvider', 'documentOnTypeFormattingProvider', 'foldingRangeProvider', 'selectionRangeProvider', 'semanticTokensProvider'] as const;

/** What the server says to a client of these capabilities: at once, and behind that. */
async function said(capabilities: ClientCapabilities): Promise<{ announced: ServerCapabilities; registered: Registration[] }> {
  const registered: Registration[] = [];
  const client = await bareClient(undefined, (fresh) => fresh.onRequest(RegistrationRequest.type, ({ registrations }) => void registered.push(...registrations)));
  const { capabilities: announced } = await client.sendRequest(InitializeRequest.type, { processId: null, rootUri: null, capabilities });
  await client.sendNotification(InitializedNotification.type, {});
  await new Promise((settle) => setTimeout(settle, 100));
  client.dispose();
  return { announced, registered };
}

describe('features that only specs have', () => {
  it('are registered for specs alone where the client takes that, so that other servers keep their files', async () => {
    const dynamic = { dynamicRegistration: true };
    const { announced, registered } = await said({ textDocument: { formatting: dynamic, rangeFormatting: dynamic, onTypeFormatting: dynamic, foldingRange: dynamic, selectionRange: dynamic, semanticTokens: { ...dynamic, requests: {}, tokenTypes: [], tokenModifiers: [], formats: [] } } });
    for (const provider of SPEC_ONLY) expect(announced[provider], provider).toBeUndefined();
    expect(registered.map(({ method }) => method)).toEqual(['textDocument/formatting', 'textDocument/rangeFormatting', 'textDocument/onTypeFormatting', 'textDocument/foldingRange', 'textDocument/selectionRange', 'textDocument/semanticTokens']);
    for (const { registerOptions } of registered) expect((registerOptions as { documentSelector: unknown }).documentSelector).toEqual([{ pattern: '**/*.{business,technical}.spec.{yml,yaml}' }]);
  });
  it('are announced to clients that do not', async () => {
    const { announced, registered } = await said({});
    for (const provider of SPEC_ONLY) expect(announced[provider], provider).toBeTruthy();
    expect(registered).toEqual([]);
  });
  it('give nothing for files of dbt, whose models it does not rename either', async () => {
    const example = copyExample();
    const client = await connectClient({});
    const at = await example.at(client, 'models/marts/customer_value.sql', "ref('stg_|payments')");
    expect(await client.sendRequest(SemanticTokensRequest.type, at)).toBeNull();
    expect(await client.sendRequest(FoldingRangeRequest.type, at)).toBeNull();
    expect(await client.sendRequest(PrepareRenameRequest.type, at)).toBeNull();
    await expect(client.sendRequest(RenameRequest.type, { ...at, newName: 'x' })).rejects.toThrow('only the ids of specs are renamed');
    client.dispose();
    example.remove();
  });
});
