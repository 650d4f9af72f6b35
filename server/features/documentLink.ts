import type { DocumentLink } from 'vscode-languageserver';
import { lookupInput, resolvePath, type SpecDocument } from '../../engine/spec';
import { lineStarts, rangeOf } from '../../engine/text';
import { get, text } from '../../engine/yaml/tree';
import { nodeNamed } from '../compareDocument';
import { nodeLocation } from './definition';
import type { LoadedProject, Session } from '../session';

/** Links of a spec: to its model, the business specs it implements, and the files of its inputs. */
export function documentLinks(session: Session, spec: SpecDocument, project: LoadedProject): DocumentLink[] {
  const starts = lineStarts(spec.text);
  const links: DocumentLink[] = [];
  const model = spec.facts?.model;
  const node = nodeNamed(project, model?.value);
  const file = node && nodeLocation(session, project, node);
  if (model && file) links.push({ range: rangeOf(starts, model.span), target: file.uri });
  if (spec.facts?.kind !== 'technical') {
    const next = get(spec.tree, 'superseded_by');
    const path = next && resolvePath(spec.path, text(next) ?? '');
    if (next && path !== undefined && project.specs.some((s) => s.path === path)) links.push({ range: rangeOf(starts, next.span), target: session.uriOf(project.root, path) });
    return links;
  }
  for (const { business } of spec.facts.implements) {
    const path = resolvePath(spec.path, business.value);
    if (path !== undefined && project.specs.some((s) => s.path === path)) links.push({ range: rangeOf(starts, business.span), target: session.uriOf(project.root, path) });
  }
  for (const input of spec.facts.inputs?.items ?? []) {
    const found = lookupInput(project.project, input);
    const location = found.kind === 'one' ? nodeLocation(session, project, found.node) : null;
    if (location) links.push({ range: rangeOf(starts, input.nameSpan), target: location.uri });
  }
  return links;
}
