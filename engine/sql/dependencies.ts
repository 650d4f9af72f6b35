import { isRecord } from './ast';
import type { Stage } from './types';

/** Ids of the stages that a stage reads, in FROM, set operations and expressions. */
export function dependenciesOf(stage: Stage): string[] {
  const ids: string[] = [];
  for (const attached of [stage.from, ...stage.joins.map((join) => join.to)]) {
    if (attached?.target.kind === 'stage') ids.push(attached.target.id);
  }
  ids.push(...(stage.union?.branches ?? []));
  const collect = (value: unknown): void => {
    if (Array.isArray(value)) {
      for (const item of value) collect(item);
    } else if (isRecord(value)) {
      if (value['kind'] === 'subquery' && typeof value['stage'] === 'string') ids.push(value['stage']);
      for (const key in value) collect(value[key]);
    }
  };
  collect([stage.columns, stage.filters, stage.joins.map((join) => join.conditions), stage.aggregate?.by, stage.unnests]);
  return ids;
}
