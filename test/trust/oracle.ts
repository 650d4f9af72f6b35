import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openProject } from '../../engine/project';
import type { ProjectIndex, RelationNode } from '../../engine/project/types';
import { createSqlService, type SqlRequest, type SqlService } from '../../engine/sql';
import { memoryWorkspace } from '../support/memoryWorkspace';
import { UsageError } from '../support/command';
import { corpusEntries } from './corpus';
import { ASPECTS, factsOfGraph, pathText, type OracleFacts } from './oracleFacts';
import { askLines, pythonFolder, pythonWith } from './python';

/** The engine's reading of every compiled model, beside sqlglot's: `npm run trust:oracle [-- --json] [--corpus DIR] [--only TEXT]`. */
interface Asked {
  id: string;
  project: string;
  model: string;
  engine?: OracleFacts;
  failed?: string;
}

interface Answer {
  id: string;
  facts?: OracleFacts;
  failed?: string;
}

/** One aspect of one model on which the two readers are not of one mind. */
export interface Disagreement {
  project: string;
  model: string;
  aspect: string;
  engine: string[];
  sqlglot: string[];
  /** Why, from oracle-exceptions.json; absent where nobody has explained it. */
  reason?: string;
}

interface Exception {
  aspect: string;
  models: string[];
  /** Who is right. */
  right: string;
  reason: string;
}

interface Tally {
  compared: number;
  agreed: number;
}

const GOAL = 0.995;

const USAGE = `npm run trust:oracle -- [options]

  --corpus DIR   a folder of dbt projects or artifacts, however deep (default: SPECLINE_CORPUS, ../shared/corpus, else own fixtures)
  --only TEXT    projects whose name has this text
  --json         one JSON object instead of a table

Exit codes: 0 the goal is reached and every disagreement is explained, 1 not, 2 wrong usage or nothing to read, 4 an internal error.
`;

