import { afterAll, beforeAll } from 'vitest';
import type { ProtocolConnection } from 'vscode-languageserver/node';
import { copyExample, type Example } from './example';
import { connectClient } from './support';

/** Gives the tests of a file a copy of the example and a client of the server, and takes both away behind them. */
export function onExample(given: (example: Example, client: ProtocolConnection) => void, ...as: Parameters<typeof connectClient>): void {
  let [example, client]: [Example | undefined, ProtocolConnection | undefined] = [undefined, undefined];
  beforeAll(async () => {
    example = copyExample();
    client = await connectClient(...as);
    given(example, client);
  });
  afterAll(() => {
    client?.dispose();
    example?.remove();
  });
}
