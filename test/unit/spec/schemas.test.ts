import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BUILT_IN, CONFIG_SCHEMA, keysOf, parseSpec, resolved, sectionSkeleton, type SchemaNode } from '../../../engine/spec';

/** Every place of a schema that a person writes, with its path. */
function places(root: SchemaNode, node: SchemaNode, path: string): [string, SchemaNode][] {
  return keysOf(node).flatMap((key) => {
    const child = resolved(root, node.properties?.[key] ?? {});
    const items = child.items ? resolved(root, child.items) : undefined;
    return [[`${path}${key}`, child] as [string, SchemaNode], ...places(root, child, `${path}${key}.`), ...(items ? places(root, items, `${path}${key}.[].`) : [])];
  });
}

describe('schemas', () => {
  for (const kind of ['business', 'technical'] as const) {
    it(`${kind}: every section asks its question and shows a good and a bad example`, () => {
      const root = BUILT_IN.schemas[kind];
      for (const key of keysOf(root)) {
        const section = root.properties?.[key];
        expect(section?.title, key).toMatch(/\?$/);
        expect(section?.description, key).toMatch(/\n\nGood: [\s\S]+\n\nBad: /);
        expect(section?.['x-tier'], key).toMatch(/minimal|full|optional/);
      }
    });
    it(`${kind}: every key asks its question and describes what to write`, () => {
      for (const [path, node] of places(BUILT_IN.schemas[kind], BUILT_IN.schemas[kind], '')) {
        expect(node.title, path).toMatch(/\?$/);
        expect(node.description, path).toBeTruthy();
      }
    });
    it(`${kind}: every required section is of the minimal tier, and both tiers have sections`, () => {
      const root = BUILT_IN.schemas[kind];
      for (const key of root.required ?? []) expect(root.properties?.[key]?.['x-tier'], key).toBe('minimal');
      const tiers = keysOf(root).map((key) => root.properties?.[key]?.['x-tier']);
      expect(tiers).toContain('minimal');
      expect(tiers).toContain('full');
    });
    it(`${kind}: no key or choice is a boolean of YAML 1.1`, () => {
      for (const [path, node] of places(BUILT_IN.schemas[kind], BUILT_IN.schemas[kind], '')) {
        const words = [path.split('.').pop() ?? '', ...(node.enum ?? [])];
        for (const word of words) expect(['on', 'off', 'yes', 'no', 'y', 'n']).not.toContain(word);
      }
    });
  }
  it('every good example of a section is valid where it stands', () => {
    const minimal = { business: readFileSync('examples/jaffle/specs/marts/customer_value.business.spec.yml', 'utf8'), technical: 'spec: technical/v1\nmodel: m\ninputs: []\n' };
    for (const kind of ['business', 'technical'] as const) {
      for (const key of keysOf(BUILT_IN.schemas[kind])) {
        const good = /\n\nGood: ([\s\S]+?)\n\nBad: /.exec(BUILT_IN.schemas[kind].properties?.[key]?.description ?? '')?.[1] ?? '';
        const own = minimal[kind].split(/\n(?=\w)/).filter((section) => !section.startsWith(`${key}:`)).join('\n');
        const text = `${own.trimEnd()}\n${key}:${good.startsWith('- ') ? `\n  ${good}` : ` ${good}`}\n`;
        expect(parseSpec(`a.${kind}.spec.yml`, text).problems.map((p) => p.message), `${kind} ${key}: ${good}`).toEqual([]);
      }
    }
  });
  it('specline.yml: every setting asks its question and shows a good and a bad example', () => {
    for (const [key, node] of Object.entries(CONFIG_SCHEMA.properties ?? {})) {
      expect(node.title, key).toMatch(/\?$/);
      expect(node.description, key).toMatch(/\n\nGood: [\s\S]+\n\nBad: /);
    }
  });
  it('a whole section that is inserted fits the template but for what is to be filled in', () => {
    for (const kind of ['business', 'technical'] as const) {
      for (const key of keysOf(BUILT_IN.schemas[kind])) {
        const found = parseSpec(`a.${kind}.spec.yml`, `${sectionSkeleton(BUILT_IN.schemas[kind], key)}\n`);
        expect(found.yaml.errors, key).toEqual([]);
        const own = found.problems.filter((problem) => problem.code !== 'SPEC011' && !/ is empty\.| does not have the form/.test(problem.message));
        expect(own.map((problem) => problem.message), key).toEqual([]);
      }
    }
  });
  it('keeps its references and has a valid file each', () => {
    for (const file of readdirSync('schemas').filter((name) => name.endsWith('.schema.json'))) expect(() => JSON.parse(readFileSync(`schemas/${file}`, 'utf8'))).not.toThrow();
  });
});
