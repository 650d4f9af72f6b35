import { beforeAll, describe, expect, it } from 'vitest';
import { openProject } from '../../engine/project';
import { BUILT_IN, checkSpec, DEFAULT_CONFIG, findSpecs, parseSpec, readSpec, type SpecDocument } from '../../engine/spec';
import { diskWorkspace } from '../../platform/diskWorkspace';
import { savedIndex, specsWith } from '../../server/specIndex';

const workspace = diskWorkspace('examples/jaffle');
let project: Awaited<ReturnType<typeof openProject>>;
let saved: SpecDocument[] = [];

beforeAll(async () => {
  project = await openProject(workspace);
  saved = (await Promise.all((await findSpecs(workspace, project)).map((path) => readSpec(workspace, path, BUILT_IN)))).flatMap(({ spec }) => spec ?? []);
});

const open = [
  ['specs/marts/customer_value.technical.spec.yml', 'spec: technical/v1\nmodel: orders\ninputs: []\n'],
  ['specs/twin.technical.spec.yml', 'spec: technical/v1\nmodel: order_revenue\ninputs: []\n'],
  ['specs/astray.technical.spec.yml', 'spec: technical/v1\nmodel: order_revenue\nimplements: [{ business: nowhere.business.spec.yml }]\ninputs: []\n'],
  ['specs/marts/other.technical.spec.yml', 'spec: technical/v1\nmodel: jaffle.stg_orders\nimplements: [{ business: customer_value.business.spec.yml }]\ninputs: []\n'],
].map(([path = '', text = '']) => parseSpec(path, text));

describe('the specs that decide what is said of one', () => {
  it('give the problems that all specs give', () => {
    const { specs, index } = specsWith(savedIndex(saved), open);
    for (const spec of specs) expect(checkSpec(spec, { project, specs: index.concerning(spec), config: DEFAULT_CONFIG }), spec.path).toEqual(checkSpec(spec, { project, specs, config: DEFAULT_CONFIG }));
  });
  it('are found with open documents in place of their files', () => {
    const { specs, index } = specsWith(savedIndex(saved), open);
    expect(specs.length).toBe(saved.length + 3);
    expect(index.at('specs/marts/customer_value.technical.spec.yml')).toBe(open[0]);
    expect(index.naming('customer_value').map(({ kind }) => kind)).toEqual(['business']);
    expect(index.naming('stg_orders').map(({ path }) => path)).toContain('specs/marts/other.technical.spec.yml');
    expect(index.at('specs/none.technical.spec.yml')).toBeUndefined();
  });
});
