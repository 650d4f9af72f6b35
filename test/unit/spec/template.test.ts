import { describe, expect, it } from 'vitest';
import { openProject } from '../../../engine/project';
import { BUILT_IN, checkSpec, DEFAULT_CONFIG, keysOf, meaningOf, parseSpec, readConfig, schemaAt, type SpecDocument, type SpecTemplate } from '../../../engine/spec';
import { renameOf, usesAt, usesOf } from '../../../engine/spec/names';
import { applyChanges } from '../../../engine/text';
import { memorySettings } from '../../support/memorySettings';
import { memoryWorkspace } from '../../support/memoryWorkspace';

const SPEC = [
  'spec: business/v1', 'model: orders', 'owner: finance', 'question: How many orders were paid?', 'grain: { one_row_per: [order] }',
  'edge_cases:', '  - { id: EC-none, when: "an order has no payment", then: "it is left out" }',
  'correct_when:', '  - { id: CW-ledger, statement: "the count equals the ledger" }', '',
].join('\n');

/** The template of specline.yml's text, which has to be usable. */
function templateOf(settings: string, files: Readonly<Record<string, string>> = {}): SpecTemplate {
  const { template, notices } = readConfig(memorySettings({ ...files, 'specline.yml': settings }));
  expect(notices).toEqual([]);
  return template;
}

const business = (text: string, template: SpecTemplate): SpecDocument => parseSpec('specs/orders.business.spec.yml', text, template);
const said = (spec: SpecDocument): string[] => spec.problems.map(({ code, span, message }) => `${code} ${spec.text.slice(span.start, span.end)}: ${message}`);

