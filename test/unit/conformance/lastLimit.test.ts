import { describe, expect, it } from 'vitest';
import { compare, unspecced } from './support';

const SPEC = 'inputs: [{ ref: orders }]\nsteps:\n  - { name: paid, from: orders, filters: [{ id: F-paid, expression: paid }], columns: [{ name: order_id }] }\nfrom: paid\njoins: []\nfilters: []\ncolumns: [{ name: order_id }]\n';
const HIDDEN = "with paid as (select order_id from {{ orders_of('all') }} where paid), more as (select order_id from {{ orders_of('more') }}), final as (select order_id from more) select * from final limit 10";

describe('a limit of the last query', () => {
  it('is not in a spec that limits nothing, whatever the stages are', async () => {
    expect(unspecced(await compare({ spec: SPEC, sql: HIDDEN }))).toContain('AGG008');
  });
  it('may be what a spec says in a step, or keeps as text', async () => {
    expect(unspecced(await compare({ spec: SPEC.replace('from: orders,', 'from: orders, limit: { rows: 10 },'), sql: HIDDEN }))).not.toContain('AGG008');
    expect(unspecced(await compare({ spec: `${SPEC}opaque: [{ text: "fetch some rows", reason: "odd" }]\n`, sql: HIDDEN }))).not.toContain('AGG008');
  });
  it('is nothing to tell where the spec says nothing of columns', async () => {
    expect(unspecced(await compare({ spec: 'inputs: [{ ref: orders }]\nfrom: orders\n', sql: "select * from {{ ref('orders') }} limit 10" }))).toEqual([]);
  });
});
