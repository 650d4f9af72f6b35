import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseSpec } from '../../../engine/spec';
import { modelWritten, waitingSpec } from '../../../engine/spec/waitingSpec';

const FOLDER = 'examples/jaffle/specs/marts';
const SPECS = readdirSync(FOLDER).filter((name) => name.endsWith('.spec.yml')).map((name) => [name, readFileSync(join(FOLDER, name), 'utf8')] as const);

describe('a spec that waits', () => {
  it('says what the same spec says that was parsed', () => {
    for (const [path, text] of SPECS) {
      const [waiting, parsed] = [waitingSpec(path, text), parseSpec(path, text)];
      for (const key of ['path', 'text', 'kind', 'tree', 'facts', 'ids', 'problems'] as const) expect(waiting[key], `${path} ${key}`).toEqual(parsed[key]);
    }
  });
});

describe('the model that a text says it is of', () => {
  it('is found in a spec as people write them', () => {
    expect(modelWritten('spec: technical/v1\nmodel: shop.orders.v2\ninputs: []\n')).toBe('shop.orders.v2');
    for (const [path, text] of SPECS) expect(modelWritten(text), path).toBe(parseSpec(path, text).facts?.model?.value);
  });
  it.each(['spec: technical/v1\nmodel: a\n  b\n', 'spec: technical/v1\nmodel: a\n\n  b\n', 'spec: technical/v1\nmodel: "a"\n', 'model: a\nmodel: b\n', '- model: a\n', 'spec: technical/v1\nmodel: yes\n', 'spec: |\nmodel: a#b\n'])('is left to the parser in %j', (text) => {
    expect(modelWritten(text)).toBeUndefined();
  });
  it('is what the parser finds wherever it is found, whatever was typed into the text', () => {
    const pieces = fc.constantFrom('', '\n', ' ', '"', "'", '|', '>', '#', ': ', '- ', '\nmodel: x\n', '{', '}', 'model: y', '\n  z', '\\', '&a ', '*a', '---\n', '\t');
    fc.assert(fc.property(fc.constantFrom(...SPECS), fc.array(fc.tuple(fc.nat(120), fc.nat(3), pieces), { maxLength: 3 }), ([path, whole], edits) => {
      const text = edits.reduce((at, [place, length, piece]) => at.slice(0, place) + piece + at.slice(place + length), whole.slice(0, 400));
      const parsed = parseSpec(path, text);
      const model = modelWritten(text);
      if (model !== undefined && parsed.yaml.errors.length === 0) expect(model).toBe(parsed.facts?.model?.value);
    }), { numRuns: 1500 });
  });
});
