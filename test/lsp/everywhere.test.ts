import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CompletionItem, TextEdit } from 'vscode-languageserver';
import { openProject } from '../../engine/project';
import { checkSpec, DEFAULT_CONFIG, formatSpec, parseSpec, pathAt, type SpecDocument } from '../../engine/spec';
import { renamable, renameOf, usesAt, usesOf } from '../../engine/spec/names';
import { createSqlService, type SqlService } from '../../engine/sql';
import { applyChanges, lineStarts, positionAt, rangeOf, type Position } from '../../engine/text';
import { plain } from '../../engine/yaml/tree';
import { diskWorkspace } from '../../platform/diskWorkspace';
import { specActions } from '../../server/features/codeAction';
import { completionAt, resolveCompletion } from '../../server/features/completion';
import { definitionAt } from '../../server/features/definition';
import { documentLinks } from '../../server/features/documentLink';
import { documentSymbols } from '../../server/features/documentSymbol';
import { foldingRanges } from '../../server/features/foldingRange';
import { formattingEdits } from '../../server/features/formatting';
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

const FIXTURES: { path: string; text: string }[] = [
  { path: 'specs/marts/styles.technical.spec.yml', text: STYLES },
  ...readdirSync(join(ROOT, 'specs'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.spec.yml')).map((file) => ({ path: `specs/${file.replace(/\\/g, '/')}`, text: readFileSync(join(ROOT, 'specs', file), 'utf8') })),
];
const RUNS = Number(process.env['FC_RUNS'] ?? 120);

let sql: SqlService;
let session: Session;
let base: LoadedProject;

beforeAll(async () => {
  sql = await createSqlService();
  session = createSession({ get: () => undefined, all: () => [] }, sql);
  const workspace = diskWorkspace(ROOT);
  base = { root: ROOT, workspace, project: await openProject(workspace), config: DEFAULT_CONFIG, sql, specs: FIXTURES.map(({ path, text }) => parseSpec(path, text)) };
});

const withSpec = (spec: SpecDocument): LoadedProject => ({ ...base, specs: [...base.specs.filter((other) => other.path !== spec.path), spec] });
const layout = fc.constantFrom((text: string) => text, (text: string) => text.replace(/\n/g, '\r\n'), (text: string) => text.replace(/\n(?=[a-z])/g, '\n\n'), (text: string) => text.replace(/\n/g, '\n\n'));
const fixture = fc.constantFrom(...FIXTURES);

/** Where a completed key stands after its item is taken. */
function placeOfKey(text: string, item: CompletionItem, key: string): number {
  const starts = lineStarts(text);
  const edit = item.textEdit as TextEdit;
  const at = (position: Position): number => (starts[position.line] ?? 0) + position.character;
  const moved = (item.additionalTextEdits ?? []).reduce((sum, extra) => sum + extra.newText.length - (at(extra.range.end) - at(extra.range.start)), 0);
  return at(edit.range.start) + moved + edit.newText.indexOf(key);
}

describe('completion at every place of a spec that is YAML', () => {
  it('gives YAML, with each key where its data says', () => {
    fc.assert(
      fc.property(fixture, layout, fc.nat(), ({ path, text: flat }, laidOut, where) => {
        const text = laidOut(flat);
        const spec = parseSpec(path, text);
        if (spec.yaml.errors.length > 0) return;
        const offset = where % (text.length + 1);
        for (const item of completionAt(spec, positionAt(lineStarts(text), offset), withSpec(spec))) {
          const after = parseSpec(path, applyItem(text, item));
          const context = `${JSON.stringify(`${text.slice(Math.max(0, offset - 60), offset)}▮${text.slice(offset, offset + 40)}`)} ${item.label}`;
          expect(after.yaml.errors.map((error) => error.message), context).toEqual([]);
          const wanted = (item.data as { path?: string[] } | undefined)?.path;
          const key = wanted?.[wanted.length - 1];
          if (!wanted || key === undefined) continue;
          const found = pathAt(after.tree, placeOfKey(text, item, key));
          expect([found?.on, found?.path.map((step) => (typeof step === 'number' ? '[]' : step)).join('.')], context).toEqual(['key', wanted.join('.')]);
        }
      }),
      { numRuns: RUNS },
    );
  }, 120_000);
});

describe('every feature, however a spec is cut and spliced', () => {
  it('answers without throwing, inside the document', () => {
    fc.assert(
      fc.property(fixture, layout, fc.nat(), fc.nat(), fc.oneof(fc.string({ maxLength: 6 }), fc.constantFrom('\t', '- ', ': ', '{', '[', '"', "'", '|\n', '&a ', '*a', '#', '\r', '😀', '---\n', '? ')), ({ path, text: flat }, laidOut, a, b, middle) => {
        const whole = laidOut(flat);
        const [from, to] = [a % (whole.length + 1), b % (whole.length + 1)];
        const text = whole.slice(0, from) + middle + whole.slice(to);
        const spec = parseSpec(path, text);
        const project = withSpec(spec);
        const starts = lineStarts(text);
        const position = positionAt(starts, from + middle.length);
        for (const item of completionAt(spec, position, project)) {
          resolveCompletion(item);
          applyItem(text, item);
        }
        hoverAt(spec, position, project);
        signatureHelp(spec, position);
        applyEdits(text, onTypeEdits(spec, position));
        inlayHints(spec, rangeOf(starts, { start: 0, end: text.length }), project, DEFAULT_SETTINGS);
        expect(semanticTokens(spec, project).length % 5).toBe(0);
        for (const [range] of [selectionRanges(spec, [position])]) for (let at = range; at?.parent; at = at.parent) expect(contains(at.parent.range, at.range), text).toBe(true);
        definitionAt(session, spec, position, project, 'file:///a');
        for (const { span } of usesOf(spec, project)) expect(span.end).toBeLessThanOrEqual(text.length);
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
        for (const action of [...fixAllActions(spec, 'file:///a'), ...refactorings(session, spec, 'file:///a', { start: position, end: position }, project)]) for (const edits of Object.values(action.edit?.changes ?? {})) if (action.kind === FIX_ALL) expect(parseSpec(path, applyEdits(text, edits)).yaml.errors.length).toBeLessThanOrEqual(spec.yaml.errors.length);
        for (const action of specActions(spec, 'file:///a', rangeOf(starts, { start: 0, end: text.length }), [], project)) applyEdits(text, Object.values(action.edit?.changes ?? {}).flat());
      }),
      { numRuns: RUNS * 4 },
    );
  }, 120_000);
});

describe('a rename of any name, however a spec is laid out', () => {
  it('changes that name alone, and gives specs with as few problems', async () => {
    await fc.assert(
      fc.asyncProperty(fixture, layout, fc.nat(), async ({ path, text: flat }, laidOut, where) => {
        const text = laidOut(flat);
        const spec = parseSpec(path, text);
        const project = withSpec(spec);
        const uses = usesOf(spec, project);
        const use = uses[where % Math.max(1, uses.length)];
        const found = use && usesAt(uses, use.span.start);
        const target = found && renamable(found, project);
        if (!found || !target || 'refused' in target) return;
        const name = target.symbol.kind === 'id' ? 'ZZ-fresh' : 'zz_fresh';
        const edit = await renameOf(project, found, name);
        if ('refused' in edit) return;
        for (const { file, text: before, changes } of edit.edits) {
          if (!file.includes('.spec.')) continue;
          const after = parseSpec(file, applyChanges(before, changes));
          const errors = (of: SpecDocument): number => of.problems.filter(({ severity }) => severity === 'error').length;
          expect(errors(after), `${target.symbol.key}\n${after.text}`).toBeLessThanOrEqual(errors(parseSpec(file, before)));
          // Sections, items and lines stay; what is added stands on its item's line, or on one of its own.
          expect(changes.every(({ text: written }) => written.includes(name) || written.startsWith('m1:') || /from: /.test(written) || written.includes('zz_fresh.'))).toBe(true);
        }
      }),
      { numRuns: RUNS * 4 },
    );
  }, 120_000);
});

describe('formatting, however a spec is laid out', () => {
  it('keeps the data, the comments and the anchors, and has nothing left to do', () => {
    const noise = fc.constantFrom('', ' ', '   ', '\n', '\n\n\n', ' # note ', '\n# note\t\n', '\n   \n');
    fc.assert(
      fc.property(fixture, layout, fc.array(fc.tuple(fc.nat(), noise), { maxLength: 6 }), ({ path, text: flat }, laidOut, splices) => {
        const lines = flat.split('\n');
        for (const [where, what] of splices) lines[where % lines.length] += what;
        const text = laidOut(lines.join('\n'));
        const spec = parseSpec(path, text);
        if (spec.yaml.errors.length > 0) return;
        const once = parseSpec(path, applyEdits(text, formattingEdits(spec)));
        expect(once.yaml.errors).toEqual([]);
        expect(plain(once.tree)).toEqual(plain(spec.tree));
        const comments = (of: string): string[] => of.split(/\r?\n/).flatMap((line) => /#.*$/.exec(line)?.[0].trimEnd() ?? []);
        expect(comments(once.text)).toEqual(comments(text));
        expect(once.text.replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
        expect(formatSpec(once)).toEqual([]);
        expect(applyChanges(once.text, formatSpec(once))).toBe(once.text);
      }),
      { numRuns: RUNS * 4 },
    );
  }, 120_000);
});

function contains(outer: { start: Position; end: Position }, inner: { start: Position; end: Position }): boolean {
  const before = (a: Position, b: Position): boolean => a.line < b.line || (a.line === b.line && a.character <= b.character);
  return before(outer.start, inner.start) && before(inner.end, outer.end);
}
