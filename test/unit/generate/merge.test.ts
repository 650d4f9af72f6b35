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

/** True where every line of `before` stands in `after`, in order; one that ends a bracketed list may have more before the bracket. */
function keepsLines(before: string, after: string): boolean {
  const lines = after.split(/\r?\n/);
  let at = 0;
  return before.split(/\r?\n/).every((line) => {
    const open = line.replace(/ *,? *\].*$/, '');
    const found = lines.findIndex((other, index) => index >= at && (other === line || (line !== open && other.startsWith(open)) || other === `${line},`));
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
  });

  it.each([
    ['inputs: [{ ref: stg_customers, as: customers }]  # ours', 'inputs: [{ ref: stg_customers, as: customers }, { ref: stg_payments, as: payments }]  # ours'],
    ['inputs: [{ ref: stg_customers, as: customers }, ]', 'inputs: [{ ref: stg_customers, as: customers }, { ref: stg_payments, as: payments }, ]'],
    ['inputs: [\n    {ref: stg_customers, as: customers}\n  ]', 'inputs: [\n    {ref: stg_customers, as: customers},\n    { ref: stg_payments, as: payments }\n  ]'],
    ['inputs: [\n  { ref: stg_customers, as: customers },  # a, b\n]', 'inputs: [\n  { ref: stg_customers, as: customers },  # a, b\n  { ref: stg_payments, as: payments },\n]'],
    ['inputs: [\n  { ref: stg_customers, as: customers }  # a, b\n  # last\n]', 'inputs: [\n  { ref: stg_customers, as: customers },  # a, b\n  { ref: stg_payments, as: payments }\n  # last\n]'],
    ['inputs: [{ ref: stg_customers,\n  as: customers }]', 'inputs'],
  ])('adds to the bracketed list %j in its own way', (written, wanted) => {
    const { text, added } = merge(`spec: technical/v1\nmodel: value\n${written}\n`);
    expect(added).toContain('inputs/payments');
    if (!wanted.endsWith('inputs')) expect(text).toContain(`${wanted}\n`);
    expect(parseSpec(FILE, text).yaml.errors).toEqual([]);
  });

  it('adds to a list whose items have anchors, and leaves one that is an alias', () => {
    const anchored = merge('spec: technical/v1\nmodel: value\ninputs: &all\n    - &first\n      ref: stg_customers\n      as: customers\n');
    expect(anchored.text).toContain('      as: customers\n    - { ref: stg_payments, as: payments }\n');
    const alias = merge('spec: technical/v1\nmodel: value\ntests: &t\n  - { id: T-no-order, test: unit, covers: [EC-no-order] }\nopen_questions: &q [{ id: Q-1, question: "?" }]\ninputs: *q\n');
    expect(alias.text).toContain('inputs: *q\n');
  });

  it('adds to the lists of a step that starts from the same, and to no other', () => {
    const head = 'spec: technical/v1\nmodel: value\nsteps:\n  - name: paid\n    from: payments   # ours\n    columns:\n      - { name: customer_id }\n    aggregate: { by: [customer_id] }\n';
    const { text, added } = merge(head);
    expect(added).toContain('steps/paid/columns/value');
    expect(text).toContain('      - { name: customer_id }\n      - { name: value, expression: "sum(amount)" }\n    aggregate:');
    const other = merge(head.replace('from: payments', 'from: refunds'));
    expect(other.text).not.toContain('sum(amount)');
    // The step has no such column, so nothing may read it.
    expect(other.text).not.toContain('paid.value');
    expect(other.kept).toContain('columns');
  });

  it('adds neither inputs nor joins to a stage that starts from something else', () => {
    const { text, kept } = merge('spec: technical/v1\nmodel: value\ninputs:\n  - { ref: stg_orders, as: orders }\nfrom: orders\njoins:\n  - { to: orders, as: earlier, type: left, keys: [id] }\n');
    expect(text).not.toMatch(/stg_payments|to: paid|^columns/m);
    expect(kept).toEqual(expect.arrayContaining(['inputs', 'from', 'joins', 'columns']));
  });

  it('adds no list in part: what a list does not name is unspecced', () => {
    const { text, kept } = merge('spec: technical/v1\nmodel: value\ninputs:\n  - { ref: stg_customers, as: c }\n  - { ref: stg_payments, as: p }\nfrom: c\n');
    expect(text).not.toMatch(/^(columns|joins|filters|steps):/m);
    expect(kept).toEqual(expect.arrayContaining(['columns', 'joins', 'filters', 'steps']));
  });

  it('adds before the end of the document', () => {
    const { text: merged, added } = merge('spec: technical/v1\nmodel: value\n...\n# after\n');
    expect(added).toContain('grain');
    expect(merged.indexOf('materialization')).toBeLessThan(merged.search(/^\.\.\.\n/m));
    expect(merge(merged).changes).toEqual([]);
  });

  it('leaves a file of two documents alone and says why', () => {
    const text = '# head\n---\nspec: technical/v1\nmodel: value\n---\n';
    expect(merge(text)).toMatchObject({ text, changes: [], refused: expect.stringContaining('mend it first') as string });
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
    if (result.text === text) expect(result.refused).toContain(FILE);
    else expect(parseSpec(FILE, result.text).yaml.errors).toEqual([]);
  });

  it('is done once it is done', () => {
    const once = merge('spec: technical/v1\nmodel: value\n');
    expect(merge(once.text).changes).toEqual([]);
    expect(unifiedDiff(FILE, once.text, once.text)).toBe('');
    expect(unifiedDiff(FILE, 'a\n', 'a\nb\n')).toContain('+b');
  });

  it('keeps every line of any document, and what it adds can be read (property)', () => {
    const lines = ['spec: technical/v1', 'model: value', 'model:   "value"  # c', '', '# comment', '  # deep', 'inputs:', '  - { ref: stg_customers, as: customers }', '  - ref: stg_orders', '    as: orders', '- { ref: x }', 'inputs: [{ ref: a }]', 'from: customers', 'tests:', '  - id: T-1', '    test: unit', '    covers: [EC-no-order]', 'notes: |', '  some text', '  more', 'joins: []', 'steps:', '  - name: paid', '    from: payments', '\ttab', '"quoted": 1', 'a: [1,', '  2]', 'tests: [', '  { id: T-1, test: unit }', '  { id: T-2, test: unit },  # c', ']', 'inputs: &i', '  - &c { ref: stg_customers, as: customers }', '    from: payments', '    columns:', '      - { name: customer_id }', '...', '---', '&x a: *x', 'columns: ~'];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...lines), { maxLength: 18 }), fc.constantFrom('\n', '\r\n'), fc.boolean(), (picked, end, last) => {
        const text = picked.join(end) + (last && picked.length > 0 ? end : '');
        const existing = parseSpec(FILE, text);
        const { changes, text: merged } = mergeSpec(existing, PROPOSED);
        expect(changes.every(({ span }) => span.start === span.end)).toBe(true);
        expect(applyChanges(text, changes)).toBe(merged);
        expect(keepsLines(text, merged)).toBe(true);
        if (changes.length > 0) expect(parseSpec(FILE, merged).yaml.errors).toEqual([]);
        const again = mergeSpec(parseSpec(FILE, merged), PROPOSED);
        expect(again.text).toBe(merged);
        expect(again.added).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
