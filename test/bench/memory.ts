import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { pause, startClient, type Client } from './client';
import { businessSpec } from './make/businessSpec';
import { rowOf, type Row } from './rows';
import type { ServerKind } from './servers';

/** A server collects its garbage when it is at rest, ours in two steps. */
const REST_MS = 12_000;
/** Specs opened before the answers are waited for; a server with a debounce would take minutes one by one. */
const TOGETHER = 50;

/** Start to first diagnostics, and resident memory with so many open specs of 100 lines. */
export async function memoryRows(root: string, servers: readonly ServerKind[], counts: readonly number[], repeats: number, seed: string, progress: (text: string) => void): Promise<Row[]> {
  const rows: Row[] = [];
  const uriOf = (index: number): string => pathToFileURL(join(root, 'specs', 'open', `spec_${index}.business.spec.yml`)).toString();
  const texts = Array.from({ length: Math.max(...counts) }, (_, index) => businessSpec(`open_${index}`, 100, seed));
  const openAll = async (client: Client, batch: readonly number[]): Promise<void> => {
    const answered = batch.map((index) => client.diagnostics(uriOf(index)));
    batch.forEach((index) => client.open(uriOf(index), texts[index] ?? ''));
    await Promise.all(answered);
  };
  const starts: number[][] = servers.map(() => []);
  for (let round = 0; round < repeats; round++) {
    for (const [index, kind] of servers.entries()) {
      const client = await startClient(kind, pathToFileURL(root).toString());
      const first = client.diagnostics(uriOf(0));
      client.open(uriOf(0), texts[0] ?? '');
      await first;
      starts[index]?.push(performance.now() - client.startedAt);
      await client.stop();
    }
  }
  rows.push(rowOf('start to first diagnostics', 'ms', { times: 1 }, starts[0] ?? [], servers[1] && { name: servers[1].name, values: starts[1] ?? [] }));
  progress('start');
  for (const count of counts) {
    const used: number[][] = [];
    const left: number[][] = [];
    for (const kind of servers) {
      const client = await startClient(kind, pathToFileURL(root).toString());
      await openAll(client, [0]);
      await pause(REST_MS);
      const start = client.memory();
      await client.close(uriOf(0));
      for (let from = 0; from < count; from += TOGETHER) {
        await openAll(client, Array.from({ length: Math.min(TOGETHER, count - from) }, (_, index) => from + index));
      }
      await pause(REST_MS);
      const memory = client.memory();
      used.push(memory === undefined ? [] : [memory]);
      for (let index = 0; index < count; index++) await client.close(uriOf(index));
      await pause(REST_MS);
      const after = client.memory();
      left.push(start === undefined || after === undefined ? [] : [after / start]);
      await client.stop();
    }
    rows.push(rowOf(`resident memory, ${count} open specs`, 'MB', { times: count >= 1000 ? 2 : 1 }, used[0] ?? [], servers[1] && { name: servers[1].name, values: used[1] ?? [] }));
    if (count > 1) rows.push(rowOf(`resident memory after ${count} specs were closed, by that with the first open`, 'times', { atMost: 1.2 }, left[0] ?? [], servers[1] && { name: servers[1].name, values: left[1] ?? [] }));
    progress(`memory with ${count} specs`);
  }
  return rows;
}
