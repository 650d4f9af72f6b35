import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BUILT_IN, keysOf, parseSpec, readConfig } from '../../../engine/spec';
import { FORMATS } from '../../../engine/spec/template/formats';
import { KEYWORDS } from '../../../engine/spec/template/keywords';
import { memorySettings } from '../../support/memorySettings';

const PAGE = readFileSync('docs/templates.md', 'utf8');
const [template = '', settings = '', spec = '', told = ''] = [...PAGE.matchAll(/```(?:yaml|text)\n([\s\S]*?)```/g)].map(([, block = '']) => block);

describe('the page on templates', () => {
  it('shows a template that can be used, and what it says of a spec', () => {
    const config = readConfig(memorySettings({ 'specline.yml': settings, 'house.specline.yml': template }));
    expect(config.notices).toEqual([]);
    expect(keysOf(config.template.schemas.technical)).toContain('cost_center');
    expect(parseSpec('orders.business.spec.yml', spec, BUILT_IN).problems).toEqual([]);
    const { problems } = parseSpec('orders.business.spec.yml', spec, config.template);
    expect(problems.map(({ code, message }) => `${code} ${message}`)).toEqual(told.trim().split('\n'));
  });
  it('names every keyword and format that is read', () => {
    for (const word of [...Object.keys(KEYWORDS), ...Object.keys(FORMATS)].filter((one) => !['default', '$comment'].includes(one))) expect(PAGE, word).toContain(`\`${word}\``);
  });
});
