import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CodeActionKind, CodeActionRequest, DidCloseTextDocumentNotification, type CodeAction, type Diagnostic, type ProtocolConnection } from 'vscode-languageserver/node';
import { parseSpec } from '../../engine/spec';
import { lineStarts, offsetAt } from '../../engine/text';
import { applyEdits, connectClient, openText, pullDiagnostics } from './support';

let folder = '';
let client: ProtocolConnection;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'specline-fix-'));
  cpSync('examples/jaffle', folder, { recursive: true, filter: (path) => !/\/(target|logs)$/.test(path) });
  client = await connectClient();
});
afterAll(() => {
  client.dispose();
  rmSync(folder, { recursive: true, force: true });
});

async function actionsAt(uri: string, diagnostic: Diagnostic, only?: CodeActionKind[]): Promise<CodeAction[]> {
  return (await client.sendRequest(CodeActionRequest.type, { textDocument: { uri }, range: diagnostic.range, context: { diagnostics: [diagnostic], ...(only ? { only } : {}) } })) as CodeAction[];
}

const TECHNICAL = readFileSync('examples/jaffle/specs/marts/order_revenue.technical.spec.yml', 'utf8');
const BUSINESS = readFileSync('examples/jaffle/specs/marts/order_revenue.business.spec.yml', 'utf8');
const SMALL = 'spec: technical/v1\nmodel: order_revenue\nimplements:\n  - { business: order_revenue.business.spec.yml }\ninputs:\n  - { ref: stg_orders, as: orders } # the orders\nfrom: orders\n';

