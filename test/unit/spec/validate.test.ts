import { readFileSync } from 'node:fs';
import Ajv from 'ajv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BUILT_IN, parseSpec, readConfig, type SpecTemplate } from '../../../engine/spec';
import { validate } from '../../../engine/spec/template/validate';
import { memorySettings } from '../../support/memorySettings';

const SPECS = ['customer_value.business', 'customer_value.technical'].map((name) => ({ path: `specs/${name}.spec.yml`, text: readFileSync(`examples/jaffle/specs/marts/${name}.spec.yml`, 'utf8') }));
/** The same schemas as the built-in ones, which are read node by node because they are not those objects. */
const COPY: SpecTemplate = { ...BUILT_IN, schemas: { business: { ...BUILT_IN.schemas.business }, technical: { ...BUILT_IN.schemas.technical } } };

/** Lines of a text in another order, cut off or doubled. */
const spoilt = (text: string): fc.Arbitrary<string> => {
  const lines = text.split('\n');
  return fc.array(fc.tuple(fc.nat(lines.length - 1), fc.constantFrom('drop', 'double', 'cut', 'list', 'text')), { minLength: 1, maxLength: 6 }).map((changes) => {
    const out = [...lines];
    for (const [at, how] of changes) {
      const line = out[at] ?? '';
      out[at] = how === 'drop' ? '' : how === 'double' ? `${line}\n${line}` : how === 'cut' ? line.slice(0, line.length / 2) : how === 'list' ? line.replace(/: .*/, ': [1, a]') : line.replace(/: .*/, ': {a: "b"}');
    }
    return out.join('\n');
  });
};

const leaf = fc.oneof(fc.constantFrom('a', 'bb', '', 'ä'), fc.constantFrom(0, 1, 2.5, -3), fc.boolean(), fc.constant(null));
const { data } = fc.letrec<{ data: unknown }>((tie) => ({ data: fc.oneof({ depthSize: 'small' }, leaf, fc.array(tie('data'), { maxLength: 3 }), fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('data'), { maxKeys: 3, noNullPrototype: true })) }));
const KEY = fc.constantFrom('a', 'b', 'c');
const one = <T>(key: string, value: fc.Arbitrary<T>): fc.Arbitrary<Record<string, unknown>> => value.map((own) => ({ [key]: own }));
const joined = (parts: fc.Arbitrary<Record<string, unknown>>): fc.Arbitrary<Record<string, unknown>> => fc.array(parts, { maxLength: 3 }).map((all) => Object.assign({}, ...all) as Record<string, unknown>);
const plainRules = joined(fc.oneof(
  one('type', fc.oneof(fc.constantFrom('string', 'number', 'integer', 'boolean', 'array', 'object', 'null'), fc.uniqueArray(fc.constantFrom('string', 'array', 'object', 'integer'), { minLength: 1 }))), one('enum', fc.uniqueArray(leaf, { minLength: 1, maxLength: 3 })), one('const', leaf),
  one('minLength', fc.nat(2)), one('maxLength', fc.nat(2)), one('minimum', fc.integer({ min: -3, max: 3 })), one('exclusiveMaximum', fc.integer({ min: -3, max: 3 })), one('multipleOf', fc.constantFrom(1, 0.5, 2)), one('pattern', fc.constantFrom('^a', 'b$')),
  one('minItems', fc.nat(2)), one('maxItems', fc.nat(2)), one('uniqueItems', fc.boolean()), one('required', fc.uniqueArray(KEY, { maxLength: 2 })), one('minProperties', fc.nat(2)), one('maxProperties', fc.nat(2)), one('dependentRequired', fc.dictionary(KEY, fc.uniqueArray(KEY, { maxLength: 2 }), { maxKeys: 2 })),
));
const { schema } = fc.letrec<{ schema: Record<string, unknown> }>((tie) => {
  const some = fc.array(tie('schema'), { minLength: 1, maxLength: 2 });
  return {
    schema: fc.oneof({ maxDepth: 3 }, plainRules, joined(fc.oneof(
      plainRules, one('properties', fc.dictionary(KEY, tie('schema'), { maxKeys: 3 })), one('additionalProperties', fc.oneof(fc.boolean(), tie('schema'))), one('items', tie('schema')), one('contains', tie('schema')), one('not', tie('schema')), one('anyOf', some), one('oneOf', some), one('allOf', some),
      fc.record({ if: tie('schema'), then: tie('schema'), else: tie('schema') }, { requiredKeys: ['if'] }), one('propertyNames', tie('schema')), one('dependentSchemas', fc.dictionary(KEY, tie('schema'), { maxKeys: 2 })),
    ))),
  };
});

