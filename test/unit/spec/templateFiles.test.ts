import { describe, expect, it } from 'vitest';
import { openProject } from '../../../engine/project';
import { BUILT_IN, keysOf, parseSpec, problemsOf, readConfig, schemaAt, tierOf, type SpeclineConfig } from '../../../engine/spec';
import { memorySettings } from '../../support/memorySettings';
import { memoryWorkspace } from '../../support/memoryWorkspace';

const RETENTION = 'business:\n  properties:\n    retention: { title: "How long may it be kept?", type: string }\n';
const read = (files: Readonly<Record<string, string>>, up = 0): SpeclineConfig => readConfig(memorySettings(files, up));
const asked = ({ template }: SpeclineConfig): string[] => keysOf(template.schemas.business).filter((key) => !keysOf(BUILT_IN.schemas.business).includes(key));
const saidOf = ({ notices }: SpeclineConfig, files: Readonly<Record<string, string>>): string[] => notices.map(({ file = '', range, message }) => `${file} ${files[file]?.split('\n')[range?.start.line ?? 0]?.slice(range?.start.character, range?.end.character) ?? ''}: ${message}`);

describe('what specline.yml extends', () => {
  it('is a file beside it, or one of the repository above the project', () => {
    expect(asked(read({ 'specline.yml': 'extends: templates/house.yml\n', 'templates/house.yml': RETENTION }))).toEqual(['retention']);
    const config = read({ 'specline.yml': 'extends: ../../shared/house.yml\n', '../../shared/house.yml': `extends: ./base.yml\n`, '../../shared/base.yml': RETENTION }, 2);
    expect(asked(config)).toEqual(['retention']);
    expect(config.template.files).toEqual(['../../shared/base.yml']);
    expect(schemaAt(config.template.schemas.business, ['retention'])?.['x-asked-by']).toBe('../../shared/base.yml');
    expect(config.files).toEqual(['specline.yml', '../../shared/house.yml', '../../shared/base.yml']);
  });
  it('is an npm package, found from the file upwards, by the file its package.json names or by specline.yml', () => {
    const own = { 'specline.yml': 'extends: "@acme/specline-template"\n', 'node_modules/@acme/specline-template/package.json': '{"name": "@acme/specline-template"}', 'node_modules/@acme/specline-template/specline.yml': RETENTION };
    expect(asked(read(own))).toEqual(['retention']);
    const above = { 'specline.yml': 'extends: [house-template]\n', '../node_modules/house-template/package.json': '{"specline": "templates/main.yml"}', '../node_modules/house-template/templates/main.yml': RETENTION };
    expect(asked(read(above, 1))).toEqual(['retention']);
    expect(read(above, 0).broken?.message).toContain('is installed in no node_modules from the project up to the repository');
    const part = { 'specline.yml': 'extends: "@acme/t/strict.yml"\n', 'node_modules/@acme/t/package.json': '{}', 'node_modules/@acme/t/strict.yml': 'extends: base-template\n', 'node_modules/@acme/t/node_modules/base-template/package.json': '{}', 'node_modules/@acme/t/node_modules/base-template/specline.yml': RETENTION };
    expect(asked(read(part))).toEqual(['retention']);
  });
  it('counts less than the file itself; of several the last counts most, and all of them ask', () => {
    const config = read({
      'specline.yml': 'extends: [a.yml, b.yml]\ntiers: [{ path: "models/finance/**", tier: full }]\nseverities: { SPEC027: error }\n',
      'a.yml': `layout: beside\ntiers: [{ path: "models/**", tier: source }]\nseverities: { SPEC027: "off", SPEC032: "off", SPEC028: "off" }\n${RETENTION}`,
      'b.yml': 'layout: specs\nseverities: { SPEC032: error }\nbusiness: { properties: { retention: { enum: [short, long] }, region: { type: string } } }\n',
    });
    expect(config.notices).toEqual([]);
    expect(config).toMatchObject({ layout: 'specs', severities: { SPEC027: 'error', SPEC032: 'error', SPEC028: 'off' } });
    expect([tierOf(config, 'models/finance/a.sql'), tierOf(config, 'models/b.sql')]).toEqual(['full', 'source']);
    expect(schemaAt(config.template.schemas.business, ['retention'])).toMatchObject({ title: 'How long may it be kept?', enum: ['short', 'long'], 'x-asked-by': 'b.yml' });
    expect(asked(config)).toEqual(['retention', 'region']);
    expect(config.template.files).toEqual(['b.yml', 'a.yml']);
  });
  it('is read once where two files share it', () => {
    expect(asked(read({ 'specline.yml': 'extends: [a.yml, b.yml]\n', 'a.yml': 'extends: base.yml\n', 'b.yml': 'extends: ./base.yml\n', 'base.yml': RETENTION }))).toEqual(['retention']);
  });
  it('may narrow but not loosen what another file asks', () => {
    const files = { 'specline.yml': 'extends: a.yml\nbusiness: { properties: { retention: { type: [string, number] } } }\n', 'a.yml': RETENTION };
    expect(saidOf(read(files), files)).toEqual(['specline.yml type: retention is string; a template cannot change that to string or number.']);
  });
});

