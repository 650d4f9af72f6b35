import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CodeActionRequest, CompletionResolveRequest, DidChangeWatchedFilesNotification, DocumentDiagnosticRequest, FileChangeType, HoverRequest, PublishDiagnosticsNotification, RegistrationRequest, type CodeAction, type Diagnostic, type FullDocumentDiagnosticReport, type Hover, type ProtocolConnection, type RegistrationParams } from 'vscode-languageserver/node';
import { BUILT_IN, keysOf, parseSpec, readConfig, settingsSchema, type SpecTemplate } from '../../engine/spec';
import { KEYWORDS } from '../../engine/spec/template/keywords';
import { lineStarts, positionAt } from '../../engine/text';
import { placeText } from '../../server/features/hover';
import { diskSettings } from '../../platform/settingsFiles';
import { BUSINESS, copyExample, type Example } from './example';
import { applyEdits, applyItem, changeText, completionItems, connectClient, openText, pullDiagnostics } from './support';

const HOUSE = [
  'business:', '  properties:',
  '    retention: { title: "How long may it be kept?", description: "Until when rows are deleted.", type: string, examples: ["10 years"], x-tier: minimal, x-after: owner }',
  '    risks:', '      title: "What can go wrong in use?"', '      x-prefix: RISK', '      items:', '        required: [id, risk, level]', '        properties:', '          id: { type: string }', '          risk: { title: "Which risk?", type: string }', '          level: { title: "How bad is it?", type: string, enum: [low, high] }',
  '    edge_cases: { items: { properties: { severity: { title: "How bad is it?", type: string, enum: [minor, major] } } } }', '',
].join('\n');

let example: Example;
let client: ProtocolConnection;

function write(path: string, text: string): void {
  mkdirSync(dirname(join(example.folder, path)), { recursive: true });
  writeFileSync(join(example.folder, path), text);
}

const template = (): SpecTemplate => readConfig(diskSettings(example.folder)).template;
const told = (diagnostics: readonly Diagnostic[]): string[] => diagnostics.filter(({ code }) => /^SPEC01/.test(String(code))).map(({ code, message }) => `${String(code)} ${message}`);

beforeEach(async () => {
  example = copyExample();
  write('specline.yml', 'extends: "@acme/specline-template"\n');
  write('node_modules/@acme/specline-template/package.json', '{"specline": "house.yml"}');
  write('node_modules/@acme/specline-template/house.yml', HOUSE);
  client = await connectClient({ textDocument: { diagnostic: {}, completion: { completionItem: { snippetSupport: false } } } });
});
afterEach(() => {
  client.dispose();
  example.remove();
});

