import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSqlService, type SqlAnalysis } from '../../../engine/sql';

const service = createSqlService();
const analyze = async (text: string): Promise<SqlAnalysis> => (await service).analyze({ file: 'm.sql', text, in: 'raw', dialect: 'duckdb' });

describe('analysing SQL', () => {
  it('gives every clause the span it has in the raw file', async () => {
    const text = "-- 😀 emoji first\nselect o.id, sum(x) as total\nfrom {{ ref('orders') }} as o\nleft join {{ source('shop', 'items') }} i on o.id = i.order_id\nwhere o.status <> 'x' and i.n between 1 and 2\ngroup by 1 limit 5";
    const { graph } = await analyze(text);
    const stage = graph?.stages[0];
    const slice = (span?: { start: number; end: number }): string => (span ? text.slice(span.start, span.end) : '');
    expect(stage?.columns.map((c) => slice(c.span))).toEqual(['o.id', 'sum(x) as total']);
    expect(stage?.filters.map((f) => slice(f.span))).toEqual(["o.status <> 'x'", 'i.n between 1 and 2']);
    expect(slice(stage?.joins[0]?.span)).toBe("left join {{ source('shop', 'items') }} i on o.id = i.order_id");
    expect(slice(stage?.aggregate?.span)).toBe('group by 1');
    expect(slice(stage?.limit?.span)).toBe('limit 5');
    expect(graph?.relations.map((r) => r.id)).toEqual(['ref:orders', 'source:shop.items']);
  });
  it('resolves grouping by position and marks implicit aggregates', async () => {
    const { graph } = await analyze('select a, b, count(*) from t group by 1, 2');
    expect(graph?.stages[0]?.aggregate?.by.map((e) => (e.kind === 'column' ? e.name.text : e.kind))).toEqual(['a', 'b']);
    expect((await analyze('select max(a) from t')).graph?.stages[0]?.aggregate).toMatchObject({ implicit: true, by: [] });
  });
  it('keeps both variants of an incremental model', async () => {
    const result = await analyze('select * from t where a {% if is_incremental() %} and b > (select max(b) from {{ this }}) {% endif %}');
    expect(result.graph?.stages.at(-1)?.filters).toHaveLength(1);
    expect(result.incremental?.stages.at(-1)?.filters.map((f) => f.when)).toEqual([undefined, 'incremental']);
  });
  it('marks what a macro or a branch hides', async () => {
    const branch = await analyze("select a {% for b in var('x') %}, {{ b }} {% endfor %} from t where c");
    expect(branch.graph?.stages[0]?.opaque[0]?.aspects).toContain('columns');
    const macro = await analyze('{{ my_package.whole_model() }}');
    expect(macro.opaque?.reason).toBe('macro');
  });
  it('says why nothing is known', async () => {
    expect((await analyze('')).opaque?.reason).toBe('empty');
    expect((await analyze('this is not sql at all (')).opaque?.reason).toBe('unparsed');
    expect((await (await service).analyze({ file: 'm.py', text: 'def model(): pass', in: 'raw', dialect: 'duckdb' })).opaque?.reason).toBe('python');
    expect((await analyze('('.repeat(5000))).opaque?.reason).toBe('unparsed');
  });
  it('never throws, however a model is cut and spliced', async () => {
    const sql = await service;
    const source = readFileSync('examples/jaffle/models/marts/order_revenue.sql', 'utf8') + readFileSync('examples/jaffle/models/marts/customer_value.sql', 'utf8');
    await fc.assert(
      fc.asyncProperty(fc.nat(source.length), fc.nat(source.length), fc.nat(source.length), async (a, b, c) => {
        const text = source.slice(0, a) + source.slice(Math.min(b, c), Math.max(b, c));
        const result = await sql.analyze({ file: 'm.sql', text, in: 'raw', dialect: 'duckdb' });
        for (const stage of result.graph?.stages ?? []) expect(stage.span.end).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 150 },
    );
  });
  it('parses expressions of a spec, with Jinja inside, and refuses what is none', async () => {
    const [ok, jinja, bad, two] = await (await service).expressions('duckdb', ["coalesce(a.b, 0)", "x > {{ var('n') }}", 'from where', 'a, b']);
    expect(ok).toMatchObject({ kind: 'ok', expr: { kind: 'call', name: 'coalesce' } });
    expect(jinja).toMatchObject({ kind: 'ok', expr: { args: [{ kind: 'column' }, { kind: 'jinja' }] } });
    expect(bad?.kind).toBe('failed');
    expect(two?.kind).toBe('failed');
  });
});