describe("an organisation's template", () => {
  it('adds sections, each with its question, behind the key it wants to follow', () => {
    const template = templateOf('business:\n  properties:\n    retention: { title: "How long may it be kept?", type: string, x-tier: minimal, x-after: owner }\n    region: { title: "Where is it used?", type: string, enum: [eu, us] }\n');
    const keys = keysOf(template.schemas.business);
    expect(keys.slice(0, 4)).toEqual(['spec', 'model', 'owner', 'retention']);
    expect(keys.at(-1)).toBe('region');
    expect(keys.filter((key) => key !== 'retention' && key !== 'region')).toEqual(keysOf(BUILT_IN.schemas.business));
    expect(template.schemas.technical).toBe(BUILT_IN.schemas.technical);
    expect(schemaAt(template.schemas.business, ['retention'])).toMatchObject({ 'x-tier': 'minimal', 'x-asked-by': 'specline.yml' });
    expect(said(business(SPEC, template))).toEqual(['SPEC011 spec: business/v1: The section "retention" is missing. How long may it be kept?']);
    expect(said(business(SPEC.replace('question:', 'retention: 10 years\nquestion:'), template))).toEqual([]);
    expect(said(business(`${SPEC}retention: ""\nregion: mars\n`, template))).toEqual(['SPEC014 "": retention is empty. How long may it be kept?', 'SPEC013 mars: region is one of eu, us, not "mars".']);
    expect(said(business(`${SPEC}retentoin: x\n`, template))[0]).toContain('Did you mean');
  });
  it('adds fields to the items of a built-in section, and asks for them where they lack', () => {
    const template = templateOf('business:\n  properties:\n    edge_cases:\n      items:\n        required: [severity]\n        properties:\n          severity: { title: "How bad is it?", type: string, enum: [low, high] }\n    non_goals:\n      items: { properties: { owner: { title: "Who said so?", type: string } } }\n');
    expect(keysOf(schemaAt(template.schemas.business, ['edge_cases', 0]))).toEqual(['id', 'when', 'then', 'example', 'severity']);
    expect(keysOf(schemaAt(template.schemas.business, ['non_goals', 0]))).toEqual(['id', 'statement', 'owner']);
    // What another section shares with it stays as it was.
    expect(keysOf(schemaAt(template.schemas.business, ['assumptions', 0]))).toEqual(['id', 'statement']);
    const [problem] = business(SPEC, template).problems;
    expect(problem).toMatchObject({ code: 'SPEC015', message: 'edge_cases[0] lacks "severity". How bad is it?' });
    expect(problem?.fixes[0]?.changes[0]?.text).toContain('severity: low');
    expect(said(business(SPEC.replace('left out" }', 'left out", severity: worst }'), template))[0]).toContain('is one of low, high, not "worst"');
  });
  it('narrows built-in keys: earlier, of a form, of some choices, longer', () => {
    const template = templateOf('business:\n  required: [decision]\n  properties:\n    owner: { pattern: "^team-", x-message: "Owners are teams, such as team-finance." }\n    sensitivity: { x-tier: full }\n    edge_cases: { minItems: 2 }\n    correct_when: { items: { required: [id, reference] } }\n    question: { minLength: 20, maxLength: 300 }\n');
    expect(schemaAt(template.schemas.business, ['decision'])).toMatchObject({ 'x-tier': 'minimal', 'x-asked-by': 'specline.yml' });
    expect(schemaAt(template.schemas.business, ['correct_when', 0, 'reference'])?.['x-asked-by']).toBe('specline.yml');
    expect(schemaAt(template.schemas.business, ['correct_when', 0, 'tolerance'])?.['x-asked-by']).toBeUndefined();
    expect(said(business(SPEC, template))).toEqual([
      'SPEC011 spec: business/v1: The section "decision" is missing. What is decided with it?',
      'SPEC010 finance: Owners are teams, such as team-finance.',
      'SPEC010 edge_cases: edge_cases has 1 item, fewer than the 2 asked for. What could go wrong, and what then?',
      'SPEC015 id: correct_when[0] lacks "reference". Reconciled with what?',
    ]);
  });
  it('has rules between keys, said in its own words or in ours with whose rule it is', () => {
    const template = templateOf([
      'business:', '  properties:', '    personal: { title: "Is it about people?", type: boolean }',
      '  allOf:',
      '    - { if: { required: [personal], properties: { personal: { const: true } } }, then: { required: [sensitivity], x-message: "What is about people says who may see it." } }',
      '    - { dependentRequired: { freshness: [late_data] } }', '',
    ].join('\n'));
    expect(said(business(`${SPEC}personal: false\n`, template))).toEqual([]);
    const found = business(`${SPEC}personal: true\nfreshness: daily\n`, template);
    expect(said(found)).toEqual([
      'SPEC016 spec: business/v1: What is about people says who may see it.',
      'SPEC016 spec: business/v1: The document has "freshness" and lacks "late_data", which belongs to it. How late may data come, and what then? This is a rule of specline.yml.',
    ]);
    expect(found.problems[0]?.fixes[0]?.title).toBe('Add the section "sensitivity"');
  });
  it('gives new lists ids like the built-in ones', () => {
    const template = templateOf('business:\n  properties:\n    risks:\n      title: "What can go wrong in use?"\n      x-prefix: RISK\n      items: { required: [id, risk], properties: { id: { type: string }, risk: { title: "Which risk?", type: string } } }\n');
    expect(schemaAt(template.schemas.business, ['risks', 0, 'id'])).toMatchObject({ 'x-prefix': 'RISK', pattern: expect.any(String) as string });
    expect(said(business(`${SPEC}risks:\n  - { id: "a risk", risk: "it is read as revenue" }\n`, template))[0]).toMatch(/^SPEC010 "a risk": risks\[0\]\.id does not have the form/);
    expect(said(business(`${SPEC}risks:\n  - { id: RISK-1, risk: "it is read as revenue", extra: 1 }\n`, template))[0]).toContain('"extra" is no key of risks[0]');
  });
  it('never changes a meaning: without the template it is the same', () => {
    const settings = 'business:\n  properties:\n    retention: { type: string }\n    edge_cases: { items: { properties: { severity: { type: string } } } }\n';
    const text = `${SPEC.replace('left out" }', 'left out", severity: high }')}retention: 10 years\n`;
    const meaning = meaningOf(business(text, templateOf(settings)));
    expect(meaning).toBe(meaningOf(business(text, BUILT_IN)));
    expect(meaning).toBe(meaningOf(business(text.replace('10 years', '1 year'), templateOf(settings))));
  });
});

