import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openProject } from '../../../engine/project';
import { BUILT_IN, checkSpec, contextAt, DEFAULT_CONFIG, formatSpec, meaningOf, orderSections, parseSpec, type SpecDocument } from '../../../engine/spec';
import { applyChanges } from '../../../engine/text';
import { memoryWorkspace } from '../../support/memoryWorkspace';
import { cursorIn } from '../../support/spans';

const TECHNICAL = readFileSync('examples/jaffle/specs/marts/customer_value.technical.spec.yml', 'utf8');
const BUSINESS = readFileSync('examples/jaffle/specs/marts/customer_value.business.spec.yml', 'utf8');
const technical = (text: string): SpecDocument => parseSpec('specs/a.technical.spec.yml', text);
const business = (text: string): SpecDocument => parseSpec('specs/a.business.spec.yml', text);
const seen = (spec: SpecDocument): string[] => spec.problems.map((p) => `${p.code} ${spec.text.slice(p.span.start, p.span.end)}`);

describe('problems stand at their place', () => {
  const cases: [string, SpecDocument, string][] = [
    ['an unknown key', technical(TECHNICAL.replace('type: left', 'typ: left')), 'SPEC012 typ'],
    ['a wrong choice', technical(TECHNICAL.replace('type: left', 'type: lef')), 'SPEC013 lef'],
    ['a number for an expression', technical(TECHNICAL.replace('"coalesce(paid.value, 0)"', '0')), 'SPEC031 0'],
    ['a duplicate key', technical(`${TECHNICAL}\nmodel: again\n`), 'SPEC002 model'],
    ['a split sentence', business(BUSINESS.replace('"payments that failed"', 'payments, that failed')), 'SPEC030 that failed'],
    ['a tab', business('spec: business/v1\nmodel: a\n\towner: x\n'), 'SPEC003 \t'],
    ['an alias without anchor', business(BUSINESS.replace('finance-analytics', '*nobody')), 'SPEC001 *nobody'],
    ['a wrong type', technical(TECHNICAL.replace('grain: [customer_id]', 'grain: { a: b }')), 'SPEC014 grain'],
    ['an empty section', business(BUSINESS.replace(/question: .*/, 'question:')), 'SPEC014 question'],
  ];
  for (const [name, spec, expected] of cases) {
    it(name, () => {
      expect(seen(spec)).toContain(expected);
    });
  }
  it('a missing section is named, and its fix adds it in template order', () => {
    const spec = business(BUSINESS.replace(/question: .*\n/, ''));
    const problem = spec.problems.find((p) => p.code === 'SPEC011');
    expect(problem?.message).toContain('"question"');
    const fixed = business(applyChanges(spec.text, problem?.fixes[0]?.changes ?? []));
    expect(fixed.tree?.kind === 'map' && fixed.tree.entries.map((e) => e.key).slice(0, 4)).toEqual(['spec', 'model', 'owner', 'question']);
  });
  it('every fix offered parses again and removes its problem', () => {
    for (const [, spec] of cases) {
      for (const problem of spec.problems) {
        for (const fix of problem.fixes.filter((f) => f.preferred)) {
          const after = parseSpec(spec.path, applyChanges(spec.text, fix.changes));
          expect(after.problems.filter((p) => p.code === problem.code && p.message === problem.message)).toEqual([]);
        }
      }
    }
  });
});

