import type { Workspace } from '../workspace';
import { isWrittenAfter } from './freshness';
import type { DataTest, ProjectIndex, RelationNode, RunResult, RunResults, UnitTest } from './types';
import { optional } from './values';

/** What the last run of dbt found of a test. */
export interface TestRun extends RunResult {
  /** dbt's unique_id of the test. */
  test: string;
  /** The file that says so. */
  from: string;
  /** Why it is of before the last change; absent where nothing speaks for that. */
  changed?: string;
}

/** A project whose files can be looked at. */
export interface RunContext {
  project: ProjectIndex;
  workspace: Workspace;
}

/** What the last run found of a test on a node; undefined where it did not run, or nobody knows. `rows` are those that the run wrote of the node. */
export async function testRun(context: RunContext, node: RelationNode, test: DataTest | UnitTest): Promise<TestRun | undefined> {
  const { runs } = (await context.project.runs?.()) ?? {};
  const result = test.uniqueId === undefined ? undefined : runs?.of(test.uniqueId);
  if (!runs || !result || test.uniqueId === undefined) return undefined;
  // The manifest of the same run knows what a test in YAML said then.
  const isData = 'arguments' in test;
  const own = isSameRun(context.project, runs) && isData && !test.singular ? undefined : test.place?.file;
  const changed = declaredAnew(test) ?? (await changedSince(context, runs, result, node, own));
  // A unit test brings its own rows.
  const rows = isData ? runs.of(node.uniqueId)?.rows : undefined;
  return { ...result, test: test.uniqueId, from: runs.file, ...optional('rows', rows), ...optional('changed', changed) };
}

/** What the last run found of a model, seed or snapshot itself; undefined where it did not build it, or nobody knows. */
export async function nodeRun(context: RunContext, node: RelationNode): Promise<(RunResult & Pick<TestRun, 'changed'>) | undefined> {
  const { runs } = (await context.project.runs?.()) ?? {};
  const result = runs?.of(node.uniqueId);
  return runs && result && { ...result, ...optional('changed', await changedSince(context, runs, result, node)) };
}

function isSameRun({ artifacts }: ProjectIndex, { invocation }: RunResults): boolean {
  return invocation !== undefined && artifacts.manifest?.invocation === invocation;
}

/** Why a test is not what its manifest has. */
function declaredAnew(test: DataTest | UnitTest): string | undefined {
  if (!('arguments' in test)) return undefined;
  return test.stale ?? (test.from === 'E1' ? 'the test is declared otherwise now' : undefined);
}

/** Why a node, or a file beside it, is not what it was when a result was found: by the manifest's checksums, else by the times of files. */
async function changedSince({ project, workspace }: RunContext, runs: RunResults, { at = '' }: RunResult, node: RelationNode, beside?: string): Promise<string | undefined> {
  if (node.stale !== undefined) return node.stale;
  const time = Date.parse(at);
  if (Number.isNaN(time)) return 'when it ran is not known';
  const isKnown = isSameRun(project, runs) && node.checksum !== undefined;
  const files = [...(isKnown || node.kind === 'source' ? [] : [node.file]), beside].flatMap((file) => file ?? []);
  const newer = await Promise.all(files.map(async (file) => (isWrittenAfter(await workspace.read(file), time) ? [file] : [])));
  return newer.flat().map((file) => `${file} was written later`)[0];
}

/** `test.shop.unique_orders_id.4f1c` and `unit_test.shop.orders.no_rows` as a person calls them. */
export function testName(id: string): string {
  const parts = id.split('.');
  return (parts[0] === 'unit_test' ? parts.at(-1) : parts[2]) ?? id;
}

const OUTCOMES: Readonly<Record<RunResult['status'], string>> = { passed: 'passed', failed: 'failed', warned: 'warned', error: 'ended with an error', skipped: 'was skipped', built: 'was built' };

/** What a run found, as it is held or as it is printed. */
type Told = Pick<RunResult, 'status'> & { [key in keyof Pick<TestRun, 'at' | 'failures' | 'rows' | 'message' | 'changed'>]?: TestRun[key] | null };

/** What was found as words: what came of it, when, on how many rows, and whether anything changed since. */
export function runText({ status, at, failures, rows, message, changed }: Told): string {
  const failed = failures && status !== 'error' ? ` with ${failures} ${failures === 1 ? 'failure' : 'failures'}` : '';
  const when = at == null || Number.isNaN(Date.parse(at)) ? '' : ` on ${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const wrote = rows == null ? '' : `, which wrote ${rows} ${rows === 1 ? 'row' : 'rows'}`;
  const before = changed == null ? '' : `, before the last change (${changed})`;
  const said = message == null ? '' : `: ${message.replace(/\s+/g, ' ')}`;
  return `${OUTCOMES[status]}${failed} in the run${when}${wrote}${before}${said}`;
}