/** Root of the checkout: the bundle lies in .cache/trust. */
const ROOT = resolve(__dirname, '..', '..');

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { corpus: { type: 'string' }, only: { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean' } } });
  if (values.help === true) {
    process.stdout.write(USAGE);
    return 0;
  }
  const entries = corpusEntries(values.corpus, ROOT).filter(({ name }) => name.includes(values.only ?? ''));
  const python = await pythonWith(ROOT, 'trust-python', join(pythonFolder(ROOT), 'requirements.txt'));
  if (python.kind === 'missing') return skip(python.why);
  const sql = await createSqlService();
  const asked: Asked[] = [];
  const questions: unknown[] = [];
  const without: string[] = [];
  for (const entry of entries) {
    process.stderr.write(`${entry.name}\n`);
    const files = entry.load();
    const opened = await openProject(memoryWorkspace(files.artifacts ?? files.raw));
    const models = [...opened.nodes.values()].filter((node) => node.kind === 'model' && node.enabled && node.compiled);
    if (models.length === 0) without.push(entry.name);
    for (const node of models) {
      const id = `${entry.name} ${node.uniqueId}`;
      asked.push({ id, project: entry.name, model: node.name, ...(await engineFacts(sql, opened, node, node.compiled?.code ?? '')) });
      questions.push({ id, dialect: opened.dialect, sql: node.compiled?.code, columns: knownColumns(opened, node) });
    }
  }
  for (const name of without) process.stderr.write(`${name} has no compiled code, so there is nothing to compare in it.\n`);
  if (asked.length === 0) throw new UsageError(`No project has compiled code (a manifest.json with compiled_code); run \`dbt compile\` first.`);
  const answers = await askLines<Answer>(python.python, join(pythonFolder(ROOT), 'oracle.py'), questions);
  return report(asked, answers, readExceptions(ROOT), values.json === true);
}

function skip(why: string): number {
  process.stdout.write(`sqlglot agreement was not measured: ${why}\n`);
  return process.env['CI'] ? 1 : 0;
}

async function engineFacts(sql: SqlService, project: ProjectIndex, node: RelationNode, text: string): Promise<Pick<Asked, 'engine' | 'failed'>> {
  const relations = relationsOf(project, node);
  const analysis = await sql.analyze({ file: `${node.name}.sql`, text, in: 'compiled', dialect: project.dialect, relations });
  if (!analysis.graph) return { failed: analysis.opaque?.reason ?? 'no graph' };
  return { engine: factsOfGraph(analysis.graph, project, node, relations) };
}

/** The relations a comparison resolves compiled names with: the node's parents and itself. */
function relationsOf(project: ProjectIndex, node: RelationNode): NonNullable<SqlRequest['relations']> {
  const parents = (node.dependsOn ?? []).flatMap((id) => project.nodes.get(id) ?? []);
  return [...parents, node].flatMap((one): NonNullable<SqlRequest['relations']> => {
    if (one.relationName === undefined) return [];
    if (one === node) return [{ rendered: one.relationName, relation: { kind: 'this', name: 'this' } }];
    if (one.kind === 'source') return [{ rendered: one.relationName, relation: { kind: 'source', name: one.name, sourceName: one.sourceName ?? '', package: one.package } }];
    return [{ rendered: one.relationName, relation: { kind: 'ref', name: one.name, package: one.package, ...(one.version === undefined ? {} : { version: one.version }) } }];
  });
}

/** Columns of the parents that are wholly known, by the path that compiled SQL writes. */
function knownColumns(project: ProjectIndex, node: RelationNode): Record<string, string[]> {
  const parents = [...(node.dependsOn ?? []).flatMap((id) => project.nodes.get(id) ?? []), node];
  return Object.fromEntries(parents.flatMap(({ relationName, columns, columnsComplete }) => {
    if (relationName === undefined || !columnsComplete) return [];
    const real = columns.some(({ from }) => from === 'E4') ? columns.filter(({ from }) => from === 'E4') : columns;
    return [[pathText(relationName), real.map(({ name }) => name.toLowerCase())]];
  }));
}

function readExceptions(root: string): Exception[] {
  return JSON.parse(readFileSync(join(root, 'test', 'trust', 'oracle-exceptions.json'), 'utf8')) as Exception[];
}

function report(asked: readonly Asked[], answers: readonly Answer[], exceptions: readonly Exception[], asJson: boolean): number {
  const tallies = new Map<string, Record<string, Tally>>();
  const items: Record<string, number> = Object.fromEntries(ASPECTS.map((aspect) => [aspect, 0]));
  const disagreements: Disagreement[] = [];
  const unread: { project: string; model: string; who: string; why: string }[] = [];
  asked.forEach(({ project, model, engine, failed }, index) => {
    const answer = answers[index];
    if (failed !== undefined || answer?.facts === undefined || !engine) {
      unread.push({ project, model, who: failed === undefined ? 'sqlglot' : 'engine', why: failed ?? answer?.failed ?? 'no answer' });
      return;
    }
    const own = tallies.get(project) ?? Object.fromEntries(ASPECTS.map((aspect) => [aspect, { compared: 0, agreed: 0 }]));
    tallies.set(project, own);
    for (const aspect of ASPECTS) {
      const tally = own[aspect] as Tally;
      const [ours, theirs] = [engine[aspect], answer.facts[aspect]];
      tally.compared++;
      items[aspect] = (items[aspect] ?? 0) + theirs.length;
      if (JSON.stringify(ours) === JSON.stringify(theirs)) tally.agreed++;
      else disagreements.push({ project, model, aspect, ...onlyThere(ours, theirs), ...reasonFor(exceptions, aspect, model) });
    }
  });
  const total = Object.fromEntries(ASPECTS.map((aspect) => [aspect, [...tallies.values()].reduce((sum, own) => ({ compared: sum.compared + (own[aspect]?.compared ?? 0), agreed: sum.agreed + (own[aspect]?.agreed ?? 0) }), { compared: 0, agreed: 0 })]));
  const all = Object.values(total).reduce((sum, { compared, agreed }) => ({ compared: sum.compared + compared, agreed: sum.agreed + agreed }), { compared: 0, agreed: 0 });
  const unexplained = disagreements.filter(({ reason }) => reason === undefined);
  const agreement = all.compared === 0 ? 1 : all.agreed / all.compared;
  const unused = exceptions.flatMap(({ aspect, models }) => models.filter((model) => !disagreements.some((one) => one.aspect === aspect && one.model === model)).map((model) => `${aspect} ${model}`));
  const passed = unexplained.length === 0 && agreement >= GOAL && unread.length === 0;
  if (asJson) {
    process.stdout.write(`${JSON.stringify({ models: asked.length, agreement, goal: GOAL, passed, items, total, byProject: Object.fromEntries(tallies), disagreements, unread, unusedExceptions: unused }, null, 1)}\n`);
    return passed ? 0 : 1;
  }
  process.stdout.write(`${tableOf(tallies, total)}\nsqlglot read ${ASPECTS.map((aspect) => `${items[aspect] ?? 0} ${aspect}`).join(', ')}\n`);
  for (const { project, model, aspect, engine, sqlglot, reason } of disagreements) {
    process.stdout.write(`${reason === undefined ? '✗' : '·'} ${project} ${model}: ${aspect}\n  engine:  ${engine.join(' | ') || '(nothing more)'}\n  sqlglot: ${sqlglot.join(' | ') || '(nothing more)'}\n  ${reason ?? 'not explained in test/trust/oracle-exceptions.json'}\n`);
  }
  for (const { project, model, who, why } of unread) process.stdout.write(`✗ ${project} ${model}: not read by ${who}: ${why}\n`);
  if (unused.length > 0) process.stdout.write(`exceptions that nothing needs: ${unused.join(', ')}\n`);
  process.stdout.write(`${asked.length} models, ${all.agreed} of ${all.compared} aspects agree (${percent(all)}), ${disagreements.length} disagreements, ${unexplained.length} unexplained, ${unread.length} not read; the goal is ${GOAL * 100} %\n`);
  return passed ? 0 : 1;
}

/** What each side has that the other has not; both whole where only the order differs. */
function onlyThere(engine: readonly string[], sqlglot: readonly string[]): Pick<Disagreement, 'engine' | 'sqlglot'> {
  const [ours, theirs] = [minus(engine, sqlglot), minus(sqlglot, engine)];
  return ours.length + theirs.length > 0 ? { engine: ours, sqlglot: theirs } : { engine: [...engine], sqlglot: [...sqlglot] };
}

function minus(left: readonly string[], right: readonly string[]): string[] {
  const rest = [...right];
  return left.filter((item) => {
    const index = rest.indexOf(item);
    if (index >= 0) rest.splice(index, 1);
    return index < 0;
  });
}

function reasonFor(exceptions: readonly Exception[], aspect: string, model: string): { reason?: string } {
  const found = exceptions.find((exception) => exception.aspect === aspect && exception.models.includes(model));
  return found ? { reason: `${found.right} is right: ${found.reason}` } : {};
}

function tableOf(tallies: ReadonlyMap<string, Record<string, Tally>>, total: Record<string, Tally>): string {
  const line = (name: string, cells: readonly string[]): string => [name.padEnd(46), ...cells.map((cell) => cell.padStart(9))].join(' ');
  const row = (name: string, own: Record<string, Tally>): string => line(name, [String(own['inputs']?.compared ?? 0), ...ASPECTS.map((aspect) => percent(own[aspect] ?? { compared: 0, agreed: 0 }))]);
  return [line('project', ['models', ...ASPECTS]), ...[...tallies].map(([name, own]) => row(name, own)), row('total', total)].join('\n');
}

function percent({ compared, agreed }: Tally): string {
  return compared === 0 ? '-' : `${((100 * agreed) / compared).toFixed(2)} %`;
}

main(process.argv.slice(2)).then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    const wrong = error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
    const usage = wrong || error instanceof UsageError;
    process.stderr.write(`${error instanceof Error ? (usage ? error.message : (error.stack ?? error.message)) : String(error)}\n${wrong ? USAGE : ''}`);
    process.exitCode = usage ? 2 : 4;
  },
);
