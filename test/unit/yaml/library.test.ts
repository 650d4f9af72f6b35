import fc from 'fast-check';
import { parseDocument } from 'yaml';
import { describe, expect, it } from 'vitest';
import { parseSpec } from '../../../engine/spec';
import { parseYaml, treeOf } from '../../../engine/yaml/tree';
import { businessSpec } from '../../bench/make/businessSpec';

const SPEC = businessSpec('x', 120, '1');
const LINES = SPEC.trimEnd().split('\n');

function byLibrary(text: string): ReturnType<typeof parseDocument> {
  return parseDocument(text, { version: '1.2', schema: 'core', uniqueKeys: false, keepSourceTokens: true, merge: false, prettyErrors: false, strict: true, logLevel: 'error' });
}

describe('YAML read by the library', () => {
  it('has the tree of the library, and its errors but for those that go on behind the end', () => {
    const line = fc.oneof(fc.constantFrom(...LINES), fc.constantFrom('---', '...', '% x', '{', '}', '  - "', '\t', '? x', '&a b', '*a'));
    fc.assert(fc.property(fc.array(line, { maxLength: 30 }).map((lines) => lines.join('\n')), (text) => {
      const [ours, whole] = [parseYaml(text), byLibrary(text)];
      expect(treeOf(ours)).toEqual(treeOf(whole as typeof ours));
      const [said, all] = [ours, whole].map(({ errors }) => errors.map(({ code, message, pos }) => [code, code === 'MULTIPLE_DOCS' ? '' : message, pos[0]]));
      const cut = said?.findIndex(([, message]) => message === 'Nothing from here on is read') ?? -1;
      expect(cut < 0 ? said : said?.slice(0, cut)).toEqual(cut < 0 ? all : all?.slice(0, cut));
    }), { numRuns: 300 });
  });
  it('says of a torn text that the rest is not read, in place of an error for each word', () => {
    const torn = `  then: "x"\n${LINES.slice(12).join('\n')}\n`;
    const { problems } = parseSpec('specs/x.business.spec.yml', torn);
    expect(byLibrary(torn).errors.length).toBeGreaterThan(500);
    expect(problems.length).toBeLessThan(30);
    expect(problems.map(({ message }) => message)).toContain('The YAML ended further up, where the first error stands; nothing from here on is read.');
  });
  it('notes no stack for an error, and leaves that of others as it was', () => {
    const [error] = parseYaml('a: "b\n').errors;
    expect(error?.stack?.split('\n')).toHaveLength(1);
    expect(new Error('x').stack?.split('\n').length).toBeGreaterThan(1);
  });
});
