import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lightSpec, parseSpec, wholeSpec, type SpecDocument } from '../../../engine/spec';

const ROOT = 'examples/jaffle/specs';
const FILES = readdirSync(ROOT, { withFileTypes: true, recursive: true }).flatMap((entry) => (entry.isFile() ? [join(entry.parentPath, entry.name)] : []));

function parts({ path, text, kind, yaml, tree, facts, ids, problems }: SpecDocument): Record<string, unknown> {
  return { path, text, kind, yaml, tree, facts: { ...facts }, ids, problems };
}

describe('a light spec', () => {
  it.each(FILES)('says of %s what the whole one says', (path) => {
    const text = readFileSync(path, 'utf8');
    expect(lightSpec(path, text).whole).toBeDefined();
    expect(parts(lightSpec(path, text))).toEqual(parts(parseSpec(path, text)));
  });
  it.each([
    ['a.technical.spec.yml', 'spec: technical/v1\nmodel: &m x\n'],
    ['a.technical.spec.yml', 'spec: technical/v1\nmodel: x\nmodel: y\n'],
    ['a.technical.spec.yml', ''],
    ['a.technical.spec.yml', 'spec: technical/v1\ninputs: 1\nimplements: { business: b.business.spec.yml }\n'],
    ['a.business.spec.yml', 'spec: business/v1\nnonsense: 1\n'],
    ['a.yml', 'spec: business/v1\n'],
  ])('says of %s with %j what the whole one says', (path, text) => {
    expect(parts(lightSpec(path, text))).toEqual(parts(parseSpec(path, text)));
  });
  it('gives the whole one, the same each time it is in use', () => {
    const light = lightSpec('a.technical.spec.yml', 'spec: technical/v1\nmodel: x\ninputs: []\n');
    const whole = wholeSpec(light);
    expect(wholeSpec(light)).toBe(whole);
    expect(wholeSpec(whole)).toBe(whole);
    expect(light.facts?.kind === 'technical' && light.facts.inputs).toBe(whole.facts?.kind === 'technical' && whole.facts.inputs);
  });
});
