import { describe, expect, it } from 'vitest';
import {
  ApplyWorkspaceEditRequest, CodeLensRefreshRequest, CodeLensRequest, CodeLensResolveRequest, ConfigurationRequest, DidChangeConfigurationNotification, ExecuteCommandRequest, InitializeRequest, InlayHintRequest, SemanticTokensDeltaRequest, SemanticTokensRangeRequest, SemanticTokensRequest, ShowMessageNotification,
  type CodeLens, type InlayHint, type Location, type ProtocolConnection, type SemanticTokens, type SemanticTokensDelta, type TextDocumentEdit,
} from 'vscode-languageserver/node';
import { lineStarts, offsetAt } from '../../engine/text';
import { LEGEND } from '../../server/features/semanticTokens';
import { LENS_COMPARE, LENS_GENERATE } from '../../server/protocol';
import { BUSINESS, VALUE, type Example } from './example';
import { onExample } from './onExample';
import { bareClient, changeText, connectClient, openText } from './support';

let example: Example;
let client: ProtocolConnection;
onExample((own, connected) => ([example, client] = [own, connected]));

/** The lenses of a file as `line: title`, resolved. */
async function lenses(path: string, text = example.read(path), by = client): Promise<{ shown: string[]; resolved: CodeLens[] }> {
  await openText(by, example.uriOf(path), text);
  const found = (await by.sendRequest(CodeLensRequest.type, { textDocument: { uri: example.uriOf(path) } })) ?? [];
  for (const lens of found) expect(lens.command, 'not before it is shown').toBeUndefined();
  const resolved = await Promise.all(found.map((lens) => by.sendRequest(CodeLensResolveRequest.type, lens)));
  return { shown: resolved.map(({ range, command }) => `${range.start.line}: ${command?.title ?? ''}`), resolved };
}

describe('code lens', () => {
  it('on a technical spec and on its model says the verdicts', async () => {
    const { shown, resolved } = await lenses(VALUE);
    expect(shown).toEqual([expect.stringMatching(/^1: \d+ match · \d+ differs · .*compare$/)]);
    expect(resolved[0]?.command).toMatchObject({ command: LENS_COMPARE, arguments: [example.uriOf(VALUE)] });
    expect((await lenses('models/marts/customer_value.sql')).shown).toEqual([expect.stringMatching(/^0: \d+ match · \d+ differs/)]);
    expect((await lenses('models/staging/staging.yml')).shown).toEqual([]);
  });
  it('on a business spec says what covers each edge case and correctness line', async () => {
    const { shown, resolved } = await lenses(BUSINESS);
    expect(shown).toEqual([expect.stringMatching(/^1: .*compare$/), '3: 1 min read; 3 lines lack an example', '17: 1 test covers this', "18: 2 tests cover this, 1 of them dbt's own", '20: waived']);
    const places = example.shown((resolved[3]?.command?.arguments?.[2] ?? []) as Location[]);
    expect(places).toEqual([expect.stringContaining('id: [T-parts]'), expect.stringMatching(/^marts\.yml: /)]);
  });
  it('on a business spec without a technical one offers to generate it, and on an uncovered line says so', async () => {
    const { shown, resolved } = await lenses('specs/marts/new.business.spec.yml', 'spec: business/v1\nmodel: fresh\nedge_cases:\n  - { id: EC-1, when: "a", then: "b" }\n');
    expect(shown).toEqual(['1: No technical spec yet: generate it', '3: no test covers this']);
    expect(resolved[0]?.command).toMatchObject({ command: LENS_GENERATE, arguments: [example.uriOf('specs/marts/new.business.spec.yml'), 'fresh'] });
  });
  it('follows what is typed', async () => {
    const before = (await lenses(VALUE)).shown;
    await changeText(client, example.uriOf(VALUE), example.read(VALUE).replace('type: left', 'type: inner'));
    const after = (await lenses(VALUE, example.read(VALUE).replace('type: left', 'type: inner'))).shown;
    expect(after).not.toEqual(before);
    await openText(client, example.uriOf(VALUE), example.read(VALUE));
  });
  it('is asked for anew when typing pauses, where the client can', async () => {
    let asked: () => void = () => undefined;
    const refreshed = new Promise<void>((settle) => (asked = settle));
    const other = await connectClient({ workspace: { codeLens: { refreshSupport: true } } }, undefined, (fresh) => fresh.onRequest(CodeLensRefreshRequest.type, () => asked()));
    await openText(other, example.uriOf(VALUE), example.read(VALUE));
    await refreshed;
    other.dispose();
  });
});

