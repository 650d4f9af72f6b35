import { describe, expect, it } from 'vitest';
import { draftOfRequest, newBusinessSpec } from '../../../engine/generate';
import { openProject } from '../../../engine/project';
import { parseSpec } from '../../../engine/spec';
import { memoryWorkspace } from '../../support/memoryWorkspace';

const FILES = {
  'dbt_project.yml': 'name: shop\nmodel-paths: [models]\n',
  'models/stg_subscriptions.sql': 'select 1 as subscription_id',
  'models/orders.sql': 'select 1 as order_id',
  'models/models.yml': 'models:\n  - name: stg_subscriptions\n    columns:\n      - { name: cancelled_at, data_type: timestamp }\n      - { name: _fivetran_deleted }\n      - { name: status, data_tests: [{ accepted_values: { arguments: { values: [trial, paid] } } }] }\n  - name: orders\n    columns: [{ name: amount }]\n',
};

const draft = async (request: string) => draftOfRequest(request, await openProject(memoryWorkspace(FILES)));

describe('a request as it came', () => {
  it('becomes questions, of which none is answered', async () => {
    const found = await draft('we need\n  churn metrics for subscriptions, monthly');
    expect(found.question).toBeUndefined();
    expect(found.openQuestions.map(({ id }) => id)).toEqual(['Q-question', 'Q-decision', 'Q-grain', 'Q-term-churn', 'Q-period', 'Q-population', 'Q-correct']);
    expect(found.openQuestions.every(({ question }) => question.endsWith('?'))).toBe(true);
  });

  it('names cases of relations that are named in it, and of no other', async () => {
    const found = await draft('How many subscriptions churned?');
    expect(found).toMatchObject({ question: 'How many subscriptions churned?', looked: ['stg_subscriptions'] });
    expect(found.edgeCases).toEqual([
      { id: 'EC-deleted', when: 'a row of stg_subscriptions is deleted in its source (_fivetran_deleted)' },
      { id: 'EC-status', when: 'status of stg_subscriptions is trial, paid' },
      { id: 'EC-zone', when: expect.stringContaining('cancelled_at of stg_subscriptions') as string },
    ]);
    expect((await draft('we need churn metrics')).edgeCases).toEqual([]);
  });

  it('starts a spec that keeps the request to the letter and leaves every answer empty', async () => {
    const text = newBusinessSpec({ model: 'churn', draft: await draft('churn # of "subscriptions": now\n- x') });
    expect(text).toMatch(/^# Asked for: churn # of "subscriptions": now - x\nspec: business\/v1\n/);
    const spec = parseSpec('specs/churn.business.spec.yml', text);
    expect(spec.yaml.errors).toEqual([]);
    expect(spec.facts?.kind === 'business' && spec.facts.items.filter(({ section }) => section === 'edge_cases').map(({ text: sentence }) => sentence.split(': ').pop())).toEqual(['', '', '']);
    expect(spec.problems.every(({ code }) => code === 'SPEC014')).toBe(true);
  });
});
