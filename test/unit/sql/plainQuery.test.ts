import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyzeSql } from '../../../engine/sql/analyze';
import { createParser } from '../../../engine/sql/polyglot';
import { saysTheSame } from '../../../engine/sql/plainWords';
import type { Dialect } from '../../../engine/sql';

const parser = await createParser();
const DIALECTS: Dialect[] = ['bigquery', 'snowflake', 'databricks', 'redshift', 'postgres', 'duckdb', 'trino', 'spark', 'generic'];
const WORDS = ['a', 'b1', '_c', 'orders', 'j0____', 'id', 'name', 'day', 'year', 'value', 'rank', 'user', 'current_date', 'first', 'safe', 'net', 'level', 'prior', 'rownum', 'nextval', 'interval', 'e', 'r', 'x', 'lateral', 'matched'];
const CALLS = ['sum', 'MIN', 'max', 'avg', 'Count', 'count', 'coalesce', 'abs', 'upper', 'lower', 'nullif', 'greatest', 'least', 'round', 'date_trunc'];

const word = fc.oneof({ weight: 80, arbitrary: fc.constantFrom('a', 'b', 'c', 'orders', 'x_1') }, { weight: 1, arbitrary: fc.constantFrom(...WORDS) });
const callee = fc.oneof({ weight: 30, arbitrary: fc.constantFrom('sum', 'MIN', 'max', 'avg', 'Count', 'count', 'coalesce', 'abs', 'upper', 'lower', 'nullif', 'greatest', 'least') }, { weight: 1, arbitrary: fc.constantFrom(...CALLS) });
const leaf = fc.oneof(word, fc.tuple(word, word).map(([table, name]) => `${table}.${name}`), fc.constantFrom('1', '0', '2.50', "''", "'paid'", "'2020-01-01'", 'null', 'true', 'false'));
/** The first nearly always. */
const rarely = (usual: string, ...others: string[]): fc.Arbitrary<string> => fc.oneof({ weight: 20, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) });
const joined = (...parts: fc.Arbitrary<string>[]): fc.Arbitrary<string> => fc.tuple(...parts).map((texts) => texts.join(' '));
const commas = (part: fc.Arbitrary<string>, minLength: number): fc.Arbitrary<string> => fc.array(part, { minLength, maxLength: 3 }).map((parts) => parts.join(', '));
/** Values and conditions, and now and then one in place of the other. */
const { value, condition } = fc.letrec<{ value: string; condition: string }>((tie) => {
  const [of, when] = [
    fc.oneof({ depthSize: 'xsmall' }, { weight: 30, arbitrary: leaf }, { weight: 30, arbitrary: tie('value') }, { weight: 1, arbitrary: tie('condition') }),
    fc.oneof({ weight: 30, arbitrary: tie('condition') }, { weight: 1, arbitrary: tie('value') }),
  ];
  const whens = fc.array(joined(fc.constant('when'), fc.oneof(when, of), fc.constant('then'), of), { minLength: 1, maxLength: 2 }).map((parts) => parts.join(' '));
  return {
    value: fc.oneof(
      { depthSize: 'xsmall' },
      leaf,
      joined(of, fc.constantFrom('+', '-', '*', '/'), of),
      of.map((inner) => `(${inner})`),
      joined(rarely('-', '+', 'not'), of),
      fc.tuple(callee, rarely('', 'distinct ', 'all '), commas(of, 0)).map(([name, how, args]) => `${name}(${how}${args})`),
      fc.tuple(callee, commas(of, 1)).map(([name, args]) => `${name}(${args})`),
      fc.oneof({ weight: 20, arbitrary: fc.constant('count') }, { weight: 1, arbitrary: fc.constantFrom(...CALLS) }).map((name) => `${name}(*)`),
      joined(fc.constant('case'), fc.oneof(of, fc.constant('')), whens, fc.oneof(of.map((last) => `else ${last}`), fc.constant('')), fc.constant('end')),
    ),
    condition: fc.oneof(
      { depthSize: 'xsmall' },
      joined(of, fc.constantFrom('=', '<>', '!=', '<', '<=', '>', '>='), of),
      joined(of, rarely('is not null', 'is null', 'is true')),
      fc.tuple(of, fc.constantFrom('in', 'not in'), commas(of, 1)).map(([operand, how, list]) => `${operand} ${how} (${list})`),
      joined(of, fc.constantFrom('between', 'not between'), of, fc.constant('and'), of),
      fc.tuple(fc.array(when, { minLength: 2, maxLength: 6 }), fc.constantFrom(' and ', ' or ')).map(([operands, connective]) => operands.join(connective)),
      when.map((inner) => `(${inner})`),
    ),
  };
});
const expr = fc.oneof({ weight: 4, arbitrary: value }, { weight: 1, arbitrary: condition });
const maybe = (text: fc.Arbitrary<string>): fc.Arbitrary<string> => fc.oneof(fc.constant(''), text);
const listOf = (item: fc.Arbitrary<string>): fc.Arbitrary<string> => fc.array(item, { minLength: 1, maxLength: 2 }).map((items) => items.join(', '));
const item = fc.oneof(fc.tuple(expr, maybe(word.map((name) => `as ${name}`))).map((parts) => parts.join(' ')), fc.constant('*'), word.map((name) => `${name}.*`));
const table = fc.tuple(word, maybe(word), fc.constantFrom('', 'as')).map(([name, alias, as]) => (alias === '' ? name : `${name} ${as} ${alias}`));
const join = fc.tuple(fc.constantFrom('join', 'inner join', 'left join', 'left outer join', 'right join', 'full outer join', 'full join'), table, fc.oneof({ weight: 20, arbitrary: condition.map((on) => `on ${on}`) }, { weight: 10, arbitrary: listOf(word).map((names) => `using (${names})`) }, { weight: 1, arbitrary: fc.constant('') })).map((parts) => parts.join(' '));
const select = fc.tuple(
  fc.constantFrom('select', 'select', 'select distinct'), listOf(item), maybe(fc.tuple(table, fc.array(fc.oneof({ weight: 6, arbitrary: join }, { weight: 1, arbitrary: table.map((to) => `cross join ${to}`) }), { maxLength: 3 })).map(([from, joins]) => `from ${from} ${joins.join(' ')}`)),
  maybe(condition.map((text) => `where ${text}`)), maybe(listOf(expr).map((keys) => `group by ${keys}`)), maybe(condition.map((text) => `having ${text}`)),
).map((parts) => parts.join(' '));
const union = fc.array(fc.tuple(select, rarely('union all', 'union', 'union distinct')), { maxLength: 2, size: 'xsmall' });
const body = fc.tuple(union, select).map(([before, last]) => [...before.flat(), last].join(' '));
const query = fc.tuple(fc.array(fc.tuple(word, body), { maxLength: 2 }), body).map(([ctes, last]) => `${ctes.length > 0 ? `with ${ctes.map(([name, inner]) => `${name} as (${inner})`).join(', ')}` : ''} ${last}`);

