import { expect, it } from 'vitest';
import { compare, unspecced } from './support';

/** One step computes, two read it and are put under one another. */
const SPEC = `inputs:
  - { ref: x }
steps:
  - name: ranges
    from: x
    joins: []
    filters: []
    columns:
      - { name: id }
      - { name: first_day, expression: "date_trunc('day', a)" }
      - { name: last_day, expression: "date_trunc('day', b)" }
      - { name: first_week, expression: "date_trunc('week', a)" }
      - { name: last_week, expression: "date_trunc('week', b)" }
      - { name: weeks, expression: "case when a <= b then 0 else 1 end" }
  - name: short
    from: ranges
    joins: []
    filters: [{ id: F-1, expression: "weeks = 1" }]
    columns: [{ name: id }, { name: first_day }, { name: last_day }, { name: first_week }, { name: last_week }, { name: weeks }]
  - name: long
    from: ranges
    joins: []
    filters: [{ id: F-2, expression: "weeks > 1" }]
    columns: [{ name: id }, { name: first_day, from: [last_day] }, { name: last_day, from: [first_day] }, { name: first_week }, { name: last_week }, { name: weeks, expression: "weeks + 1" }]
union: { op: union_all, branches: [short, long] }
columns: [{ name: id }, { name: first_day }, { name: last_day }, { name: first_week }, { name: last_week }, { name: weeks }]
`;

/** The filter of the first of the two stands in a stage of its own. */
const modelWith = (weeks: string, read = 'weeks'): string => `with x as (select * from {{ ref('x') }}),
ranges as (select id, date_trunc('day', a) as first_day, date_trunc('day', b) as last_day, date_trunc('week', a) as first_week, date_trunc('week', b) as last_week, ${weeks} as weeks from x),
kept as (select * from ranges where weeks = 1),
both_kinds as (
  select id, first_day, last_day, first_week, last_week, ${read} as weeks from kept as ranges
  union all
  select id, last_day as first_day, first_day as last_day, first_week, last_week, weeks + 1 as weeks from ranges where weeks > 1
)
select * from both_kinds`;

it('a branch that a step of the spec has is not unspecced where the step was merged into the stage that reads it', async () => {
  expect(unspecced(await compare({ spec: SPEC, sql: modelWith('case when a <= b then 0 else 1 end') }))).toEqual([]);
});

it('a branch that no step of the spec has is told of there', async () => {
  const added = await compare({ spec: SPEC, sql: modelWith('case when a <= b then 0 when a is null then 7 else 1 end') });
  const other = await compare({ spec: SPEC, sql: modelWith('case when a <= b then 5 else 1 end') });
  const above = await compare({ spec: SPEC, sql: modelWith('case when a <= b then 0 else 1 end', 'case when weeks < 0 then 9 else weeks end') });
  for (const report of [added, other, above]) expect([...unspecced(report), ...report.clauses.filter((clause) => clause.verdict === 'differs').map((clause) => clause.id)]).not.toEqual([]);
});