/** Kind, broken text, code, title of the fix, and the text after it. */
type Case = [name: string, kind: 'technical' | 'business', text: string, code: string, title: string, after: string];
const CASES: Case[] = [
  ['a mistyped key', 'technical', `${SMALL}filters:\n  - { id: F-1, expresion: "a > 1" } # why\n`, 'SPEC012', 'Change to "expression"', `${SMALL}filters:\n  - { id: F-1, expression: "a > 1" } # why\n`],
  ['a mistyped section', 'technical', SMALL.replace('inputs:', 'input:'), 'SPEC012', 'Change to "inputs"', SMALL],
  ['a wrong choice', 'technical', `${SMALL}joins:\n  - { to: orders, type: lefft, keys: [a] }\n`, 'SPEC013', 'Change to "left"', `${SMALL}joins:\n  - { to: orders, type: left, keys: [a] }\n`],
  ['a wrong choice in quotes', 'technical', `${SMALL}joins:\n  - { to: orders, type: "lefft", keys: [a] }\n`, 'SPEC013', 'Change to "left"', `${SMALL}joins:\n  - { to: orders, type: left, keys: [a] }\n`],
  ['a missing section', 'technical', SMALL.replace(/model: .*\n/, ''), 'SPEC011', 'Add the section "model"', SMALL.replace('model: order_revenue', 'model: ""')],
  ['a missing section below comments', 'business', BUSINESS.replace(/owner: .*\n/, '# who asks\n'), 'SPEC011', 'Add the section "owner"', BUSINESS.replace(/owner: .*\n/, 'owner: ""\n# who asks\n')],
  ['a missing key of an item in braces', 'technical', `${SMALL}joins:\n  - { to: orders, keys: [a] } # why\n`, 'SPEC015', 'Add "type"', `${SMALL}joins:\n  - { to: orders, type: inner, keys: [a] } # why\n`],
  ['a missing last key of an item', 'technical', `${SMALL}joins:\n  - to: orders # why\nfilters: []\n`, 'SPEC015', 'Add "type"', `${SMALL}joins:\n  - to: orders # why\n    type: inner\nfilters: []\n`],
  ['a missing first key of an item', 'technical', `${SMALL}filters:\n  - expression: >-\n      a > 1\n\ntests: []\n`, 'SPEC015', 'Add "id"', `${SMALL}filters:\n  - id: F-1\n    expression: >-\n      a > 1\n\ntests: []\n`],
  ['an input that says not what it reads', 'technical', `${SMALL.replace('ref: stg_orders, ', '')}`, 'SPEC015', 'Add "ref"', SMALL.replace('ref: stg_orders', 'ref: ""')],
  ['a sentence split by commas', 'business', BUSINESS.replace(/statement: "[^"]*"/, 'statement: one, two\\n, three'), 'SPEC030', 'Quote the whole sentence', BUSINESS.replace(/statement: "[^"]*"/, 'statement: "one, two\\\\n, three"')],
  ['a bare number as expression', 'technical', `${SMALL}columns:\n  - { name: a, expression: 0, type: integer }\n`, 'SPEC031', 'Put it in quotes', `${SMALL}columns:\n  - { name: a, expression: "0", type: integer }\n`],
  ['a text that begins with a reserved sign', 'technical', `${SMALL}notes: @orders are late # why\n`, 'SPEC001', 'Put it in quotes', `${SMALL}notes: "@orders are late" # why\n`],
  ['a second colon', 'technical', `${SMALL}notes: late: orders # why\n`, 'SPEC001', 'Put it in quotes', `${SMALL}notes: "late: orders" # why\n`],
  ['a tab', 'technical', `${SMALL}joins:\n\t- { to: orders, type: left }\n`, 'SPEC003', 'Replace the tabs by spaces', `${SMALL}joins:\n  - { to: orders, type: left }\n`],
  ['a boolean of YAML 1.1', 'technical', `${SMALL}distinct: yes # why\n`, 'SPEC014', 'Change to true', `${SMALL}distinct: true # why\n`],
  ['a text where a list belongs', 'technical', `${SMALL}grain: order_id\n`, 'SPEC014', 'Put it in a list', `${SMALL}grain: [order_id]\n`],
  ['a duplicate id', 'technical', `${SMALL}filters:\n  - { id: F-1, expression: "a" }\n  - { id: "F-1", expression: "b" }\n`, 'SPEC026', 'Renumber to F-2', `${SMALL}filters:\n  - { id: F-1, expression: "a" }\n  - { id: F-2, expression: "b" }\n`],
  ['a mistyped model', 'technical', SMALL.replace('model: order_revenue', 'model: order_revenu'), 'SPEC020', 'Change to "order_revenue"', SMALL],
  ['a mistyped ref', 'technical', SMALL.replace('stg_orders', 'stg_order'), 'SPEC023', 'Change to "stg_orders"', SMALL],
  ['a mistyped alias', 'technical', SMALL.replace('from: orders', 'from: ordrs'), 'SPEC023', 'Change to "orders"', SMALL],
  ['a grain that is no column', 'technical', `${SMALL}grain: [oder_id]\ncolumns:\n  - { name: order_id }\n`, 'SPEC024', 'Change to "order_id"', `${SMALL}grain: [order_id]\ncolumns:\n  - { name: order_id }\n`],
  ['a meaning that is not recorded', 'technical', SMALL, 'SPEC028', 'Record the current meaning', SMALL.replace('spec.yml }', 'spec.yml, meaning: "MEANING" }')],
  ['a meaning that is not recorded, in a block', 'technical', SMALL.replace('- { business: order_revenue.business.spec.yml }', '- business: order_revenue.business.spec.yml # ours'), 'SPEC028', 'Record the current meaning', SMALL.replace('- { business: order_revenue.business.spec.yml }', '- business: order_revenue.business.spec.yml # ours\n    meaning: "MEANING"')],
];

