import { describe, expect, it } from 'vitest';
import { compare, verdicts } from './support';

const SPEC = 'inputs:\n  - { ref: orders }\nfrom: orders\ntests:\n  - { id: T-empty, test: is_empty }\n';
const TEST = '{% test is_empty(model) %} select * from {{ model }} {% endtest %}';
const judged = async (files: Record<string, string>): Promise<string | undefined> => verdicts(await compare({ spec: SPEC, sql: "select * from {{ ref('orders') }}", files }))['tests/T-empty'];
const USED = { 'models/schema.yml': 'models:\n  - name: example\n    data_tests: [is_empty]\n' };

describe("a generic test of the project's own", () => {
  it.each(['tests/generic/is_empty.sql', 'macros/tests/is_empty.sql'])('in %s is there or not', async (file) => {
    expect(await judged({ [file]: TEST, ...USED })).toBe('matches');
    expect(await judged({ [file]: TEST })).toBe('differs');
  });
  it('may be a macro of the name that dbt gives it', async () => {
    expect(await judged({ 'macros/own.sql': TEST.replace('test is_empty', 'macro test_is_empty').replace('endtest', 'endmacro') })).toBe('differs');
  });
  it('that no file defines may be any test', async () => {
    expect(await judged({})).toMatch(/^unknown/);
    expect(await judged({ 'macros/own.sql': '{% macro is_empty(x) %}{% endmacro %}' })).toMatch(/^unknown/);
  });
});