describe("an organisation's section in the editor", () => {
  it('is asked for with a fix that adds it, at once when a spec is opened', async () => {
    const uri = example.uriOf(BUSINESS);
    const text = example.read(BUSINESS);
    await openText(client, uri, text);
    const diagnostics = await pullDiagnostics(client, uri);
    expect(told(diagnostics)).toEqual(['SPEC011 The section "retention" is missing. How long may it be kept?']);
    const actions = (await client.sendRequest(CodeActionRequest.type, { textDocument: { uri }, range: diagnostics.find(({ code }) => code === 'SPEC011')?.range ?? { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } }, context: { diagnostics } })) as CodeAction[];
    const fix = actions.find(({ title }) => title === 'Add the section "retention"');
    const fixed = applyEdits(text, fix?.edit?.changes?.[uri] ?? []);
    expect(fixed).toMatch(/owner: .*\nretention: ""\n/);
    expect(parseSpec(BUSINESS, fixed, template()).problems.map(({ message }) => message)).toEqual(['retention is empty. How long may it be kept?']);
  });
  it('completes like a built-in one: keys, whole items with a free id, choices', async () => {
    const uri = example.uriOf(BUSINESS);
    const text = `${example.read(BUSINESS).trimEnd()}\n`;
    await openText(client, uri, text);
    const keys = await completionItems(client, uri, text, text.length);
    const risks = keys.find(({ label }) => label === 'risks');
    expect(risks).toMatchObject({ detail: 'What can go wrong in use?' });
    const resolved = await client.sendRequest(CompletionResolveRequest.type, keys.find(({ label }) => label === 'retention') ?? { label: '' });
    expect(JSON.stringify(resolved.documentation)).toMatch(/Until when rows are deleted.*10 years.*Asked by `node_modules\/@acme\/specline-template\/house.yml`/);
    const taken = applyItem(text, risks ?? { label: '' });
    expect(taken).toContain('risks:\n  - { id: RISK-1, risk: "", level: low }');
    expect(parseSpec(BUSINESS, taken, template()).problems.map(({ message }) => message)).toEqual(['The section "retention" is missing. How long may it be kept?', 'risks[0].risk is empty. Which risk?']);
    const level = `${text}risks:\n  - { id: RISK-1, risk: "a", level: `;
    await changeText(client, uri, level);
    expect((await completionItems(client, uri, level, level.length)).map(({ label }) => label)).toEqual(['low', 'high']);
    const field = text.replace(/(- \{ id: EC-[^}]*) \}/, '$1, severity:  }');
    await changeText(client, uri, field);
    expect((await completionItems(client, uri, field, field.indexOf('severity: ') + 10)).map(({ label }) => label)).toEqual(['minor', 'major']);
  });
  it('completes numbers, examples and booleans as they are written', async () => {
    write('specline.yml', 'business:\n  properties:\n    years: { title: "How many years?", type: integer, minimum: 1, enum: [1, 10] }\n    count: { title: "How many rows?", type: number, x-tier: minimal }\n    region: { title: "Where?", type: string, examples: ["the EU", worldwide] }\n');
    const uri = example.uriOf(BUSINESS);
    const labels = async (line: string): Promise<string[]> => {
      const text = `${example.read(BUSINESS)}${line}`;
      await openText(client, uri, text);
      return (await completionItems(client, uri, text, text.length)).map((item) => (item.textEdit as { newText: string }).newText);
    };
    expect(await labels('years: ')).toEqual(['1', '10']);
    expect(await labels('region: ')).toEqual(['"the EU"', 'worldwide']);
    expect(await labels('cou')).toContain('count:');
    const text = `${example.read(BUSINESS)}count: many\nyears: 0\n`;
    await openText(client, uri, text);
    expect(told(await pullDiagnostics(client, uri))).toEqual(['SPEC014 count must be a number. How many rows?', 'SPEC013 years is one of 1, 10, not "0".', 'SPEC010 years is 0, less than 1.']);
  });
  it('shows its question on hover, and who asks it', async () => {
    const uri = example.uriOf(BUSINESS);
    const text = `${example.read(BUSINESS)}retention: 10 years\n`;
    await openText(client, uri, text);
    const hover = (await client.sendRequest(HoverRequest.type, { textDocument: { uri }, position: positionAt(lineStarts(text), text.indexOf('retention') + 2) })) as Hover;
    expect(hover.contents).toEqual({ kind: 'markdown', value: '**How long may it be kept?**\n\nUntil when rows are deleted.\n\nFor example: `10 years`\n\nAsked by `node_modules/@acme/specline-template/house.yml`' });
    const owner = (await client.sendRequest(HoverRequest.type, { textDocument: { uri }, position: positionAt(lineStarts(text), text.indexOf('owner') + 2) })) as Hover;
    expect(JSON.stringify(owner.contents)).not.toContain('Asked by');
    expect(placeText({ title: 'A', description: '![x](https://example.com/a.png) <b> `[]`', 'x-asked-by': 'a.yml' })).toContain('\\!\\[x\\](https://example.com/a.png) \\<b\\> `[]`');
  });
});

describe('a template that changes while a spec is open', () => {
  it('has the spec looked at anew, saved or not', async () => {
    const [uri, settings] = [example.uriOf(BUSINESS), example.uriOf('specline.yml')];
    await openText(client, uri, example.read(BUSINESS));
    expect(told(await pullDiagnostics(client, uri))).toHaveLength(1);
    await openText(client, settings, 'extends: "@acme/specline-template"\n');
    await changeText(client, settings, 'layout: specs\n');
    expect(told(await pullDiagnostics(client, uri))).toEqual([]);
    await changeText(client, settings, 'business: { required: [history] }\n');
    expect(told(await pullDiagnostics(client, uri))).toEqual(['SPEC011 The section "history" is missing. How far back does it go?']);
    await changeText(client, settings, 'extends: "@acme/specline-template"\n');
    write('node_modules/@acme/specline-template/house.yml', 'business: { required: [sensitivity] }\n');
    await client.sendNotification(DidChangeWatchedFilesNotification.type, { changes: [{ uri: example.uriOf('node_modules/@acme/specline-template/house.yml'), type: FileChangeType.Changed }] });
    expect(told(await pullDiagnostics(client, uri))).toEqual(['SPEC011 The section "sensitivity" is missing. Who may see it?']);
  });
  it('is pushed to clients that do not ask', async () => {
    const pushed = new Map<string, Diagnostic[]>();
    const other = await connectClient({}, undefined, (own) => own.onNotification(PublishDiagnosticsNotification.type, ({ uri, diagnostics }) => void pushed.set(uri, diagnostics)));
    const [uri, settings] = [example.uriOf(BUSINESS), example.uriOf('specline.yml')];
    await openText(other, uri, example.read(BUSINESS));
    await expect.poll(() => told(pushed.get(uri) ?? []), { timeout: 10_000 }).toEqual(['SPEC011 The section "retention" is missing. How long may it be kept?']);
    await openText(other, settings, 'business: { required: [history] }\n');
    await expect.poll(() => told(pushed.get(uri) ?? []), { timeout: 10_000 }).toEqual(['SPEC011 The section "history" is missing. How far back does it go?']);
    other.dispose();
  });
});

