import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { readConfig, settingsDocument } from '../../engine/spec';
import { lineStarts, positionAt } from '../../engine/text';
import { completionAt, resolveCompletion } from '../../server/features/completion';
import { hoverAt } from '../../server/features/hover';
import { memorySettings } from '../support/memorySettings';
import { answersAt, FIXTURES, loadFixtures, type Fixtures } from './everyFeature';
import { applyItem } from './support';

let fixtures: Fixtures;

beforeAll(async () => {
  fixtures = await loadFixtures();
});

describe('every feature answers at the end of a spec that is cut off at any offset', () => {
  it.each(FIXTURES)('$path', ({ path, text }) => {
    for (let end = 0; end <= text.length; end++) answersAt(fixtures, path, text.slice(0, end), end);
  }, 120_000);
});

describe("with an organisation's template", () => {
  const [house = '', , spec = ''] = [...readFileSync('docs/templates.md', 'utf8').matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, block = '']) => block);
  it('every feature answers at any offset of a spec with sections of its own', () => {
    const { template } = readConfig(memorySettings({ 'specline.yml': house }));
    const text = `${spec}retention: 10 years\nrisks:\n  - { id: RISK-1, risk: "it is read as revenue" }\n  - id: RISK-2\n    risk: "it is late"\n`;
    for (let end = 0; end <= text.length; end++) answersAt(fixtures, 'specs/orders.business.spec.yml', text.slice(0, end), end, template);
  }, 120_000);
  it('settings are read, completed and hovered at any offset of a template that is cut off there', () => {
    for (let end = 0; end <= house.length; end++) {
      const text = house.slice(0, end);
      const { notices } = readConfig(memorySettings({ 'specline.yml': text }));
      for (const { range } of notices) expect(range?.end.line).toBeLessThan(lineStarts(text).length);
      const document = settingsDocument('specline.yml', text);
      const position = positionAt(lineStarts(text), end);
      hoverAt(document, position, undefined);
      completionAt(document, position, undefined).forEach((item, index) => applyItem(text, index > 0 ? item : resolveCompletion(item)));
    }
  }, 120_000);
});
