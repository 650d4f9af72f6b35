import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseSpec } from '../../../engine/spec';

const snippets = JSON.parse(readFileSync('snippets/specs.json', 'utf8')) as Record<string, { prefix: string; body: string | string[] }>;

/** A snippet as it is when every placeholder keeps its default. */
function expanded(body: string | string[]): string {
  const text = [body].flat().join('\n');
  const defaults = new Map([...text.matchAll(/\$\{(\d+):([^}]*)\}/g)].map((match) => [match[1], match[2]]));
  return text
    .replace(/\$\{\d+:([^}]*)\}/g, '$1')
    .replace(/\$\{\d+\|([^,|]*)[^}]*\}/g, '$1')
    .replace(/\$\{?(\d+)\}?/g, (_, number: string) => defaults.get(number) ?? '');
}

const SECTIONS: Record<string, string> = { 'edge case': 'edge_cases', 'correct when': 'correct_when', input: 'inputs', join: 'joins', filter: 'filters', step: 'steps' };

describe('snippets', () => {
  it.each(Object.entries(snippets))('%s is what the template asks for', (_, { prefix, body }) => {
    const whole = expanded(body);
    const section = SECTIONS[prefix];
    const kind = section === undefined ? prefix.split(' ')[0] : /edge|correct/.test(prefix) ? 'business' : 'technical';
    const head = kind === 'business' ? 'spec: business/v1\nmodel: m\nowner: us\nquestion: "How many?"\ngrain: { one_row_per: [customer] }\n' : 'spec: technical/v1\nmodel: m\n';
    const others = section === 'edge_cases' ? 'correct_when:\n  - { id: CW-1, statement: "it is right" }\n' : section === 'correct_when' ? 'edge_cases:\n  none_because: "there are none"\n' : kind === 'technical' && section !== 'inputs' ? 'inputs: []\n' : '';
    const text = section === undefined ? whole : `${head}${others}${section}:\n${whole.split('\n').map((line) => `  ${line}`).join('\n')}\n`;
    expect(parseSpec(`specs/m.${kind ?? ''}.spec.yml`, text).problems.map((problem) => `${problem.code} ${problem.message}`)).toEqual([]);
  });
});
