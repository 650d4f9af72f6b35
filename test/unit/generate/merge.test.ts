import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeSpec, unifiedDiff } from '../../../engine/generate';
import { parseSpec, renderSpec } from '../../../engine/spec';
import { applyChanges } from '../../../engine/text';

const FILE = 'specs/value.technical.spec.yml';
const PROPOSED = renderSpec('technical', {
  spec: 'technical/v1',
  model: 'value',
  implements: [{ business: 'value.business.spec.yml' }],
  grain: ['customer_id'],
  inputs: [{ ref: 'stg_customers', as: 'customers' }, { ref: 'stg_payments', as: 'payments' }],
  steps: [{ name: 'paid', from: 'payments', aggregate: { by: ['customer_id'] }, columns: [{ name: 'customer_id' }, { name: 'value', expression: 'sum(amount)' }] }],
  from: 'customers',
  joins: [{ to: 'paid', type: 'left', keys: ['customer_id'] }],
  filters: [{ id: 'F-active', expression: 'customers.is_active' }],
  columns: [{ name: 'customer_id' }, { name: 'value', expression: 'coalesce(paid.value, 0)' }],
  tests: [{ id: 'T-no-order', test: 'unit', covers: ['EC-no-order'] }, { id: 'T-ledger', test: 'reconciliation', covers: ['CW-ledger'] }],
  materialization: { type: 'table' },
});

function merge(text: string): ReturnType<typeof mergeSpec> {
  return mergeSpec(parseSpec(FILE, text), PROPOSED);
}

/** True where every line of `before` stands in `after`, in order. */
function keepsLines(before: string, after: string): boolean {
  const lines = after.split(/\r?\n/);
  let at = 0;
  return before.split(/\r?\n/).every((line) => {
    const found = lines.indexOf(line, at);
    at = found + 1;
    return found >= 0;
  });
}