describe('what a template may not do is an error at its place in its own file, and the built-in template is used', () => {
  const cases: [string, string, string][] = [
    ['take a key of another type', 'properties: { question: { type: array } }', 'type: question is string; a template cannot change that to array.'],
    ['allow more choices', 'properties: { spec: { const: business/v9 } }', 'const: spec is one of business/v1; a template can allow fewer of them, not others.'],
    ['ask for less', 'properties: { edge_cases: { minItems: 0 } }', 'minItems: minItems of edge_cases is 1 already; a template can only ask for more.'],
    ['ask later', 'properties: { owner: { x-tier: optional } }', 'x-tier: owner is of the tier minimal; a template can ask for it earlier, not later.'],
    ['let any key in', 'additionalProperties: true', 'additionalProperties: A spec has only the keys of its template; name the new ones under "properties".'],
    ['mark a meaning', 'properties: { retention: { type: string, x-meaning: true } }', 'x-meaning: A template cannot mark what enters the meaning of a spec'],
    ['replace a form', "properties: { owner: { $ref: '#/definitions/statement' } }", '$ref: owner has its form already'],
    ['require what is not there', 'required: [retention]', 'required: A spec has no key "retention" that could be required; name it under "properties".'],
    ['give keys to a text', 'properties: { owner: { properties: { name: { type: string } } } }', 'properties: owner is string and has no keys of its own.'],
    ['rename ids', 'properties: { edge_cases: { x-prefix: CASE } }', 'x-prefix: Ids of edge_cases start with EC already.'],
    ['take a definition of ours', 'definitions: { statement: { type: string } }', 'statement: The definition "statement" is there already'],
    ['follow what is not there', 'properties: { retention: { type: string, x-after: ownr } }', 'x-after: There is no key "ownr" that retention could follow.'],
    ['use a keyword that is none', 'properties: { retention: { type: string, minLenght: 3 } }', 'minLenght: "minLenght" is no keyword that Specline reads in a template. Did you mean "minLength"?'],
    ['use a type that is none', 'properties: { retention: { type: text } }', 'text: type is one of string, number,'],
    ['use a pattern that could hang', 'properties: { retention: { pattern: "(?=a)b" } }', '"(?=a)b": pattern cannot be used: it looks ahead or behind'],
    ['use a format that is not known', 'properties: { retention: { format: iban } }', 'iban: format is one of date, time,'],
    ['point nowhere', "properties: { retention: { $ref: '#/definitions/span' } }", "'#/definitions/span': There is no definition \"span\""],
    ['go round in circles', "definitions: { a: { items: { $ref: '#/definitions/b' } }, b: { items: { $ref: '#/definitions/a' } } }", 'refers to itself'],
    ['name a key like a boolean', 'properties: { "yes": { type: string } }', '"yes": "yes" cannot be a key of a spec'],
    ['name a key like a property of all objects', 'properties: { constructor: { type: string } }', 'constructor: "constructor" cannot be a key of a spec'],
    ['be no schema', 'properties: { retention: text }', 'text: A map of JSON Schema keywords belongs here'],
  ];
  for (const [what, overlay, expected] of cases) {
    it(what, () => {
      const text = `business: { ${overlay} }\n`;
      const { template, broken, notices } = readConfig(memorySettings({ 'specline.yml': text }));
      expect(template).toBe(BUILT_IN);
      expect(broken).toMatchObject({ code: 'SPEC017', file: 'specline.yml' });
      const shown = notices.map(({ range, message }) => `${text.split('\n')[range?.start.line ?? 0]?.slice(range?.start.character, range?.end.character) ?? ''}: ${message}`);
      expect(shown[0]).toContain(expected);
    });
  }
});

describe("an organisation's own lists", () => {
  const template = templateOf('business:\n  properties:\n    risks:\n      title: "What can go wrong in use?"\n      x-prefix: RISK\n      items: { required: [id, risk], properties: { id: { type: string }, risk: { title: "Which risk?", type: string } } }\n');
  const own = business(`${SPEC}risks:\n  - { id: RISK-revenue, risk: "it is read as revenue" }\n`, template);
  const technical = (covers: string): SpecDocument => parseSpec('specs/orders.technical.spec.yml', `spec: technical/v1\nmodel: orders\nimplements:\n  - { business: orders.business.spec.yml }\ntests:\n  - { id: T-a, test: unit, covers: [${covers}] }\n`, template);
  it('can be implemented, covered and renamed by their ids', async () => {
    expect(own.facts?.kind === 'business' && own.facts.items.map(({ id, section, text }) => `${section} ${id?.value ?? ''}: ${text}`)).toContain('risks RISK-revenue: it is read as revenue');
    const codes = (covers: string): string[] => checkSpec(technical(covers), { specs: [own, technical(covers)], config: { ...DEFAULT_CONFIG, template } }).map(({ code }) => code);
    expect(codes('RISK-revenue')).not.toContain('SPEC025');
    expect(codes('RISK-other')).toContain('SPEC025');
    const specs = [own, technical('RISK-revenue')];
    const workspace = memoryWorkspace({ 'dbt_project.yml': 'name: shop\n', 'models/orders.sql': 'select 1 as id', ...Object.fromEntries(specs.map(({ path, text }) => [path, text])) });
    const project = { workspace, project: await openProject(workspace), specs, config: { ...DEFAULT_CONFIG, template } };
    const renamed = await renameOf(project, usesAt(usesOf(own, project), own.text.indexOf('RISK-revenue') + 1), 'RISK-read');
    if (!('edits' in renamed)) throw new Error(JSON.stringify(renamed));
    expect(renamed.edits.map(({ file, text, changes }) => [file, applyChanges(text, changes).includes('RISK-read')]).sort()).toEqual([['specs/orders.business.spec.yml', true], ['specs/orders.technical.spec.yml', true]]);
  });
});
