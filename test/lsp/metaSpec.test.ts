import { describe, expect, it } from 'vitest';
import { DefinitionRequest, HoverRequest, type Hover, type Location, type MarkupContent, type ProtocolConnection } from 'vscode-languageserver/node';
import { lineStarts, offsetAt, positionAt } from '../../engine/text';
import { dbtYaml } from '../../engine/yaml/tree';
import { type Example } from './example';
import { onExample } from './onExample';
import { applyItem, completionItems, openText } from './support';

const FILE = 'models/marts/more.yml';
let example: Example;
let client: ProtocolConnection;
onExample((own, connected) => ([example, client] = [own, connected]));
const uri = (): string => example.uriOf(FILE);


async function opened(marked: string): Promise<{ text: string; offset: number; at: { textDocument: { uri: string }; position: ReturnType<typeof positionAt> } }> {
  const offset = marked.indexOf('|');
  const text = marked.replace('|', '');
  await openText(client, uri(), text);
  return { text, offset, at: { textDocument: { uri: uri() }, position: positionAt(lineStarts(text), offset) } };
}

const yaml = (spec: string): string => `version: 2\nmodels:\n  - name: customer_value\n    config:\n      meta:\n        spec: ${spec}\n`;

describe('meta.spec of dbt YAML', () => {
  it('hover shows the line of the spec', async () => {
    const { at, text } = await opened(yaml('["customer_value#EC-no|-order"]'));
    const shown = (await client.sendRequest(HoverRequest.type, at)) as Hover;
    expect((shown.contents as MarkupContent).value).toMatch(/^\*\*EC-no-order\*\* \(edge cases\) of specs\/marts\/customer\\_value\.business\.spec\.yml[\s\S]*a customer has no order: the customer is kept with a value of 0[\s\S]*not approved yet$/);
    const starts = lineStarts(text);
    expect(shown.range && text.slice(offsetAt(text, starts, shown.range.start), offsetAt(text, starts, shown.range.end))).toBe('EC-no-order');
  });

  it('definition goes to it', async () => {
    const { at } = await opened(yaml('["customer_value#CW-led|ger"]'));
    const [location] = (await client.sendRequest(DefinitionRequest.type, at)) as Location[];
    expect(location?.uri).toMatch(/customer_value\.business\.spec\.yml$/);
  });

  it.each([
    ['in brackets', yaml('["customer_value#EC-|"]')],
    ['in brackets without quotes', yaml('[|]')],
    ['in a list', yaml('\n          - customer_value#|')],
    ['in a list, behind another', yaml('\n          - "customer_value#CW-ledger"\n          - |')],
    ['in braces', 'models:\n  - name: customer_value\n    config: { meta: { spec: [|] } }\n'],
    ['of a test', 'models:\n  - name: customer_value\n    columns:\n      - name: customer_id\n        data_tests:\n          - unique:\n              config:\n                meta:\n                  spec: ["|"]\n'],
  ])('completes ids, and the result is YAML: %s', async (_, marked) => {
    const { text, offset } = await opened(marked);
    const found = (await completionItems(client, uri(), text, offset)).find(({ label }) => label === 'customer_value#EC-no-order');
    expect(found).toMatchObject({ detail: 'edge cases', documentation: expect.stringContaining('no order') as string });
    const after = dbtYaml(found ? applyItem(text, found) : '');
    expect(after.error).toBeUndefined();
    expect(JSON.stringify(after.tree)).toContain('"value":"customer_value#EC-no-order"');
  });

  it.each([
    ['another key', 'models:\n  - name: customer_value\n    config:\n      tags: [|]\n'],
    ['spec that is not in meta', 'models:\n  - name: customer_value\n    config:\n      spec: [|]\n'],
    ['a list of another key below it', `${yaml('["customer_value#CW-ledger"]')}        owners:\n          - |\n`],
  ])('offers nothing at %s', async (_, marked) => {
    const { text, offset } = await opened(marked);
    expect(await completionItems(client, uri(), text, offset)).toEqual([]);
  });

  it('says nothing of ids that no spec has', async () => {
    const { at } = await opened(yaml('["customer_value#EC-no|thing"]'));
    expect(await client.sendRequest(HoverRequest.type, at)).toBeNull();
  });
});
