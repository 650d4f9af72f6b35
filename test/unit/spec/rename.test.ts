import { describe, expect, it } from 'vitest';
import { openProject } from '../../../engine/project';
import { DEFAULT_CONFIG, meaningOf, parseSpec } from '../../../engine/spec';
import { filesMoved } from '../../../engine/spec/names/moves';
import { renameOf } from '../../../engine/spec/names/rename';
import type { NotRenamed, ProjectEdit } from '../../../engine/spec/names/projectEdit';
import { usesAt, usesOf } from '../../../engine/spec/names/uses';
import { applyChanges } from '../../../engine/text';
import { memoryWorkspace } from '../../support/memoryWorkspace';

const BUSINESS = 'spec: business/v1\nmodel: value\nquestion: "How much?"\nedge_cases:\n  - { id: EC-none, when: "a", then: "b" }\ncorrect_when:\n  - { id: CW-1, statement: "the total is right" }\n';
const MEANING = meaningOf(parseSpec('value.business.spec.yml', BUSINESS)) ?? '';
const TECHNICAL = `spec: technical/v1
model: value
implements:
  - { business: value.business.spec.yml, meaning: "${MEANING}" }
grain: [customer_id]
inputs:
  - { ref: orders, as: o }
  - ref: payments
steps:
  - name: paid
    from: payments
    columns:
      - { name: order_id }
      - { name: amount }
  - name: total
    from: paid
    columns:
      - { name: amount }
      - { name: order_id }
from: o
joins:
  - { to: total, type: left, keys: [order_id] }
filters:
  - { id: F-1, expression: "o.status <> 'total.amount'", implements: [EC-none] }
columns:
  - { name: customer_id, from: [o.customer_id] }
  - { name: paid_amount, expression: "coalesce(total.amount, 0)" }
tests:
  - { id: T-1, test: unit, covers: [CW-1, "value#EC-none"] }
waivers:
  - { clause: steps/paid/columns/amount, reason: "a" }
`;
const FILES: Record<string, string> = {
  'dbt_project.yml': 'name: shop\nprofile: shop\n',
  'models/marts/value.sql': "select 1 as customer_id, 2 as paid_amount from {{ ref('orders') }}",
  'models/marts/report.sql': "select * from {{ ref('value') }}",
  'models/orders.sql': 'select 1 as order_id',
  'models/payments.sql': 'select 1 as amount',
  'models/props.yml': 'models:\n  - name: value\n    columns:\n      - name: customer_id\n        data_tests:\n          - unique: { config: { meta: { spec: ["value#CW-1"] } } }\n  - name: orders\n    columns: [{ name: order_id }, { name: customer_id }, { name: status }]\n    config: { contract: { enforced: true } }\n  - name: payments\n    columns: [{ name: order_id }, { name: amount }]\n    config: { contract: { enforced: true } }\n',
  'specs/marts/value.business.spec.yml': BUSINESS,
  'specs/marts/value.technical.spec.yml': TECHNICAL,
  'specs/marts/report.technical.spec.yml': 'spec: technical/v1\nmodel: report\nimplements:\n  - { business: value.business.spec.yml }\ninputs:\n  - { ref: value }\nfrom: value\ncolumns:\n  - { name: paid_amount }\n  - { name: id, expression: "value.customer_id" }\n',
};

async function readable(files = FILES) {
  const workspace = memoryWorkspace(files);
  const specs = Object.entries(files).filter(([path]) => path.includes('.spec.')).map(([path, text]) => parseSpec(path, text));
  return { workspace, project: await openProject(workspace), specs, config: DEFAULT_CONFIG };
}

/** Lines that differ after an edit, by file. */
function lines(edit: ProjectEdit | NotRenamed, files = FILES): Record<string, string[]> | string {
  if ('refused' in edit) return edit.refused;
  return Object.fromEntries(edit.edits.map(({ file, text, changes }) => {
    expect(text).toBe(files[file]);
    const before = new Set(text.split('\n'));
    return [file.replace('specs/marts/', '').replace('.spec.yml', ''), applyChanges(text, changes).split('\n').filter((line) => !before.has(line)).map((line) => line.trim())];
  }));
}

async function rename(file: string, needle: string, name: string): Promise<ReturnType<typeof lines>> {
  const project = await readable();
  const spec = project.specs.find(({ path }) => path === `specs/marts/${file}.spec.yml`);
  const offset = (spec?.text.indexOf(needle.replace('|', '')) ?? -1) + needle.indexOf('|');
  expect(spec?.text).toContain(needle.replace('|', ''));
  return spec ? lines(await renameOf(project, usesAt(usesOf(spec, project), offset), name)) : '';
}

