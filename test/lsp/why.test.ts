import { describe, expect, it } from 'vitest';
import { DefinitionRequest, HoverRequest, type Hover, type Location, type MarkupContent, type ProtocolConnection } from 'vscode-languageserver/node';
import { lineStarts, offsetAt, positionAt } from '../../engine/text';
import { VALUE, type Example } from './example';
import { onExample } from './onExample';
import { openText } from './support';

const MODEL = 'models/marts/customer_value.sql';
let example: Example;
let client: ProtocolConnection;
onExample((own, connected) => ([example, client] = [own, connected]));

async function at(needle: string, text = example.read(MODEL), path = MODEL): Promise<{ textDocument: { uri: string }; position: ReturnType<typeof positionAt> }> {
  await openText(client, example.uriOf(path), text);
  const found = text.indexOf(needle.replace('|', ''));
  expect(found, needle).toBeGreaterThanOrEqual(0);
  return { textDocument: { uri: example.uriOf(path) }, position: positionAt(lineStarts(text), found + needle.indexOf('|')) };
}

async function hover(needle: string, text = example.read(MODEL), path = MODEL): Promise<{ value: string; over: string } | null> {
  const shown = (await client.sendRequest(HoverRequest.type, await at(needle, text, path))) as Hover | null;
  const starts = lineStarts(text);
  return shown && { value: (shown.contents as MarkupContent).value, over: shown.range ? text.slice(offsetAt(text, starts, shown.range.start), offsetAt(text, starts, shown.range.end)) : '' };
}

describe('in the SQL of a model', () => {
  it('hover shows the spec line behind a join, its verdict and the business rule', async () => {
    const shown = await hover('inner join pa|id');
    expect(shown?.value).toMatch(/^\*\*differs\*\* \[joins\/paid\]\(file:.*customer_value\.technical\.spec\.yml#L\d+\)/);
    expect(shown?.value).toContain('The spec joins paid with a left join');
    expect(shown?.value).toMatch(/\[POP-all\]\(.*business\.spec\.yml#L\d+\): every customer, also those without an order \(not approved yet\)/);
    expect(shown?.over).toMatch(/^inner join paid/);
  });

  it('hover says that nobody asked for a filter that no spec line accounts for', async () => {
    const shown = await hover('ordered_on >|= ');
    expect(shown?.value).toMatch(/^\*\*not in the spec\*\* FILTER002[\s\S]*Nobody asked for this\.$/);
    expect(shown?.over).toBe("orders.ordered_on >= '2024-01-01'");
  });

  it('hover and definition follow what is typed and not saved', async () => {
    const text = example.read(MODEL).replace('inner join paid', 'left join paid');
    expect((await hover('left join pa|id', text))?.value).toMatch(/^\*\*matches\*\*/);
  });

  it('hover shows nothing between clauses and in models without a spec', async () => {
    expect(await hover('|)\n\nselect')).toBeNull();
    await expect(hover('sel|ect', 'select 1 as one', 'models/marts/unspecced.sql')).resolves.toBeNull();
  });

  it('definition goes to the line of the spec', async () => {
    const [location] = (await client.sendRequest(DefinitionRequest.type, await at("payment_status |<> 'refunded'"))) as Location[];
    const text = example.read(VALUE);
    const starts = lineStarts(text);
    expect(location?.uri).toBe(example.uriOf(VALUE));
    expect(location && text.slice(offsetAt(text, starts, location.range.start), offsetAt(text, starts, location.range.end))).toContain("payments.payment_status <> 'failed'");
  });
});
