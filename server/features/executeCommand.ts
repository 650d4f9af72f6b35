import { CreateFile, TextDocumentEdit, type ApplyWorkspaceEditParams, type Location } from 'vscode-languageserver';
import { viewOf } from '../../engine/view';
import { lineStarts, rangeOf } from '../../engine/text';
import { compareAt } from '../compareDocument';
import { isRefusal, LENS_COMPARE, LENS_GENERATE, LENS_TESTS } from '../protocol';
import { say } from '../say';
import type { Serving } from '../serving';
import { countsOf } from './codeLens';
import { propose } from './propose';

const MOST = 12;

/** Answers the commands of lenses for editors that have none of their own: by messages, by an edit, by showing a file. */
export async function executeCommand(serving: Serving, command: string, args: readonly unknown[]): Promise<void> {
  const [uri, second, third] = args;
  if (typeof uri !== 'string') return tell(serving, 'the command says no file; it is meant for code lenses.');
  if (command === LENS_COMPARE) return compare(serving, uri);
  if (command === LENS_GENERATE) return generate(serving, uri, typeof second === 'string' ? second : '');
  if (command === LENS_TESTS && Array.isArray(third)) return showTests(serving, third as Location[]);
  return tell(serving, `there is no command ${command}.`);
}

function tell({ connection }: Serving, message: string): void {
  say(connection, message);
}

async function compare(serving: Serving, uri: string): Promise<void> {
  const place = serving.session.placeOf(uri);
  const project = await serving.projectOf(uri);
  const report = place && project ? await compareAt(project, place) : undefined;
  if (!report) return tell(serving, 'there is no technical spec to compare with.');
  const rows = viewOf(report).groups.flatMap(({ rows: all }) => all).filter(({ verdict }) => verdict !== 'matches');
  const more = rows.length > MOST ? [`and ${rows.length - MOST} more; \`specline diff ${report.model}\` lists them`] : [];
  tell(serving, [`${report.model}: ${countsOf(report)}`, ...rows.slice(0, MOST).map((row) => `${row.verdict}: ${row.message}`), ...more].join('\n'));
}

async function generate(serving: Serving, uri: string, model: string): Promise<void> {
  const { connection, session, client } = serving;
  const place = session.placeOf(uri);
  if (!place) return tell(serving, 'this file is in no dbt project.');
  const result = await propose(session, await session.project(place.root), { uri, what: 'technical', model });
  if (isRefusal(result)) return tell(serving, result.refused);
  if (!client().appliesEdits || !client().versionedEdits || !client().createsFiles) return tell(serving, `this editor applies no such edits; run \`specline generate ${model}\`.`);
  if (result.text === result.before) return tell(serving, 'the spec says all of it already.');
  const whole = rangeOf(lineStarts(result.before ?? ''), { start: 0, end: (result.before ?? '').length });
  const target = { uri: result.uri, version: serving.documents.get(result.uri)?.version ?? null };
  const params: ApplyWorkspaceEditParams = { label: `Generate the technical spec of ${model}`, edit: { documentChanges: [...(result.before === null ? [CreateFile.create(result.uri, { overwrite: false })] : []), TextDocumentEdit.create(target, [{ range: whole, newText: result.text }])] } };
  const { applied, failureReason } = await connection.workspace.applyEdit(params);
  if (!applied) tell(serving, `the spec could not be written: ${failureReason ?? 'the editor refused it'}.`);
}

async function showTests(serving: Serving, locations: readonly Location[]): Promise<void> {
  const [first] = locations;
  if (first && serving.client().showsDocuments) await serving.connection.window.showDocument({ uri: first.uri, selection: first.range, takeFocus: true });
  if (locations.length > 1 || !serving.client().showsDocuments) tell(serving, locations.map(({ uri, range }) => `${decodeURIComponent(uri)}:${range.start.line + 1}`).join('\n'));
}
