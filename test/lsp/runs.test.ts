import { mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { CodeLensRefreshRequest, CodeLensRequest, CodeLensResolveRequest, DiagnosticRefreshRequest, DidChangeWatchedFilesNotification, FileChangeType, HoverRequest, type Hover, type MarkupContent, type ProtocolConnection } from 'vscode-languageserver/node';
import { COMPARE, type CompareResult } from '../../server/protocol';
import { runResult, runResults } from '../support/runResults';
import { BUSINESS, VALUE, type Example } from './example';
import { onExample } from './onExample';
import { openText, pullDiagnostics } from './support';

const NOT_NULL = 'test.jaffle.not_null_customer_value_lifetime_value.215062c371';
const UNIQUE = 'test.jaffle.unique_customer_value_customer_id.b0904f19ee';
const UNIT = 'unit_test.jaffle.customer_value.customer_keeps_paid_amounts';
const MODEL = 'models/marts/customer_value.sql';
const YAML = 'models/marts/marts.yml';
const FAILED = runResult(NOT_NULL, 'fail', { failures: 3, message: 'Got 3 results, configured to fail if != 0' });
const BUILT = runResult('model.jaffle.customer_value', 'success', { adapter_response: { code: 'INSERT', rows_affected: 120 } });

let example: Example;
let client: ProtocolConnection;
const asked = { lenses: 0, diagnostics: 0 };
onExample((own, connected) => ([example, client] = [own, connected]), { textDocument: { diagnostic: {} }, workspace: { codeLens: { refreshSupport: true }, diagnostics: { refreshSupport: true } } }, undefined, (one) => {
  one.onRequest(CodeLensRefreshRequest.type, () => void asked.lenses++);
  one.onRequest(DiagnosticRefreshRequest.type, () => void asked.diagnostics++);
});

const watched = (path: string): Promise<void> => client.sendNotification(DidChangeWatchedFilesNotification.type, { changes: [{ uri: example.uriOf(path), type: FileChangeType.Changed }] });
async function ran(text: string): Promise<void> {
  writeFileSync(join(example.folder, 'target/run_results.json'), text);
  await watched('target/run_results.json');
}
async function lenses(path: string, opens = true): Promise<string[]> {
  if (opens) await openText(client, example.uriOf(path), example.read(path));
  const found = (await client.sendRequest(CodeLensRequest.type, { textDocument: { uri: example.uriOf(path) } })) ?? [];
  return (await Promise.all(found.map((lens) => client.sendRequest(CodeLensResolveRequest.type, lens)))).map(({ command }) => command?.title ?? '');
}
/** Waits until nothing is asked for any more because of what was typed or opened. */
async function quiet(): Promise<void> {
  for (let before = -1; before !== asked.lenses + asked.diagnostics; ) {
    before = asked.lenses + asked.diagnostics;
    await new Promise((settle) => setTimeout(settle, 1000));
  }
}
async function hover(path: string, needle: string): Promise<string> {
  const { textDocument, position } = await example.at(client, path, needle);
  const shown = (await client.sendRequest(HoverRequest.type, { textDocument, position })) as Hover | null;
  return (shown?.contents as MarkupContent | undefined)?.value ?? '';
}

beforeEach(async () => {
  const manifest = JSON.parse(readFileSync('test/fixtures/example/manifest.json', 'utf8')) as { metadata: object };
  mkdirSync(join(example.folder, 'target'), { recursive: true });
  writeFileSync(join(example.folder, 'target/manifest.json'), JSON.stringify({ ...manifest, metadata: { ...manifest.metadata, invocation_id: 'run-1' } }));
  const before = new Date('2026-11-01T00:00:00Z');
  for (const path of [MODEL, YAML, 'dbt_project.yml']) utimesSync(join(example.folder, path), before, before);
  await watched('target/manifest.json');
});

describe('what the last run of dbt found', () => {
  it('is in the lens of a line that tests cover', async () => {
    await ran(runResults([FAILED, runResult(UNIT, 'pass')]));
    expect(await lenses(BUSINESS)).toEqual(expect.arrayContaining(['1 test covers this, 1 failed in the last run', "2 tests cover this, 1 of them dbt's own, 1 passed in the last run", 'waived']));
    await ran(runResults([runResult(NOT_NULL, 'success')], 'compile'));
    expect(await lenses(BUSINESS), 'nothing was run').toContain('1 test covers this');
    await ran('{"metadata": ');
    expect(await lenses(BUSINESS)).toContain('1 test covers this, what the last run found could not be read');
  });
  it('is in hovers of tests, of lines they cover, of models and of tests in dbt YAML', async () => {
    await ran(runResults([FAILED, BUILT, runResult(UNIT, 'pass')]));
    const failed = 'failed with 3 failures in the run on 2026-11-30 12:00 UTC, which wrote 120 rows: Got 3 results, configured to fail if != 0';
    expect(await hover(VALUE, 'test: not|_null')).toContain(`\`not_null\` ${failed}`);
    expect(await hover(VALUE, 'covers: [EC-no|-order')).toContain(failed);
    expect(await hover(BUSINESS, 'id: EC-no|-order')).toContain(failed);
    expect(await hover(BUSINESS, 'id: EC-pa|rts')).toContain('`customer_keeps_paid_amounts` passed in the run on 2026-11-30 12:00 UTC');
    expect(await hover(VALUE, 'model: customer|_value')).toContain('was built in the run on 2026-11-30 12:00 UTC, which wrote 120 rows');
    expect(await hover(YAML, 'Paid amount in EUR.\n        data_tests: [not|_null]')).toContain(failed);
    expect(await hover(YAML, 'name: customer_keeps|_paid_amounts')).toContain('passed in the run');
    expect(await hover(YAML, 'data_tests: [uni|que, not_null]'), 'it did not run').toBe('');
    expect(await hover(YAML, 'Paid am|ount')).toBe('');
  });
  it('is in the side-by-side view, and changes no verdict', async () => {
    await ran(runResults([]));
    const compared = async (): Promise<CompareResult> => client.sendRequest(COMPARE, { uri: example.uriOf(VALUE) });
    await openText(client, example.uriOf(VALUE), example.read(VALUE));
    const [before, diagnostics] = [await compared(), await pullDiagnostics(client, example.uriOf(VALUE))];
    await ran(runResults([FAILED, runResult(UNIQUE, 'error', { message: 'Database Error' })]));
    const after = await compared();
    expect(before.html).not.toContain('On the data');
    expect(after.html).toContain('On the data: failed with 3 failures');
    expect(after.html).toContain('On the data: ended with an error');
    expect(after.counts).toEqual(before.counts);
    expect(await pullDiagnostics(client, example.uriOf(VALUE))).toEqual(diagnostics);
  });
  it('is of before the last change once the model is edited', async () => {
    await ran(runResults([FAILED, runResult(UNIT, 'pass')]));
    const text = example.read(MODEL);
    writeFileSync(join(example.folder, MODEL), `${text}-- edited\n`);
    await watched(MODEL);
    expect(await lenses(BUSINESS)).toEqual(expect.arrayContaining(['1 test covers this, 1 ran before the last change', "2 tests cover this, 1 of them dbt's own, 1 ran before the last change"]));
    expect(await hover(BUSINESS, 'id: EC-no|-order')).toContain(`before the last change (${MODEL} changed since the manifest was written)`.replaceAll('_', '\\_'));
    writeFileSync(join(example.folder, MODEL), text);
    await watched(MODEL);
  });
  it('is told anew where it changes, and nothing else', async () => {
    await ran(runResults([FAILED]));
    await lenses(BUSINESS);
    await pullDiagnostics(client, example.uriOf(BUSINESS));
    await quiet();
    const before = { ...asked };
    await ran(runResults([runResult(NOT_NULL, 'pass')]));
    await expect.poll(() => asked.lenses).toBe(before.lenses + 1);
    expect(asked.diagnostics, 'no verdict rests on it').toBe(before.diagnostics);
    expect(await lenses(BUSINESS, false)).toContain('1 test covers this, 1 passed in the last run');
    const again = asked.lenses;
    await watched('target/run_results.json');
    await new Promise((settle) => setTimeout(settle, 200));
    expect(asked.lenses, 'it says what it said before').toBe(again);
  });
});
