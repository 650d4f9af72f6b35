import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CompletionItem, TextEdit } from 'vscode-languageserver';
import { formatSpec, parseSpec, pathAt, type SpecDocument } from '../../engine/spec';
import { renamable, renameOf, usesAt, usesOf } from '../../engine/spec/names';
import { applyChanges, lineStarts, positionAt, type Position } from '../../engine/text';
import { plain } from '../../engine/yaml/tree';
import { completionAt } from '../../server/features/completion';
import { formattingEdits } from '../../server/features/formatting';
import { answersAt, FIXTURES, loadFixtures, type Fixtures } from './everyFeature';
import { applyEdits, applyItem } from './support';

const RUNS = Number(process.env['FC_RUNS'] ?? 120);

let fixtures: Fixtures;

beforeAll(async () => {
  fixtures = await loadFixtures();
});

const LAYOUTS = [(text: string) => text, (text: string) => text.replace(/\n/g, '\r\n'), (text: string) => text.replace(/\n(?=[a-z])/g, '\n\n'), (text: string) => text.replace(/\n/g, '\n\n')];
const layout = fc.constantFrom(...LAYOUTS);
const fixture = fc.constantFrom(...FIXTURES);

/** Where a completed key stands after its item is taken. */
function placeOfKey(text: string, item: CompletionItem, key: string): number {
  const starts = lineStarts(text);
  const edit = item.textEdit as TextEdit;
  const at = (position: Position): number => (starts[position.line] ?? 0) + position.character;
  const moved = (item.additionalTextEdits ?? []).reduce((sum, extra) => sum + extra.newText.length - (at(extra.range.end) - at(extra.range.start)), 0);
  return at(edit.range.start) + moved + edit.newText.indexOf(key);
}

/** What is offered at a place leaves YAML, with each key where its data says. */
function offersHold(path: string, text: string, offset: number): void {
  const spec = parseSpec(path, text);
  for (const item of completionAt(spec, positionAt(lineStarts(text), offset), fixtures.withSpec(spec))) {
    const after = parseSpec(path, applyItem(text, item));
    const context = `${JSON.stringify(`${text.slice(Math.max(0, offset - 60), offset)}▮${text.slice(offset, offset + 40)}`)} ${item.label}`;
    expect(after.yaml.errors.map((error) => error.message), context).toEqual([]);
    const wanted = (item.data as { path?: string[] } | undefined)?.path;
    const key = wanted?.[wanted.length - 1];
    if (!wanted || key === undefined) continue;
    const found = pathAt(after.tree, placeOfKey(text, item, key));
    expect([found?.on, found?.path.map((step) => (typeof step === 'number' ? '[]' : step)).join('.')], context).toEqual(['key', wanted.join('.')]);
  }
}

describe('completion at every place of a spec that is YAML', () => {
  it('gives YAML, with each key where its data says', () => {
    fc.assert(
      fc.property(fixture, layout, fc.nat(), ({ path, text: flat }, laidOut, where) => {
        const text = laidOut(flat);
        if (parseSpec(path, text).yaml.errors.length > 0) return;
        offersHold(path, text, where % (text.length + 1));
      }),
      { numRuns: RUNS },
    );
  }, 120_000);
  it.each(LAYOUTS.map((laidOut, index) => [index, laidOut] as const))('gives YAML at each place of the spec in all styles, laid out in way %i', (_, laidOut) => {
    const [styles] = FIXTURES;
    const text = laidOut(styles?.text ?? '');
    expect(parseSpec(styles?.path ?? '', text).yaml.errors).toEqual([]);
    for (let offset = 0; offset <= text.length; offset++) offersHold(styles?.path ?? '', text, offset);
  }, 120_000);
});

describe('every feature', () => {
  const noise = fc.oneof(fc.string({ maxLength: 6 }), fc.constantFrom('\t', '- ', ': ', '{', '[', '"', "'", '|\n', '&a ', '*a', '#', '\r', '😀', '---\n', '? '));
  it('answers inside a spec that is cut and spliced anywhere', () => {
    fc.assert(
      fc.property(fixture, layout, fc.nat(), fc.nat(), noise, ({ path, text: flat }, laidOut, a, b, middle) => {
        const whole = laidOut(flat);
        const [from, to] = [a % (whole.length + 1), b % (whole.length + 1)];
        answersAt(fixtures, path, whole.slice(0, from) + middle + whole.slice(to), from + middle.length);
      }),
      { numRuns: RUNS * 4 },
    );
  }, 120_000);
  it('answers inside a spec whose lines are shuffled', () => {
    fc.assert(
      fc.property(fixture, fc.infiniteStream(fc.nat()), fc.nat(), ({ path, text: whole }, order, where) => {
        const lines = whole.split('\n').map((line) => ({ line, at: order.next().value as number }));
        const text = lines.sort((a, b) => a.at - b.at).map(({ line }) => line).join('\n');
        answersAt(fixtures, path, text, where % (text.length + 1));
      }),
      { numRuns: RUNS * 2 },
    );
  }, 120_000);
});

describe('a rename of any name, however a spec is laid out', () => {
  it('changes that name alone, and gives specs with as few problems', async () => {
    await fc.assert(
      fc.asyncProperty(fixture, layout, fc.nat(), async ({ path, text: flat }, laidOut, where) => {
        const text = laidOut(flat);
        const spec = parseSpec(path, text);
        const project = fixtures.withSpec(spec);
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
