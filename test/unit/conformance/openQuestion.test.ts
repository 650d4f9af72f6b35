import { describe, expect, it } from 'vitest';
import { parseSpec } from '../../../engine/spec';
import { applyChanges, lineStarts, offsetAt } from '../../../engine/text';
import { compare } from './support';

const HEAD = 'spec: technical/v1\nmodel: example\n';
const SQL = "select order_id from {{ ref('orders') }} where amount > 0";
const BASE = 'inputs:\n  - { ref: orders }\nfrom: orders\nfilters: []\ncolumns:\n  - { name: order_id }\n';

/** The spec after the fix of its only unspecced finding; undefined where none is offered. */
async function asked(spec: string): Promise<string | undefined> {
  const report = await compare({ spec, sql: SQL });
  const finding = report.findings.find(({ unspecced }) => unspecced);
  const fix = finding?.fixes.find(({ title }) => title.includes('open question'));
  if (!fix) return undefined;
  expect(fix.file).toBe('specs/example.technical.spec.yml');
  const text = HEAD + spec;
  const starts = lineStarts(text);
  return applyChanges(text, fix.edits.map(({ range, newText }) => ({ span: { start: offsetAt(text, starts, range.start), end: offsetAt(text, starts, range.end) }, text: newText })));
}

describe('asking about unspecced logic', () => {
  it.each([
    ['a spec without the section', BASE, 'Q-1'],
    ['a list in blocks', `${BASE}open_questions:\n  - id: Q-1\n    question: "why?"   # asked in March\n`, 'Q-2'],
    ['a list in brackets', `${BASE}open_questions: [{ id: Q-1, question: "why?" }]\n`, 'Q-2'],
    ['a section before others', `notes: "kept"\n${BASE}tests: []\n`, 'Q-1'],
  ])('adds a question to %s and touches nothing else', async (_, spec, id) => {
    const after = await asked(spec);
    if (after === undefined) throw new Error('no fix');
    const document = parseSpec('specs/example.technical.spec.yml', after);
    expect(document.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    const question = document.ids.find((fact) => fact.id === id);
    expect(after.slice(question?.span.start)).toContain('amount > 0');
    for (const line of (HEAD + spec).split('\n')) expect(after).toContain(line.replace(/\]$/, ''));
    const again = (await compare({ spec: after.slice(HEAD.length), sql: SQL })).findings.find(({ unspecced }) => unspecced);
    expect(again?.fixes).toEqual([]);
  });

  it('offers nothing where the spec is broken', async () => {
    expect(await asked(`${BASE}open_questions: [\n`)).toBeUndefined();
  });
});
