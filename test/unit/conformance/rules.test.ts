import { describe, expect, it } from 'vitest';
import { rules, type ModelReport } from '../../../engine/conformance';
import { compare } from './support';

/** Clauses of a rule that do not match, and its findings. */
function objections(report: ModelReport, code: string): string[] {
  return [
    ...report.clauses.filter((clause) => clause.rule === code && clause.verdict !== 'matches').map((clause) => `${clause.verdict}: ${clause.message}`),
    ...report.findings.filter((finding) => finding.rule === code).map((finding) => finding.message),
  ];
}

describe('rules', () => {
  it('have codes of their own, a question and a title', () => {
    expect(new Set(rules.map((rule) => rule.code)).size).toBe(rules.length);
    for (const rule of rules) expect(rule.question, rule.code).toMatch(/\?$/);
  });

  for (const rule of rules) {
    const { spec, good, bad, goodYaml, badYaml } = rule.example;
    const files = (yaml: string | undefined): Record<string, string> => (yaml === undefined ? {} : { 'models/schema.yml': yaml });
    it(`${rule.code} has nothing against its good example`, async () => {
      expect(objections(await compare({ spec, sql: good, files: files(goodYaml) }), rule.code)).toEqual([]);
    });
    // What EVID001 objects to is no text but an artifact; evidence.test.ts has one.
    if (rule.code === 'EVID001') continue;
    it(`${rule.code} objects to its bad example`, async () => {
      expect(objections(await compare({ spec, sql: bad, files: files(badYaml) }), rule.code)).not.toEqual([]);
    });
  }
});
