import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { CompletionRequest, DocumentFormattingRequest, DocumentSymbolRequest, HoverRequest, type Position } from 'vscode-languageserver/node';
import { lineStarts, positionAt } from '../../engine/text';
import { randomOf } from '../trust/random';
import { pause, startClient, type Client } from './client';
import { rowOf, type Row } from './rows';
import type { ServerKind } from './servers';

/** A generated spec that both servers open. */
export interface BenchDocument {
  kind: 'business' | 'technical';
  lines: number;
  path: string;
  text: string;
}

const PARTS = ['open to diagnostics', 'open to diagnostics without debounce', 'keystroke to diagnostics', 'keystroke to diagnostics without debounce', 'keystroke and completion', 'hover', 'keystroke and symbols', 'formatting'] as const;
type Part = (typeof PARTS)[number];
type Measured = Record<Part, number[]>;

/** What is measured before this many answers were given is not counted: code is still being compiled. */
const WARM_UP = 5;
/** A server that is still busy with something else would be measured with it. */
const REST_MS = 30;

/** Every request on every document by each server in turn, in one run, on the same texts and at the same places. */
export async function documentRows(root: string, servers: readonly ServerKind[], documents: readonly BenchDocument[], repeats: number, seed: string, progress: (text: string) => void): Promise<Row[]> {
  const rows: Row[] = [];
  for (const document of documents) {
    const uri = pathToFileURL(join(root, document.path)).toString();
    const measured = await Promise.all(servers.map(async (kind) => ({ client: await startClient(kind, pathToFileURL(root).toString()), times: emptyTimes() })));
    for (const { client } of measured) await mustFindMistake(client, uri, document.text);
    for (let round = 0; round < repeats + WARM_UP; round++) {
      for (const { client, times } of measured) {
        const own = await measureRound(client, uri, document.text, randomOf(`${seed} ${document.path} ${round}`));
        if (round >= WARM_UP) for (const part of PARTS) times[part].push(own[part]);
      }
    }
    await Promise.all(measured.map(({ client }) => client.stop()));
    const [ours, peer] = measured;
    for (const part of PARTS) {
      const times = part === 'keystroke to diagnostics' ? 5 : document.lines >= 1000 ? 3 : 1;
      rows.push(rowOf(`${document.kind} spec, ${document.lines} lines: ${part}`, 'ms', { times }, ours?.times[part] ?? [], peer && { name: peer.client.kind.name, values: peer.times[part] }));
    }
    progress(`${document.kind} spec of ${document.lines} lines`);
  }
  return rows;
}

function emptyTimes(): Measured {
  return Object.fromEntries(PARTS.map((part) => [part, []])) as unknown as Measured;
}

/** A server that does not validate by the schema would be fast for nothing. */
async function mustFindMistake(client: Client, uri: string, text: string): Promise<void> {
  const found = client.diagnostics(uri);
  client.open(uri, text.replace(/^spec: \w+\/v1/, 'spec: nonsense/v1'));
  const mistakes = await found;
  await client.close(uri);
  await pause(REST_MS);
  if (!mistakes.some(({ range, severity }) => range.start.line === 0 && severity === 1)) throw new Error(`${client.kind.name} does not see that the first line of ${uri} is no value of the schema`);
}

async function timed(action: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await action();
  return performance.now() - start;
}

async function measureRound(client: Client, uri: string, text: string, random: () => number): Promise<Record<Part, number>> {
  const starts = lineStarts(text);
  const inSentences = [...text.matchAll(/[a-z]{3} [a-z]{3}/g)].map((match) => positionAt(starts, match.index + 2));
  const somewhere = (): Position => inSentences[Math.floor(random() * inSentences.length)] ?? { line: 0, character: 0 };
  const afterColons = [...text.matchAll(/\b(?:model|type|owner|cardinality|unit): /g)].map((match) => positionAt(starts, match.index + match[0].length));
  const onKeys = [...text.matchAll(/\b(?:id|name|when|then|statement|means|expression|to|type): /g)].map((match) => positionAt(starts, match.index + 1));
  const one = (places: readonly Position[]): Position => places[Math.floor(random() * places.length)] ?? { line: 0, character: 0 };
  const diagnosed = (): Promise<unknown> => client.diagnostics(uri);

  const open = await timed(() => {
    const answer = diagnosed();
    client.open(uri, text);
    return answer;
  });
  await pause(REST_MS);
  const hover = await timed(() => client.connection.sendRequest(HoverRequest.type, { textDocument: { uri }, position: one(onKeys) }));
  const formatting = await timed(() => client.connection.sendRequest(DocumentFormattingRequest.type, { textDocument: { uri }, options: { tabSize: 2, insertSpaces: true } }));
  const key = await timed(() => {
    const answer = diagnosed();
    client.type(uri, somewhere(), 'x');
    return answer;
  });
  await pause(REST_MS);
  const symbols = await afterKeystroke(client, uri, somewhere(), () => client.connection.sendRequest(DocumentSymbolRequest.type, { textDocument: { uri } }));
  const completion = await afterKeystroke(client, uri, somewhere(), () => client.connection.sendRequest(CompletionRequest.type, { textDocument: { uri }, position: one(afterColons) }));
  await client.close(uri);
  await pause(REST_MS);
  return {
    'open to diagnostics': open, 'open to diagnostics without debounce': Math.max(0, open - client.kind.debounceMs), 'keystroke to diagnostics': key, 'keystroke to diagnostics without debounce': Math.max(0, key - client.kind.debounceMs), hover, formatting, 'keystroke and symbols': symbols, 'keystroke and completion': completion,
  };
}

/** A request right behind a keystroke, as editors send it; the diagnostics of the keystroke are waited for, not measured. */
async function afterKeystroke(client: Client, uri: string, position: Position, request: () => Promise<unknown>): Promise<number> {
  const settled = client.diagnostics(uri);
  const time = await timed(() => {
    client.type(uri, position, 'x');
    return request();
  });
  await settled;
  await pause(REST_MS);
  return time;
}
