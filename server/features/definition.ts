import type { Definition, Location, Position } from 'vscode-languageserver';
import { pathAt, type SpecDocument } from '../../engine/spec';
import { lineStarts, offsetAt, rangeOf, type Span } from '../../engine/text';
import type { RelationNode } from '../../engine/project/types';
import { meaningAt } from '../resolveName';
import type { LoadedProject, Session } from '../session';

const TOP = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

/** Where the name at a position is defined: a model's file, a source's or column's YAML, a business line, a step, a test. */
export function definitionAt(session: Session, spec: SpecDocument, position: Position, project: LoadedProject, uri: string): Definition | null {
  const starts = lineStarts(spec.text);
  const offset = offsetAt(spec.text, starts, position);
  const at = pathAt(spec.tree, offset);
  const meaning = at && meaningAt(spec, at, offset, project);
  if (!meaning) return null;
  switch (meaning.kind) {
    case 'node':
      return nodeLocation(session, project, meaning.node);
    case 'column': {
      const place = meaning.column.place;
      return place ? { uri: session.uriOf(project.root, place.file), range: place.range } : nodeLocation(session, project, meaning.node);
    }
    case 'computed':
      return { uri, range: rangeOf(starts, meaning.column.name.span) };
    case 'step':
      return { uri, range: rangeOf(starts, meaning.at) };
    case 'item':
      return placeLocation(session, project, { file: meaning.file, span: meaning.item.id?.span ?? meaning.item.span });
    case 'ownItem':
    case 'specs':
      return meaning.places.flatMap((place) => placeLocation(session, project, place) ?? []);
    case 'test':
      return meaning.tests.flatMap((test) => (test.place ? [{ uri: session.uriOf(project.root, test.place.file), range: test.place.range }] : []));
  }
}

function placeLocation(session: Session, project: LoadedProject, { file, span }: { file: string; span: Span }): Location | null {
  const other = project.specs.find((s) => s.path === file);
  return other ? { uri: session.uriOf(project.root, file), range: rangeOf(lineStarts(other.text), span) } : null;
}

/** A model's own file; a source's place in YAML. */
export function nodeLocation(session: Session, project: LoadedProject, node: RelationNode): Location | null {
  if (node.kind === 'source') return node.place ? { uri: session.uriOf(project.root, node.place.file), range: node.place.range } : null;
  return node.file === undefined ? null : { uri: session.uriOf(project.root, node.file), range: TOP };
}
