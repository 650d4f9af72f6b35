import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jinjaBlocks, literalOf, callOf } from '../../../engine/sql/jinja';
import { maskJinja } from '../../../engine/sql/mask';

const masked = (text: string, incremental = false): string => maskJinja(text, { incremental, elseBranches: false }).text;

describe('masking Jinja', () => {
  it('keeps every offset: refs become names of the same length', () => {
    const text = "select * from {{ ref('orders') }} as o";
    expect(masked(text)).toHaveLength(text.length);
    expect(masked(text)).toMatch(/^select \* from j0_+ as o$/);
  });
  it('takes is_incremental() both ways', () => {
    const text = 'select 1 {% if is_incremental() %}where x{% endif %}';
    expect(masked(text).trim()).toBe('select 1');
    expect(masked(text, true)).toMatch(/select 1 +where x/);
  });
  it('blanks config, set blocks and macros', () => {
    expect(masked("{{ config(materialized='table') }}{% set a %}select 2{% endset %}select 1").trim()).toBe('select 1');
  });
  it('blanks calls that put nothing into the query', () => {
    expect(masked("{% if execute %}{{ exceptions.raise_compiler_error('no') }}{% endif %} {{ log('x', info=True) }} with a as (select 1) select * from a").trim()).toBe('with a as (select 1) select * from a');
  });
  it('knows dbt_utils.group_by', () => {
    const result = maskJinja('select a from t {{ dbt_utils.group_by(2) }}', { incremental: false, elseBranches: false });
    expect(result.placeholders[0]).toMatchObject({ kind: 'group_by', count: 2 });
  });
  it('says what it hides instead of dropping it', () => {
    const result = maskJinja('select a from t where b {{ extra_filters() }}', { incremental: false, elseBranches: false });
    expect(result.hidden).toMatchObject([{ effect: 'clause', text: 'extra_filters()' }]);
  });
  it('keeps the length and the line ends of any text', () => {
    const piece = fc.constantFrom('{{', '}}', '{%', '%}', '{#', '#}', "'", '"', '\n', '\r\n', ' if ', ' endif ', ' else ', ' for x in y ', ' endfor ', ' set a ', 'select', ' from ', "ref('a')", 'x', '--', '/*', '*/', '😀', 'raw', 'endraw');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), fc.boolean(), (pieces, incremental) => {
        const text = pieces.join('');
        expect(masked(text, incremental)).toHaveLength(text.length);
      }),
    );
  });
});

describe('reading Jinja', () => {
  it('finds blocks whose strings hold closers', () => {
    expect(jinjaBlocks("{{ a('}}') }}{% raw %}{{ b }}{% endraw %}").map((b) => b.body)).toEqual(["a('}}')", 'raw', 'endraw']);
  });
  it('reads calls and literals', () => {
    expect(callOf("ref('p', 'm', v=2)")).toMatchObject({ name: 'ref', args: ["'p'", "'m'"], kwargs: { v: '2' } });
    expect(literalOf("['a', \"b\", 3]")).toEqual({ value: ['a', 'b', 3] });
    expect(literalOf('var("x")')).toBeUndefined();
  });
});
