import { describe, expect, it } from 'vitest';
import { CompletionResolveRequest, DocumentOnTypeFormattingRequest, DocumentRangeFormattingRequest, LinkedEditingRangeRequest, SelectionRangeRequest, SignatureHelpRequest, type MarkupContent, type ProtocolConnection, type SelectionRange, type TextEdit } from 'vscode-languageserver/node';
import { lineStarts, offsetAt, positionAt } from '../../engine/text';
import { cursorIn } from '../support/spans';
import { inBrackets, VALUE, type Example } from './example';
import { onExample } from './onExample';
import { applyEdits, completionItems, openText } from './support';

let example: Example;
let client: ProtocolConnection;
onExample((own, connected) => ([example, client] = [own, connected]));

/** Opens a marked spec and gives the place of its cursor. */
async function opened(kind: 'business' | 'technical', marked: string): Promise<{ textDocument: { uri: string }; position: ReturnType<typeof positionAt>; text: string }> {
  const { text, offset } = cursorIn(marked);
  const uri = example.uriOf(`specs/marts/typed.${kind}.spec.yml`);
  await openText(client, uri, text);
  return { textDocument: { uri }, position: positionAt(lineStarts(text), offset), text };
}

describe('selection ranges', () => {
  const grown = async (marked: string): Promise<string[]> => {
    const { textDocument, position, text } = await opened('technical', marked);
    const [found] = (await client.sendRequest(SelectionRangeRequest.type, { textDocument, positions: [position] })) ?? [];
    const out: string[] = [];
    for (let at: SelectionRange | undefined = found; at; at = at.parent) out.push(text.slice(offsetAt(text, lineStarts(text), at.range.start), offsetAt(text, lineStarts(text), at.range.end)));
    return out;
  };
  it('grow from the word over the value, the key, the item and the section to the document', async () => {
    const text = 'spec: technical/v1\nfilters:\n  - { id: F-1, expression: "a.sta|tus = 1" }\n';
    const plain = text.replace('|', '');
    expect(await grown(text)).toEqual(['status', 'a.status = 1', '"a.status = 1"', 'expression: "a.status = 1"', '{ id: F-1, expression: "a.status = 1" }', '- { id: F-1, expression: "a.status = 1" }\n', 'filters:\n  - { id: F-1, expression: "a.status = 1" }\n', plain]);
  });
  it('of a key are the key, its entry and the document', async () => {
    expect(await grown('mod|el: x\n')).toEqual(['model', 'model: x', 'model: x\n']);
  });
  it('of an empty document are that', async () => {
    expect(await grown('|')).toEqual(['']);
  });
});

describe('range formatting', () => {
  it('tidies the lines of the range and no others', async () => {
    const { textDocument, text } = await opened('technical', 'spec: technical/v1   \nmodel: x   \n\n\n\nnotes: a   |\n');
    const edits = (await client.sendRequest(DocumentRangeFormattingRequest.type, { textDocument, range: { start: { line: 1, character: 3 }, end: { line: 3, character: 0 } }, options: { tabSize: 2, insertSpaces: true } })) ?? [];
    expect(applyEdits(text, edits)).toBe('spec: technical/v1   \nmodel: x\n\n\nnotes: a   \n');
  });
});

describe('on-type formatting', () => {
  const cases: [name: string, kind: 'business' | 'technical', marked: string, after: string][] = [
    ['a list’s first item gets its dash', 'business', 'edge_cases:\n|', 'edge_cases:\n  - '],
    ['the next key of an item stands below the first', 'business', 'edge_cases:\n  - id: EC-1\n  |\n', 'edge_cases:\n  - id: EC-1\n    \n'],
    ['a map’s first key is further in', 'business', 'grain:\n|\nowner: a\n', 'grain:\n  \nowner: a\n'],
    ['a list in an item', 'technical', 'steps:\n  - name: a\n    joins:\n    |\n', 'steps:\n  - name: a\n    joins:\n      - \n'],
    ['with a comment behind the key', 'technical', 'inputs: # all\n|', 'inputs: # all\n  - '],
    ['in a file with CRLF', 'technical', 'inputs:\r\n|\r\nfrom: a\r\n', 'inputs:\r\n  - \r\nfrom: a\r\n'],
    ['nothing behind a value', 'technical', 'model: x\n|', 'model: x\n'],
    ['nothing behind a blank line', 'technical', 'inputs:\n\n|', 'inputs:\n\n'],
    ['nothing in a block text', 'technical', 'notes: |\n  a:\n¦'.replace('|\n', '>\n').replace('¦', '|'), 'notes: >\n  a:\n'],
    ['nothing in quotes', 'technical', 'notes: "a:\n|"\n', 'notes: "a:\n"\n'],
    ['nothing in braces', 'technical', 'inputs:\n  - { ref:\n|}\n', 'inputs:\n  - { ref:\n}\n'],
    ['nothing before text', 'technical', 'inputs:\n|from: a\n', 'inputs:\nfrom: a\n'],
    ['nothing where it is right', 'technical', 'inputs:\n  - |\n', 'inputs:\n  - \n'],
  ];
  for (const [name, kind, marked, after] of cases) {
    it(name, async () => {
      const { textDocument, position, text } = await opened(kind, marked);
      const edits = (await client.sendRequest(DocumentOnTypeFormattingRequest.type, { textDocument, position, ch: '\n', options: { tabSize: 2, insertSpaces: true } })) as TextEdit[];
      expect(applyEdits(text, edits)).toBe(after);
    });
  }
});