describe('merge', () => {
  it('adds the missing sections in template order and keeps the rest to the letter', () => {
    const text = '# ours\nspec: technical/v1\nmodel:   value # odd spacing\n\n# why from here\nfrom: customers\ntests:\n  - {id: T-no-order, test: unit, covers: [EC-no-order]}   # mine\n';
    const { text: merged, added } = merge(text);
    expect(keepsLines(text, merged)).toBe(true);
    const keys = [...merged.matchAll(/^(\w+):/gm)].map((match) => match[1]);
    expect(keys).toEqual(['spec', 'model', 'implements', 'grain', 'inputs', 'steps', 'from', 'joins', 'filters', 'columns', 'tests', 'materialization']);
    expect(merged).toContain('# why from here\nfrom: customers\n');
    expect(merged.match(/covers: \[EC-no-order\]/g)).toHaveLength(1);
    expect(merged).toContain('# mine\n  - { id: T-ledger');
    expect(added).toContain('tests/T-ledger');
    expect(parseSpec(FILE, merged).problems).toEqual([]);
  });

  it('adds to a list in its own indentation and style', () => {
    const block = merge('spec: technical/v1\nmodel: value\ninputs:\n- ref: stg_customers\n  as: customers\n');
    expect(block.text).toContain('- ref: stg_customers\n  as: customers\n- { ref: stg_payments, as: payments }\n');
    const flow = merge('spec: technical/v1\nmodel: value\ninputs: [{ ref: stg_customers, as: customers }]\n');
    expect(flow.text).toContain('inputs: [{ ref: stg_customers, as: customers }]\n');
    expect(flow.kept).toContain('inputs/payments');
    expect(flow.text).not.toContain('paid');
  });

  it('keeps line ends, a missing last one, and text after block scalars', () => {
    const crlf = 'spec: technical/v1\r\nmodel: value\r\ninputs:\r\n  - { ref: stg_customers, as: customers }';
    const { text } = merge(crlf);
    expect(keepsLines(crlf, text)).toBe(true);
    expect(text).toContain('stg_payments');
    expect(text.replace(/\r\n/g, '')).not.toContain('\n');
    const scalar = 'spec: technical/v1\nmodel: value\nopen_questions:\n  - id: Q-1\n    question: |\n      why?\n\nnotes: x\n';
    expect(keepsLines(scalar, merge(scalar).text)).toBe(true);
  });

  it('leaves decisions alone: other values, empty lists, a grain', () => {
    const text = 'spec: technical/v1\nmodel: value\ngrain: [customer_id, day]\ninputs: []\nfilters: []\nfrom: payments\nmaterialization: { type: view }\n';
    const result = merge(text);
    expect(result.kept).toEqual(expect.arrayContaining(['grain', 'inputs', 'filters', 'from', 'materialization']));
    expect(result.text).toContain('inputs: []\n');
    expect(result.text).not.toContain('paid');
  });

  it('adds no test that the author has for the sake of a line', () => {
    const own = 'spec: technical/v1\nmodel: value\ntests:\n  - { id: T-1, test: not_null, column: value, covers: [EC-no-order] }\n';
    const inferred = renderSpec('technical', { spec: 'technical/v1', model: 'value', tests: [{ id: 'T-not-null-value', test: 'not_null', column: 'value' }, { id: 'T-not-null-id', test: 'not_null', column: 'customer_id' }] });
    expect(mergeSpec(parseSpec(FILE, own), inferred).added).toEqual(['tests/T-not-null-id']);
  });

  it('does not add joins to names that the author does not use', () => {
    const text = 'spec: technical/v1\nmodel: value\ninputs:\n  - { ref: stg_customers, as: c }\n  - { ref: stg_payments, as: p }\nfrom: c\n';
    const { text: merged } = merge(text);
    expect(merged).not.toContain('from: payments');
    expect(merged).not.toContain('ref: stg_payments, as: payments');
  });

  it('gives an added item a fresh id where another item has it', () => {
    const { text } = merge('spec: technical/v1\nmodel: value\nopen_questions:\n  - { id: T-ledger, question: "?" }\n');
    expect(text).toContain('id: T-ledger-2');
  });

  it.each(['spec: [', '{ spec: technical/v1, model: value }', '- a\n- b\n', 'spec: technical/v1\nmodel: value\n...\n', 'a: b: c'])('leaves %j alone', (text) => {
    const result = merge(text);
    expect(keepsLines(text, result.text)).toBe(true);
    if (result.text === text) expect(result.kept.length).toBeGreaterThan(0);
    else expect(parseSpec(FILE, result.text).yaml.errors).toEqual([]);
  });

  it('is done once it is done', () => {
    const once = merge('spec: technical/v1\nmodel: value\n');
    expect(merge(once.text).changes).toEqual([]);
    expect(unifiedDiff(FILE, once.text, once.text)).toBe('');
    expect(unifiedDiff(FILE, 'a\n', 'a\nb\n')).toContain('+b');
  });

  it('keeps every line of any document, and what it adds can be read (property)', () => {
    const lines = ['spec: technical/v1', 'model: value', 'model:   "value"  # c', '', '# comment', '  # deep', 'inputs:', '  - { ref: stg_customers, as: customers }', '  - ref: stg_orders', '    as: orders', '- { ref: x }', 'inputs: [{ ref: a }]', 'from: customers', 'tests:', '  - id: T-1', '    test: unit', '    covers: [EC-no-order]', 'notes: |', '  some text', '  more', 'joins: []', 'steps:', '  - name: paid', '    from: payments', '\ttab', '"quoted": 1', 'a: [1,', '  2]', '---', '&x a: *x', 'columns: ~'];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...lines), { maxLength: 14 }), fc.constantFrom('\n', '\r\n'), fc.boolean(), (picked, end, last) => {
        const text = picked.join(end) + (last && picked.length > 0 ? end : '');
        const existing = parseSpec(FILE, text);
        const { changes, text: merged } = mergeSpec(existing, PROPOSED);
        expect(changes.every(({ span }) => span.start === span.end)).toBe(true);
        expect(applyChanges(text, changes)).toBe(merged);
        expect(keepsLines(text, merged)).toBe(true);
        if (changes.length > 0) expect(parseSpec(FILE, merged).yaml.errors).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });
});