describe('a quick fix', () => {
  for (const [name, kind, flat, code, title, expected] of CASES) {
    for (const end of ['\n', '\r\n']) {
      it(`mends ${name} and touches nothing else (${end === '\n' ? 'LF' : 'CRLF'})`, async () => {
        const text = flat.replace(/\n/g, end);
        const path = `specs/marts/order_revenue.${kind}.spec.yml`;
        const uri = pathToFileURL(join(folder, path)).toString();
        await openText(client, uri, text);
        const diagnostic = (await pullDiagnostics(client, uri)).find((one) => one.code === code);
        expect(diagnostic, code).toBeDefined();
        const action = (await actionsAt(uri, diagnostic as Diagnostic)).find((one) => one.title === title);
        expect(action?.diagnostics).toEqual([diagnostic]);
        const after = applyEdits(text, action?.edit?.changes?.[uri] ?? []);
        const meaning = /m1:sha256:[0-9a-f]{64}/.exec(after)?.[0] ?? '';
        expect(after).toBe(expected.replace('MEANING', meaning).replace(/\n/g, end));
        expect(parseSpec(path, after).yaml.errors).toEqual([]);
        await openText(client, uri, after);
        expect((await pullDiagnostics(client, uri)).filter((one) => one.code === code && one.message === diagnostic?.message)).toEqual([]);
      });
    }
  }
  it('is offered only where its problem is, and only for the kinds asked for', async () => {
    const uri = pathToFileURL(join(folder, 'specs/marts/order_revenue.technical.spec.yml')).toString();
    await openText(client, uri, `${SMALL}distinct: yes\n`);
    const diagnostic = (await pullDiagnostics(client, uri)).find((one) => one.code === 'SPEC014') as Diagnostic;
    expect((await actionsAt(uri, { ...diagnostic, range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } } })).map((action) => action.title)).not.toContain('Change to true');
    expect((await actionsAt(uri, diagnostic, [CodeActionKind.SourceOrganizeImports])).length).toBe(0);
    expect((await actionsAt(uri, diagnostic, [CodeActionKind.Source])).map(({ kind }) => kind)).toEqual(['source.fixAll.specline']);
    expect((await actionsAt(uri, diagnostic, [CodeActionKind.QuickFix])).map((action) => action.title)).toContain('Change to true');
  });
});

describe('template order', () => {
  const order = async (text: string): Promise<string | undefined> => {
    const uri = pathToFileURL(join(folder, 'specs/marts/typed.technical.spec.yml')).toString();
    await openText(client, uri, text);
    const actions = (await client.sendRequest(CodeActionRequest.type, { textDocument: { uri }, range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }, context: { diagnostics: [] } })) as CodeAction[];
    const action = actions.find((one) => one.kind === CodeActionKind.RefactorRewrite);
    return action && applyEdits(text, action.edit?.changes?.[uri] ?? []);
  };
  it('keeps every line, with the comments above a section, in any line end', async () => {
    for (const end of ['\n', '\r\n']) {
      const text = '# head\n\nmodel: x\n# what it reads\ninputs: # all\n  - { ref: a }\n\nspec: technical/v1\nnotes: |\n  a\n\nfrom: a'.replace(/\n/g, end);
      expect(await order(text)).toBe('# head\n\nspec: technical/v1\nmodel: x\n# what it reads\ninputs: # all\n  - { ref: a }\n\nfrom: a\nnotes: |\n  a\n\n'.replace(/\n/g, end));
    }
  });
  it('is not offered where moving would change what is said', async () => {
    for (const text of ['{ model: x, spec: technical/v1 }\n', 'model: &m x\nspec: technical/v1\nnotes: *m\nfrom: *m\n', 'model: x\nspec: technical/v1\n...\n', 'spec: technical/v1\nmodel: x\n']) {
      const after = await order(text);
      if (after !== undefined) expect(parseSpec('a.technical.spec.yml', after).yaml.errors).toEqual([]);
    }
    expect(await order('{ model: x, spec: technical/v1 }\n')).toBeUndefined();
    expect(await order('inputs:\n  - &a { ref: b }\nfrom: x\njoins: *a\nspec: technical/v1\nsteps: *a\n')).toBeDefined();
    expect(await order('from: &a x\nmodel: *a\nspec: technical/v1\n')).toBeUndefined();
  });
});

