import { Command, CommanderError } from 'commander';
import { addCheck } from './commands/check';
import { addDiff } from './commands/diff';
import { addGenerate } from './commands/generate';
import { addInfer } from './commands/infer';
import { addLsp } from './commands/lsp';
import { addMigrate } from './commands/migrate';
import { addNew } from './commands/new';
import { addTemplate } from './commands/template';
import { addWhy } from './commands/why';
import { EXIT, PartlySaid, UsageError } from './exit';
import type { Envelope } from '../engine/conformance/types';
import { ChangedFile } from '../engine/workspace';
import type { Io } from './io';
import { FORMATS, print, type Format } from './printers';
import { VERSION } from './version';

/** Runs one command line (without node and script) and gives the exit code; never throws. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const codes: number[] = [];
  const program = programOf(io, (code) => codes.push(code));
  try {
    await program.parseAsync([...args], { from: 'user' });
    return codes[0] ?? EXIT.clean;
  } catch (error) {
    return report(error, args, io);
  }
}

function programOf(io: Io, done: (code: number) => void): Command {
  const program = new Command('specline')
    .description('Spec coding for dbt: write what a model must do, generate the blueprint, and see whether the model does it.')
    .version(VERSION)
    .showHelpAfterError('(add --help for help)')
    .addHelpText('after', EPILOGUE);
  addNew(program, io, done);
  addGenerate(program, io, done);
  addInfer(program, io, done);
  addCheck(program, io, done);
  addDiff(program, io, done);
  addWhy(program, io, done);
  addTemplate(program, io, done);
  addMigrate(program, io, done);
  addLsp(program, done);
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({ writeOut: io.out, writeErr: io.err });
  }
  return program;
}

/** Says a failure on standard error and, where a machine reads standard output, there too as a notice in its format. */
function report(thrown: unknown, args: readonly string[], io: Io): number {
  const error = thrown instanceof PartlySaid ? thrown.of : thrown;
  if (error instanceof CommanderError && error.exitCode === 0) return EXIT.clean;
  const usage = error instanceof CommanderError || error instanceof UsageError;
  const message = error instanceof Error ? error.message.replace(/^error: /, '') : String(error);
  // Another program wrote the file meanwhile: nothing of this one is wrong.
  const disturbed = error instanceof ChangedFile;
  if (error instanceof UsageError || disturbed) io.err(`specline: ${message}\n`);
  else if (!usage) io.err(`specline: internal error: ${error instanceof Error ? (error.stack ?? message) : message}\nPlease report it with the command you ran.\n`);
  const format = thrown instanceof PartlySaid ? undefined : formatAsked(args);
  if (format) io.out(print(failureOf(args, usage ? { code: 'CLI001', message } : { code: 'CLI002', message: disturbed ? message : `Internal error: ${message}. Please report it with the command you ran.` }), format, io));
  return usage ? EXIT.usage : EXIT.internal;
}

/** The machine-readable `--format` among some arguments, which need not be right otherwise. */
function formatAsked(args: readonly string[]): Format | undefined {
  const word = args.map((arg, index) => (arg === '-f' || arg === '--format' ? args[index + 1] : /^(?:--format=|-f)(.+)$/.exec(arg)?.[1])).find((found) => found !== undefined);
  return FORMATS.find((format) => format === word && format !== 'text');
}

function failureOf(args: readonly string[], { code, message }: { code: string; message: string }): Envelope {
  return {
    format: 1,
    specline: VERSION,
    command: args.find((arg) => /^[a-z]+$/.test(arg)) ?? 'specline',
    project: { name: '', root: '.', adapter: 'generic', dbtVersion: null },
    evidence: { manifest: null, catalog: null, notes: [] },
    models: [],
    documents: [],
    notices: [{ code, severity: 'error', message }],
  };
}

const EPILOGUE = `
Examples:
  specline new customer_value        start a business spec
  specline generate customer_value   propose the technical spec
  specline check                     check every spec of the project
  specline diff customer_value       compare the model with its spec
  specline why models/orders.sql:42  say what a line of a model is there for
  specline template docs             print the template that specs are held against
  specline migrate --dry-run         show what a newer template changes in specs

Exit codes: 0 nothing found, 1 findings, 2 usage or configuration error, 3 required evidence missing, 4 internal error.
`;
