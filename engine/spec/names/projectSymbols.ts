import { pointingNodes } from '../../project/lookup';
import type { ProjectIndex } from '../../project/types';
import { lineStarts, rangeOf, type Range, type Span } from '../../text';
import { sentenceOf } from '../businessFacts';
import { stagesOf } from '../stages';
import type { SpecDocument } from '../types';

/** Something of a project that can be searched by name, with the file and place to go to. */
export interface ProjectSymbol {
  kind: 'id' | 'model' | 'step' | 'test';
  name: string;
  /** What it belongs to, and what it says. */
  container: string;
  file: string;
  range: Range;
}

interface Candidate extends Omit<ProjectSymbol, 'range'> {
  spec?: SpecDocument;
  span?: Span;
  range?: Range;
}

const MOST = 1000;

/**
 * Ids, models and steps of specs, and the tests of dbt that point back at ids, whose name has the letters of `query` in
 * its order; the nearest first, at most a thousand.
 */
export function projectSymbols(project: ProjectIndex, specs: readonly SpecDocument[], query: string): ProjectSymbol[] {
  const wanted = query.toLowerCase();
  const ranked = candidates(project, specs).flatMap((one) => {
    const rank = rankOf(one.name.toLowerCase(), wanted);
    return rank === undefined ? [] : [{ one, rank }];
  });
  ranked.sort((a, b) => a.rank - b.rank || (a.one.name < b.one.name ? -1 : a.one.name > b.one.name ? 1 : a.one.file < b.one.file ? -1 : 1));
  const starts = new Map<string, number[]>();
  const rangeIn = (spec: SpecDocument, span: Span): Range => {
    const known = starts.get(spec.path) ?? lineStarts(spec.text);
    starts.set(spec.path, known);
    return rangeOf(known, span);
  };
  return ranked.slice(0, MOST).map(({ one: { kind, name, container, file, spec, span, range } }) => ({ kind, name, container, file, range: range ?? (spec && span ? rangeIn(spec, span) : { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }) }));
}

/** How near a name is to a query; undefined where it has not its letters. */
function rankOf(name: string, wanted: string): number | undefined {
  const short = name.slice(name.indexOf('#') + 1);
  if (name === wanted || short === wanted) return 0;
  if (name.startsWith(wanted) || short.startsWith(wanted)) return 1;
  if (name.includes(wanted)) return 2;
  let at = -1;
  for (const letter of wanted) {
    at = name.indexOf(letter, at + 1);
    if (at < 0) return undefined;
  }
  return 3;
}

function candidates(project: ProjectIndex, specs: readonly SpecDocument[]): Candidate[] {
  const inSpecs = specs.flatMap((spec): Candidate[] => {
    const model = spec.facts?.model;
    const owner = model?.value ?? spec.path;
    const of = (kind: Candidate['kind'], name: string, span: Span, container: string): Candidate => ({ kind, name, container, file: spec.path, spec, span });
    return [
      ...(model ? [of('model', model.value, model.span, `${spec.kind ?? ''} spec`)] : []),
      ...spec.ids.map(({ id, span, item }) => of('id', id, span, [owner, sentenceOf(item)].filter((part) => part !== '').join(': '))),
      ...(spec.facts?.kind === 'technical' ? stagesOf(spec.facts).flatMap(({ name }) => (name ? [of('step', name.value, name.span, `step of ${owner}`)] : [])) : []),
    ];
  });
  const tests = pointingNodes(project).flatMap((node) => [...node.tests.map((test) => ({ test, called: `${test.test} on ${test.column ?? node.name}` })), ...node.unitTests.map((test) => ({ test, called: test.name }))]);
  const pointing = tests.flatMap(({ test, called }) => test.specIds.flatMap((id): Candidate[] => (test.place ? [{ kind: 'test', name: id, container: called, file: test.place.file, range: test.place.range }] : [])));
  return [...inSpecs, ...new Map(pointing.map((one) => [`${one.name} ${one.file} ${one.range?.start.line ?? 0}`, one])).values()];
}
