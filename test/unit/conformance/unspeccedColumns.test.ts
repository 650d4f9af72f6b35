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
