import type { CodeLens, Location } from 'vscode-languageserver';
import { runsOfCoverage } from '../../engine/conformance/lastRuns';
import type { ModelReport } from '../../engine/conformance/types';
import type { TestRun } from '../../engine/project/lastRun';
import { coverageOf, technicalOf, type Coverage } from '../../engine/spec/names/coverage';
import { readingOf, readingText } from '../../engine/spec/prompts/reading';
import type { SpecDocument } from '../../engine/spec';
import { lineStarts, positionAt, rangeOf } from '../../engine/text';
import { compareAt, technicalOf as specOf } from '../compareDocument';
import { LENS_COMPARE, LENS_GENERATE, LENS_TESTS } from '../protocol';
import type { LoadedProject, Place, Session } from '../session';

/** What a lens needs to be resolved. */
interface LensData {
  uri: string;
  id?: string;
  /** Says how long the spec takes to read. */
  reading?: true;
}

const TOP = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

/**
 * Lenses of a document, without what they say: one at the top of a spec or of a model with a spec, one at a question for what it
 * takes to read its spec, and one at each edge case and correctness line. Cheap; what they say is found when they are shown.
 */
export function codeLenses(uri: string, spec: SpecDocument | undefined, place: Place, project: LoadedProject): CodeLens[] {
  if (!spec) return /\.(sql|py)$/.test(place.path) && specOf(project, place.path).spec ? [{ range: TOP, data: { uri } satisfies LensData }] : [];
  const starts = lineStarts(spec.text);
  const model = spec.facts?.model;
  const top: CodeLens[] = model ? [{ range: rangeOf(starts, model.span), data: { uri } satisfies LensData }] : [];
  const question = spec.facts?.kind === 'business' ? spec.facts.question : undefined;
  const reading: CodeLens[] = question ? [{ range: rangeOf(starts, question.span), data: { uri, reading: true } satisfies LensData }] : [];
  const items = spec.facts?.kind === 'business' ? spec.facts.items.filter(({ section }) => section === 'edge_cases' || section === 'correct_when') : [];
  return [...top, ...reading, ...items.flatMap(({ id }) => (id ? [{ range: rangeOf(starts, id.span), data: { uri, id: id.value } satisfies LensData }] : []))];
}

/** A lens with what it says now, and the command behind it. */
export async function resolveLens(session: Session, lens: CodeLens, project: LoadedProject | undefined): Promise<CodeLens> {
  const { uri, id, reading } = lens.data as LensData;
  const place = session.placeOf(uri);
  const spec = session.spec(uri);
  if (reading && spec) return { ...lens, command: { title: readingText(readingOf(spec)), command: '' } };
  if (!place || !project) return { ...lens, command: { title: 'Not compared: this file is in no dbt project', command: '' } };
  if (id !== undefined && spec) return { ...lens, command: await coverCommand(session, project, spec, uri, id) };
  if (spec?.kind === 'business' && technicalOf(spec, project.specs).length === 0) return { ...lens, command: { title: 'No technical spec yet: generate it', command: LENS_GENERATE, arguments: [uri, spec.facts?.model?.value ?? ''] } };
  try {
    const report = await compareAt(project, place);
    if (!report) return { ...lens, command: { title: 'No technical spec of this model', command: '' } };
    return { ...lens, command: { title: `${countsOf(report)} — compare`, command: LENS_COMPARE, arguments: [uri] } };
  } catch (error) {
    return { ...lens, command: { title: `Not compared: ${error instanceof Error ? error.message : String(error)}`, command: LENS_COMPARE, arguments: [uri] } };
  }
}

/** Verdicts as one line; what is not there is left out, but for what matches. */
export function countsOf({ summary, findings }: ModelReport): string {
  const { matches, differs, unknown, unspecced, waived, notSpecified } = summary;
  const others = findings.filter((finding) => !finding.unspecced && !finding.waived).length;
  const parts: [number, string][] = [[differs, 'differs'], [unknown, "can't tell"], [unspecced, 'unspecced'], [others, others === 1 ? 'finding' : 'findings'], [waived, 'waived'], [notSpecified.length, 'not specified']];
  return [`${matches} ${matches === 1 ? 'matches' : 'match'}`, ...parts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`)].join(' · ');
}

async function coverCommand(session: Session, project: LoadedProject, spec: SpecDocument, uri: string, id: string): Promise<NonNullable<CodeLens['command']>> {
  const coverage = coverageOf(spec, project.specs, project.project).get(id);
  const at = spec.facts?.kind === 'business' ? spec.facts.items.find((item) => item.id?.value === id)?.id?.span.start : undefined;
  const locations = coverage ? locationsOf(session, project, coverage) : [];
  const position = positionAt(lineStarts(spec.text), at ?? 0);
  return { title: coverage ? `${coverTitle(coverage)}${await ranText(coverage, project)}` : 'no test covers this', command: locations.length > 0 ? LENS_TESTS : '', arguments: [uri, position, locations] };
}

function coverTitle({ specified, pointing, waived }: Coverage): string {
  const count = specified.length + pointing.length;
  if (count === 0 && waived.length > 0) return 'waived';
  const dbt = pointing.length > 0 ? `, ${pointing.length} of them dbt's own` : '';
  return count === 0 ? 'no test covers this' : `${count} ${count === 1 ? 'test covers' : 'tests cover'} this${specified.length > 0 ? dbt : ''}`;
}

const OUTCOMES = [['failed', 'failed'], ['error', 'ended with an error'], ['warned', 'warned'], ['skipped', 'skipped'], ['passed', 'passed']] as const;

const UNREAD = ', what the last run found could not be read';

/** What the last run of dbt found of the tests; what it found before the last change counts for nothing. */
async function ranText(coverage: Coverage, project: LoadedProject): Promise<string> {
  if (coverage.specified.length + coverage.pointing.length === 0) return '';
  const last = await project.project.runs?.();
  if (last && !last.runs && last.notices.length > 0) return UNREAD;
  let runs: TestRun[];
  try {
    runs = await runsOfCoverage(coverage, project);
  } catch {
    // dbt is writing the file; the lens is asked for again once that is told.
    return UNREAD;
  }
  const counts = OUTCOMES.map(([status, words]): [number, string] => [runs.filter((run) => run.changed === undefined && run.status === status).length, words]).filter(([count]) => count > 0);
  const old = runs.filter(({ changed }) => changed !== undefined).length;
  return [counts.length > 0 ? `, ${counts.map(([count, words]) => `${count} ${words}`).join(', ')} in the last run` : '', old > 0 ? `, ${old} ran before the last change` : ''].join('');
}

function locationsOf(session: Session, project: LoadedProject, { specified, pointing, waived }: Coverage): Location[] {
  const inSpec = ({ path, text }: SpecDocument, span: { start: number; end: number }): Location => ({ uri: session.uriOf(project.root, path), range: rangeOf(lineStarts(text), span) });
  return [
    ...specified.map(({ spec, test }) => inSpec(spec, test.id?.span ?? test.test.span)),
    ...pointing.flatMap(({ test: { place } }) => (place ? [{ uri: session.uriOf(project.root, place.file), range: place.range }] : [])),
    ...waived.map(({ spec, waiver }) => inSpec(spec, waiver.clause.span)),
  ];
}
