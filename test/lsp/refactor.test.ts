import { describe, expect, it } from 'vitest';
import { CodeActionKind, CodeActionRequest, type CodeAction, type ProtocolConnection } from 'vscode-languageserver/node';
import { parseSpec } from '../../engine/spec';
import { lineStarts, positionAt } from '../../engine/text';
import { BUSINESS, VALUE, type Example } from './example';
import { onExample } from './onExample';
import { applyEdits, openText } from './support';

let example: Example;
let client: ProtocolConnection;
onExample((own, connected) => ([example, client] = [own, connected]));

/** The actions for what stands between `[[` and `]]`, or at the start. */
async function actions(path: string, marked: string, only?: string[]): Promise<{ text: string; found: CodeAction[]; uri: string }> {
  const start = Math.max(0, marked.indexOf('[['));
  const text = marked.replace('[[', '').replace(']]', '');
  const end = Math.max(start, marked.indexOf(']]') - 2);
  const starts = lineStarts(text);
  const uri = example.uriOf(path);
  await openText(client, uri, text);
  const found = (await client.sendRequest(CodeActionRequest.type, { textDocument: { uri }, range: { start: positionAt(starts, start), end: positionAt(starts, end) }, context: { diagnostics: [], ...(only ? { only } : {}) } })) as CodeAction[];
  return { text, found, uri };
}

describe('fix-all on save', () => {
  const FIX_ALL = ['source.fixAll'];
  it('mends what needs no decision, all at once, and nothing else', async () => {
    const broken = 'spec: technical/v1\nmodel: custmer_value\ninputs:\n\t- { ref: stg_orders }\ngrain: customer_id # one\ndistinct: yes\nnotes: late: orders\ncolumns:\n  - { name: a, expression: 1 }\n';
    const { text, found, uri } = await actions(VALUE, broken, FIX_ALL);
    expect(found.map(({ kind }) => kind)).toEqual(['source.fixAll.specline']);
    expect(applyEdits(text, found[0]?.edit?.changes?.[uri] ?? [])).toBe('spec: technical/v1\nmodel: custmer_value\ninputs:\n  - { ref: stg_orders }\ngrain: [customer_id] # one\ndistinct: true\nnotes: "late: orders"\ncolumns:\n  - { name: a, expression: "1" }\n');
  });
  it('is not offered where a person has to decide, nor unasked', async () => {
    const guesses = 'spec: technical/v1\nmodel: custmer_value\ninput: []\nfilters:\n  - { id: F-1, expression: "a" }\n  - { id: F-1, expression: "b" }\n';
    expect((await actions(VALUE, guesses, FIX_ALL)).found).toEqual([]);
    const { found } = await actions(VALUE, 'spec: technical/v1\nmodel: customer_value\ninputs: []\ndistinct: yes\n');
    expect(found.filter(({ kind }) => kind?.startsWith('source'))).toEqual([]);
  });
  it('keeps the line ends of the file', async () => {
    const { text, found, uri } = await actions(VALUE, 'spec: technical/v1\r\nmodel: customer_value\r\ninputs: []\r\ndistinct: yes\r\nnotes: a\r\n', FIX_ALL);
    expect(applyEdits(text, found[0]?.edit?.changes?.[uri] ?? [])).toBe(text.replace('yes', 'true'));
  });
});

describe('extracting a term', () => {
  const extract = async (marked: string): Promise<string | undefined> => {
    const { text, found, uri } = await actions(BUSINESS, marked, [CodeActionKind.RefactorExtract]);
    const [action] = found;
    if (!action) return undefined;
    const after = applyEdits(text, action.edit?.changes?.[uri] ?? []);
    expect(parseSpec(BUSINESS, after).yaml.errors).toEqual([]);
    return after;
  };
  it('makes the selected words a term whose meaning is to be written', async () => {
    const before = example.read(BUSINESS);
    const after = await extract(before.replace('paid amount in', '[[paid amount]] in'));
    expect(after).toBe(before.replace('measures:\n', 'terms:\n  - { id: TERM-paid-amount, term: "paid amount", means: "" }\nmeasures:\n'));
  });
  it('adds to the terms that are there', async () => {
    const text = 'spec: business/v1\nmodel: m\nquestion: How many [[late orders]] are there?\nterms:\n  - id: TERM-late-orders\n    term: "x"\n    means: "y"\n';
    expect(await extract(text)).toBe(`${text.replace(/[[\]]/g, '')}  - { id: TERM-late-orders-2, term: "late orders", means: "" }\n`);
  });
  it('is not offered for a term, a half sentence, a key or an id', async () => {
    const base = example.read(BUSINESS);
    expect(await extract('spec: business/v1\nmodel: m\nquestion: How many [[Orders]]?\nterms:\n  - { id: TERM-1, term: "orders", means: "y" }\n')).toBeUndefined();
    expect(await extract(base.replace('no order", then', 'no [[order", then]]'))).toBeUndefined();
    expect(await extract(base.replace('question:', '[[question]]:'))).toBeUndefined();
    expect(await extract(base.replace('EC-no-order', 'EC-[[no]]-order'))).toBeUndefined();
    expect(await extract(base.replace('question: ', 'question: [[]]'))).toBeUndefined();
  });
});

describe('moving a waiver', () => {
  it('to the clause that its own most likely meant', async () => {
    const text = example.read(VALUE).replace('{ clause: CW-ledger,', '{ clause: [[]]joins/payed,');
    const { found, uri, text: plain } = await actions(VALUE, text, [CodeActionKind.Refactor]);
    const move = found.find(({ title }) => title === 'Move the waiver to joins/paid');
    expect(applyEdits(plain, move?.edit?.changes?.[uri] ?? [])).toBe(plain.replace('joins/payed', 'joins/paid'));
  });
  it('to another spec that serves the same line, word for word with its comment', async () => {
    const other = 'specs/intermediate/int_order_payments.technical.spec.yml';
    const serving = example.read(other).replace('order_revenue.business', 'customer_value.business');
    await openText(client, example.uriOf(other), serving);
    const text = `${example.read(VALUE).replace('  - { clause: CW-ledger,', '  # agreed in May\n  - { [[]]clause: CW-ledger,')}notes: "a"\n`;
    const { found, uri, text: plain } = await actions(VALUE, text, [CodeActionKind.Refactor]);
    const move = found.find(({ title }) => title === `Move the waiver to ${other}`);
    const changes = move?.edit?.changes ?? {};
    expect(applyEdits(plain, changes[uri] ?? [])).toBe(plain.replace(/waivers:\n[\s\S]*?(?=notes)/, ''));
    const gained = applyEdits(serving, changes[example.uriOf(other)] ?? []);
    expect(gained).toContain('waivers:\n  # agreed in May\n  - { clause: CW-ledger, reason: "the ledger is exported from January on", by: "Ines", until: 2027-03-31 }\n');
    expect(parseSpec(other, gained).yaml.errors).toEqual([]);
    await openText(client, example.uriOf(other), example.read(other));
  });
  it('is not offered for a waiver that is where it belongs', async () => {
    const { found } = await actions(VALUE, example.read(VALUE).replace('{ clause: CW-ledger', '{ [[]]clause: CW-ledger'), [CodeActionKind.Refactor]);
    expect(found.filter(({ title }) => title.startsWith('Move'))).toEqual([]);
  });
});
