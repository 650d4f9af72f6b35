import { expect, it } from 'vitest';
import { openProject } from '../../../engine/project';
import { memoryWorkspace } from '../../support/memoryWorkspace';

it('reads hooks that are written with their transaction', async () => {
  const workspace = memoryWorkspace({
    'dbt_project.yml': 'name: shop\nversion: "1.0"\nmodel-paths: [models]\nmodels:\n  shop:\n    +post-hook:\n      - sql: "analyze {{ this }}"\n        transaction: true\n    +tags: [nightly, 7]\n',
    'models/orders.sql': "{{ config(post_hook='grant select') }} select 1 as id",
  });
  const project = await openProject(workspace);
  const node = project.nodes.get('model.shop.orders');
  expect(node?.config['tags']).toEqual(['nightly', '7']);
  expect(JSON.stringify(node?.config['post-hook'])).toContain('analyze {{ this }}');
});
