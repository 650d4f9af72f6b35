import { describe, expect, it } from 'vitest';
import type { ModelReport } from '../../../engine/conformance';
import { compare, unspecced, type Given } from './support';
import { GROUPS } from './models/groups';
import { JOINS } from './models/joins';
import { MATCHES } from './models/matches';
import { SHAPES } from './models/shapes';
import { TEMPLATES } from './models/templates';
import type { StyledModel } from './models/types';
import { WAREHOUSES } from './models/warehouses';

function told(report: ModelReport): string[] {
  return [...report.clauses.filter((clause) => clause.verdict === 'differs').map((clause) => clause.id), ...unspecced(report)].sort();
}

function changed({ adapter, sql, spec, files = {} }: StyledModel, [, find, to, , where]: StyledModel['variants'][number]): Given {
  const swap = (text: string): string => text.replace(find, () => to);
  const yaml = Object.fromEntries(Object.entries(files).map(([path, text]) => [path, where === 'yml' && path.endsWith('.yml') ? swap(text) : text]));
  const given = { adapter, sql: where === undefined ? swap(sql) : sql, spec: where === 'spec' ? swap(spec) : spec, files: yaml };
  expect(JSON.stringify(given), `the text ${find} is there`).not.toBe(JSON.stringify({ adapter, sql, spec, files }));
  return given;
}

for (const model of [...JOINS, ...MATCHES, ...SHAPES, ...GROUPS, ...WAREHOUSES, ...TEMPLATES]) {
  describe(`${model.name} (${model.adapter})`, () => {
    it('does what a spec in other words says', async () => {
      const report = await compare(model);
      expect(told(report)).toEqual([]);
      expect(report.clauses.filter((clause) => clause.verdict === 'unknown').map((clause) => clause.id)).toEqual(model.unknown ?? []);
    });
    for (const variant of model.variants) {
      it(`is told once where one thing is changed: ${variant[0]}`, async () => {
        expect(told(await compare(changed(model, variant)))).toEqual([...variant[3]].sort());
      });
    }
  });
}