describe('linked editing', () => {
  const linked = async (needle: string): Promise<string[] | null> => {
    const at = await example.at(client, VALUE, needle);
    const found = await client.sendRequest(LinkedEditingRangeRequest.type, at);
    return found && found.ranges.map((range) => inBrackets(at.text, range));
  };
  it('types an alias in all places at once', async () => {
    expect(await linked('as: cust|omers')).toEqual(['- { ref: stg_customers, as: [customers], grain: [customer_id] }', 'from: [customers]', '- { name: customer_id, from: [[customers].customer_id] }']);
  });
  it('is not for ids, which stand in other files, nor for columns', async () => {
    expect(await linked('id: F-p|aid')).toBeNull();
    expect(await linked('name: val|ue')).toBeNull();
  });
});

describe('signature help', () => {
  const cases: [name: string, kind: 'business' | 'technical', marked: string, label: RegExp, active: string | undefined][] = [
    ['in braces: the first key that is missing', 'business', 'edge_cases:\n  - { | }\n', /^edge_cases \{ id, when, then, example\? \}$/, 'id'],
    ['in braces: the key that is written', 'business', 'edge_cases:\n  - { id: EC-1, when: "|" }\n', /^edge_cases/, 'when'],
    ['in the braces of a join', 'technical', 'joins:\n  - { to: a, type: left, | }\n', /^joins \{ to, /, 'as?'],
    ['in an example: its tables', 'business', 'correct_when:\n  - { id: CW-1, statement: "a", example: { | } }\n', /^example \{ given, expected \}$/, 'given'],
    ['in a row: the columns of the rows before', 'business', 'measures:\n  - { id: M-1, name: "amount", means: "what was paid" }\ncorrect_when:\n  - id: CW-1\n    statement: "a"\n    example:\n      given:\n        - { customer: 1, amount: 40 }\n        - { customer: 2, | }\n', /^given row \{ customer, amount \}$/, 'amount'],
    ['in the other table: the columns of the first', 'business', 'correct_when:\n  - { id: CW-1, statement: "a", example: { given: [{ customer: 1 }], expected: [{ | }] } }\n', /^expected row \{ customer \}$/, 'customer'],
  ];
  for (const [name, kind, marked, label, active] of cases) {
    it(name, async () => {
      const help = await client.sendRequest(SignatureHelpRequest.type, await opened(kind, marked));
      const [signature] = help?.signatures ?? [];
      expect(signature?.label).toMatch(label);
      const at = signature?.parameters?.[help?.activeParameter ?? -1]?.label as [number, number] | undefined;
      expect(at && signature?.label.slice(at[0], at[1])).toBe(active);
      if (name.startsWith('in a row')) expect((signature?.parameters?.[1]?.documentation as MarkupContent).value).toBe('what was paid');
    });
  }
  it('says nothing outside', async () => {
    expect(await client.sendRequest(SignatureHelpRequest.type, await opened('business', 'question: how| much\n'))).toBeNull();
    expect(await client.sendRequest(SignatureHelpRequest.type, await opened('business', 'edge_cases:\n  - { id: EC-1 } # |\n'))).toBeNull();
  });
});

describe('completion', () => {
  it('looks the documentation of a model up when it is asked for', async () => {
    const { text, textDocument } = await opened('technical', 'spec: technical/v1\ninputs:\n  - { ref: stg_o| }\n');
    const item = (await completionItems(client, textDocument.uri, text, text.indexOf('stg_o') + 5)).find(({ label }) => label === 'stg_orders');
    expect(item?.documentation).toBeUndefined();
    const resolved = item && (await client.sendRequest(CompletionResolveRequest.type, item));
    expect((resolved?.documentation as MarkupContent).value).toMatch(/stg_orders[\s\S]*key `order_id`/);
  });
});
