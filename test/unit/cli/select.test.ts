import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { selectNodes } from '../../../cli/select';
import { openProject } from '../../../engine/project';
import type { ProjectIndex } from '../../../engine/project/types';
import { diskWorkspace } from '../../../platform/diskWorkspace';

/** What `dbt ls --select …` of dbt 1.11.16 lists of the mixed project; its tests and semantic models are left out. */
const LISTED = JSON.parse(readFileSync('test/fixtures/mixed.selectors.json', 'utf8')) as Record<string, string[]>;

let project: ProjectIndex;
beforeAll(async () => {
  project = await openProject(diskWorkspace('test/fixtures/mixed'));
});
const select = (words: string[], exclude: string[] = []): string[] => [...selectNodes({ project, state: undefined }, words, exclude).ids].sort();

describe('selection is that of dbt', () => {
  it.each(Object.entries(LISTED))('%s', (words, ids) => {
    const models = (list: string[]): string[] => list.filter((id) => !id.startsWith('exposure.'));
    // Its materialization is Jinja in dbt_project.yml, which raw files cannot tell.
    const hidden = words === 'config.materialized:table' ? 'model.mixed.customer_orders' : '';
    expect(models(select([words]))).toEqual(models(ids).filter((id) => id !== hidden));
  });
  it('excludes, and says which words chose nothing', () => {
    expect(select(['staging'], ['tag:in_file'])).toEqual(LISTED['staging']?.filter((id) => id !== 'model.mixed.stg_orders'));
    expect(selectNodes({ project, state: undefined }, ['stg_orders tag:none'], ['nothing']).empty).toEqual(['tag:none', 'nothing']);
  });
  it.each(['test_name:x', 'test_type:unit', 'result:error', 'nonsense:x', 'resource_type:test', 'state:modified', 'state:old', '@stg_orders+', '+', 'tag:', 'source:a.b.c.d', 'version:old'])('%s is a usage error', (word) => {
    expect(() => select([word])).toThrow();
  });
});