describe('a rename', () => {
  it('of an id follows what implements, covers and tests it, and keeps the meaning current', async () => {
    const changed = await rename('value.business', 'CW-|1', 'CW-total');
    const fresh = meaningOf(parseSpec('value.business.spec.yml', BUSINESS.replace('CW-1', 'CW-total'))) ?? '';
    expect(changed).toEqual({
      'value.business': ['- { id: CW-total, statement: "the total is right" }'],
      'value.technical': [`- { business: value.business.spec.yml, meaning: "${fresh}" }`, '- { id: T-1, test: unit, covers: [CW-total, "value#EC-none"] }'],
      'models/props.yml': ['- unique: { config: { meta: { spec: ["value#CW-total"] } } }'],
    });
  });
  it('of an id from where it is used, qualified or not', async () => {
    expect(await rename('value.technical', '"value#EC-|none', 'EC-9')).toMatchObject({ 'value.technical': [expect.any(String), expect.stringContaining('implements: [EC-9]'), expect.stringContaining('"value#EC-9"')] });
  });
  it('of an input alias reaches into expressions and nowhere else', async () => {
    expect(await rename('value.technical', 'as: o|', 'orders')).toEqual({ 'value.technical': ['- { ref: orders, as: orders }', 'from: orders', '- { id: F-1, expression: "orders.status <> \'total.amount\'", implements: [EC-none] }', '- { name: customer_id, from: [orders.customer_id] }'] });
  });
  it('of an input without an alias gives it one', async () => {
    expect(await rename('value.technical', 'from: |payments', 'p')).toEqual({ 'value.technical': ['as: p', 'from: p'] });
  });
  it('of a source without an alias gives it one', async () => {
    const files = { ...FILES, 'specs/raw.technical.spec.yml': 'spec: technical/v1\nmodel: raw\ninputs:\n  - { source: shop.raw_orders }\nfrom: raw_orders\n' };
    const project = await readable(files);
    const spec = project.specs.find(({ path }) => path === 'specs/raw.technical.spec.yml');
    if (!spec) throw new Error('no spec');
    expect(lines(await renameOf(project, usesAt(usesOf(spec, project), spec.text.length - 3), 'o'), files)).toEqual({ 'specs/raw.technical': ['- { source: shop.raw_orders, as: o }', 'from: o'] });
  });
  it('of a step', async () => {
    expect(await rename('value.technical', 'name: to|tal', 'sums')).toEqual({ 'value.technical': ['- name: sums', '- { to: sums, type: left, keys: [order_id] }', '- { name: paid_amount, expression: "coalesce(sums.amount, 0)" }'] });
  });
  it('of a column of a step leaves what it is called further on', async () => {
    expect(await rename('value.technical', "      - { name: amou|nt }\n  - name: total", 'sum_paid')).toEqual({ 'value.technical': ['- { name: sum_paid }'.replace('sum_paid }', 'sum_paid, from: [amount] }'), '- { name: amount, from: [sum_paid] }', '- { clause: steps/paid/columns/sum_paid, reason: "a" }'] });
  });
  it('of one side of a key makes it a pair', async () => {
    expect(await rename('value.technical', '      - { name: order|_id }\nfrom: o', 'id')).toEqual({ 'value.technical': ['- { name: id, from: [order_id] }', '- { to: total, type: left, keys: [{ left: order_id, right: id }] }'] });
  });
  it('of an output column follows the specs that read the model', async () => {
    expect(await rename('value.technical', 'name: paid|_amount', 'lifetime_value')).toEqual({ 'value.technical': ['- { name: lifetime_value, expression: "coalesce(total.amount, 0)" }'], 'report.technical': ['- { name: paid_amount, from: [lifetime_value] }'] });
  });
  it('of a model follows everywhere but in dbt’s own names, and renames its spec files', async () => {
    const project = await readable();
    const spec = project.specs[0];
    if (!spec) throw new Error('no spec');
    const edit = await renameOf(project, usesAt(usesOf(spec, project), spec.text.indexOf('value')), 'customer_value');
    expect(lines(edit)).toEqual({
      'value.business': ['model: customer_value'],
      'value.technical': ['model: customer_value', `- { business: customer_value.business.spec.yml, meaning: "${MEANING}" }`, '- { id: T-1, test: unit, covers: [CW-1, "customer_value#EC-none"] }'],
      'report.technical': ['- { business: customer_value.business.spec.yml }', '- { ref: customer_value }', 'from: customer_value', '- { name: id, expression: "customer_value.customer_id" }'],
      'models/props.yml': ['- unique: { config: { meta: { spec: ["customer_value#CW-1"] } } }'],
    });
    expect((edit as ProjectEdit).moves.map(({ to }) => to)).toEqual(['specs/marts/customer_value.business.spec.yml', 'specs/marts/customer_value.technical.spec.yml']);
  });
  const refused: [name: string, file: string, needle: string, to: string, why: RegExp][] = [
    ['to what is no id', 'value.business', 'CW-|1', 'cw 1', /not an id/],
    ['to an id that is there', 'value.business', 'CW-|1', 'EC-none', /has the id EC-none already/],
    ['to what is no name', 'value.technical', 'as: o|', 'a b', /not a name/],
    ['to a step that is there', 'value.technical', 'as: o|', 'paid', /something called paid already/],
    ['to a column that is there', 'value.technical', 'name: paid|_amount', 'customer_id', /a column customer_id already/],
    ['of a column that no spec defines', 'value.technical', 'o.stat|us', 'state', /defined by no spec/],
    ['where another name would mean something else', 'value.technical', '      - { name: amou|nt }\n  - name: total', 'order_id', /already/],
    ['of nothing', 'value.technical', '|grain:', 'x', /no name here/],
  ];
  for (const [name, file, needle, to, why] of refused) it(`is refused ${name}`, async () => expect(await rename(file, needle, to)).toMatch(why));
});