describe('what cannot be extended is one error at its place, and the built-in template is used', () => {
  const cases: [string, Readonly<Record<string, string>>, string][] = [
    ['a file that is not there', { 'specline.yml': 'extends: house.yml\n' }, 'specline.yml house.yml: house.yml could not be read: there is no file house.yml.'],
    ['a package that is not there', { 'specline.yml': 'extends: "@acme/t"\n' }, 'specline.yml "@acme/t": @acme/t is installed in no node_modules'],
    ['a path out of the repository', { 'specline.yml': 'extends: ../../x.yml\n' }, 'leads out of the repository; move the template into it, or publish it as an npm package.'],
    ['an absolute path', { 'specline.yml': 'extends: /etc/house.yml\n' }, 'is an absolute path'],
    ['an address', { 'specline.yml': 'extends: https://acme.com/house.yml\n' }, 'nothing is fetched from the network'],
    ['words', { 'specline.yml': 'extends: the wiki\n' }, 'specline.yml the wiki: the wiki is neither a path such as ./templates/house.yml nor the name of an npm package.'],
    ['itself', { 'specline.yml': 'extends: a.yml\n', 'a.yml': 'extends: ./b.yml\n', 'b.yml': 'extends: ./a.yml\n' }, 'b.yml ./a.yml: ./a.yml leads back to itself: a.yml → b.yml → a.yml; remove one of them.'],
    ['too many in a row', { 'specline.yml': 'extends: t1.yml\n', ...Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`t${n + 1}.yml`, `extends: t${n + 2}.yml\n`])) }, 't8.yml t9.yml: t9.yml is the 9th file in a row, more than the 8 that are followed; extend fewer.'],
    ['a file that is no YAML', { 'specline.yml': 'extends: a.yml\n', 'a.yml': 'business: {\n' }, 'This bracket is not closed'],
    ['a package that leads out of itself', { 'specline.yml': 'extends: t\n', 'node_modules/t/package.json': '{"specline": "../../secret.yml"}', 'secret.yml': '' }, 'whose "specline" names no file of the package'],
    ['a part that leads out of its package', { 'specline.yml': 'extends: "@a/t/../../x.yml"\n', 'node_modules/@a/t/package.json': '{}' }, 'leads out of its package'],
    ['a package.json that is no JSON', { 'specline.yml': 'extends: t\n', 'node_modules/t/package.json': '{' }, 'has a package.json that is no JSON'],
    ['a template that is no map', { 'specline.yml': 'business: [a]\n' }, 'business must be a map of keys'],
    ['a key that is none', { 'specline.yml': 'extends: a.yml\n', 'a.yml': 'busines: {}\n' }, 'a.yml busines: "busines" is no key of the template. Did you mean "business"?'],
  ];
  for (const [what, files, expected] of cases) {
    it(what, () => {
      const config = read(files);
      expect(config.template).toBe(BUILT_IN);
      expect(saidOf(config, files).filter((each) => each.includes(expected))).toHaveLength(1);
      expect(config.notices).toHaveLength(1);
      expect(config.notices[0]?.severity).toBe('error');
    });
  }
  it('is said on every spec, which is not accused of keys the template may have', () => {
    const config = read({ 'specline.yml': 'extends: house.yml\n' });
    const spec = parseSpec('a.technical.spec.yml', 'spec: technical/v1\nmodel: a\nretention: x\ninptus: []\n', config.template);
    const problems = problemsOf(spec, { specs: [spec], config });
    expect(problems.map(({ code }) => code).filter((code) => /SPEC01/.test(code))).toEqual(['SPEC012', 'SPEC017']);
    expect(problems.find(({ code }) => code === 'SPEC012')?.message).toContain('Did you mean "inputs"');
    expect(problems.find(({ code }) => code === 'SPEC017')).toMatchObject({ severity: 'warning', message: expect.stringContaining('(specline.yml says why)') as string });
  });
});

describe('the tier full', () => {
  it('asks for the sections that a template gives it', async () => {
    const config = read({ 'specline.yml': 'tiers: [{ path: "**", tier: full }]\nbusiness: { properties: { region: { title: "Where is it used?", type: string, x-tier: full }, extra: { type: string } } }\n' });
    const project = await openProject(memoryWorkspace({ 'dbt_project.yml': 'name: p\n', 'models/a.sql': 'select 1 as id' }));
    const spec = parseSpec('a.business.spec.yml', 'spec: business/v1\nmodel: a\n', config.template);
    const asked = problemsOf(spec, { project, specs: [spec], config }).filter(({ code, severity }) => code === 'SPEC011' && severity === 'warning');
    expect(asked.map(({ message }) => message).at(-1)).toBe('The section "region" is missing, which the tier "full" asks for. Where is it used?');
    expect(asked.filter(({ message }) => message.includes('extra'))).toEqual([]);
  });
});

describe('severities of the settings', () => {
  it('hold for what a text alone shows, too', () => {
    const spec = parseSpec('a.technical.spec.yml', 'spec: technical/v1\nmodel: a\ninptus: []\ngrain: id\n');
    const config = read({ 'specline.yml': 'severities: { SPEC012: warning, SPEC014: "off" }\n' });
    expect(problemsOf(spec, { specs: [spec], config }).map(({ code, severity }) => `${code} ${severity}`).filter((each) => /SPEC01/.test(each))).toEqual(['SPEC012 warning']);
  });
});
