import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { migrate, parseSpec, readConfig, type SpecTemplate } from '../../../engine/spec';
import { applyChanges } from '../../../engine/text';
import { plain } from '../../../engine/yaml/tree';
import { memorySettings } from '../../support/memorySettings';

const FIELDS = 'business:\n  properties:\n    data_class: { title: "How secret is it?", type: string, enum: [public, internal], x-after: owner }\n    edge_cases: { items: { properties: { impact: { title: "How bad is it?", type: string, enum: [low, severe] } } } }\n';
const STEPS = 'migrations:\n  - kind: business\n    to: 2\n    says: "the impact is named as in the risk register"\n    steps:\n      - { rename: "edge_cases[].severity", to: impact }\n      - { change: "edge_cases[].impact", from: high, to: severe }\n      - { add: data_class, value: internal }\n';

function templateOf(settings: string): SpecTemplate {
  const { template, notices } = readConfig(memorySettings({ 'specline.yml': settings }));
  expect(notices).toEqual([]);
  return template;
}

const TEMPLATE = templateOf(FIELDS + STEPS);
const BEFORE = '# the first line stays\nspec: business/v1 # v1\nmodel: orders\nowner: finance # who?\nquestion: How many orders were paid?\ngrain: { one_row_per: [order] }\nedge_cases:\n  # a comment\n  - { id: EC-none, severity: high, when: "an order has no payment", then: "it is left out" }\n  - id: EC-two\n    "severity":  low   # why low\n    when: "it is paid twice"\n    then: "it counts once"\ncorrect_when:\n  - { id: CW-ledger, statement: "the count equals the ledger" }\n';
const AFTER = BEFORE.replace('spec: business/v1', 'spec: business/v2').replace('severity: high', 'impact: severe').replace('"severity":', 'impact:').replace('question:', 'data_class: internal\nquestion:');

