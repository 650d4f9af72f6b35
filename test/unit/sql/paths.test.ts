import { beforeAll, describe, expect, it } from 'vitest';
import { analyzeSql } from '../../../engine/sql/analyze';
import { pointedPaths } from '../../../engine/sql/paths';
import { createParser, type SqlParser } from '../../../engine/sql/polyglot';

let parser: SqlParser;

beforeAll(async () => {
  parser = await createParser();
});

describe('paths after brackets', () => {
  it('are pointed, casts and texts are not, and the length stays', () => {
    const sql = `select a[0]:b::int, f(x) :"C", g(y)::date, ')::d' as ")::e", '\\'):f' -- ):g\nfrom t /* ]:h */`;
    expect(pointedPaths(sql, 'snowflake')).toBe(sql.replace('[0]:b', '[0].b').replace('(x) :"C"', '(x) ."C"'));
    expect(pointedPaths('select a[1:2], f(x)::int from t', 'snowflake')).toBeUndefined();
    expect(pointedPaths('select a[0]:b from t', 'postgres')).toBeUndefined();
  });

  it('are read in models', () => {
    const text = "select items[0]:sku::text as sku, parse_json(raw):data:id as id from {{ ref('orders') }} where items[0]:qty > 1";
    const analysis = analyzeSql(parser, { file: 'models/x.sql', text, in: 'raw', dialect: 'snowflake' });
    const [stage] = analysis.graph?.stages ?? [];
    expect(stage?.columns.map((column) => column.name?.text)).toEqual(['sku', 'id']);
    expect(stage?.filters).toHaveLength(1);
    expect(text.slice(stage?.columns[0]?.span.start, stage?.columns[0]?.span.end)).toBe('items[0]:sku::text as sku');
  });
});
