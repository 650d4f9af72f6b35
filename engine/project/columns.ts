import type { Column } from './types';

/** A column with what it may lack: of what is undefined nothing is set. It is the column that was given. */
export function columnWith(column: Pick<Column, 'name' | 'quoted' | 'from' | 'constraints'>, description: string | undefined, type: string | undefined, place?: Column['place']): Column {
  const found: Column = column;
  if (description !== undefined) found.description = description;
  if (type !== undefined) found.type = type;
  if (place) found.place = place;
  return found;
}
