import { describe, expect, it } from 'vitest';
import { compare, unspecced, verdicts } from './support';

const SPEC = "inputs:\n  - { ref: customers }\nsteps:\n  - name: fields\n    from: customers\n    columns:\n      - { name: customer_id }\n      - { name: email }\n      - { name: other }\nfrom: fields\nfilters:\n  - { id: F-1, expression: \"email is not null\" }\ncolumns:\n  - { name: id, from: [fields.customer_id] }\n";
const fields = (last: string, between = ''): string => `with fields as (select {{ house_columns() }} from {{ ref('customers') }})${between} ${last}`;

describe('columns that a macro writes', () => {
  it('are there where a later stage reads them', async () => {
    const report = await compare({ spec: SPEC, sql: fields('select customer_id as id from fields where email is not null') });
    expect(verdicts(report)).toMatchObject({ 'steps/fields/columns/customer_id': 'matches', 'steps/fields/columns/email': 'matches', 'columns/id': 'matches', 'columns/id/from': 'matches', 'filters/F-1': 'matches' });
    expect(verdicts(report)['steps/fields/columns/other']).toMatch(/^unknown/);
    expect(unspecced(report)).toEqual([]);
  });

  it('are there where a stage between passes them on', async () => {
    const report = await compare({ spec: SPEC, sql: fields('select customer_id as id from passed where email is not null', ', passed as (select * from fields)') });
    expect(verdicts(report)).toMatchObject({ 'steps/fields/columns/customer_id': 'matches', 'steps/fields/columns/email': 'matches' });
  });

  it('are not told where a name may come from another input', async () => {
    const report = await compare({ spec: SPEC, sql: fields("select customer_id as id from fields cross join {{ ref('orders') }} as c where fields.email is not null") });
    expect(verdicts(report)['steps/fields/columns/customer_id']).toMatch(/^unknown/);
    expect(verdicts(report)['steps/fields/columns/email']).toBe('matches');
  });

  it('are no unspecced columns for being read', async () => {
    const report = await compare({ spec: SPEC.replace('      - { name: email }\n', '').replace("filters:\n  - { id: F-1, expression: \"email is not null\" }\n", ''), sql: fields('select customer_id as id from fields where email is not null') });
    expect(unspecced(report)).not.toContain('COL002');
  });
});
