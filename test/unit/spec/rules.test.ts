import { describe, expect, it } from 'vitest';
import { openProject } from '../../../engine/project';
import { parseSpec, problemsOf, readConfig, specRules, type SpecRule } from '../../../engine/spec';
import { memorySettings } from '../../support/memorySettings';
import { memoryWorkspace } from '../../support/memoryWorkspace';

/** Codes of what is wrong with a document of a rule's example, in a small project with the files beside it. */
async function codesOf({ example }: SpecRule, text: string): Promise<string[]> {
  const beside = example.beside ?? {};
  const project = await openProject(memoryWorkspace({ 'dbt_project.yml': 'name: shop\nmodel-paths: [models]\n', 'models/example.sql': 'select 1 as id', 'models/orders.sql': 'select 1 as order_id', 'models/lines.sql': 'select 1 as order_id', ...beside }));
  const config = readConfig(memorySettings(beside));
  const others = Object.entries(beside).flatMap(([path, other]) => (path.includes('.spec.') ? [parseSpec(path, other, config.template)] : []));
  const spec = parseSpec(`specs/subject.${example.kind}.spec.yml`, text, config.template);
  return problemsOf(spec, { project, config, specs: [spec, ...others] }).map(({ code }) => code);
}

describe('rules about spec documents', () => {
  it('have codes of their own, a question and a title', () => {
    expect(new Set(specRules.map(({ code }) => code)).size).toBe(specRules.length);
    for (const rule of specRules) expect(rule.question, rule.code).toMatch(/\?$/);
  });

  // What these find is no text of the spec: test/unit/cli/badFiles.test.ts has files that cannot be read or are not UTF-8, templateFiles.test.ts templates that cannot be used.
  const readable = specRules.filter(({ code }) => !['SPEC005', 'SPEC006', 'SPEC017'].includes(code));
  it.each(readable)('$code has nothing against its good example', async (rule) => {
    expect(await codesOf(rule, rule.example.good)).not.toContain(rule.code);
  });
  it.each(readable)('$code objects to its bad example', async (rule) => {
    expect(await codesOf(rule, rule.example.bad)).toContain(rule.code);
  });
});