describe('bad input', () => {
  it('gets one clear problem: empty, huge, not a map, alias bomb', () => {
    expect(business('').problems).toMatchObject([{ code: 'SPEC011' }]);
    expect(business('x'.repeat(10_000_000)).problems).toMatchObject([{ code: 'SPEC004' }]);
    expect(business('- a').problems).toMatchObject([{ code: 'SPEC010' }]);
    const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]', ...'bcdefghij'.split('').map((c, i) => `${c}: &${c} [${Array(9).fill(`*${'abcdefghij'[i]}`).join(',')}]`)].join('\n');
    const started = business(bomb);
    expect(started.problems.length).toBeGreaterThan(0);
  });
  it('reads CRLF, emoji and a byte order mark by UTF-16 offsets', () => {
    const spec = technical(TECHNICAL.replace('# Customers', '# 😀 Customers').replace(/\n/g, '\r\n'));
    expect(spec.problems).toEqual([]);
    const to = spec.facts?.kind === 'technical' ? spec.facts.stage.joins?.items[0]?.to : undefined;
    expect(spec.text.slice(to?.span.start, to?.span.end)).toBe('paid');
  });
  it('never throws, however a spec is cut and spliced', () => {
    fc.assert(
      fc.property(fc.nat(TECHNICAL.length), fc.nat(TECHNICAL.length), fc.string({ maxLength: 5 }), (a, b, middle) => {
        const text = TECHNICAL.slice(0, a) + middle + TECHNICAL.slice(b);
        const spec = technical(text);
        for (const p of [...spec.problems, ...checkSpec(spec, { specs: [spec], config: DEFAULT_CONFIG })]) expect(p.span.end).toBeLessThanOrEqual(text.length + 1);
        contextAt(text, a);
        applyChanges(text, formatSpec(spec));
      }),
      { numRuns: 200 },
    );
  });
});

describe('names, ids and coverage', () => {
  const other = parseSpec('specs/customer_value.business.spec.yml', BUSINESS);
  const check = (text: string): string[] => {
    const spec = parseSpec('specs/customer_value.technical.spec.yml', text);
    return checkSpec(spec, { specs: [spec, other], config: DEFAULT_CONFIG }).map((p) => `${p.code} ${text.slice(p.span.start, p.span.end)}`);
  };
  it('accepts the example', () => {
    expect(check(TECHNICAL)).toEqual([]);
    expect(check(TECHNICAL.replace(/m1:sha256:\w{4}/, 'm1:sha256:0000')).map((p) => p.slice(0, 7))).toEqual(['SPEC028']);
  });
  it('finds unknown ids, aliases, steps and paths that leave the project', () => {
    expect(check(TECHNICAL.replace('[POP-failed]', '[POP-faild]'))).toContain('SPEC025 POP-faild');
    expect(check(TECHNICAL.replace('to: paid', 'to: payd'))).toContain('SPEC023 payd');
    expect(check(TECHNICAL.replace('business: customer_value', 'business: ../../../customer_value'))).toContain('SPEC029 ../../../customer_value.business.spec.yml');
    expect(check(TECHNICAL.replace('model: customer_value', 'model: ../../x'))).toContain('SPEC029 ../../x');
  });
  it('asks for a test of every edge case', () => {
    expect(check(TECHNICAL.replace('covers: [EC-parts]', 'covers: []')).some((p) => p.startsWith('SPEC027'))).toBe(true);
  });
  it('renumbers a duplicate id', () => {
    const spec = technical(TECHNICAL.replace('T-no-order', 'T-parts'));
    const problem = checkSpec(spec, { specs: [spec], config: DEFAULT_CONFIG }).find((p) => p.code === 'SPEC026');
    expect(applyChanges(spec.text, problem?.fixes[0]?.changes ?? [])).toContain('T-parts-2');
  });
});

describe('tiers', () => {
  const full = { ...DEFAULT_CONFIG, tiers: [{ path: '**', tier: 'full' as const }] };
  it('full asks both specs for its sections, each with a fix that adds it', async () => {
    const index = await openProject(memoryWorkspace({ 'dbt_project.yml': 'name: p\nprofile: p\n', 'models/a.sql': 'select 1 as id' }));
    for (const [spec, keys] of [[parseSpec('specs/a.business.spec.yml', 'spec: business/v1\nmodel: a\n'), ['asked_on', 'decision', 'population']], [parseSpec('specs/a.technical.spec.yml', 'spec: technical/v1\nmodel: a\ninputs: []\n'), ['implements', 'materialization']]] as const) {
      const missing = checkSpec(spec, { project: index, specs: [spec], config: full }).filter((problem) => problem.code === 'SPEC011');
      expect(missing.map((problem) => /"(\w+)"/.exec(problem.message)?.[1])).toEqual(keys);
      for (const problem of missing) expect(parseSpec(spec.path, applyChanges(spec.text, problem.fixes[0]?.changes ?? [])).yaml.errors).toEqual([]);
      expect(checkSpec(spec, { project: index, specs: [spec], config: DEFAULT_CONFIG }).filter((problem) => problem.code === 'SPEC011')).toEqual([]);
    }
  });
});