/** A query in which tokens are left out, doubled or in another's place. */
const spoilt = fc.tuple(query, fc.array(fc.tuple(fc.nat(), fc.constantFrom('drop', 'double', 'swap'), fc.nat()), { maxLength: 2 })).map(([sql, changes]) => {
  const parts = sql.split(/\s+|(?=[(),.])|(?<=[(),.])/).filter((part) => part !== '');
  for (const [at, how, other] of changes) {
    const [first, second] = [at % parts.length, other % parts.length];
    if (how === 'drop') parts.splice(first, 1);
    else if (how === 'double') parts.splice(first, 0, parts[second] ?? '');
    else [parts[first], parts[second]] = [parts[second] ?? '', parts[first] ?? ''];
    if (parts.length === 0) return 'select 1';
  }
  return parts.join(' ');
});

/** Whether a query is read without the library, which must then agree. */
function isPlain(sql: string, dialect: Dialect): boolean {
  // Words are learned where they are met again.
  parser.parse(sql, dialect);
  const own = parser.parse(sql, dialect);
  if (own.kind === 'failed' || !own.tokens) return false;
  const library = parser.libraryParse(sql, dialect);
  expect(library.kind, `${dialect}: ${sql}`).toBe('ok');
  if (library.kind === 'ok' && !saysTheSame(library.statements, own.statements)) expect(own.statements, `${dialect}: ${sql}`).toEqual(library.statements);
  return true;
}

describe('a plain query', () => {
  const numRuns = 1500;

  it('is read as the library reads it, or left to the library', { timeout: 0 }, () => {
    fc.assert(fc.property(query, fc.constantFrom(...DIALECTS), (sql, dialect) => void isPlain(sql, dialect)), { numRuns });
  });

  it('is never what the library cannot read, or reads as something else', { timeout: 0 }, () => {
    fc.assert(fc.property(spoilt, fc.constantFrom(...DIALECTS), (sql, dialect) => void isPlain(sql, dialect)), { numRuns });
  });

  it.each(DIALECTS)('needs no library in %s', (dialect) => {
    expect(isPlain("with paid as (\n  select customer_id, sum(p.amount) as value, count(*) as n, count(distinct id) as ids\n  from j0____ as p\n  where status <> 'failed' and n is not null group by p.customer_id, 2\n)\nselect base.customer_id, coalesce(paid.value, 0) as value, case when a = 1 then -b else c * (d + 1) end as x, * from j1____ base left join paid on base.customer_id = paid.customer_id", dialect)).toBe(true);
  });

  it.each<[string, (n: number) => string]>([
    ['a sum', (n) => `select ${Array(n).fill('a').join(' + ')} from t`],
    ['a product in each item', (n) => `select ${Array(3).fill(Array(n).fill('a').join(' * ')).join(', ')} from t`],
    ['a union', (n) => Array(n).fill('select a from t').join(' union all ')],
    ['brackets', (n) => `with c as (select ${'('.repeat(n)}a${')'.repeat(n)} as a from t) select * from c`],
    ['calls', (n) => `select ${'coalesce('.repeat(n)}a${')'.repeat(n)} from t`],
    ['CASEs', (n) => `select ${'case when a = 1 then '.repeat(n)}a${' end'.repeat(n)} from t`],
    ['conditions', (n) => `select a from t where ${Array(n).fill('a = 1').join(' and ')}`],
  ])('leaves %s to the library where a tree gets too deep', (_, textOf) => {
    for (const n of [5, 11, 12, 13, 40, 110, 190, 210, 600, 3000]) {
      isPlain(textOf(n), 'duckdb');
      expect(() => analyzeSql(parser, { file: 'm.sql', text: textOf(n), in: 'raw', dialect: 'duckdb' })).not.toThrow();
    }
  });

  it.each(['examples', 'test/fixtures'])('gives models of %s the analysis that the library alone gives', (folder) => {
    const library = { ...parser, parse: parser.libraryParse, tokenize: parser.libraryTokens };
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.sql'));
    for (const file of files) {
      for (const dialect of DIALECTS) {
        for (const where of ['raw', 'compiled'] as const) {
          const request = { file, text: readFileSync(`${folder}/${file}`, 'utf8'), in: where, dialect };
          analyzeSql(parser, request);
          expect(analyzeSql(parser, request), `${dialect}: ${file}`).toEqual(analyzeSql(library, request));
        }
      }
    }
  });
});
