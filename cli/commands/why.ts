import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { compareModel } from '../../engine/conformance';
import { withLastRuns } from '../../engine/conformance/lastRuns';
import { nodeOfFile } from '../../engine/project';
import type { Position, Range } from '../../engine/text';
import { whyAt } from '../../engine/why';
import { whyWithRuns } from '../../engine/why/runs';
import { nodeOf } from '../compareAll';
import { envelopeOf, loadProject, projectPath, withRunNotices } from '../context';
import { EXIT, UsageError } from '../exit';
import type { Io } from '../io';
import { addProjectOption, addWriteFormat } from '../options';
import { print } from '../printers';
import { printWhy } from '../printers/why';

export interface WhyOptions {
  projectDir?: string;
  format: string;
}

/** `specline why`: what the specs say of a line of a model. */
export function addWhy(program: Command, io: Io, done: (code: number) => void): void {
  const command = program
    .command('why')
    .summary('say which business rule a line of a model is there for')
    .description('Says what a line of a model’s SQL is there for: the line of the technical spec it does the work of, with its verdict, and the business rule behind that with who approved it; or that nobody asked for it.')
    .argument('<place>', 'file:line or file:line:column, counted from 1')
    .addHelpText('after', '\nExamples:\n  specline why models/marts/customer_value.sql:42\n  specline why models/marts/customer_value.sql:42:7 --format json\n');
  addWriteFormat(addProjectOption(command)).action(async (place: string, options: WhyOptions) => done(await why(place, options, io)));
}

/** Compares the model of a file and prints what its spec says of the place; gives the exit code. */
export async function why(place: string, options: WhyOptions, io: Io): Promise<number> {
  const { file, start, whole } = placeOf(place);
  const loaded = await loadProject(io.cwd, options.projectDir);
  const path = projectPath(loaded.root, io.cwd, file);
  const node = nodeOfFile(loaded.project, path);
  if (!node || node.kind === 'source' || node.kind === 'seed') throw new UsageError(existsSync(join(loaded.root, path)) ? `${file} is not the file of a model of this project.` : `There is no file ${file}.`);
  const text = (node.rawCode ?? '').replace(/\r?\n$/, '').split(/\r?\n/);
  const line = text[start.line];
  if (line === undefined) throw new UsageError(`${file} has ${text.length} line${text.length === 1 ? '' : 's'}, so there is no line ${start.line + 1}.`);
  const range: Range = { start, end: whole ? { line: start.line, character: line.length } : start };
  const spec = loaded.specs.find((candidate) => candidate.kind === 'technical' && nodeOf(loaded, candidate) === node);
  if (!spec) throw new UsageError(`${node.name} has no technical spec, so nothing says why its lines are there; write one with \`specline generate\` or \`specline infer ${node.name}\`.`);
  const report = await withLastRuns(await compareModel(loaded, spec, node), loaded);
  const found = await whyWithRuns(whyAt(report, spec, loaded.specs, range), loaded.specs, loaded);
  if (options.format !== 'json') {
    io.out(printWhy({ file: path, at: start, line, found, report }, { width: io.width, color: io.color }));
    return EXIT.clean;
  }
  const clauses = found.lines.flatMap((line) => line.clauses);
  const lines = found.lines.map(({ address, verdict, clauses: own, rules }) => ({ address, verdict, clauses: own.map(({ id }) => id), rules }));
  io.out(print({ ...envelopeOf('why', await withRunNotices(loaded)), models: [{ ...report, clauses, findings: found.findings }], why: { file: path, range, lines } }, 'json', io, loaded.root));
  return EXIT.clean;
}

/** Reads `file:line` and `file:line:column`; throws `UsageError` for anything else. */
function placeOf(place: string): { file: string; start: Position; whole: boolean } {
  const [, file, line, column] = /^(.+?):(\d+)(?::(\d+))?$/.exec(place) ?? [];
  if (file === undefined || Number(line) < 1 || (column !== undefined && Number(column) < 1)) throw new UsageError(`"${place}" is no place; write file:line, such as models/marts/customer_value.sql:42.`);
  return { file, start: { line: Number(line) - 1, character: column === undefined ? 0 : Number(column) - 1 }, whole: column === undefined };
}
