import { describe, expect, it } from 'vitest';
import { inferTechnical } from '../../../engine/generate';
import { compareModel } from '../../../engine/conformance';
import { lookupModel } from '../../../engine/project';
import { pythonFacts } from '../../../engine/sql/python';
import { parseSpec } from '../../../engine/spec';
import { inferred, projectOf } from './support';

describe('an inferred spec reads well', () => {
  it('passes on what the comments of the code ask', async () => {
    const { text } = await inferred(
      "-- TODO(ann): count refunds?\n-- plain remark\nselect id, /* why not ordered_at? */ day, 'really? -- no?' as note -- where a = '?'\nfrom {{ ref('a') }}\n-- the day is local\n-- or is it?\n{# TODO: drop it in May #}",
    );
    const asked = [...text.matchAll(/A comment in the code: "([^"]*)"/g)].map((match) => match[1]);
    expect(asked).toEqual(['count refunds? plain remark', 'why not ordered_at?', 'the day is local or is it?', 'drop it in May']);
  });

  it('says the description beside the business question', async () => {
    const { text } = await inferred("select id from {{ ref('a') }}", { 'models/s.yml': 'models:\n  - { name: example, description: How many are there? }\n' });
    expect(text.replace(/\s+/g, ' ')).toContain('Its description says: "How many are there?"');
  });

  it('carries the grain of a group through joins that bring one row at the most, and through no others', async () => {
    const sql = (column: string): string => `with paid as (select customer_id, sum(amount) as value from {{ ref('payments') }} group by customer_id), c as (select * from {{ ref('customers') }}) select ${column}, paid.value from paid left join c on paid.customer_id = c.customer_id`;
    const keyed = { 'models/s.yml': 'models:\n  - name: customers\n    columns:\n      - { name: customer_id, data_tests: [unique] }\n' };
    const { text, report } = await inferred(sql('paid.customer_id'), keyed);
    expect(text).toContain('grain: [customer_id]');
    expect(report.clauses.filter(({ verdict }) => verdict !== 'matches')).toEqual([]);
    expect((await inferred(sql('paid.customer_id'))).text).not.toMatch(/^grain/m);
    expect((await inferred(sql('c.customer_id'), keyed)).text).not.toMatch(/^grain/m);
  });

  it('has no white space inside brackets', async () => {
    const { text } = await inferred("select coalesce( trim( name ) , 'a ( b' ) as name from {{ ref('a') }}");
    expect(text).toContain(`"coalesce(trim(name), 'a ( b')"`);
  });
});

describe('a Python model', () => {
  const CODE = 'def model(dbt, session):\n    # dbt.ref("old")\n    dbt.config(materialized="incremental", unique_key=["id", "day"], packages=names())\n    """dbt.ref("doc")"""\n    a = dbt.ref("a")\n    b = dbt.ref(\'pkg\', "b")\n    return dbt.source("shop", "orders").join(dbt.ref(name))\n';

  it('is read by its literal calls', () => {
    const { references, config } = pythonFacts(CODE);
    expect(references.map(({ kind, package: from, sourceName, name, span }) => ({ from: from ?? sourceName, is: `${kind} ${name}`, text: CODE.slice(span.start, span.end) }))).toEqual([
      { from: undefined, is: 'ref a', text: 'dbt.ref("a")' },
      { from: 'pkg', is: 'ref b', text: "dbt.ref('pkg', \"b\")" },
      { from: 'shop', is: 'source orders', text: 'dbt.source("shop", "orders")' },
    ]);
    expect(Object.fromEntries(config.values.map(({ key, value }) => [key, value.kind === 'literal' ? value.value : 'computed']))).toEqual({ materialized: 'incremental', unique_key: ['id', 'day'], packages: 'computed' });
    for (const broken of ['', 'dbt.ref(', 'dbt.config(a=[1,', "dbt.ref('", 'dbt.source("a")']) expect(pythonFacts(broken)).toEqual({ references: [], config: { values: [] } });
  });

  it('lists what it reads, is built as it says, and nothing differs', async () => {
    const context = await projectOf({ 'models/a.sql': 'select 1 as id', 'models/score.py': 'def model(dbt, session):\n    return dbt.ref("a")\n' });
    const found = lookupModel(context.project, 'score');
    if (found.kind !== 'one') throw new Error('no model score');
    const { path, text } = await inferTechnical(context, { node: found.node });
    expect(text).toContain('inputs:\n  - { ref: a }\n');
    expect(text).toContain('materialization: { type: table }');
    const report = await compareModel(context, parseSpec(path, text), found.node);
    expect(report.clauses.filter(({ verdict }) => verdict === 'differs')).toEqual([]);
    expect(report.clauses.map(({ id, verdict }) => `${id} ${verdict}`)).toEqual(['inputs/a matches', 'materialization/type matches']);
    expect(report.findings.map(({ rule, message }) => `${rule} ${message}`)).toEqual(['EVID003 The SQL of score could not be compared: the model is Python.']);
  });
});
