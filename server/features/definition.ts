import type { Definition, Location, Position } from 'vscode-languageserver';
import { pathAt, type SpecDocument } from '../../engine/spec';
import { lineStarts, offsetAt, rangeOf } from '../../engine/text';
import type { RelationNode } from '../../engine/project/types';
import { meaningAt } from '../resolveName';
import type { LoadedProject, Session } from '../session';

const TOP = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

/** Where the name at a position is defined: a model's file, a source's or column's YAML, a business line, a step, a test. */
export function definitionAt(session: Session, spec: SpecDocument, position: Position, project: LoadedProject, uri: string): Definition | null {
  const starts = lineStarts(spec.text);
  const at = pathAt(spec.tree, offsetAt(spec.text, starts, position));
  const meaning = at && meaningAt(spec, at, project);
  if (!meaning) return null;
  switch (meaning.kind) {
    case 'node':
      return nodeLocation(session, project, meaning.node);
    case 'column': {
      const place = meaning.column.place;
      return place ? { uri: session.uriOf(project.root, place.file), range: place.range } : nodeLocation(session, project, meaning.node);
    }
    case 'step':
      return { uri, range: rangeOf(starts, meaning.span) };
    case 'item': {
      const other = project.specs.find((s) => s.path === meaning.file);
      return other ? { uri: session.uriOf(project.root, meaning.file), range: rangeOf(lineStarts(other.text), meaning.item.id?.span ?? meaning.item.span) } : null;
    }
    case 'spec':
      return { uri: session.uriOf(project.root, meaning.file), range: TOP };
    case 'test':
      return meaning.tests.flatMap((test) => (test.place ? [{ uri: session.uriOf(project.root, test.place.file), range: test.place.range }] : []));
  }
}

/** A model's own file; a source's place in YAML. */
export function nodeLocation(session: Session, project: LoadedProject, node: RelationNode): Location | null {
  if (node.kind === 'source') return node.place ? { uri: session.uriOf(project.root, node.place.file), range: node.place.range } : null;
  return node.file === undefined ? null : { uri: session.uriOf(project.root, node.file), range: TOP };
}
