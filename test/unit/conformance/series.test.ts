import { expect, it } from 'vitest';
import { compareSeries, seriesOfText } from '../../../engine/conformance/series';
import { compare, verdicts } from './support';

const days = { step: 'day', start: '2020-01-01', end: '2025-12-31', open: false, text: '' };

it('reads steps and bounds out of a sentence', () => {
  expect(seriesOfText('one row per day from 2020-01-01 to 2025-12-31')).toMatchObject({ step: 'day', start: '2020-01-01', end: '2025-12-31' });
  expect(seriesOfText('monthly from 2020-01 up to, not including, 2026-01')).toMatchObject({ step: 'month', start: '2020-01-01', end: '2026-01-01', open: true });
  expect(seriesOfText('every 15 minutes')).toMatchObject({ step: '15 minute' });
  expect(seriesOfText('the numbers 0 to 23')).toMatchObject({ start: '0', end: '23' });
});

it('says what is other, what is the same and what cannot be told', () => {
  expect(compareSeries(seriesOfText('daily from 2020-01-01 through 2025-12-31'), days)).toMatchObject({ other: [], doubt: [] });
  expect(compareSeries(seriesOfText('daily from 2020-01-01 to 2026-01-01, exclusive'), days)).toMatchObject({ other: [], doubt: [] });
  expect(compareSeries(seriesOfText('monthly from 2020-01-01'), days).other).toHaveLength(1);
  expect(compareSeries(seriesOfText('daily from 2019-01-01'), days).other).toHaveLength(1);
  // Whether the last day is a row is not said.
  expect(compareSeries(seriesOfText('daily from 2020-01-01 to 2026-01-01'), { ...days, end: '2026-01-01', open: true })).toMatchObject({ other: [], doubt: ['whether 2026-01-01 itself is a row'] });
  expect(compareSeries(seriesOfText('daily from 2020-01-01 to 2026-01-01'), { step: 'day', text: '' }).doubt).toHaveLength(2);
});

it('what the model does not make by a series is not known to be other', async () => {
  const report = await compare({ spec: 'inputs:\n  - { ref: calendar }\nsteps:\n  - { name: days, generate: "one row per day from 2020-01-01" }\nfrom: days\n', sql: "with days as (select * from {{ ref('calendar') }}) select * from days" });
  expect(Object.entries(verdicts(report)).filter(([, verdict]) => verdict === 'differs')).toEqual([]);
});

it('the row of the grain shows what proves it', async () => {
  const spec = 'grain: [id]\ninputs:\n  - { ref: orders }\nfrom: orders\n';
  const shown = async (sql: string, yaml?: string): Promise<string[]> => (await compare({ spec, sql, ...(yaml === undefined ? {} : { files: { 'models/schema.yml': yaml } }) })).clauses.filter((clause) => clause.id === 'grain').flatMap((clause) => clause.model.map((place) => `${place.in} ${place.text}`));
  const orders = "{{ ref('orders') }}";
  expect(await shown(`select id, max(x) as x from ${orders} group by id`)).toEqual(['raw group by id']);
  expect(await shown(`select id from (select id, row_number() over (partition by id order by x) as rn from ${orders}) as t where rn = 1`)).toEqual(['raw row_number() over (partition by id order by x) as rn']);
  expect(await shown(`select id from ${orders}`, 'models:\n  - name: example\n    columns: [{ name: id, data_tests: [unique] }]\n')).toEqual(['yaml unique test on id']);
  expect(await shown(`select id from ${orders}`, 'models:\n  - name: orders\n    columns: [{ name: id, data_tests: [unique] }]\n')).toEqual(['yaml unique test on id']);
});
