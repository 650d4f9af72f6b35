import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { jsonMembers } from '../../../engine/project/jsonMembers';
import { readManifest } from '../../../engine/project/manifest';

function read(text: string): Record<string, unknown> | undefined {
  const members = jsonMembers(text);
  return members && Object.fromEntries(members.map(({ key, start, end }) => [key, JSON.parse(text.slice(start, end)) as unknown]));
}

describe('members of a JSON object', () => {
  it('are those that JSON.parse finds, however the text is laid out', () => {
    const value = fc.dictionary(fc.string().filter((key) => key !== '__proto__'), fc.jsonValue());
    fc.assert(fc.property(value, fc.constantFrom(undefined, 1, '\t', ' \n'), (object, space) => {
      const text = JSON.stringify(object, null, space);
      expect(read(text)).toEqual(JSON.parse(text));
      expect(read(` \n${text}`)).toEqual(JSON.parse(text));
    }));
  });
  it('are none, or do not parse, where the text is cut', () => {
    const text = JSON.stringify({ a: 'x"\\"', b: { c: [1, { d: '}' }] }, e: 1 });
    for (let end = 0; end < text.length; end++) expect(() => JSON.parse(text.slice(0, end)) as unknown).toThrow();
    for (let end = 0; end < text.length - 1; end++) expect(jsonMembers(text.slice(0, end)), text.slice(0, end)).toBeUndefined();
  });
  it.each(['[]', '1', '', '{"a" 1}', '{"a":1 "b":2}', '{a:1}'])('are none of %j', (text) => {
    expect(jsonMembers(text)).toBeUndefined();
  });
});

describe('a manifest', () => {
  it('is the same whether it is read part by part or as one value', () => {
    const text = readFileSync('test/fixtures/mixed.manifest.json', 'utf8');
    const whole = readManifest('m', { kind: 'text', text, invalidUtf8: false });
    // What stands behind the object is no JSON.
    expect(readManifest('m', { kind: 'text', text: `${text} x`, invalidUtf8: false }).notices[0]?.code).toBe('EVID012');
    expect(whole.notices).toEqual([]);
    const json = JSON.parse(text) as { nodes: Record<string, { resource_type: string }>; sources: object };
    const relations = Object.values(json.nodes).filter(({ resource_type: type }) => ['model', 'seed', 'snapshot'].includes(type)).length;
    expect(whole.manifest?.nodes.size).toBeGreaterThanOrEqual(relations + Object.keys(json.sources).length);
  });
});
