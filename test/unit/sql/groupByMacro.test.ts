import { expect, it } from 'vitest';
import { createSqlService } from '../../../engine/sql';

it.each(['dbt_utils.group_by(2)', 'dbt_utils.group_by(n=2)', 'dbt_utils.group_by( n = 2 )'])('%s groups by the first two columns', async (call) => {
  const sql = await createSqlService();
  const analysis = await sql.analyze({ file: 'models/a.sql', text: `select id, day, count(*) as n from {{ ref('b') }} {{ ${call} }}`, in: 'raw', dialect: 'duckdb' });
  const [stage] = analysis.graph?.stages ?? [];
  expect(stage?.aggregate?.by.map((expr) => (expr.kind === 'column' ? expr.name.text : '?'))).toEqual(['id', 'day']);
  expect(stage?.opaque).toEqual([]);
});
