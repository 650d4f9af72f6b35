import { describe, expect, it } from 'vitest';
import { openProject } from '../../../engine/project';
import { parseSpec } from '../../../engine/spec';
import { coverageOf, technicalOf } from '../../../engine/spec/names/coverage';
import { memoryWorkspace } from '../../support/memoryWorkspace';

const business = (model: string) => parseSpec('specs/a.business.spec.yml', `spec: business/v1\nmodel: ${model}\nedge_cases:\n  - { id: EC-1, when: "a", then: "b" }\n  - { id: EC-2, when: "a", then: "b" }\n  - { id: EC-3, when: "a", then: "b" }\n`);
const technical = (path: string, rest: string) => parseSpec(path, `spec: technical/v1\n${rest}`);
const project = () => openProject(memoryWorkspace({ 'dbt_project.yml': 'name: shop\nprofile: p\n', 'models/shop.sql': 'select 1 as a', 'models/p.yml': 'models:\n  - name: shop\n    columns:\n      - name: a\n        data_tests:\n          - unique: { config: { meta: { spec: ["shop#EC-2"] } } }\n' }));

describe('what covers a line of a business spec', () => {
  for (const model of ['shop', 'shop.shop']) {
    it(`tests of technical specs, dbt’s own, and waivers (model: ${model})`, async () => {
      const own = business(model);
      const spec = technical('specs/a.technical.spec.yml', `model: ${model}\ntests:\n  - { id: T-1, test: unit, covers: ["shop#EC-1"] }\nwaivers:\n  - { clause: EC-3, reason: "x" }\n`);
      const coverage = coverageOf(own, [own, spec], await project());
      expect([...coverage].map(([id, { specified, pointing, waived }]) => [id, specified.length, pointing.length, waived.length])).toEqual([['EC-1', 1, 0, 0], ['EC-2', 0, 1, 0], ['EC-3', 0, 0, 1]]);
    });
  }
  it('counts specs that name the business spec, and those of its model that name none', () => {
    const own = business('m');
    const specs = [
      technical('specs/b.technical.spec.yml', 'model: other\nimplements:\n  - { business: a.business.spec.yml }\n'),
      technical('specs/c.technical.spec.yml', 'model: m\nimplements:\n  - { business: z.business.spec.yml }\n'),
      technical('specs/d.technical.spec.yml', 'model: m\n'),
    ];
    expect(technicalOf(own, specs).map(({ path }) => path)).toEqual(['specs/b.technical.spec.yml', 'specs/d.technical.spec.yml']);
  });
});