describe('the commands of lenses', () => {
  it('are the server’s for editors that have none, and the client’s where it says so', async () => {
    const commandsOf = async (initializationOptions: unknown): Promise<string[] | undefined> => {
      const fresh = await bareClient();
      const { capabilities } = await fresh.sendRequest(InitializeRequest.type, { processId: null, rootUri: null, capabilities: {}, initializationOptions });
      fresh.dispose();
      return capabilities.executeCommandProvider?.commands;
    };
    expect(await commandsOf(undefined)).toContain(LENS_COMPARE);
    expect(await commandsOf({ commands: [LENS_COMPARE] })).not.toContain(LENS_COMPARE);
  });
  it('compare: a message with what does not match', async () => {
    const said = new Promise<string>((settle) => client.onNotification(ShowMessageNotification.type, ({ message }) => settle(message)));
    await client.sendRequest(ExecuteCommandRequest.type, { command: LENS_COMPARE, arguments: [example.uriOf(VALUE)] });
    expect(await said).toMatch(/^Specline: customer_value: \d+ match · [\s\S]*\ndiffers: /);
  });
  it('generate: a new file with the spec, by the client’s own edit', async () => {
    let edit: TextDocumentEdit | undefined;
    const other = await connectClient({ workspace: { applyEdit: true, workspaceEdit: { documentChanges: true, resourceOperations: ['create'] } } }, undefined, (fresh) => fresh.onRequest(ApplyWorkspaceEditRequest.type, ({ edit: given }) => {
      edit = given.documentChanges?.find((change): change is TextDocumentEdit => 'edits' in change);
      return { applied: true };
    }));
    const uri = example.uriOf('specs/marts/fresh.business.spec.yml');
    await openText(other, uri, example.read(BUSINESS).replace('model: customer_value', 'model: fresh'));
    await other.sendRequest(ExecuteCommandRequest.type, { command: LENS_GENERATE, arguments: [uri, 'fresh'] });
    expect(edit?.textDocument.uri).toContain('fresh.technical.spec.yml');
    expect(edit?.edits[0] && 'newText' in edit.edits[0] && edit.edits[0].newText).toContain('model: fresh');
    other.dispose();
  });
});

/** Tokens as `type.modifiers text`. */
function decoded(text: string, data: readonly number[]): string[] {
  const starts = lineStarts(text);
  const out: string[] = [];
  let [line, character] = [0, 0];
  for (let i = 0; i < data.length; i += 5) {
    const [down = 0, along = 0, length = 0, type = 0, modifiers = 0] = data.slice(i, i + 5);
    [line, character] = [line + down, down === 0 ? character + along : along];
    const start = offsetAt(text, starts, { line, character });
    out.push([LEGEND.tokenTypes[type] ?? '', ...LEGEND.tokenModifiers.filter((_, bit) => (modifiers & (1 << bit)) !== 0)].join('.') + ` ${text.slice(start, start + length)}`);
  }
  return out;
}

describe('semantic tokens', () => {
  const TEXT = 'spec: technical/v1\nmodel: customer_value\ninputs:\n  - { ref: stg_orders, as: o }\n  - { ref: nowhere }\nfrom: x\njoins:\n  - { to: o, as: p, type: left, condition: "p.order_id > 0" }\ncolumns:\n  - { name: a, implements: [POP-all, NO-1] }\n';
  const at = (): { textDocument: { uri: string } } => ({ textDocument: { uri: example.uriOf('specs/marts/tokens.technical.spec.yml') } });
  it('tell keys, names that are known and names that are not', async () => {
    await openText(client, at().textDocument.uri, TEXT);
    const found = (await client.sendRequest(SemanticTokensRequest.type, at())) as SemanticTokens;
    expect(decoded(TEXT, found.data)).toEqual([
      'keyword spec', 'keyword model', 'class customer_value', 'keyword inputs', 'property ref', 'class stg_orders', 'property as', 'variable.declaration o', 'property ref', 'class.unresolved nowhere',
      'keyword from', 'variable.unresolved x', 'keyword joins', 'property to', 'variable o', 'property as', 'variable.declaration p', 'property type', 'property condition', 'variable p', 'parameter order_id',
      'keyword columns', 'property name', 'parameter.declaration a', 'property implements', 'enumMember POP-all', 'enumMember.unresolved NO-1',
    ]);
  });
  it('of a range are those in it', async () => {
    await openText(client, at().textDocument.uri, TEXT);
    const found = (await client.sendRequest(SemanticTokensRangeRequest.type, { ...at(), range: { start: { line: 5, character: 0 }, end: { line: 6, character: 0 } } })) as SemanticTokens;
    expect(decoded(TEXT, found.data)).toEqual(['keyword from', 'variable.unresolved x']);
  });
  it('after a change are what differs, which gives the whole again', async () => {
    await openText(client, at().textDocument.uri, TEXT);
    const first = (await client.sendRequest(SemanticTokensRequest.type, at())) as SemanticTokens;
    const changed = TEXT.replace('from: x', 'from: o');
    await changeText(client, at().textDocument.uri, changed);
    const delta = (await client.sendRequest(SemanticTokensDeltaRequest.type, { ...at(), previousResultId: first.resultId ?? '' })) as SemanticTokensDelta;
    const data = [...first.data];
    for (const { start, deleteCount, data: put = [] } of [...delta.edits].reverse()) data.splice(start, deleteCount, ...put);
    expect(delta.edits.reduce((sum, edit) => sum + (edit.data?.length ?? 0), 0)).toBeLessThan(10);
    expect(decoded(changed, data)).toContain('variable o');
    const again = (await client.sendRequest(SemanticTokensDeltaRequest.type, { ...at(), previousResultId: delta.resultId ?? '' })) as SemanticTokensDelta;
    expect(again.edits).toEqual([]);
    expect('data' in ((await client.sendRequest(SemanticTokensDeltaRequest.type, { ...at(), previousResultId: 'older' })) as object)).toBe(true);
  });
});

