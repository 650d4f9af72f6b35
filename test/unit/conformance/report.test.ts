import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { offsetAt, lineStarts } from '../../../engine/text';
import { compare, compared, unspecced, verdicts } from './support';

const SQL = "select o.order_id, o.amount\nfrom {{ ref('orders') }} as o\nwhere o.status <> 'refunded'\n  and o.amount > 5\n";
const SPEC = "inputs:\n  - { ref: orders, as: o }\nfrom: o\njoins: []\nfilters:\n  - { id: F-1, expression: \"o.status <> 'failed'\" }\ncolumns:\n  - { name: order_id }\n  - { name: amount }\n";

describe('places', () => {
  it('are the words of both sides', async () => {
    const { report } = await compared({ spec: SPEC, sql: SQL });
    const clause = report.clauses.find((candidate) => candidate.id === 'filters/F-1');
    const text = `spec: technical/v1\nmodel: example\n${SPEC}`;
    const slice = (source: string, range: { start: { line: number; character: number }; end: { line: number; character: number } }): string => {
      const starts = lineStarts(source);
      return source.slice(offsetAt(source, starts, range.start), offsetAt(source, starts, range.end));
    };
    expect(clause && slice(text, clause.spec.range)).toBe("\"o.status <> 'failed'\"");
    expect(clause?.model[0]).toMatchObject({ in: 'raw', file: 'models/example.sql', text: "o.status <> 'refunded'" });
    expect(clause?.model[0] && slice(SQL, clause.model[0].range)).toBe("o.status <> 'refunded'");
    expect(clause?.message).toBe("The spec keeps rows where status <> 'failed'; the model keeps rows where status <> 'refunded'.");
  });
});

describe('addresses', () => {
  it('stay where lines move', async () => {
    const moved = `-- a comment\n\n${SQL.replace('select o.order_id,', 'select\n  o.order_id,')}`;
    const ids = async (sql: string): Promise<string[]> => {
      const report = await compare({ spec: SPEC, sql });
      return [...report.clauses, ...report.findings].map((item) => item.id);
    };
    expect(await ids(moved)).toEqual(await ids(SQL));
  });

  it('are unique and of the published form', async () => {
    const spec = `${SPEC}  - { name: amount }\ntests:\n  - { id: T-1, test: unique, column: order_id }\nmaterialization: { type: table }\n`;
    const report = await compare({ spec, sql: `${SQL} and o.x = 1` });
    const ids = [...report.clauses, ...report.findings].map((item) => item.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const finding of report.findings) expect(finding.id).toMatch(/^[A-Z]+\d{3}\/[0-9a-f]{8}(~\d+)?$/);
    expect(report.clauses.map((clause) => clause.id)).toEqual(expect.arrayContaining(['inputs/o', 'from', 'filters/F-1', 'columns/order_id', 'tests/T-1', 'materialization/type']));
  });
});

describe('waivers', () => {
  const waived = (waivers: string, today = '2025-06-01'): Promise<Awaited<ReturnType<typeof compare>>> => compare({ spec: `${SPEC}waivers:\n${waivers}`, sql: SQL, today });

  it('accept a difference until their day', async () => {
    const report = await waived('  - { clause: filters/F-1, reason: "known, to be repaired", by: ann, until: "2025-06-01" }\n');
    expect(report.clauses.find((clause) => clause.id === 'filters/F-1')?.waived).toEqual({ reason: 'known, to be repaired', by: 'ann', until: '2025-06-01' });
    expect(report.summary).toMatchObject({ differs: 0, waived: 1 });
    const late = await waived('  - { clause: filters/F-1, reason: known, by: ann, until: "2025-05-31" }\n');
    expect(late.summary).toMatchObject({ differs: 1, waived: 0 });
  });

  it('accept a finding by its address', async () => {
    const open = await compare({ spec: SPEC, sql: SQL });
    const finding = open.findings.find((candidate) => candidate.rule === 'FILTER002');
    const report = await waived(`  - { clause: ${finding?.id ?? ''}, reason: asked for by phone }\n`);
    expect(report.summary).toMatchObject({ unspecced: 0, waived: 1 });
  });
});

describe('the summary', () => {
  it('counts verdicts and names sections that are open', async () => {
    const report = await compare({ spec: SPEC, sql: SQL });
    expect(report.summary).toMatchObject({ differs: 1, unspecced: 1, waived: 0 });
    expect(report.summary.matches).toBe(report.clauses.filter((clause) => clause.verdict === 'matches').length);
    expect(report.summary.notSpecified).toEqual(['grain', 'tests', 'materialization']);
  });
});

describe('whatever is written', () => {
  it('is compared without an exception, and a broken spec proves nothing', async () => {
    const cut = fc.tuple(fc.integer({ min: 0, max: SPEC.length }), fc.integer({ min: 0, max: SQL.length }), fc.constantFrom('', '{{', "'", '(', '\t', '- {', 'join ', ')', '\u{1f600}', '%}'));
    await fc.assert(
      fc.asyncProperty(cut, async ([spec, sql, noise]) => {
        const report = await compare({ spec: SPEC.slice(0, spec) + noise, sql: SQL.slice(0, sql) + noise });
        for (const clause of report.clauses) expect(clause.message.length).toBeGreaterThan(0);
      }),
      { numRuns: 60 },
    );
  }, 60_000);

  it('may name itself in a circle', async () => {
    const spec = 'inputs:\n  - { ref: orders }\nsteps:\n  - { name: a, from: b, joins: [{ to: a, type: inner, keys: [x] }] }\n  - { name: b, from: a }\nfrom: a\nunion: { op: union_all, branches: [a, b] }\n';
    const report = await compare({ spec, sql: "with a as (select * from {{ ref('orders') }}) select * from a" });
    expect(verdicts(report)['inputs/orders']).toBe('matches');
  });

  it('may join what is neither an input nor a step', async () => {
    const report = await compare({ spec: 'inputs:\n  - { ref: orders }\nfrom: orders\njoins:\n  - { to: nobody, type: left, keys: [x] }\nfilters: []\n', sql: "select * from {{ ref('orders') }} as o join {{ ref('customers') }} as c on c.x = o.x where c.y = 1" });
    expect(verdicts(report)['joins/nobody']).toMatch(/^unknown/);
    expect(unspecced(report)).toEqual(['INPUT002']);
  });
});

describe('what is not specified', () => {
  const spec = 'inputs:\n  - { ref: orders }\nfrom: orders\ncolumns:\n  - { name: customer_id }\n';
  const sql = "select distinct customer_id from {{ ref('orders') }}";

  it('is a finding of its own where the spec describes the stage', async () => {
    const report = await compare({ spec, sql });
    expect(report.findings.map(({ rule }) => rule)).toContain('AGG009');
    expect(report.summary.notSpecified).not.toContain('distinct');
  });

  it('is named where the spec is too vague for a finding', async () => {
    const report = await compare({ spec: `${spec}opaque:\n  - { text: "some text the model does not have", reason: "kept" }\n`, sql });
    expect(report.findings.map(({ rule }) => rule)).not.toContain('AGG009');
    expect(report.summary.notSpecified).toContain('distinct');
  });
});
