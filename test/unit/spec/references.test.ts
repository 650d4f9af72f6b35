import { describe, expect, it } from 'vitest';
import { openProject } from '../../../engine/project';
import { DEFAULT_CONFIG, parseSpec } from '../../../engine/spec';
import { usesInSpecs } from '../../../engine/spec/names/references';
import { usesAt, usesOf } from '../../../engine/spec/names/uses';
import { memoryWorkspace } from '../../support/memoryWorkspace';

const files = {
  'dbt_project.yml': 'name: shop\n',
  'models/t_1.sql': 'select 1 as amount',
  'models/t_12.sql': 'select 1 as amount',
  'models/t.yml': 'models:\n  - { name: t_1, columns: [{ name: amount }], config: { contract: { enforced: true } } }\n  - { name: t_12, columns: [{ name: amount }], config: { contract: { enforced: true } } }\n',
  'specs/one.technical.spec.yml': 'spec: technical/v1\nmodel: one\ninputs:\n  - { ref: t_1 }\nfrom: t_1\ncolumns:\n  - { name: x, expression: "sum(amount)" }\n',
  'specs/twelve.technical.spec.yml': 'spec: technical/v1\nmodel: twelve\ninputs:\n  - { ref: t_12 }\nfrom: t_12\ncolumns:\n  - { name: x, expression: "sum(amount)" }\n',
  'specs/escaped.technical.spec.yml': 'spec: technical/v1\nmodel: escaped\ninputs:\n  - { ref: t_1 }\nfrom: t_1\ncolumns:\n  - { name: x, expression: "1 +\\namount" }\n',
};

describe('references in specs', () => {
  it('are found behind an escape, too, and not where a longer name has the word', async () => {
    const specs = Object.entries(files).filter(([path]) => path.startsWith('specs/')).map(([path, text]) => parseSpec(path, text));
    const context = { project: await openProject(memoryWorkspace(files)), specs, config: DEFAULT_CONFIG };
    const [spec] = specs;
    const symbols = spec ? usesAt(usesOf(spec, context), spec.text.indexOf('amount') + 1).flatMap(({ symbol }) => symbol ?? []) : [];
    expect(symbols.map(({ name }) => name)).toEqual(['amount']);
    expect(usesInSpecs(context, symbols).map(({ file, text, uses }) => [file, uses.map(({ span }) => text.slice(span.start, span.end))])).toEqual([
      ['specs/one.technical.spec.yml', ['amount']],
      ['specs/escaped.technical.spec.yml', ['amount']],
    ]);
  });
});
