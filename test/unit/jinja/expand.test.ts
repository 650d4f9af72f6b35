import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSqlService } from '../../../engine/sql';
import { bareContext } from '../../../engine/jinja/context';
import { expandTemplate } from '../../../engine/jinja/expand';
import { knownQuery } from '../../../engine/sql/knownQueries';

const expand = (text: string): ReturnType<typeof expandTemplate> => expandTemplate(text, bareContext('generic'), {}, (span) => knownQuery(text, span));
const written = (text: string): string | undefined => expand(text)?.text.replace(/\s+/g, ' ').trim();

describe('writing out loops', () => {
  it('puts each item of a list where its name stands', () => {
    expect(written("{% set m = ['card', 'bank'] %}select {% for x in m %}sum({{ x }}) as {{ x }}_amount{% if not loop.last %}, {% endif %}{% endfor %} from t")).toBe("{% set m = ['card', 'bank'] %}select sum(card) as card_amount, sum(bank) as bank_amount from t");
    expect(written('select {% for n in range(1, 4) %}x{{ n }}{{ ", " if not loop.last }}{% endfor %} from t')).toBe('select x1, x2, x3 from t');
    expect(written("{% for c in ['DE', 'FR'] %}select '{{ c | lower }}' as c from {{ ref('orders_' ~ c | lower) }}{% if not loop.last %} union all {% endif %}{% endfor %}")).toContain("select 'de' as c from {{");
    expect(written("{% for s in ['a', 'b'] %}{% if s == 'a' %}1{% else %}2{% endif %}{% endfor %}")).toBe('12');
  });
  it('leaves what only a run can know', () => {
    for (const text of [
      "{% for v in dbt_utils.get_column_values(ref('p'), 'm') %}{{ v }}{% endfor %}",
      "{% for v in var('list') %}{{ v }}{% endfor %}",
      "{% for v in ['a'] %}{% if house_rule(v) %}1{% endif %}{% endfor %}",
      "{% for v in ['a'] %}{{ loop.cycle('x', 'y') }}{% endfor %}",
      'select 1',
    ]) expect(written(text), text).toBeUndefined();
  });
  it('writes out macros that are one query over named relations', () => {
    expect(written("with d as ({{ dbt_utils.deduplicate(relation=ref('u'), partition_by='id', order_by='at desc') }}) select * from d")).toContain("select * from {{ ref('u') }} qualify row_number() over (partition by id order by at desc) = 1");
    expect(written("{{ dbt_utils.union_relations([ref('a'), source('s', 'b')], source_column_name=none) }}")).toBe("select * from {{ ref('a') }} union all select * from {{ source('s', 'b') }}");
    expect(written("{{ dbt_utils.union_relations(relations=list_of_them) }}")).toBeUndefined();
  });
  it('points every place back into the template', async () => {
    const text = "select id,\n{% for x in ['card', 'bank'] %}\n  sum({{ x }}) as {{ x }}_amount,\n{% endfor %}\n  total from {{ ref('p') }} where ok";
    const { graph } = await (await createSqlService()).analyze({ file: 'm.sql', text, in: 'raw', dialect: 'duckdb' });
    const [stage] = graph?.stages ?? [];
    expect(stage?.columns.map((column) => [column.name?.text, text.slice(column.span.start, column.span.end)])).toEqual([['id', 'id'], ['card_amount', 'sum({{ x }}) as {{ x }}_amount'], ['bank_amount', 'sum({{ x }}) as {{ x }}_amount'], ['total', 'total']]);
    expect(stage?.filters.map((filter) => text.slice(filter.span.start, filter.span.end))).toEqual(['ok']);
  });
  it('never throws, and never points outside the template', () => {
    const piece = fc.constantFrom("{% for x in ['a', 'b'] %}", '{% for x in y %}', '{% endfor %}', '{{ x }}', '{{ x ~ "_y" }}', '{% if loop.last %}', '{% else %}', '{% endif %}', "{% set y = [1, 2] %}", 'select ', ', ', "'", '{#', '#}', '{{', '%}');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const text = pieces.join('');
        const result = expand(text);
        for (let at = 0; result && at < result.text.length; at++) {
          const { start, end } = result.back({ start: at, end: at + 1 });
          expect(start).toBeLessThanOrEqual(end);
          expect(end).toBeLessThanOrEqual(text.length);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('a Python model', () => {
  it('says by literals what it reads and how it is configured', async () => {
    const text = 'def model(dbt, session):\n    dbt.config(materialized="table", packages=["x"])\n    # dbt.ref("old")\n    a = dbt.ref("orders")\n    return a.join(dbt.source("crm", "users"))\n';
    const result = await (await createSqlService()).analyze({ file: 'm.py', text, in: 'raw', dialect: 'databricks' });
    expect(result.references.map((relation) => relation.id)).toEqual(['ref:orders', 'source:crm.users']);
    expect(result.config.values.map(({ key, value }) => [key, value])).toEqual([['materialized', { kind: 'literal', value: 'table' }], ['packages', { kind: 'literal', value: ['x'] }]]);
  });
});
