import type { Command } from 'commander';
import type { DocumentReport } from '../../engine/conformance/types';
import { lineStarts, rangeOf } from '../../engine/text';
import { problemsOf, type SpecDocument } from '../../engine/spec';
import { envelopeOf, loadProject, specsAt, type Project } from '../context';
import { EXIT, worstExit } from '../exit';
import { fails, failLevelOf } from '../failLevel';
import type { Io } from '../io';
import { addOutputOptions, type OutputOptions } from '../options';
import { formatOf, print } from '../printers';

/** `specline check`: judges the spec documents themselves. */
export function addCheck(program: Command, io: Io, done: (code: number) => void): void {
  const command = program
    .command('check')
    .summary('check spec documents: template, names, ids, coverage')
    .description('Checks spec documents: the template’s sections, the names of models, inputs and columns, ids, and that every edge case and correctness line is covered. Without files it checks every spec of the project.')
    .argument('[files...]', 'spec files')
    .addHelpText('after', '\nExamples:\n  specline check\n  specline check specs/marts/customer_value.technical.spec.yml\n  specline check --format github --fail-on warning\n');
  addOutputOptions(command).action(async (files: string[], options: OutputOptions) => done(await check(files, options, io)));
}

/** Runs the check and prints it; gives the exit code. */
export async function check(files: readonly string[], options: OutputOptions, io: Io): Promise<number> {
  const format = formatOf(options.format);
  const level = failLevelOf(options.failOn);
  const loaded = await loadProject(io.cwd, options.projectDir);
  const documents = specsAt(loaded, files, io.cwd).map((spec) => documentReport(loaded, spec));
  const envelope = { ...envelopeOf('check', loaded), documents };
  if (documents.length === 0) {
    envelope.notices = [...envelope.notices, { code: 'SPEC041', severity: 'warning', message: 'No spec was found, so nothing was checked; write one with `specline new MODEL`.' }];
  }
  io.out(print(envelope, format, io, loaded.root));
  return worstExit([loaded.misconfigured ? EXIT.usage : EXIT.clean, fails(envelope, level) ? EXIT.findings : EXIT.clean]);
}

function documentReport(loaded: Project, spec: SpecDocument): DocumentReport {
  const starts = lineStarts(spec.text);
  const problems = problemsOf(spec, { project: loaded.project, specs: loaded.specs, config: loaded.config });
  return {
    file: spec.path,
    kind: spec.kind ?? null,
    model: spec.facts?.model?.value ?? null,
    problems: problems
      .sort((a, b) => a.span.start - b.span.start)
      .map((problem) => ({
        code: problem.code,
        severity: problem.severity,
        message: problem.message,
        range: rangeOf(starts, problem.span),
        fixes: problem.fixes.map((fix) => ({
          title: fix.title,
          file: spec.path,
          edits: fix.changes.map((change) => ({ range: rangeOf(starts, change.span), newText: change.text })),
        })),
      })),
  };
}