describe('inlay hints', () => {
  const TEXT = 'spec: technical/v1\nmodel: all_sales\ninputs:\n  - { ref: stg_customers, as: customers }\n  - { ref: stg_orders, as: orders, grain: [order_id] }\nsteps:\n  - name: per_customer\n    from: orders\n    aggregate: { by: [orders.customer_id] }\n    columns:\n      - { name: customer_id }\nfrom: customers\njoins:\n  - { to: per_customer, type: left, keys: [customer_id] }\n  - { to: orders, type: left, keys: [customer_id] }\n  - { to: customers, as: c, type: left, keys: [customer_id], cardinality: many_to_one }\ncolumns:\n  - { name: sale_id }\n  - { name: channel, type: text }\n';
  const uri = (): string => example.uriOf('specs/marts/hints.technical.spec.yml');
  const hints = async (by = client, from = 0): Promise<string[]> => {
    await openText(by, uri(), TEXT);
    const found = ((await by.sendRequest(InlayHintRequest.type, { textDocument: { uri: uri() }, range: { start: { line: from, character: 0 }, end: { line: 99, character: 0 } } })) ?? []) as InlayHint[];
    return found.map(({ position, label, tooltip }) => `${position.line}: ${label as string} (${tooltip as string})`);
  };
  it('show grains, cardinalities that keys prove, and types that are known', async () => {
    expect(await hints()).toEqual([
      '1: one row per sale_id (unique test on sale_id)',
      '3: one row per customer_id (unique test on customer_id)',
      '13: one_to_one (per_customer: grouped by customer_id; customers: unique test on customer_id)',
      "17: : varchar (dbt's YAML has this type for all_sales.sale_id)",
    ]);
    expect((await hints(client, 14)).length).toBe(1);
  });
  it('can be turned off, one kind or all', async () => {
    let section: unknown = { inlayHints: { types: false } };
    const other = await connectClient({ workspace: { configuration: true } }, undefined, (fresh) => fresh.onRequest(ConfigurationRequest.type, () => [section]));
    await expect.poll(() => hints(other)).toEqual([expect.stringContaining('one row per'), expect.stringContaining('one row per'), expect.stringContaining('one_to_one')]);
    section = { inlayHints: { enabled: false }, codeLens: { enabled: false }, semanticTokens: { enabled: false } };
    await other.sendNotification(DidChangeConfigurationNotification.type, { settings: null });
    await expect.poll(() => hints(other)).toEqual([]);
    expect(await other.sendRequest(CodeLensRequest.type, { textDocument: { uri: uri() } })).toEqual([]);
    expect(await other.sendRequest(SemanticTokensRequest.type, { textDocument: { uri: uri() } })).toMatchObject({ data: [] });
    other.dispose();
  });
  it('can be turned off by a client that pushes its settings', async () => {
    const other = await connectClient({});
    await other.sendNotification(DidChangeConfigurationNotification.type, { settings: { specline: { inlayHints: { enabled: false } } } });
    expect(await hints(other)).toEqual([]);
    other.dispose();
  });
});