describe('a diagnostic', () => {
  const range = async (kind: 'technical' | 'business', text: string, code: string): Promise<string[]> => {
    const uri = pathToFileURL(join(folder, `specs/marts/typed.${kind}.spec.yml`)).toString();
    await openText(client, uri, text);
    const starts = lineStarts(text);
    return (await pullDiagnostics(client, uri)).filter((one) => one.code === code).map((one) => `${text.slice(offsetAt(text, starts, one.range.start), offsetAt(text, starts, one.range.end))} ← ${String(one.message)}`);
  };
  it('of an unclosed quote or bracket stands where it was opened', async () => {
    expect(await range('technical', `${SMALL}notes: "😀 never\nfrom: x\n`, 'SPEC001')).toEqual(['"😀 never ← This quote is not closed; add the closing quote.']);
    expect(await range('technical', 'spec: technical/v1\nmodel: x\ninputs:\n  - { ref: a\nfrom: x\n', 'SPEC001')).toEqual(['{ ref: a ← This bracket is not closed; add the closing }.']);
  });
  it('says that a second document is not read', async () => {
    expect(await range('technical', `${SMALL}---\nfrom: x\n`, 'SPEC001')).toEqual(['--- ← A second document starts here and is not read; keep one spec a file.']);
  });
  it('counts UTF-16 units behind an emoji', async () => {
    expect(await range('technical', `${SMALL}filters:\n  - { id: F-1, expression: "a = '😀'", att: having }\n`, 'SPEC012')).toEqual(['att ← "att" is no key of filters[0]. Did you mean "at"?']);
  });
  it('names every missing section, and every duplicate key', async () => {
    expect((await range('business', 'spec: business/v1\nmodel: x\n', 'SPEC011')).length).toBe(5);
    expect(await range('technical', `${SMALL}from: again\n`, 'SPEC002')).toEqual(['from ← The key "from" stands twice here; only the first counts, merge them.']);
  });
  it('of a choice of keys is one that says what to write', async () => {
    expect(await range('technical', SMALL.replace('ref: stg_orders, ', ''), 'SPEC015')).toEqual(['as ← inputs[0] lacks "ref" or "source" or "this"; write one of them.']);
    expect(await range('technical', SMALL.replace('as: orders', 'source: shop.raw_orders'), 'SPEC015')).toEqual(['source ← inputs[0] has "ref" and "source"; keep one of them.']);
    expect(await range('technical', `${SMALL}columns:\n  - { type: text }\n`, 'SPEC015')).toEqual(['type ← columns[0] lacks "name" or "all_from"; write one of them.']);
  });
  it('of a mistyped key is one, without the key that is then missing', async () => {
    const uri = pathToFileURL(join(folder, 'specs/marts/typed.technical.spec.yml')).toString();
    await openText(client, uri, `${SMALL}joins:\n  - { to: orders, typ: left, keys: [order_id] }\n`);
    expect((await pullDiagnostics(client, uri)).filter((one) => /type/.test(String(one.message)) && String(one.code).startsWith('SPEC')).map((one) => one.code)).toEqual(['SPEC012']);
  });
  it('follows none but the YAML error in what is read in part', async () => {
    const uri = pathToFileURL(join(folder, 'specs/marts/typed.technical.spec.yml')).toString();
    await openText(client, uri, `${SMALL}joins:\n\t- to: orders\n`);
    expect((await pullDiagnostics(client, uri)).map((one) => one.code).filter((code) => /^SPEC01/.test(String(code)))).toEqual([]);
  });
  it('accepts the example as it is', async () => {
    const uri = pathToFileURL(join(folder, 'specs/marts/order_revenue.technical.spec.yml')).toString();
    await client.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri: pathToFileURL(join(folder, 'specs/marts/typed.technical.spec.yml')).toString() } });
    await openText(client, pathToFileURL(join(folder, 'specs/marts/order_revenue.business.spec.yml')).toString(), BUSINESS);
    await openText(client, uri, TECHNICAL);
    expect((await pullDiagnostics(client, uri)).filter((one) => String(one.code).startsWith('SPEC'))).toEqual([]);
  });
});
