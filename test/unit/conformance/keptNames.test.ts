import { expect, it } from 'vitest';
import { compare, deviations, verdicts } from './support';

const FILES = { 'models/orders.sql': 'select 1 as id, 2 as lists' };
const SPEC = `inputs:
  - { ref: orders }
steps: []
from: orders
joins: []
filters: []
columns:
  - { name: id }
  - { name: part, expression: "part[1]" }
  - { name: second, expression: "part[2]" }
opaque:
  - { text: "cross join unnest(cast(lists as array(array(varchar)))) as t(part)", reason: "no words" }
`;
const sql = (second: string): string => `select id, part[1] as part, ${second} as second from {{ ref('orders') }} cross join unnest(cast(lists as array(array(varchar)))) as t(part)`;

it('a name that a kept text gives is no output column of the same name', async () => {
  expect(deviations(await compare({ spec: SPEC, sql: sql('part[2]'), files: FILES, adapter: 'trino' })).filter((line) => line.includes('differs'))).toEqual([]);
  expect(verdicts(await compare({ spec: SPEC, sql: sql('part[3]'), files: FILES, adapter: 'trino' }))['columns/second/expression']).not.toBe('matches');
});