describe('schemas that are read node by node', () => {
  it('say of the built-in ones what their compiled code says (property)', () => {
    for (const { path, text } of SPECS) {
      fc.assert(fc.property(spoilt(text), (changed) => {
        const told = (template: SpecTemplate): unknown[] => parseSpec(path, changed, template).problems.map((problem) => JSON.stringify(problem)).sort();
        expect(told(COPY)).toEqual(told(BUILT_IN));
      }), { numRuns: 150 });
    }
  });
  it('agree with another validator on what is valid (property)', () => {
    // Written for draft 2019, for dependentRequired; `dependencies` is what draft 7 has in its place. In a loop the other validator keeps for an
    // empty list what `contains` found in the list before, so it is asked in other words: not each item is none of these.
    const asDraft7 = (node: unknown): unknown => {
      if (Array.isArray(node)) return node.map(asDraft7);
      if (node === null || typeof node !== 'object') return node;
      const { dependentRequired, dependentSchemas, contains, ...rest } = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, key === 'enum' || key === 'const' ? value : asDraft7(value)]));
      const both: unknown[] = [dependentRequired, dependentSchemas].flatMap((dependencies) => (dependencies === undefined ? [] : [{ dependencies }]));
      if (contains !== undefined) both.push({ anyOf: [{ not: { type: 'array' } }, { not: { items: { not: contains } } }] });
      return both.length === 0 ? rest : { ...rest, allOf: [...((rest['allOf'] as unknown[] | undefined) ?? []), ...both] };
    };
    const ajv = new Ajv({ strict: false, allErrors: true, addUsedSchema: false, meta: false, validateSchema: false });
    fc.assert(fc.property(schema, data, (written, value) => {
      expect(validate(written, new Map(), value).errors.length === 0).toBe(ajv.compile(asDraft7(written) as object)(value));
    }), { numRuns: Number(process.env['FC_RUNS'] ?? 400) });
  });
  it('give up in a moment on what would take for ever, and say so', () => {
    const rules = `business:\n  properties:\n    words:\n      items: { type: string, pattern: "${'(a|aa|aaa)+'.repeat(20)}$" }\n`;
    const { template, notices } = readConfig(memorySettings({ 'specline.yml': rules }));
    expect(notices).toEqual([]);
    const { problems } = parseSpec('a.business.spec.yml', `words:\n${`  - ${'a'.repeat(300)}\n`.repeat(1000)}`, template);
    expect(problems.filter(({ code }) => code === 'SPEC016').map(({ message }) => message)).toEqual([expect.stringContaining('not all of them were checked')]);
  });
});

describe('templates of any kind', () => {
  it('never throw, and what they refuse stands in the file (property)', () => {
    const words = fc.constantFrom('properties', 'items', 'required', 'type', 'enum', 'allOf', 'if', 'then', '$ref', 'definitions', 'pattern', 'x-tier', 'x-after', 'title', 'owner', 'edge_cases', 'id', '__proto__', 'not', 'x-prefix', 'additionalProperties');
    const { any } = fc.letrec<{ any: unknown }>((tie) => ({ any: fc.oneof({ depthSize: 'medium' }, leaf, fc.constantFrom('string', 'object', '#/definitions/id', '(a', 'RISK'), words, fc.array(tie('any'), { maxLength: 4 }), fc.dictionary(words, tie('any'), { maxKeys: 4 })) }));
    fc.assert(fc.property(fc.oneof(any, fc.json().map((text) => JSON.parse(text) as unknown)), fc.constantFrom('business', 'technical', 'extends', 'tiers', 'severities'), (value, key) => {
      const text = JSON.stringify({ [key]: value });
      const { template, notices, broken } = readConfig(memorySettings({ 'specline.yml': text }));
      for (const { range } of notices) expect(range?.end.character ?? 0).toBeLessThanOrEqual(text.length);
      if (broken) expect(template).toBe(BUILT_IN);
      for (const spec of SPECS) expect(() => parseSpec(spec.path, spec.text, template)).not.toThrow();
    }), { numRuns: 600 });
  });
});