describe('meaning', () => {
  it('changes with what is promised, not with who stands for it or how it is laid out', () => {
    const meaning = meaningOf(business(BUSINESS));
    expect(meaning).toMatch(/^m1:sha256:[0-9a-f]{64}$/);
    expect(meaningOf(business(BUSINESS.replace('finance-analytics', 'somebody').replace(/\n/g, '\r\n')))).toBe(meaning);
    expect(meaningOf(business(BUSINESS.replace('value of 0', 'value of 1')))).not.toBe(meaning);
  });
  it('reads expressions as tokens', () => {
    expect(meaningOf(technical(TECHNICAL.replace('coalesce(paid.value, 0)', 'coalesce( paid.value,0 )')))).toBe(meaningOf(technical(TECHNICAL)));
  });
});

describe('formatting and ordering', () => {
  it('tidies without touching values or comments, and only once', () => {
    const messy = TECHNICAL.replace('from: customers\n', 'from: customers   \n\n\n\n').trimEnd();
    const once = applyChanges(messy, formatSpec(technical(messy)));
    expect(meaningOf(technical(once))).toBe(meaningOf(technical(messy)));
    expect(once).toContain('# Customers without an order stay');
    expect(formatSpec(technical(once))).toEqual([]);
  });
  it('puts sections into template order with every line kept', () => {
    const shuffled = BUSINESS.replace(/^(owner: .*\n)/m, '').concat('# who\nowner: finance-analytics\n');
    const spec = business(shuffled);
    const ordered = applyChanges(shuffled, orderSections(BUILT_IN.schemas.business, spec.tree, shuffled));
    expect(ordered.split('\n').sort()).toEqual(shuffled.split('\n').sort());
    expect(ordered.indexOf('# who\nowner')).toBeLessThan(ordered.indexOf('question'));
  });
});

describe('the cursor', () => {
  const cases: [string, string, 'key' | 'value'][] = [
    ['spec: technical/v1\n|', '', 'key'],
    ['joins:\n  - to: paid\n    |', 'joins.[]', 'key'],
    ['joins:\n  - |', 'joins.[]', 'key'],
    ['joins:\n- type: |', 'joins.[].type', 'value'],
    ['joins:\n  - { to: paid, type: | }', 'joins.[].type', 'value'],
    ['joins:\n  - { to: paid, |', 'joins.[]', 'key'],
    ['steps:\n  - name: paid\n    joins:\n      - { to: x, keys: [a, |] }', 'steps.[].joins.[].keys.[]', 'value'],
    ['steps:\n  - name: paid\n    from: |', 'steps.[].from', 'value'],
    ['grain: [|', 'grain.[]', 'value'],
    ['grain:\n  one_row_per:\n    - |', 'grain.one_row_per.[]', 'key'],
    ['filters:\n  - { id: F-a, expression: "status <> |" }', 'filters.[].expression', 'value'],
    ['model: |\r\nfrom: x\r\n', 'model', 'value'],
  ];
  for (const [marked, path, position] of cases) {
    it(JSON.stringify(marked), () => {
      const { text, offset } = cursorIn(marked);
      const cursor = contextAt(text, offset);
      expect([cursor.path.join('.'), cursor.position]).toEqual([path, position]);
    });
  }
});
