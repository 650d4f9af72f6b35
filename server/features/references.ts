import type { Location, Position } from 'vscode-languageserver';
import { usesInDbt, usesInSpecs, type SpecSymbol } from '../../engine/spec/names';
import type { RelationNode } from '../../engine/project/types';
import { lineStarts, rangeOf } from '../../engine/text';
import { namesUnder, type NamedDocument } from '../namesAt';
import type { LoadedProject, Session } from '../session';

/** Where the name at a position is written: in specs, in dbt's `meta.spec` and `ref()`, and with its declaration, if asked, in dbt's YAML. */
export async function referencesAt(session: Session, document: NamedDocument, position: Position, project: LoadedProject, declaration: boolean): Promise<Location[]> {
  const symbols = namesUnder(document, position).flatMap(({ symbol }) => symbol ?? []);
  if (symbols.length === 0) return [];
  const found = [...usesInSpecs(project, symbols), ...(await usesInDbt(project, symbols))];
  const locations = found.flatMap(({ file, text, uses }) => {
    const starts = lineStarts(text);
    const wanted = uses.filter((use) => declaration || use.defines !== true);
    return wanted.map((use): Location => ({ uri: session.uriOf(project.root, file), range: rangeOf(starts, use.span) }));
  });
  const declared = declaration ? symbols.flatMap((symbol) => declarations(session, project, symbol)) : [];
  return [...new Map([...locations, ...declared].map((one) => [`${one.uri} ${one.range.start.line}:${one.range.start.character}`, one])).values()];
}

/** Where dbt's YAML declares a column, a model or a source. */
function declarations(session: Session, project: LoadedProject, { kind, key, name }: SpecSymbol): Location[] {
  const owner = kind === 'column' ? key.slice('column|'.length, key.lastIndexOf('|')) : key;
  const node: RelationNode | undefined = project.project.nodes.get(owner.slice(owner.indexOf('|') + 1));
  const place = kind === 'column' ? node?.columns.find((column) => column.name.toLowerCase() === name.toLowerCase())?.place : node?.place;
  return place ? [{ uri: session.uriOf(project.root, place.file), range: place.range }] : [];
}
