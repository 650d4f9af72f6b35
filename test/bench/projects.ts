import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Diagnostic, Position } from 'vscode-languageserver/node';
import { lineStarts, positionAt } from '../../engine/text';
import { pause, startClient, type Client } from './client';
import { makeProject, type MadeProject } from './make/project';
import { rowOf, type Row } from './rows';
import { ourServer } from './servers';

const MB_LIMIT = 500;
/** Nothing more comes for a keystroke after so long. */
const QUIET_MS = 400;
/** Keystrokes before those that are measured. */
const WARM_UP = 3;

/** Start, edits, memory and `diff --all` in generated dbt projects; limits are those of the largest project, and hold for smaller ones. */
export async function projectRows(root: string, cache: string, sizes: readonly number[], repeats: number, seed: string, progress: (text: string) => void): Promise<Row[]> {
  const rows: Row[] = [];
  const edits: { models: number; spec: number[]; model: number[] }[] = [];
  for (const models of sizes) {
    const project = makeProject(join(cache, 'projects', String(models)), models, seed);
    progress(`a project of ${models} models is there`);
    const disk = join(cache, 'own', String(models));
    rmSync(disk, { recursive: true, force: true });
    mkdirSync(disk, { recursive: true });
    const cold = await measureServer(root, project, disk, repeats);
    progress(`server on ${models} models, cold`);
    const warm = await measureServer(root, project, disk, 0);
    const name = `${models} models`;
    rows.push(rowOf(`${name}: start to the verdicts of an opened spec, cold`, 'ms', { atMost: 3000 }, [cold.first]));
    rows.push(rowOf(`${name}: start to the verdicts of an opened spec, with the cache on disk`, 'ms', { atMost: 1000 }, [warm.first]));
    rows.push(rowOf(`${name}: keystroke in a spec to its verdicts`, 'ms', { atMost: 50 }, cold.spec));
    rows.push(rowOf(`${name}: keystroke in a model to its verdicts`, 'ms', { atMost: 50 }, cold.model));
    rows.push(rowOf(`${name}: resident memory of all processes`, 'MB', { atMost: MB_LIMIT }, cold.memory === undefined ? [] : [cold.memory]));
    rmSync(disk, { recursive: true, force: true });
    mkdirSync(disk, { recursive: true });
    rows.push(rowOf(`${name}: diff --all, cold`, 'ms', { atMost: 30_000 }, [diffAll(root, project, disk)]));
    rows.push(rowOf(`${name}: diff --all, with the cache on disk`, 'ms', { atMost: 3000 }, [diffAll(root, project, disk)]));
    edits.push({ models, spec: cold.spec, model: cold.model });
    progress(`diff --all on ${models} models`);
  }
  const [smallest, largest] = [edits[0], edits.at(-1)];
  if (smallest && largest && smallest !== largest) {
    // A median, since one slow answer of a busy machine says nothing about growth.
    const growth = (of: 'spec' | 'model'): number[] => [(median(largest[of]) ?? Number.NaN) / (median(smallest[of]) ?? Number.NaN)];
    rows.push(rowOf(`keystroke in a spec, ${largest.models} models by ${smallest.models}`, 'times', { atMost: 1.5 }, growth('spec')));
    rows.push(rowOf(`keystroke in a model, ${largest.models} models by ${smallest.models}`, 'times', { atMost: 1.5 }, growth('model')));
  }
  return rows;
}

function median(values: readonly number[]): number | undefined {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

interface Measured {
  first: number;
  spec: number[];
  model: number[];
  memory: number | undefined;
}

/** The opened spec says something else than its model in one clause, so that its verdicts show when they are there. */
async function measureServer(root: string, project: MadeProject, disk: string, repeats: number): Promise<Measured> {
  const mart = project.marts[Math.floor(project.marts.length / 2)] ?? '';
  const files = filesOf(project, mart);
  const spec = { uri: pathToFileURL(files.spec).toString(), text: readFileSync(files.spec, 'utf8').replace('type: left', 'type: inner') };
  const model = { uri: pathToFileURL(files.model).toString(), text: readFileSync(files.model, 'utf8') };
  const client = await startClient(ourServer(root, disk), pathToFileURL(project.root).toString());
  const judged = client.diagnostics(spec.uri, hasVerdict);
  client.open(spec.uri, spec.text);
  await judged;
  const first = performance.now() - client.startedAt;
  const opened = client.diagnostics(model.uri, hasVerdict);
  client.open(model.uri, model.text);
  await opened;
  await pause(500);
  const inSpec = await keystrokes(client, spec.uri, placeIn(spec.text, /means: "the /), repeats);
  const inModel = await keystrokes(client, model.uri, placeIn(model.text, /^ {4}coalesce\(/m), repeats);
  const memory = client.memory();
  await client.stop();
  return { first, spec: inSpec, model: inModel, memory };
}

function hasVerdict(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ code }) => code === 'JOIN001');
}

function placeIn(text: string, pattern: RegExp): Position {
  const found = pattern.exec(text);
  return positionAt(lineStarts(text), found ? found.index + found[0].length : 0);
}

/** Some of what comes for a keystroke comes at once and some later; the last of it has the verdicts on the new text. */
async function keystrokes(client: Client, uri: string, position: Position, repeats: number): Promise<number[]> {
  const times: number[] = [];
  for (let count = 0; count < repeats + (repeats > 0 ? WARM_UP : 0); count++) {
    const start = performance.now();
    let next = client.diagnostics(uri, hasVerdict);
    client.type(uri, position, 'x');
    await next;
    let last = performance.now();
    for (;;) {
      next = client.diagnostics(uri, hasVerdict);
      const came = await Promise.race([next.then(() => performance.now()), pause(QUIET_MS)]);
      if (came === undefined) break;
      last = came;
    }
    // The one that did not come would fail later; it is answered by the next keystroke.
    next.catch(() => undefined);
    if (count >= WARM_UP) times.push(last - start);
  }
  return times;
}

function filesOf(project: MadeProject, model: string): { spec: string; model: string } {
  const area = `area_${Math.floor(Number(model.split('_')[1]) / 50)}`;
  return { spec: join(project.root, 'specs', 'marts', area, `${model}.technical.spec.yml`), model: join(project.root, 'models', 'marts', area, `${model}.sql`) };
}

function diffAll(root: string, project: MadeProject, disk: string): number {
  const start = performance.now();
  const ran = spawnSync(process.execPath, [join(root, 'dist', 'cli.js'), 'diff', '--all'], { cwd: project.root, env: { ...process.env, XDG_CACHE_HOME: disk, HOME: disk, LOCALAPPDATA: disk }, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
  if (ran.status === null || ran.status > 1) throw new Error(`diff --all ended with ${ran.status}: ${ran.stderr}`);
  return performance.now() - start;
}
