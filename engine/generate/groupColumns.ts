import type { GrainColumn } from './proposeGrain';
import type { Place } from './proposePlaces';

/** A place whose rows are grouped. */
export type Grouped = Extract<Place, { kind: 'step' | 'grouped' }>;

/** What qualifies a grouping column: the relation that is gone past where it is that one's, nothing where only one is read. */
export function qualifierOf({ past }: GrainColumn, place: Grouped, qualified: boolean): string {
  if (past === true && place.past) return `${place.past.input.alias}.`;
  return qualified ? `${place.input.alias}.` : '';
}

/** A grouping column as it comes out. */
export function groupColumn(column: GrainColumn, place: Grouped, qualified: boolean): Record<string, unknown> {
  const prefix = qualifierOf(column, place, qualified);
  if (column.expression) return { name: column.name, expression: column.expression(prefix) };
  return prefix === '' ? { name: column.name } : { name: column.name, from: [`${prefix}${column.name}`] };
}
