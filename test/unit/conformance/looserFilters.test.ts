import { describe, expect, it } from 'vitest';
import { compare, verdicts } from './support';

const SPEC = "inputs: [{ ref: logs }]\nfrom: logs\njoins: []\nfilters:\n  - { id: F-a, expression: \"lower(d) like '%role changed%'\" }\n  - { id: F-b, expression: \"k = 'user'\" }\ncolumns: [{ name: id }]\n";

async function verdict(where: string): Promise<(string | undefined)[]> {
  const found = verdicts(await compare({ spec: SPEC, sql: `select id from {{ ref('logs') }} where ${where}` }));
  return [found['filters/F-a'], found['filters/F-b']];
}

describe('a model that filters by something else over the same columns', () => {
  it('differs where a row passes all its filters and not that of the spec', async () => {
    expect(await verdict("lower(d) like '%role changed%' or k = 'user'")).toEqual(['differs', 'differs']);
    expect(await verdict("k = 'user' and (lower(d) like '%role changed%' or n > 1)")).toEqual(['differs', 'matches']);
  });
  it('is unknown where every such row may pass that of the spec, too', async () => {
    expect(await verdict("k = 'user' and lower(d) like '%role changed%' and n > 1")).toEqual(['matches', 'matches']);
    expect(await verdict("k = 'user' and lower(trim(d)) like '%role changed%'")).not.toContain('differs');
    const spec = SPEC.replace("lower(d) like '%role changed%'", 'n > 5').replace("k = 'user'", 'm is not null');
    const found = verdicts(await compare({ spec, sql: "select id from {{ ref('logs') }} where n >= 6 and m > n" }));
    expect([found['filters/F-a'], found['filters/F-b']]).toEqual(['unknown (not-provable)', 'unknown (not-provable)']);
  });
});
