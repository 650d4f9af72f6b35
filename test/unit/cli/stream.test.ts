import { beforeAll, describe, expect, it } from 'vitest';
import type { Envelope, ModelReport } from '../../../engine/conformance/types';
import { streamOf } from '../../../cli/printers/stream';
import { print } from '../../../cli/printers';
import { run } from '../../../cli/program';
import type { Io } from '../../../cli/io';

const io = (said: string[]): Io => ({ out: (text) => void said.push(text), err: () => undefined, width: undefined, color: false, cwd: 'examples/jaffle', env: {}, isTerminal: false });

let envelope: Envelope;

beforeAll(async () => {
  const said: string[] = [];
  await run(['diff', 'customer_value', '--format', 'json'], io(said));
  envelope = JSON.parse(said.join('')) as Envelope;
});

describe.each(['json', 'text'] as const)('%s, model by model', (format) => {
  it.each([0, 1, 3])('is what is printed at once, of %d models', (count) => {
    for (const notices of [[], [{ code: 'SPEC041', severity: 'warning' as const, message: 'No model: "models": [] of [].' }]]) {
      const [model] = envelope.models as [ModelReport];
      const whole: Envelope = { ...envelope, project: { ...envelope.project, name: '"models": [' }, models: Array.from({ length: count }, () => model), notices };
      const stream = streamOf(format, { color: false });
      const parts = [stream?.begin(whole), ...whole.models.flatMap((report, index) => [stream?.joint(index === 0), stream?.model(report)]), stream?.end(whole, count > 0)];
      expect(parts.join('')).toBe(print(whole, format, io([])));
    }
  });
});
