import { describe, expect, it } from 'vitest';
import { openProject } from '../../../engine/project';
import { parseSpec } from '../../../engine/spec';
import { usesAt, usesOf } from '../../../engine/spec/names/uses';
import type { NameUse } from '../../../engine/spec/names/types';
import { memoryWorkspace } from '../../support/memoryWorkspace';

const FILES = {
  'dbt_project.yml': 'name: shop\nprofile: shop\n',
  'models/orders.sql': 'select 1 as order_id',
  'models/props.yml': 'models:\n  - name: orders\n    columns: [{ name: order_id }, { name: customer_id }, { name: status }]\n    config: { contract: { enforced: true } }\n  - name: payments\n    columns: [{ name: order_id }, { name: amount }]\n    config: { contract: { enforced: true } }\n',
  'models/payments.sql': 'select 1 as amount',
};
const BUSINESS = 'spec: business/v1\nmodel: m\nedge_cases:\n  - { id: EC-none, when: "a", then: "b" }\n';

/** Marks where names are written: the uses of the one named at the cursor, as the lines they stand on with the word in brackets. */
async function marked(text: string): Promise<string[]> {
  const offset = text.indexOf('|');
  const plain = text.slice(0, offset) + text.slice(offset + 1);
  const { uses, at } = await namesOf(plain, offset);
  const keys = new Set(at.flatMap((use) => use.symbol?.key ?? []));
  return uses.filter((use) => use.symbol && keys.has(use.symbol.key)).map(({ span }) => {
    const start = plain.lastIndexOf('\n', span.start - 1) + 1;
    return `${plain.slice(start, span.start)}[${plain.slice(span.start, span.end)}]${plain.slice(span.end).split('\n')[0] ?? ''}`.trim();
  });
}

async function namesOf(text: string, offset = 0): Promise<{ uses: NameUse[]; at: NameUse[] }> {
  const project = await openProject(memoryWorkspace(FILES));
  const specs = [parseSpec('specs/m.business.spec.yml', BUSINESS), parseSpec('specs/m.technical.spec.yml', text)];
  const uses = usesOf(parseSpec('specs/m.technical.spec.yml', text), { project, specs });
  return { uses, at: usesAt(uses, offset) };
}

const SPEC = `spec: technical/v1
model: m
grain: [order_id]
inputs:
  - { ref: orders, as: o }
  - { ref: payments }
steps:
  - name: paid
    from: payments
    columns:
      - { name: order_id }
      - { name: value, expression: "sum(payments.amount) -- payments.amount" }
from: o
joins:
  - { to: paid, as: p, type: left, keys: [order_id] }
filters:
  - { id: F-1, expression: "o.status = 'p.value' and p.value > 0 and customer_id > 0", implements: ["m#EC-none"] }
columns:
  - { name: order_id, from: [o.order_id] }
  - { name: total, expression: "coalesce(value, 0)" }
tests:
  - { id: T-1, test: unique, column: order_id, covers: [EC-none] }
waivers:
  - { clause: steps/paid/columns/value, reason: "x" }
  - { clause: joins/p, reason: "x" }
`;
const cursor = (needle: string): string => {
  expect(SPEC).toContain(needle.replace('|', ''));
  return SPEC.replace(needle.replace('|', ''), needle);
};

describe('the uses of a name of a technical spec', () => {
  const cases: [name: string, needle: string, uses: string[]][] = [
    ['an input alias', 'as: o|', ['- { ref: orders, as: [o] }', 'from: [o]', '- { id: F-1, expression: "[o].status = \'p.value\' and p.value > 0 and customer_id > 0", implements: ["m#EC-none"] }', '- { name: order_id, from: [[o].order_id] }']],
    ['a step', 'name: pa|id', ['- name: [paid]', '- { to: [paid], as: p, type: left, keys: [order_id] }', '- { clause: steps/[paid]/columns/value, reason: "x" }']],
    ['a join alias', 'as: |p', ['- { to: paid, as: [p], type: left, keys: [order_id] }', '- { id: F-1, expression: "o.status = \'p.value\' and [p].value > 0 and customer_id > 0", implements: ["m#EC-none"] }', '- { clause: joins/[p], reason: "x" }']],
    ['a column of a step', 'name: val|ue', ['- { name: [value], expression: "sum(payments.amount) -- payments.amount" }', '- { id: F-1, expression: "o.status = \'p.value\' and p.[value] > 0 and customer_id > 0", implements: ["m#EC-none"] }', '- { name: total, expression: "coalesce([value], 0)" }', '- { clause: steps/paid/columns/[value], reason: "x" }']],
    ['an output column', 'column: order|_id', ['grain: [[order_id]]', '- { name: [order_id], from: [o.order_id] }', '- { id: T-1, test: unique, column: [order_id], covers: [EC-none] }']],
    ['a column of an input', 'o.stat|us', ['- { id: F-1, expression: "o.[status] = \'p.value\' and p.value > 0 and customer_id > 0", implements: ["m#EC-none"] }']],
    ['an id that is covered', 'covers: [EC-|none]', ['- { id: F-1, expression: "o.status = \'p.value\' and p.value > 0 and customer_id > 0", implements: ["m#[EC-none]"] }', '- { id: T-1, test: unique, column: order_id, covers: [[EC-none]] }']],
    ['an input without an alias', 'from: pay|ments', ['- { ref: [payments] }', 'from: [payments]', '- { name: value, expression: "sum([payments].amount) -- payments.amount" }']],
    ['the model before an id', '"m|#EC', ['model: [m]', '- { id: F-1, expression: "o.status = \'p.value\' and p.value > 0 and customer_id > 0", implements: ["[m]#EC-none"] }']],
  ];
  for (const [name, needle, uses] of cases) it(name, async () => expect(await marked(cursor(needle))).toEqual(uses));
  it('leaves what stands in other stages alone', async () => {
    const { at } = await namesOf(SPEC, SPEC.indexOf('order_id }\n      - { name: value'));
    expect(at.map((use) => [use.kind, use.defines, use.rewrite?.before])).toEqual([['column', true, undefined], ['column', false, ', from: [']]);
  });
  it('knows what exists, what does not, and what cannot be told', async () => {
    const { uses } = await namesOf('spec: technical/v1\nmodel: m\ninputs:\n  - { ref: orders, as: o }\n  - { ref: nowhere }\nfrom: o\njoins:\n  - { to: x, type: left, keys: [order_id] }\nfilters:\n  - { id: F-1, expression: "o.nothing = 1 and y.z = 2 and o.status = 3" }\n');
    const state = (use: NameUse): string => (use.symbol ? 'known' : use.certain ? 'unknown' : 'open');
    expect(uses.map((use) => `${use.kind} ${state(use)}`)).toEqual(['model known', 'model known', 'input known', 'model unknown', 'input known', 'input known', 'input unknown', 'column known', 'column open', 'id known', 'input known', 'column unknown', 'input known', 'column known']);
  });
  it('ends where a step reads itself', async () => {
    const { uses } = await namesOf('spec: technical/v1\nmodel: m\ninputs: []\nsteps:\n  - { name: a, from: b }\n  - { name: b, from: a }\nfrom: a\nfilters:\n  - { id: F-1, expression: "a.x > y" }\n');
    expect(uses.length).toBeGreaterThan(4);
  });
});
