import { CompletionItemKind, type CompletionItem, type Hover, type Location, type Position } from 'vscode-languageserver';
import { sentenceOf, type IdFact, type SpecDocument } from '../../engine/spec';
import { usesOfDbtFile } from '../../engine/spec/names';
import { idSymbol } from '../../engine/spec/names/symbols';
import { lineStarts, offsetAt, rangeOf, type Span } from '../../engine/text';
import { approvalsOf } from '../../engine/why';
import { approvalText } from '../../engine/why/words';
import { nodeNamed } from '../compareDocument';
import { code, escape } from '../markdown';
import type { LoadedProject, Place, Session } from '../session';

/** A line of a spec that `meta.spec` of a dbt file points to, and the word that does. */
interface Pointed {
  span: Span;
  spec: SpecDocument;
  id: IdFact;
}

/** Hover over an id in `meta.spec`: the line of the spec it stands for, and who approved it. */
export function metaSpecHover(text: string, place: Place, position: Position, project: LoadedProject): Hover | null {
  const found = pointedAt(text, place, position, project);
  if (!found) return null;
  const { spec, id, span } = found;
  const approved = spec.kind === 'business' ? `\n\n${escape(approvalText(approvalsOf(spec)))}` : '';
  return { range: rangeOf(lineStarts(text), span), contents: { kind: 'markdown', value: `**${code(id.id)}** (${id.section.replace(/_/g, ' ')}) of ${escape(spec.path)}\n\n${escape(sentenceOf(id.item))}${approved}` } };
}

/** From an id in `meta.spec` to its line of the spec. */
export function metaSpecDefinition(session: Session, text: string, place: Place, position: Position, project: LoadedProject): Location[] {
  const found = pointedAt(text, place, position, project);
  return found ? [{ uri: session.uriOf(project.root, found.spec.path), range: rangeOf(lineStarts(found.spec.text), found.id.span) }] : [];
}

function pointedAt(text: string, { path }: Place, position: Position, project: LoadedProject): Pointed | undefined {
  if (!/\.(ya?ml|sql)$/.test(path) || !text.includes('spec')) return undefined;
  const offset = offsetAt(text, lineStarts(text), position);
  const use = usesOfDbtFile(path, text, project).find(({ kind, span }) => kind === 'id' && span.start <= offset && offset <= span.end);
  if (!use?.symbol) return undefined;
  for (const spec of project.specs) {
    const id = spec.ids.find((one) => idSymbol(spec.path, one.id).key === use.symbol?.key);
    if (id) return { span: use.span, spec, id };
  }
  return undefined;
}

/** Ids to write under `meta.spec` of a dbt YAML file: those of the specs, with the name of their model. */
export function metaSpecCompletion(text: string, place: Place, position: Position, project: LoadedProject): CompletionItem[] {
  if (!/\.ya?ml$/.test(place.path)) return [];
  const lines = text.split(/\r?\n/);
  const written = writtenAt(lines, position);
  if (written === undefined) return [];
  const range = { start: { line: position.line, character: position.character - written.length }, end: position };
  return project.specs.flatMap((spec) => {
    const model = spec.facts?.model?.value;
    const name = model === undefined ? undefined : (nodeNamed(project, model)?.name ?? model);
    if (name === undefined || spec.kind !== 'business') return [];
    return spec.ids.map(({ id, section, item }): CompletionItem => ({
      label: `${name}#${id}`,
      kind: CompletionItemKind.Reference,
      detail: section.replace(/_/g, ' '),
      documentation: sentenceOf(item),
      textEdit: { range, newText: quoted(lines[position.line] ?? '', range.start.character, `${name}#${id}`) },
    }));
  });
}

/** A `#` starts a comment behind a space only, but readers do not know that. */
function quoted(line: string, at: number, id: string): string {
  return /["']/.test(line[at - 1] ?? '') ? id : `"${id}"`;
}

/** What is written of an id before a position under `meta.spec`; undefined where the position is not there. */
function writtenAt(lines: readonly string[], { line, character }: Position): string | undefined {
  const before = (lines[line] ?? '').slice(0, character);
  const word = /[\w#.-]*$/.exec(before)?.[0] ?? '';
  const head = before.slice(0, before.length - word.length);
  if (/\bmeta:\s*\{(?:[^{}]*,)?\s*spec:\s*\[?[^\]{}]*$/.test(head)) return word;
  const own = /^(\s*)(?:-\s+)?spec:\s*(\[[^\]]*)?["']?$/.exec(head);
  if (own) return keyAbove(lines, line, (own[1] ?? '').length) === 'meta' ? word : undefined;
  const item = /^(\s*)-\s+["']?$/.exec(head);
  if (!item) return undefined;
  const indent = (item[1] ?? '').length;
  for (let at = line - 1; at >= 0; at--) {
    const [, space = '', key] = /^(\s*)(?:-\s+)?([\w-]+):/.exec(lines[at] ?? '') ?? [];
    if (key === undefined) continue;
    if (space.length > indent) continue;
    return key === 'spec' && keyAbove(lines, at, space.length) === 'meta' ? word : undefined;
  }
  return undefined;
}

/** The key that a line of an indentation stands below. */
function keyAbove(lines: readonly string[], line: number, indent: number): string | undefined {
  for (let at = line - 1; at >= 0; at--) {
    const [, space = '', key] = /^(\s*)(?:-\s+)?([\w-]+):/.exec(lines[at] ?? '') ?? [];
    if (key !== undefined && space.length < indent) return key;
  }
  return undefined;
}
