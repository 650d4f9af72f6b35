import { expect, it } from 'vitest';
import { compare, unspecced } from './support';

it('a star over a step that could not be paired takes the columns of the stage that could not be paired', async () => {
  const spec = `inputs: []
steps:
  - name: windows
    columns: [{ name: id }, { name: day }]
    opaque:
      - { text: "history", reason: "read through a macro" }
from: windows
columns:
  - { all_from: windows }
  - { name: later, expression: "day + 1" }
`;
  const sql = "with windows as (select id, day from {{ history_of('contact') }}), last as (select windows.*, day + 1 as later from windows) select * from last";
  expect(unspecced(await compare({ spec, sql }))).toEqual([]);
});

it('what the spec quotes under opaque is not missing from it', async () => {
  const where = "not exists (select 1 from {{ ref('refunds') }} as r where r.order_id = o.id and id > 1)";
  const sql = `select o.id from {{ ref('orders') }} as o where ${where}`;
  const head = 'inputs:\n  - { ref: orders, as: o }\n  - { ref: refunds }\nfrom: o\njoins: []\nfilters: []\ncolumns: [{ name: id }]\n';
  expect(unspecced(await compare({ spec: `${head}opaque:\n  - { text: "${where}", reason: "not exists" }\n`, sql }))).toEqual([]);
  expect(unspecced(await compare({ spec: head, sql }))).not.toEqual([]);
});
