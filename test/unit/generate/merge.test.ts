import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compareModel } from '../../../engine/conformance';
import { generateTechnical, inferTechnical, mergeSpec, newBusinessSpec } from '../../../engine/generate';
import { lookupModel, openProject } from '../../../engine/project';
import { DEFAULT_CONFIG, parseSpec } from '../../../engine/spec';
import { createSqlService } from '../../../engine/sql';
import { diskWorkspace } from '../../../platform/diskWorkspace';

const TECHNICAL = readFileSync('examples/jaffle/specs/marts/customer_value.technical.spec.yml', 'utf8');
const BUSINESS = readFileSync('examples/jaffle/specs/marts/customer_value.business.spec.yml', 'utf8');
const isSubsequence = (lines: readonly string[], of: readonly string[]): boolean => {
  let at = 0;
  for (const line of of) if (line === lines[at]) at++;
  return at === lines.length;
};

async function jaffle() {
  const workspace = diskWorkspace('examples/jaffle');
  return { workspace, project: await openProject(workspace), sql: await createSqlService(), config: DEFAULT_CONFIG, specs: [] };
}

describe('merge', () => {
  it('keeps every line a person wrote, in order, whatever was there and whatever is proposed', () => {
    const sections = TECHNICAL.split(/\n(?=\w)/).map((section) => `${section}\n`);
    fc.assert(
      fc.property(fc.subarray(sections, { minLength: 1 }), fc.subarray(sections), fc.constantFrom('\n', '\r\n'), (own, proposed, end) => {
        const text = own.join('').replace(/\n/g, end);
        const merged = mergeSpec(parseSpec('a.technical.spec.yml', text), proposed.join(''));
        expect(isSubsequence(text.trimEnd().split(end), merged.text.split(end))).toBe(true);
        expect(parseSpec('a.technical.spec.yml', merged.text).yaml.errors).toEqual([]);
      }),
    );
  });
  it('adds missing items to lists and leaves decisions alone', () => {
    const merged = mergeSpec(parseSpec('a.technical.spec.yml', 'spec: technical/v1\nmodel: m\ninputs:\n  # mine\n  - { ref: a }\nfilters: []\n'), 'inputs:\n  - { ref: a, as: x }\n  - { ref: b }\nfilters:\n  - { id: F-1, expression: "a > 1" }\n');
    expect(merged.text).toBe('spec: technical/v1\nmodel: m\ninputs:\n  # mine\n  - { ref: a }\n  - { ref: b }\nfilters: []\n');
  });
  it('does not touch a file that is broken', () => {
    const merged = mergeSpec(parseSpec('a.technical.spec.yml', 'spec: [\n'), TECHNICAL);
    expect(merged.changes).toEqual([]);
  });
});

describe('generate', () => {
  it('proposes inputs, a proven grain, tests for every line, and asks the rest', async () => {
    const context = await jaffle();
    const business = parseSpec('specs/marts/customer_value.business.spec.yml', BUSINESS);
    const first = generateTechnical(context, { business });
    expect(generateTechnical(context, { business }).text).toBe(first.text);
    const spec = parseSpec(first.path, first.text);
    expect(spec.problems).toEqual([]);
    const facts = spec.facts?.kind === 'technical' ? spec.facts : undefined;
    expect(facts?.inputs?.items.map((i) => i.name)).toContain('stg_customers');
    expect(facts?.grain?.value.map((c) => c.value)).toEqual(['customer_id']);
    expect(facts?.tests?.items.flatMap((t) => t.covers.map((c) => c.value))).toEqual(['EC-no-order', 'EC-parts', 'CW-ledger']);
    expect(first.openQuestions.length).toBeGreaterThan(0);
    for (const column of facts?.stage.columns?.items ?? []) expect(column.expression).toBeUndefined();
  });
  it('states no grain without proof', async () => {
    const context = await jaffle();
    const business = parseSpec('specs/x.business.spec.yml', BUSINESS.replace('[customer]', '[supplier, week]'));
    const proposal = generateTechnical(context, { business });
    expect(proposal.text).not.toMatch(/^grain:/m);
    expect(proposal.openQuestions.join(' ')).toContain('one row');
  });
  it('leaves the answers of a new business spec empty', () => {
    const spec = parseSpec('a.business.spec.yml', newBusinessSpec({ model: 'm' }));
    expect(spec.yaml.errors).toEqual([]);
    expect(spec.problems.map((p) => p.code)).toContain('SPEC014');
  });
});

describe('infer', () => {
  it('describes every model of the example so that nothing differs', async () => {
    const context = await jaffle();
    for (const name of ['customer_value', 'order_revenue', 'all_sales', 'daily_revenue', 'int_latest_order_event']) {
      const found = lookupModel(context.project, name);
      if (found.kind !== 'one') throw new Error(`${name} is missing`);
      const proposal = await inferTechnical(context, { node: found.node });
      const spec = parseSpec(proposal.path, proposal.text);
      expect(spec.problems, name).toEqual([]);
      const report = await compareModel(context, spec, found.node);
      expect([name, report.summary.differs, report.summary.unspecced]).toEqual([name, 0, 0]);
    }
  });
});
