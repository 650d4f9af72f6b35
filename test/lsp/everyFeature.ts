import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { openProject } from '../../engine/project';
import { BUILT_IN, checkSpec, DEFAULT_CONFIG, parseSpec, type SpecDocument } from '../../engine/spec';
import { usesOf } from '../../engine/spec/names';
import { createSqlService } from '../../engine/sql';
import { lineStarts, positionAt, rangeOf, type Position } from '../../engine/text';
import { diskWorkspace } from '../../platform/diskWorkspace';
import { specActions } from '../../server/features/codeAction';
import { completionAt, resolveCompletion } from '../../server/features/completion';
import { definitionAt } from '../../server/features/definition';
import { documentLinks } from '../../server/features/documentLink';
import { documentSymbols } from '../../server/features/documentSymbol';
import { foldingRanges } from '../../server/features/foldingRange';
import { hoverAt } from '../../server/features/hover';
import { inlayHints } from '../../server/features/inlayHint';
import { onTypeEdits } from '../../server/features/onTypeFormatting';
import { FIX_ALL, fixAllActions, refactorings } from '../../server/features/refactor';
import { selectionRanges } from '../../server/features/selectionRange';
import { semanticTokens } from '../../server/features/semanticTokens';
import { signatureHelp } from '../../server/features/signatureHelp';
import { createSession, type LoadedProject, type Session } from '../../server/session';
import { DEFAULT_SETTINGS } from '../../server/settings';
import { applyEdits, applyItem } from './support';

const ROOT = join(process.cwd(), 'examples', 'jaffle');
/** Every style of YAML a person may write a spec in. */
const STYLES = 'spec: technical/v1\nmodel: customer_value\ninputs:\n  - {\n      ref: stg_payments,\n      as: b, # why\n      grain: [ x,\n        y ]\n    }\n\n  - ref: stg_orders\n\n    as: d\nfrom: b\njoins:\n- &j\n  to: d\n  type: left\n\n- to: d\n  type: left\n  keys:\n    - a\n    - left: x\n      right: y\n- *j\ncolumns:\n  - name: z\n    expression: |\n      sum(a)\n        + 1\n\n    means: "two\n      lines"\n  - { name: \'q\', expression: "😀 + x", implements: [ \'EC-1\' ] } # note\nnotes: >-\n  a\n  b\n# the end\n';

export const FIXTURES: { path: string; text: string }[] = [
  { path: 'specs/marts/styles.technical.spec.yml', text: STYLES },
  ...readdirSync(join(ROOT, 'specs'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.spec.yml')).map((file) => ({ path: `specs/${file.replace(/\\/g, '/')}`, text: readFileSync(join(ROOT, 'specs', file), 'utf8') })),
];

/** The example project with every fixture among its specs. */
export interface Fixtures {
  session: Session;
  withSpec(spec: SpecDocument): LoadedProject;
}

export async function loadFixtures(): Promise<Fixtures> {
  const sql = await createSqlService();
  const workspace = diskWorkspace(ROOT);
  const base: LoadedProject = { root: ROOT, workspace, project: await openProject(workspace), config: DEFAULT_CONFIG, sql, specs: FIXTURES.map(({ path, text }) => parseSpec(path, text)) };
  return { session: createSession({ get: () => undefined, all: () => [] }, sql), withSpec: (spec) => ({ ...base, specs: [...base.specs.filter((other) => other.path !== spec.path), spec] }) };
}

/** Asks every feature about a place of a spec: none throws, and what they say lies inside the document. */
export function answersAt({ session, withSpec }: Fixtures, path: string, text: string, offset: number, template = BUILT_IN): void {
  const spec = parseSpec(path, text, template);
  const project = withSpec(spec);
  const starts = lineStarts(text);
  const position = positionAt(starts, offset);
  for (const item of completionAt(spec, position, project)) {
    resolveCompletion(item, undefined, template);
    applyItem(text, item);
  }
  hoverAt(spec, position, project);
  signatureHelp(spec, position);
  applyEdits(text, onTypeEdits(spec, position));
  const uses = usesOf(spec, project);
  inlayHints(spec, rangeOf(starts, { start: 0, end: text.length }), uses, project, DEFAULT_SETTINGS);
  expect(semanticTokens(spec, uses).length % 5).toBe(0);
  for (const [range] of [selectionRanges(spec, [position])]) for (let at = range; at?.parent; at = at.parent) expect(contains(at.parent.range, at.range), text).toBe(true);
  definitionAt(session, spec, position, project, 'file:///a');
  for (const { span } of uses) expect(span.end).toBeLessThanOrEqual(text.length);
  for (const link of documentLinks(session, spec, project)) expect(link.range.end.line).toBeLessThan(starts.length);
  for (const symbol of documentSymbols(spec)) {
    for (const one of [symbol, ...(symbol.children ?? []), ...(symbol.children ?? []).flatMap((child) => child.children ?? [])]) expect(contains(one.range, one.selectionRange), `${text}\n${one.name}`).toBe(true);
    for (const child of symbol.children ?? []) expect(contains(symbol.range, child.range), `${text}\n${child.name}`).toBe(true);
  }
  for (const fold of foldingRanges(spec)) expect(fold.endLine).toBeGreaterThan(fold.startLine);
  for (const problem of [...spec.problems, ...checkSpec(spec, { project: project.project, specs: project.specs, config: DEFAULT_CONFIG })]) {
    const range = rangeOf(starts, problem.span);
    expect(problem.message).toBeTruthy();
    expect(problem.span.end).toBeLessThanOrEqual(text.length);
    expect(range.end.line).toBeLessThan(starts.length);
  }
  for (const action of [...fixAllActions(spec, 'file:///a'), ...refactorings(session, spec, 'file:///a', { start: position, end: position }, project)]) for (const edits of Object.values(action.edit?.changes ?? {})) if (action.kind === FIX_ALL) expect(parseSpec(path, applyEdits(text, edits), template).yaml.errors.length).toBeLessThanOrEqual(spec.yaml.errors.length);
  for (const action of specActions(spec, 'file:///a', rangeOf(starts, { start: 0, end: text.length }), [], project)) applyEdits(text, Object.values(action.edit?.changes ?? {}).flat());
}

function contains(outer: { start: Position; end: Position }, inner: { start: Position; end: Position }): boolean {
  const before = (a: Position, b: Position): boolean => a.line < b.line || (a.line === b.line && a.character <= b.character);
  return before(outer.start, inner.start) && before(inner.end, outer.end);
}
