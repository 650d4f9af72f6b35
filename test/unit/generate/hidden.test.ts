import { expect, it } from 'vitest';
import { inferred } from './support';

it('does not say "no joins" of a model whose join it cannot read', async () => {
  const { text, report } = await inferred("select a.id from {{ ref('a') }} as a join {{ relation_for('b') }} as b on a.id = b.id");
  expect(text).not.toContain('joins: []');
  expect(text).toContain('opaque:');
  expect(report.summary.unspecced + report.summary.differs).toBe(0);
});

it('accepts a grain whose columns come out of text it cannot read', async () => {
  const files = { 'models/schema.yml': 'models:\n  - name: example\n    columns:\n      - { name: id, data_tests: [unique] }\n' };
  const { text } = await inferred("select x.*, 1 as one from {{ relation_for('b') }} as x", files);
  expect(text).toContain('grain: [id]');
});
