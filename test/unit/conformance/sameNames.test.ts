import { describe, expect, it } from 'vitest';
import { compare, unspecced, verdicts } from './support';

const spec = 'inputs:\n  - { ref: customers }\nfrom: customers\njoins: []\nfilters: []\ncolumns:\n  - { name: id }\n  - { name: name }\n  - { name: missing }\n';
const sql = (items: string): string => `with filled as (select id, ${items} from {{ ref('customers') }}) select * from filled`;

describe('columns that Jinja writes in one way or another', () => {
  it('are all that come out where both ways give them the same names', async () => {
    const report = await compare({ spec, sql: sql("{% if house.has('name') %}name{% else %}cast(null as text) as name{% endif %}") });
    expect(verdicts(report)).toMatchObject({ 'columns/name': 'matches', 'columns/missing': 'differs' });
  });

  it.each([
    "{% if house.has('name') %}name{% else %}cast(null as text) as missing{% endif %}",
    "{% if house.has('name') %}name{% else %}name, missing{% endif %}",
    "{% if house.has('name') %}name{% elif house.has('missing') %}name, missing{% else %}null as name{% endif %}",
    "{% if house.has('name') %}name{% else %}{% if house.has('missing') %}name, missing{% else %}null as name{% endif %}{% endif %}",
    "{% if house.has('name') %}name{% else %}null as name{% for c in house.more() %}, {{ c }}{% endfor %}{% endif %}",
    "{% if house.has('name') %}name{% else %}{{ house.columns() }}{% endif %}",
    "name{% if house.has('missing') %}, missing{% endif %}",
  ])('may be others for %s', async (items) => {
    const report = await compare({ spec, sql: sql(items) });
    expect(verdicts(report)['columns/missing']).not.toBe('differs');
    expect(unspecced(report)).toEqual([]);
  });
});
