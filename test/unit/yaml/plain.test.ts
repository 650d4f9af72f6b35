import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { yamlProblems } from '../../../engine/spec/yamlProblems';
import { dbtYaml, dbtYamlByLibrary, parseYaml, plainSpecTree, treeOf } from '../../../engine/yaml/tree';
import { businessSpec } from '../../bench/make/businessSpec';
import { technicalModel } from '../../bench/make/technicalSpec';

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true }).flatMap((entry) => (entry.isFile() && /\.ya?ml$/.test(entry.name) ? [join(entry.parentPath, entry.name)] : []));
}

const FILES = ['examples/jaffle', 'test/fixtures/mixed', 'test/fixtures/generate'].flatMap(filesBelow).filter((file) => !file.includes('dbt_packages'));
const TEXTS = FILES.map((file) => readFileSync(file, 'utf8'));
const GENERATED = [businessSpec('x', 120, '1'), technicalModel('x', ['a', 'b', 'c'], 120, '1').spec];

/** Both ways of reading give one answer wherever the plain reader gives one. */
function agrees(text: string): boolean {
  const plain = plainSpecTree(text);
  if (plain) {
    const document = parseYaml(text);
    expect({ text, errors: document.errors.map(({ message }) => message), tree: plain }).toEqual({ text, errors: [], tree: treeOf(document) });
    expect(yamlProblems(document, text)).toEqual([]);
  }
  expect({ text, ...dbtYaml(text) }).toEqual({ text, ...dbtYamlByLibrary(text) });
  return plain !== undefined;
}

describe('the plain reader of YAML', () => {
  it.each([
    ['keys and values', 'a: 1\nb: text with spaces\nc: "quoted: #1"\nd: \'it\'\'s\'\n'],
    ['comments', '# first\na: 1 # why\n# between\nb:\n  # below\n  - x\n  # between\n  - y\n# last\n'],
    ['a comment that the library takes into a span', 'a:\n  b: 1\n  # inner\nc: 2\n'],
    ['a comment deeper than what follows', 'a: 1\n  # deep\nb: 2\n'],
    ['lists at their key and below it', 'a:\n- 1\n- x: 1\n  y: 2\nb:\n  - 3\n'],
    ['nothing behind a key', 'a:\nb:   \nc:\n  d:\n'],
    ['nothing behind a key, and a comment', 'a: # why\nb: 1\nc:\n# why\nd: 1\n'],
    ['flow', 'a: { b: 1, c: "x, y", d: [e, f, { g: h }] }\nb: []\nc: {}\n'],
    ['flow that splits a sentence', 'a: { when: a, b happens, then: c }\n'],
    ['flow with colons', 'a: { b: http://x, c: d:e }\nb: [a: b]\n'],
    ['block texts', 'a: |\n  one\n  two\n\n\nb: >\n  one\n  two\n\n  three\nc: |-\n  x\n   y\nd: >-\n  z\n'],
    ['block texts in lists', 'a:\n  - |\n    one\n    two\n  - b: >-\n      x\n    c: 1\n'],
    ['a text that goes on', 'a: one\n  two\nb: "x\n  y"\n'],
    ['numbers', 'a: 007\nb: 1.50\nc: 1e3\nd: -1\ne: +.5\nf: 0x1F\ng: 0o17\nh: .inf\ni: 1_000\nj: 1:30\nk: 2026-01-01\nl: 1.2.3\nm: 1.\nn: -.nan\no: 0b11\n'],
    ['words', 'a: yes\nb: No\nc: null\nd: ~\ne: TRUE\nf: tRue\ng: on\nh: y\nnull: 1\n'],
    ['keys that are other words', 'on: 1\nyes: 2\ntrue: 3\n'],
    ['double keys', 'a: 1\nb: 2\na: 3\n'],
    ['anchors, aliases, tags, merges', 'a: &x 1\nb: *x\nc: !!str 1\nd:\n  <<: { e: 1 }\n'],
    ['documents', '---\na: 1\n...\n---\nb: 2\n'],
    ['tabs and carriage returns', 'a:\t1\nb: 2\r\nc: 3\n'],
    ['wrong indentation', 'a:\n    b: 1\n  c: 2\n'],
    ['expressions', "a: coalesce(x, 0) <> '1'\nb: \"a <> 'b'\"\nc: x::int\nd: a #b\n"],
    ['no line end', 'a: |\n  x'],
    ['what has no key', 'just a text\n'],
    ['long lists of one line', '- a\n- b\n'],
    ['colons at ends', 'a: b:\nc: d: e\n'],
  ])('reads %s as the library does', (_, text) => {
    agrees(text);
    agrees(text.trimEnd());
  });
  it('reads the files of the fixtures as the library does, nearly all by itself', () => {
    const read = TEXTS.map(agrees);
    expect(read.filter(Boolean).length / read.length).toBeGreaterThan(0.7);
  });
  it('reads generated specs by itself', () => {
    expect(GENERATED.map(agrees)).toEqual(GENERATED.map(() => true));
  });
  it('agrees with the library on every file with something cut out, typed in or put elsewhere', () => {
    const pieces = fc.oneof(fc.constantFrom('\n', '\n\n', ' ', '  ', ': ', ':', '- ', '-', '#', ' # c', '{ ', ' }', '[', ']', ', ', '"', "'", '|', '>', '|-\n', '>-\n  ', '&a ', '*a', '? ', 'a: b', '\n  a: b', '\n- x', '\n  - y', '\n    # c\n', '\n# c\n', '~', '1.0', 'yes', '<<: ', '\t', '\r\n', '---\n', '!', '%', '\\', '\\n', '  \n'), fc.string({ maxLength: 3 }));
    const texts = [...TEXTS.filter((text) => text.length < 4000), ...GENERATED];
    const edit = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), cut: fc.oneof(fc.constant(0), fc.nat(3), fc.nat(60)), piece: pieces });
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.array(edit, { minLength: 1, maxLength: 4 }), fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(900), (text, edits, from, length) => {
        // A part of a file from a line on, so that what is odd comes early and late.
        const start = text.indexOf('\n', Math.floor(from * text.length)) + 1;
        const part = text.slice(start, start + length + 50);
        const changed = edits.reduce((out, { at, cut, piece }) => out.slice(0, Math.floor(at * out.length)) + piece + out.slice(Math.floor(at * out.length) + cut), part);
        agrees(changed);
      }),
      { numRuns: 1500 },
    );
  });
  it('agrees with the library on any text made of the characters that matter', () => {
    const line = fc.array(fc.constantFrom('a', 'b', ': ', ':', ' ', '  ', '- ', '#', ' #', '{', '}', '[', ']', ',', ', ', '"', "'", '|', '>', '1', '-', '.', 'x: ', 'y: z', '\\', '~', 'null', '<<'), { maxLength: 7 }).map((parts) => parts.join(''));
    fc.assert(fc.property(fc.array(line, { maxLength: 8 }).map((lines) => lines.join('\n')), (text) => void agrees(text)), { numRuns: 4000 });
  });
});