describe('a file that moves', () => {
  const move = async (...moves: [string, string][]): Promise<{ changed: ReturnType<typeof lines>; moves: string[] }> => {
    const edit = await filesMoved(await readable(), moves.map(([from, to]) => ({ from, to })));
    return { changed: lines(edit), moves: edit.moves.map(({ from, to }) => `${from} → ${to}`) };
  };
  it('to another name: the model’s specs follow, in name and in what they say', async () => {
    const { changed, moves } = await move(['models/marts/value.sql', 'models/marts/worth.sql']);
    expect(changed).toMatchObject({ 'value.business': ['model: worth'], 'value.technical': ['model: worth', expect.stringContaining('worth.business.spec.yml'), expect.any(String)], 'report.technical': [expect.stringContaining('worth.business'), '- { ref: worth }', 'from: worth', expect.any(String)] });
    expect(moves).toEqual(['specs/marts/value.business.spec.yml → specs/marts/worth.business.spec.yml', 'specs/marts/value.technical.spec.yml → specs/marts/worth.technical.spec.yml']);
  });
  it('to another folder: its specs move along, and paths to them are mended', async () => {
    const { changed, moves } = await move(['models/marts/value.sql', 'models/finance/value.sql']);
    expect(changed).toEqual({ 'report.technical': ['- { business: ../finance/value.business.spec.yml }'] });
    expect(moves).toEqual(['specs/marts/value.business.spec.yml → specs/finance/value.business.spec.yml', 'specs/marts/value.technical.spec.yml → specs/finance/value.technical.spec.yml']);
  });
  it('alone, a spec: its own paths and those to it', async () => {
    expect(await move(['specs/marts/value.business.spec.yml', 'specs/asked/value.business.spec.yml'])).toEqual({ changed: { 'value.technical': [expect.stringContaining('../asked/value.business.spec.yml')], 'report.technical': ['- { business: ../asked/value.business.spec.yml }'] }, moves: [] });
    expect((await move(['specs/marts/report.technical.spec.yml', 'specs/report.technical.spec.yml'])).changed).toEqual({ 'report.technical': ['- { business: marts/value.business.spec.yml }'] });
  });
  it('to the name of another model: it is of that one', async () => {
    expect((await move(['specs/marts/report.technical.spec.yml', 'specs/marts/orders.technical.spec.yml'])).changed).toEqual({ 'report.technical': ['model: orders'] });
    expect((await move(['specs/marts/report.technical.spec.yml', 'specs/marts/nothing.technical.spec.yml'])).changed).toEqual({});
  });
  it('with its folder', async () => {
    expect(await move(['specs/marts', 'specs/finance'])).toEqual({ changed: {}, moves: [] });
  });
});
