import { expect, it } from 'vitest';
import { createSqlService } from '../../../engine/sql';

async function namesOf(sql: string): Promise<(string | undefined)[][]> {
  const service = await createSqlService();
  const { graph } = await service.analyze({ file: 'models/a.sql', text: sql, in: 'raw', dialect: 'duckdb' });
  return (graph?.stages ?? []).map((stage) => stage.columns.map((column) => column.name?.text));
}

it('unnamed columns of later branches go by the name of the first branch', async () => {
  expect(await namesOf('select 0 as n, 1 as m union all select 1, 2 union all select 2, 3 as other')).toEqual([['n', 'm'], ['n', 'm'], ['n', 'other'], ['n', 'm']]);
});

it('nothing is named past a star or where the columns are not as many', async () => {
  expect(await namesOf("select *, 1 as n from {{ ref('a') }} union all select *, 2 from {{ ref('b') }}")).toContainEqual([undefined, undefined]);
});
