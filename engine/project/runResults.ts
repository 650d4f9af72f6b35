import type { BytesResult, FileBytes, ReadResult } from '../workspace';
import { jsonReader, parsedAt, type JsonRange } from './jsonBytes';
import { bytesIn, brokenNotice, documentOf, type ArtifactWords } from './artifact';
import type { Json, Notice, RunResult, RunResults } from './types';
import { asRecord, optional, wordOf } from './values';

/** Commands of dbt that look at data; the others write results of the same form of what they only compiled or listed. */
const LOOK_AT_DATA = new Set(['build', 'test', 'run', 'seed', 'snapshot', 'retry']);
const TEST_STATUS: ReadonlyMap<string, RunResult['status']> = new Map([['pass', 'passed'], ['fail', 'failed'], ['warn', 'warned'], ['error', 'error'], ['runtime error', 'error'], ['skipped', 'skipped']]);
const NODE_STATUS: ReadonlyMap<string, RunResult['status']> = new Map([['success', 'built'], ['partial success', 'error'], ['error', 'error'], ['runtime error', 'error'], ['skipped', 'skipped']]);
const NEWEST_KNOWN = 6;
/** Longer messages of a database are cut. */
const LONGEST_MESSAGE = 2000;
const WORDS: ArtifactWords = { command: 'dbt build', instead: 'nothing is said of what held on the data' };

/** Reads a run_results.json of dbt (v1 to v6). A missing one is silent, a broken one is one notice. */
export function readRunResults(file: string, read: ReadResult | BytesResult): { runs?: RunResults; notices: Notice[] } {
  const { bytes, notices } = bytesIn(file, read, WORDS);
  if (!bytes) return { notices };
  const found = membersOf(bytes) ?? asOneValue(file, bytes);
  if ('notices' in found) return found;
  const metadata = asRecord(found.members['metadata']);
  const version = /\/run-results\/v(\d+)\.json$/.exec(wordOf(metadata['dbt_schema_version']))?.[1];
  if (version === undefined) return { notices: [brokenNotice(file, 'EVID012', 'is no run_results.json of dbt (it names no schema version); run `dbt build` to write it anew', WORDS)] };
  const newer = Number(version) > NEWEST_KNOWN ? [brokenNotice(file, 'EVID013', `has schema v${version}, which Specline does not know; it is read as far as it is understood`, { ...WORDS, instead: 'what it has in other ways is left out' })] : [];
  const which = asRecord(found.members['args'])['which'];
  const generatedAt = stringIn(metadata['generated_at']);
  const of = (id: string): RunResult | undefined => {
    const result = found.result(id);
    return result && resultOf(id, result, which, generatedAt);
  };
  return { runs: { file, ...optional('generatedAt', generatedAt), ...optional('invocation', stringIn(metadata['invocation_id'])), of }, notices: newer };
}

interface Members {
  members: Record<string, Json>;
  /** The result of a node, made a value when somebody asks for it: with their compiled code they take much room. */
  result(id: string): Record<string, Json> | undefined;
}

/** The members beside the results, and where each of these stands; undefined where it is no such document. */
function membersOf(file: FileBytes): Members | undefined {
  const bytes = file.whole();
  const reader = jsonReader(bytes);
  const members: Record<string, Json> = {};
  const places = new Map<string, JsonRange>();
  const keep = (into: Record<string, Json>): boolean => {
    const key = reader.key();
    const range = reader.range();
    if (range) into[key] = parsedAt(bytes, range) as Json;
    return range !== undefined;
  };
  const isWhole = reader.object(() => {
    if (!reader.isKey('results')) return reader.isKey('metadata') || reader.isKey('args') ? keep(members) : reader.value();
    return reader.list(() => {
      const start = reader.at();
      const named: Record<string, Json> = {};
      const isObject = reader.object(() => (reader.isKey('unique_id') ? keep(named) : reader.value()));
      places.set(wordOf(named['unique_id']), { start, end: reader.at() });
      return isObject;
    });
  });
  if (!isWhole || !reader.atEnd()) return undefined;
  return {
    members,
    result(id) {
      const place = places.get(id);
      return place && asRecord(JSON.parse(file.text(place.start, place.end)) as Json);
    },
  };
}

function asOneValue(file: string, bytes: FileBytes): Members | { notices: Notice[] } {
  const found = documentOf(file, bytes.whole(), WORDS);
  if ('notices' in found) return found;
  const results = found.members['results'];
  const byId = new Map((Array.isArray(results) ? results.map(asRecord) : []).map((result) => [wordOf(result['unique_id']), result]));
  return { ...found, result: (id) => byId.get(id) };
}

/** A result of a node whose data was looked at; a test that was only compiled has no status of a test. */
function resultOf(id: string, result: Record<string, Json>, which: Json | undefined, generatedAt: string | undefined): RunResult | undefined {
  const isTest = id.startsWith('test.') || id.startsWith('unit_test.');
  if (typeof which === 'string' ? !LOOK_AT_DATA.has(which) : !isTest) return undefined;
  const status = (isTest ? TEST_STATUS : NODE_STATUS).get(wordOf(result['status']));
  if (status === undefined) return undefined;
  return {
    status,
    ...optional('at', executedAt(result['timing']) ?? generatedAt),
    ...(isTest ? optional('failures', countIn(result['failures'])) : {}),
    ...optional('message', status === 'built' || status === 'passed' ? undefined : messageIn(result['message'])),
    ...(isTest ? {} : optional('rows', rowsIn(asRecord(result['adapter_response'])))),
  };
}

function executedAt(timing: Json | undefined): string | undefined {
  const steps = Array.isArray(timing) ? timing.map(asRecord) : [];
  return stringIn(steps.find((step) => step['name'] === 'execute')?.['completed_at']);
}

/** Rows that a statement wrote. Snowflake gives its own status as one row. */
function rowsIn(response: Record<string, Json>): number | undefined {
  const rows = response['rows_affected'];
  return countIn(rows) !== undefined && response['code'] !== 'SUCCESS' ? countIn(rows) : undefined;
}

/** A message as plain text: dbt colours what it compares. */
function messageIn(value: Json | undefined): string | undefined {
  const text = typeof value === 'string' ? value.replace(/\u001b\[[0-9;]*m/g, '').replace(/\r\n?/g, '\n').trim() : '';
  if (text === '') return undefined;
  return text.length > LONGEST_MESSAGE ? `${text.slice(0, LONGEST_MESSAGE - 1)}…` : text;
}

function countIn(value: Json | undefined): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

function stringIn(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
