import type { Position } from 'vscode-languageserver';
import { usesAt, usesOf, usesOfDbtFile, type NameUse } from '../engine/spec/names';
import { lineStarts, offsetAt } from '../engine/text';
import type { Serving } from './serving';
import type { LoadedProject } from './session';

/** An open document with all names in it that a spec knows: of a spec, or of a file of dbt. */
export interface NamedDocument {
  text: string;
  starts: readonly number[];
  uses: NameUse[];
}

/** The names of an open document; undefined for one that is not open or in no project. */
export function namesOf({ session, documents }: Serving, uri: string, project: LoadedProject): NamedDocument | undefined {
  const spec = session.spec(uri);
  const text = spec?.text ?? documents.get(uri)?.getText();
  const place = session.placeOf(uri);
  if (text === undefined || !place) return undefined;
  return { text, starts: lineStarts(text), uses: spec ? usesOf(spec, project) : usesOfDbtFile(place.path, text, project) };
}

/** The names a position touches; those that a place gives itself go before those it takes from elsewhere. */
export function namesUnder({ text, starts, uses }: NamedDocument, position: Position): NameUse[] {
  const found = usesAt(uses, offsetAt(text, starts, position)).filter(({ symbol }) => symbol);
  const own = found.filter(({ defines }) => defines === true);
  return own.length > 0 ? own : found;
}
