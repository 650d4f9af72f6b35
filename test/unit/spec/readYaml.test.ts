import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { byLibrary, readYaml, type ReadYaml } from '../../../engine/spec/readYaml';
import { plainSpecTree } from '../../../engine/yaml/tree';
import { businessSpec } from '../../bench/make/businessSpec';
import { technicalModel } from '../../bench/make/technicalSpec';

const SPECS = readdirSync('examples/jaffle/specs', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.spec.yml')).map((file) => readFileSync(join('examples/jaffle/specs', file), 'utf8'));
const TEXTS = [...SPECS, businessSpec('x', 120, '1'), technicalModel('x', ['a', 'b', 'c'], 120, '1').spec, 'a:\n- 1\n- x: 1\n  y: |\n    z\n\n\nb:\n  # why\nc: "x\n  y"\nd: [a,\n  b]\n# end\n'];
const said = ({ errors, tree, problems }: ReadYaml): unknown => ({ errors: errors.map(({ code, message, pos }) => [code, message, ...pos]), tree, problems });

/** A text reads the same in one piece as section by section; whether that was another way. */
function agrees(text: string): boolean {
  const ours = readYaml(text);
  const whole = byLibrary(text);
  expect({ text, broken: ours.errors.length > 0 }).toEqual({ text, broken: whole.errors.length > 0 });
  if (whole.errors.length === 0) expect({ text, said: said(ours) }).toEqual({ text, said: said(whole) });
  return plainSpecTree(text) === undefined;
}

describe('YAML read section by section', () => {
  it('says the same as in one piece, and of what is broken that it is', () => {
    const pieces = fc.oneof(fc.constantFrom('\n', '\n\n', ' ', '  ', ': ', ':', '- ', '#', ' # c', '{ ', ' }', '[', ']', ', ', '"', "'", '|', '>', '|-\n', '>-\n  ', '&a ', '*a', '? ', 'a: b', '\n  a: b', '\n- x', '\n  - y', '\n    # c\n', '\n# c\n', '~', '<<: ', '\t', '\r\n', '\r', '---\n', '...\n', '!', '!a ', '%', '\\', '  \n', '\nz:\n', '\nz: 1\n', '\nmodel: 1\n', '\ninputs: []\n', '\n"z": 1\n', 'x\n  y'), fc.string({ maxLength: 3 }));
    const edit = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), cut: fc.oneof(fc.constant(0), fc.nat(3), fc.nat(60)), piece: pieces });
    fc.assert(
      fc.property(fc.constantFrom(...TEXTS), fc.array(edit, { minLength: 1, maxLength: 3 }), (text, edits) => {
        agrees(edits.reduce((out, { at, cut, piece }) => out.slice(0, Math.floor(at * out.length)) + piece + out.slice(Math.floor(at * out.length) + cut), text));
      }),
      { numRuns: Number(process.env['FC_RUNS'] ?? 600) },
    );
  });
  it('tells what is wrong in the section where it stands, as in one piece', () => {
    const [spec = ''] = SPECS.filter((text) => text.includes('edge_cases:'));
    const broken = spec.replace(/^(edge_cases:.*\n)/m, '$1  - { id: EC-torn, when: "never closed\n');
    expect(said(readYaml(broken))).toEqual(expect.objectContaining({ errors: (said(byLibrary(broken)) as { errors: unknown }).errors }));
    expect(readYaml(broken).problems.map(({ message, span }) => `${message} ${broken.slice(span.start, span.end)}`)).toEqual(byLibrary(broken).problems.map(({ message, span }) => `${message} ${broken.slice(span.start, span.end)}`));
  });
});
