import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rawPlaces } from '../../../engine/conformance/rawPlaces';

const RAW = `{{ config(materialized='table') }}

with a as (

    select *
    from {{ ref('orders') }}
    where amount > 0

), b as (

    select *
    from {{ ref('customers') }}
    where amount > 0

)

select a.id, {{ cents('a.amount') }} as amount
from a
left join b on a.id = b.id
`;
const COMPILED = RAW.replace("{{ config(materialized='table') }}", '').replace("{{ ref('orders') }}", '"db"."s"."orders"').replace("{{ ref('customers') }}", '"db"."s"."customers"').replace("{{ cents('a.amount') }}", 'round(a.amount / 100, 2)');

function at(text: string, part: string, nth = 1): { start: number; end: number } {
  let start = -1;
  for (let i = 0; i < nth; i++) start = text.indexOf(part, start + 1);
  return { start, end: start + part.length };
}

describe('places of compiled code in the raw file', () => {
  const find = rawPlaces(RAW, COMPILED);
  it('are where the words stand once', () => expect(find(at(COMPILED, 'left join b on a.id = b.id'))).toEqual(at(RAW, 'left join b on a.id = b.id')));
  it('are between the lines that both texts have, where the words stand more than once', () => {
    expect(find(at(COMPILED, 'amount > 0', 1))).toEqual(at(RAW, 'amount > 0', 1));
    expect(find(at(COMPILED, 'amount > 0', 2))).toEqual(at(RAW, 'amount > 0', 2));
  });
  it('are none where Jinja wrote the words', () => {
    expect(find(at(COMPILED, 'round(a.amount / 100, 2)'))).toBeUndefined();
    expect(find(at(COMPILED, '"db"."s"."orders"'))).toBeUndefined();
  });

  it('always hold the same words (property)', () => {
    const line = fc.constantFrom('select 1', 'from a', 'where x', '{{ m() }}', '', '  and y');
    fc.assert(fc.property(fc.array(line, { maxLength: 12 }), fc.array(fc.constantFrom('macro', 'select 1', '  and y'), { maxLength: 4 }), fc.nat(), fc.nat(), (lines, rendered, from, length) => {
      const raw = lines.join('\n');
      const compiled = lines.flatMap((item) => (item.startsWith('{{') ? rendered : [item])).join('\n');
      const start = compiled.length === 0 ? 0 : from % compiled.length;
      const span = { start, end: Math.min(compiled.length, start + 1 + (length % 12)) };
      const found = rawPlaces(raw, compiled)(span);
      if (found) expect(raw.slice(found.start, found.end)).toBe(compiled.slice(span.start, span.end));
    }));
  });
});
