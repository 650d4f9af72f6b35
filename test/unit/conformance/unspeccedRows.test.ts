import { describe, expect, it } from 'vitest';
import { compare, unspecced } from './support';

describe('rows that the model leaves out beside a step that could not be paired', () => {
  const spec = (step: string): string => `inputs:
  - { ref: orders }
  - { ref: payments }
steps:
  - name: spine
    from: payments
    columns: [{ name: day }]
${step}  - name: paid
    from: orders
    joins:
      - { to: spine, type: inner, condition: "spine.day >= orders.day" }
    filters: []
    columns: [{ name: id, from: [orders.id] }]
from: paid
joins: []
filters: []
columns: [{ name: id }]
`;
  const sql = (select: string, rest = ''): string => `with spine as ({{ spine_of(ref('payments')) }}), paid as (${select} orders.id from {{ ref('orders') }} as orders inner join spine on spine.day >= orders.day), final as (select id from paid ${rest}) select * from final`;

  it('are unspecced where that step leaves out none', async () => {
    expect(unspecced(await compare({ spec: spec(''), sql: sql('select distinct') }))).toEqual(['AGG009']);
    expect(unspecced(await compare({ spec: spec(''), sql: sql('select', 'limit 10') }))).toEqual(['AGG008']);
    expect(unspecced(await compare({ spec: spec(''), sql: sql('select') }))).toEqual([]);
  });

  it('may be what that step leaves out', async () => {
    expect(unspecced(await compare({ spec: spec('    distinct: true\n'), sql: sql('select distinct') }))).toEqual([]);
    expect(unspecced(await compare({ spec: spec('    aggregate: { by: [day] }\n'), sql: sql('select distinct') }))).toEqual([]);
  });
});