describe('a migration', () => {
  it('touches only the keys and values that are named, and the version', () => {
    expect(migrate('business', BEFORE, TEMPLATE)).toEqual({ text: AFTER, from: 1, to: 2 });
    expect(parseSpec('a.business.spec.yml', AFTER, TEMPLATE).problems).toEqual([]);
    expect(migrate('business', AFTER, TEMPLATE)).toBeUndefined();
  });
  it('is offered where the spec says its version, which is all that is said of it', () => {
    const { problems } = parseSpec('a.business.spec.yml', BEFORE, TEMPLATE);
    expect(problems.map(({ code, span, message }) => [code, BEFORE.slice(span.start, span.end), message])).toEqual([
      ['SPEC018', 'business/v1', 'The spec is written for business/v1 and the template of specline.yml is at business/v2, against which it is checked once it is migrated; run `specline migrate`. v2: the impact is named as in the risk register.'],
    ]);
    expect(problems[0]?.fixes.map(({ title, changes }) => [title, applyChanges(BEFORE, changes)])).toEqual([['Migrate to business/v2', AFTER]]);
  });
  it('goes through every version, also where one only asks for more', () => {
    const template = templateOf(`${FIELDS}${STEPS}  - { kind: business, to: 3, steps: [] }\n  - { kind: business, to: 4, steps: [{ change: data_class, from: internal, to: public }] }\n`);
    expect(migrate('business', BEFORE, template)).toEqual({ text: AFTER.replace('business/v2', 'business/v4').replace('internal', 'public'), from: 1, to: 4 });
    expect(migrate('business', AFTER, template)).toMatchObject({ from: 2, to: 4 });
    expect(parseSpec('a.technical.spec.yml', 'spec: technical/v1\nmodel: a\n', template).problems.map(({ code }) => code)).not.toContain('SPEC018');
  });
  it('adds an empty section or field to fill in where the template gives no value', () => {
    const template = templateOf(`${FIELDS}migrations: [{ kind: business, to: 2, steps: [{ add: "edge_cases[].impact" }, { add: terms }] }]\n`);
    const result = migrate('business', BEFORE.replace(/severity: \w+, /, '').replace(/ {4}"severity".*\n/, ''), template);
    expect(result).toMatchObject({ text: expect.stringContaining('then: "it is left out", impact: low }') as string });
    expect(result).toMatchObject({ text: expect.stringContaining('    then: "it counts once"\n    impact: low\n') as string });
    expect(result).toMatchObject({ text: expect.stringContaining('terms:\n  - { id: TERM-1, term: "", means: "" }\nedge_cases') as string });
  });
  it.each([
    ['both keys', BEFORE.replace('severity: high', 'severity: high, impact: low'), 'it has both "severity" and "impact" at edge_cases[].severity; keep one of them'],
    ['broken YAML', `${BEFORE}x: [\n`, 'its YAML has errors; mend them first'],
    ['a value over several lines', BEFORE.replace('severity: high', 'severity: "hi\\\n      gh"'), 'the value of edge_cases[].impact runs over several lines, which are not rewritten; change it by hand'],
  ])('refuses %s in words, and offers no fix', (_name, text, refused) => {
    expect(migrate('business', text, TEMPLATE)).toEqual({ refused });
    expect(parseSpec('a.business.spec.yml', text, TEMPLATE).problems.flatMap(({ code, fixes }) => (code === 'SPEC018' ? fixes : []))).toEqual([]);
  });
  it('leaves a spec alone that is newer or says no version', () => {
    const newer = BEFORE.replace('business/v1', 'business/v9');
    expect(migrate('business', newer, TEMPLATE)).toBeUndefined();
    expect(parseSpec('a.business.spec.yml', newer, TEMPLATE).problems.map(({ code, message, fixes }) => [code, message, fixes])).toEqual([
      ['SPEC018', 'business/v9 is newer than business/v2, the template of specline.yml, so the spec is not held against it; update the template that specline.yml extends, or write business/v2.', []],
    ]);
    expect(migrate('business', BEFORE.replace('business/v1', 'business'), TEMPLATE)).toBeUndefined();
    expect(migrate('business', BEFORE.replace('business/v1', 'technical/v1'), TEMPLATE)).toBeUndefined();
  });
  it('keeps comments, all other data and the style, however a spec is laid out', () => {
    const texts = [BEFORE, readFileSync('examples/jaffle/specs/marts/customer_value.business.spec.yml', 'utf8').replace('EC-no-order,', 'EC-no-order, severity: high,')];
    const layout = fc.constantFrom((text: string) => text, (text: string) => text.replace(/\n/g, '\r\n'), (text: string) => text.replace(/\n(?=[a-z])/g, '\n\n# note\n'));
    const noise = fc.constantFrom('', '   ', ' # note', '\n# note: x\n', '\n\n');
    fc.assert(
      fc.property(fc.constantFrom(...texts), layout, fc.array(fc.tuple(fc.nat(), noise), { maxLength: 5 }), (flat, laidOut, splices) => {
        const lines = flat.split('\n');
        for (const [where, what] of splices) lines[where % lines.length] += what;
        const text = laidOut(lines.join('\n'));
        const spec = parseSpec('a.business.spec.yml', text, TEMPLATE);
        if (spec.yaml.errors.length > 0) return;
        const result = migrate('business', text, TEMPLATE);
        if (!result || 'refused' in result) throw new Error(JSON.stringify(result));
        const after = parseSpec('a.business.spec.yml', result.text, TEMPLATE);
        expect(after.yaml.errors).toEqual([]);
        expect(plain(after.tree)).toEqual(expected(plain(spec.tree) as Record<string, unknown>));
        const comments = (of: string): string[] => of.split(/\r?\n/).flatMap((line) => /#.*$/.exec(line)?.[0].trimEnd() ?? []);
        expect(comments(result.text)).toEqual(comments(text));
        expect(/[^\r]\n/.test(result.text)).toBe(/[^\r]\n/.test(text));
        expect(applyChanges(text, spec.problems[0]?.fixes[0]?.changes ?? [])).toBe(result.text);
      }),
      { numRuns: Number(process.env['FC_RUNS'] ?? 120) * 3 },
    );
  });
});

/** What the migration says, on plain data. */
function expected(data: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const cases = (data['edge_cases'] as Record<string, unknown>[]).map(({ severity, ...rest }) => (severity === undefined ? rest : { ...rest, impact: severity === 'high' ? 'severe' : severity }));
  return { ...data, spec: 'business/v2', data_class: 'internal', edge_cases: cases };
}

describe('migrations that are no migrations', () => {
  const step = (steps: string, to = 2): string => `migrations: [{ kind: business, to: ${to}, steps: [${steps}] }]\n`;
  it.each([
    [step('{ rename: "edge_cases[]", to: x }'), 'SPEC017 "edge_cases[]" names no place of a spec; write keys with dots between them and [] behind a list, such as edge_cases[].severity.'],
    [step('{ add: "a b" }'), 'SPEC017 "a b" names no place of a spec; write keys with dots between them and [] behind a list, such as edge_cases[].severity.'],
    [step('{ rename: history, to: a.b }'), 'SPEC017 "a.b" is no key; a key is renamed where it stands, so write the new key alone.'],
    [step('', 3), 'SPEC017 There is a migration to business/v3 and none to business/v2; versions follow one another from 2 on.'],
    [`${step('').replace(']\n', '')}, { kind: business, to: 2, steps: [] }]\n`, 'SPEC017 There are two migrations to business/v2; keep one.'],
    [step('{ remove: history }'), 'SPEC012 "remove" is no key of migrations[0].steps[0]. Known keys: rename, change, add, from, to, value.'],
    [step('', 1), 'SPEC010 migrations[0].to'],
  ])('%s', (settings, message) => {
    const { notices, broken, template } = readConfig(memorySettings({ 'specline.yml': settings }));
    expect(notices.map((notice) => `${notice.code} ${notice.message}`).join('\n')).toContain(message);
    if (message.startsWith('SPEC017')) expect([broken?.code, template.migrations]).toEqual(['SPEC017', []]);
  });
});
