import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { jsonReader, memberRanges, parsedAt } from '../../../engine/project/jsonBytes';
import { plainBytes } from '../../../engine/workspace';
import { readManifest } from '../../../engine/project/manifest';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function read(text: string): Record<string, unknown> | undefined {
  const bytes = bytesOf(text);
  const members = memberRanges(jsonReader(bytes));
  return members && Object.fromEntries([...members].map(([key, range]) => [key, parsedAt(bytes, range)]));
}

/** Whether a reader takes a text as one JSON value. */
function isJson(text: string): boolean {
  const reader = jsonReader(bytesOf(text));
  return reader.value() && reader.atEnd();
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
  it.each(['[]', '1', '', '{"a" 1}', '{"a":1 "b":2}', '{a:1}'])('are none of %j', (text) => {
    expect(read(text)).toBeUndefined();
  });
});

describe('a text', () => {
  const accepted = (text: string): boolean => {
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  };
  it('is JSON to the reader where it is to JSON.parse, so that what was passed over can be parsed later', () => {
    const pieces = fc.array(fc.constantFrom('{', '}', '[', ']', '"', ',', ':', '\\', '\\u00e9', '\\u00g', 'a', '1', '-', '.', 'e', '+', '0', 'true', 'null', ' ', '\n', '\u0001', 'é', '"a":', '"b"'), { maxLength: 12 });
    fc.assert(fc.property(pieces, (parts) => {
      const text = parts.join('');
      expect(isJson(text)).toBe(accepted(text));
    }), { numRuns: 3000 });
    const cut = fc.tuple(fc.jsonValue(), fc.nat(), fc.constantFrom('', '"', '}', '\\', ','));
    fc.assert(fc.property(cut, ([value, at, insert]) => {
      const text = JSON.stringify(value);
      const place = at % (text.length + 1);
      const changed = text.slice(0, place) + insert + text.slice(place + 1);
      expect(isJson(changed)).toBe(accepted(changed));
    }), { numRuns: 1000 });
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
  it('is the same by what was noted of its layout, and by notes that are spoilt', () => {
    const text = readFileSync('test/fixtures/mixed.manifest.json', 'utf8');
    const bytes = plainBytes(new TextEncoder().encode(text));
    let noted: unknown;
    const open = (known: unknown): unknown => {
      const { manifest } = readManifest('m', { kind: 'bytes', bytes: { ...bytes, layout: { read: () => known, write: (layout) => void (noted = JSON.parse(JSON.stringify(layout))) } } });
      return { ...manifest, nodes: [...(manifest?.nodes ?? [])], called: [...(manifest?.nodes.keys() ?? [])].map((id) => [manifest?.isEnabled(id), manifest?.macrosOf(id)]), names: manifest?.testNames(), isEnabled: null, macrosOf: null, testNames: null };
    };
    const first = open(undefined);
    const notes = noted;
    expect(notes).toBeDefined();
    noted = undefined;
    expect(open(notes)).toEqual(first);
    expect(noted, 'nothing is noted again').toBeUndefined();
    for (const spoilt of [null, 1, 'x', {}, { ...(notes as object), asked: '' }, { asked: (notes as { asked: string }).asked }]) expect(open(spoilt)).toEqual(first);
  });
});
