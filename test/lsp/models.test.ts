import { describe, expect, it } from 'vitest';
import { parseSpec } from '../../engine/spec';
import { modelsOf } from '../../server/features/models';
import type { LoadedProject, Session } from '../../server/session';
import { projectOf } from '../unit/generate/support';

describe('models for quick picks and menus', () => {
  it('are those of the project, each with its specs, and those that only specs know', async () => {
    const context = await projectOf({ 'models/marts/orders.sql': 'select 1 as id', 'models/off.sql': "{{ config(enabled=false) }} select 1" });
    const specs = [parseSpec('specs/orders.technical.spec.yml', 'spec: technical/v1\nmodel: orders\n'), parseSpec('specs/idea.business.spec.yml', 'spec: business/v1\nmodel: idea\n')];
    const session = { uriOf: (root: string, path: string) => `${root}/${path}` } as Session;
    const found = modelsOf(session, { ...context, root: 'file:///p', specs } as LoadedProject);
    expect(found.filter(({ name }) => name === 'orders' || name === 'idea' || name === 'off')).toEqual([
      { name: 'idea', modelUri: null, businessUri: 'file:///p/specs/idea.business.spec.yml', technicalUri: null },
      { name: 'orders', modelUri: 'file:///p/models/marts/orders.sql', businessUri: null, technicalUri: 'file:///p/specs/orders.technical.spec.yml' },
    ]);
  });
});