describe('a template that cannot be used', () => {
  const BAD = 'extends: "@acme/specline-template"\nbusiness:\n  properties: { question: { type: array } }\n';
  it('has one error at its place in its own file, open or not, and every spec says so', async () => {
    const pushed = new Map<string, Diagnostic[]>();
    client.onNotification(PublishDiagnosticsNotification.type, ({ uri, diagnostics }) => void pushed.set(uri, diagnostics));
    write('specline.yml', BAD);
    const [uri, settings] = [example.uriOf(BUSINESS), example.uriOf('specline.yml')];
    await openText(client, uri, `${example.read(BUSINESS)}retention: 10 years\n`);
    expect(told(await pullDiagnostics(client, uri))).toEqual(["SPEC017 The organisation's template cannot be used (specline.yml says why), so this spec is held against the built-in one alone, and keys of its own are not judged."]);
    await expect.poll(() => pushed.get(settings), { timeout: 10_000 }).toMatchObject([{ code: 'SPEC017', severity: 1, range: { start: { line: 2, character: 28 }, end: { line: 2, character: 32 } } }]);
    await openText(client, settings, BAD);
    expect(told(await pullDiagnostics(client, settings))).toEqual(['SPEC017 question is string; a template cannot change that to array.']);
    await expect.poll(() => pushed.get(settings), { timeout: 10_000 }).toEqual([]);
    await changeText(client, settings, BAD.replace('array', 'string'));
    expect(told(await pullDiagnostics(client, settings))).toEqual([]);
    expect(told(await pullDiagnostics(client, uri))).toEqual([]);
  });
  it('is told in a file of its own without a project, too', async () => {
    write('shared/specline.yml', 'business: { properties: { retention: { type: text } } }\n');
    const uri = example.uriOf('shared/specline.yml');
    await openText(client, uri, example.read('shared/specline.yml'));
    expect(told(await pullDiagnostics(client, uri))[0]).toContain('SPEC017 type is one of string');
  });
});

describe('in a template itself', () => {
  const at = async (text: string): Promise<string[]> => {
    const uri = example.uriOf('templates/house.specline.yml');
    const offset = text.indexOf('|');
    const plain = text.replace('|', '');
    await openText(client, uri, plain);
    return (await completionItems(client, uri, plain, offset)).map(({ label }) => label);
  };
  it('completes settings, keywords, the built-in keys that can be narrowed, and choices', async () => {
    expect(await at('|')).toEqual(expect.arrayContaining(['extends', 'business', 'technical', 'layout', 'tiers', 'severities']));
    expect(await at('business:\n  |')).toEqual(expect.arrayContaining(['properties', 'required', 'allOf']));
    expect(await at('business:\n  properties:\n    |')).toEqual(keysOf(BUILT_IN.schemas.business));
    expect(await at('business:\n  properties:\n    edge_cases:\n      items:\n        properties:\n          |')).toEqual(['id', 'when', 'then', 'example']);
    expect(await at('business:\n  properties:\n    retention:\n      x-tier: |')).toEqual(['minimal', 'full', 'optional']);
    expect(await at('business:\n  properties:\n    retention: { type: string, format: | }')).toContain('date-time');
    expect(await at('business:\n  allOf:\n    - if: { required: [a] }\n      |')).toContain('then');
    expect(await at('severities:\n  SPEC016: |')).toEqual(['error', 'warning', 'information', 'off']);
  });
  it('shows on hover what a keyword asks, and the question of the built-in place that is narrowed', async () => {
    const text = 'business:\n  properties:\n    owner: { x-message: "Teams." }\n';
    const uri = example.uriOf('specline.yml');
    await openText(client, uri, text);
    const shown = async (word: string): Promise<string> => JSON.stringify(((await client.sendRequest(HoverRequest.type, { textDocument: { uri }, position: positionAt(lineStarts(text), text.indexOf(word) + 1) })) as Hover).contents);
    expect(await shown('owner')).toContain('Who stands for the answer?');
    expect(await shown('x-message')).toContain('What is said where it is broken?');
    expect(await shown('business')).toContain('What do business specs say beyond the built-in template?');
  });
  it('reads every keyword that it offers, and offers every one that it reads', () => {
    expect(keysOf(settingsSchema().definitions?.['place']).sort()).toEqual(Object.keys(KEYWORDS).filter((key) => key !== 'default' && key !== '$comment').sort());
  });
});

describe('files of settings outside the workspace', () => {
  it('are watched where the client can', async () => {
    const registered: RegistrationParams[] = [];
    const other = await connectClient({ textDocument: { diagnostic: {} }, workspace: { didChangeWatchedFiles: { dynamicRegistration: true, relativePatternSupport: true } } }, undefined, (own) => own.onRequest(RegistrationRequest.type, (params) => void registered.push(params)));
    const uri = example.uriOf(BUSINESS);
    await openText(other, uri, example.read(BUSINESS));
    await (other.sendRequest(DocumentDiagnosticRequest.type, { textDocument: { uri } }) as Promise<FullDocumentDiagnosticReport>);
    await expect.poll(() => JSON.stringify(registered), { timeout: 10_000 }).toContain('house.yml');
    other.dispose();
  });
});

it('the built-in template is what a spec has without one', () => {
  expect(parseSpec(BUSINESS, '').template).toBe(BUILT_IN);
});
