import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { withTests } from '../../trust/peers/onExample';

const YAML = 'version: 2\nmodels:\n  - name: orders\n    description: kept\n    columns:\n      - name: order_id\n        tests: [unique, not_null]\n      - name: status\n  - name: other\n    columns:\n      - name: id\n        data_tests: [unique]\n';

describe('a properties file with other tests', () => {
  it('has these tests on the model and no others, and says the rest as before', () => {
    const text = withTests(YAML, 'orders', [
      { test: 'unique', column: 'order_id', arguments: {}, severity: 'warn' },
      { test: 'accepted_values', column: 'status', arguments: { values: ['a'] } },
      { test: 'not_null', column: 'added', arguments: {} },
      { test: 'dbt_utils.unique_combination_of_columns', arguments: { combination_of_columns: ['a', 'b'] }, where: 'x > 1' },
    ]);
    expect(parse(text ?? '')).toEqual({
      version: 2,
      models: [
        {
          name: 'orders',
          description: 'kept',
          columns: [
            { name: 'order_id', data_tests: [{ unique: { config: { severity: 'warn' } } }] },
            { name: 'status', data_tests: [{ accepted_values: { arguments: { values: ['a'] } } }] },
            { name: 'added', data_tests: ['not_null'] },
          ],
          data_tests: [{ 'dbt_utils.unique_combination_of_columns': { arguments: { combination_of_columns: ['a', 'b'] }, config: { where: 'x > 1' } } }],
        },
        { name: 'other', columns: [{ name: 'id', data_tests: ['unique'] }] },
      ],
    });
  });

  it('is none where the file does not describe the model', () => {
    expect(withTests(YAML, 'unknown', [])).toBeUndefined();
  });
});
