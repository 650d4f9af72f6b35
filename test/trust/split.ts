import type { Operator } from './types';

export type Part = 'develop' | 'heldOut';

/** Projects whose misses were read while rules were written; every other project, of any corpus, is held out. */
const DEVELOP: readonly RegExp[] = [/(^|\/)dbt_zendesk(\/|$)/, /(^|\/)dbt_shopify\/v12_dbt1\.10\.5_postgres/];

/** The part a project belongs to, by its readable name. */
export function partOfProject(name: string): Part {
  return DEVELOP.some((pattern) => pattern.test(name)) ? 'develop' : 'heldOut';
}

/** The part an operator belongs to. */
export function partOfOperator(operator: Pick<Operator, 'heldOut'>): Part {
  return operator.heldOut ? 'heldOut' : 'develop';
}
