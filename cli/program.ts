import { Command, CommanderError } from 'commander';
import { addCheck } from './commands/check';
import { addDiff } from './commands/diff';
import { addGenerate } from './commands/generate';
import { addInfer } from './commands/infer';
import { addLsp } from './commands/lsp';
import { addNew } from './commands/new';
import { EXIT, UsageError } from './exit';
import type { Io } from './io';
import { VERSION } from './version';

/** Runs one command line (without node and script) and gives the exit code; never throws. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const codes: number[] = [];
  const program = programOf(io, (code) => codes.push(code));
  try {
    await program.parseAsync([...args], { from: 'user' });
    return codes[0] ?? EXIT.clean;
  } catch (error) {
    return report(error, io);
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
  addLsp(program, done);
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({ writeOut: io.out, writeErr: io.err });
  }
  return program;
}

function report(error: unknown, io: Io): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.clean : EXIT.usage;
  if (error instanceof UsageError) {
    io.err(`specline: ${error.message}\n`);
    return EXIT.usage;
  }
  io.err(`specline: internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\nPlease report it with the command you ran.\n`);
  return EXIT.internal;
}

const EPILOGUE = `
Examples:
  specline new customer_value        start a business spec
  specline generate customer_value   propose the technical spec
  specline check                     check every spec of the project
  specline diff customer_value       compare the model with its spec

Exit codes: 0 nothing found, 1 findings, 2 usage or configuration error, 3 required evidence missing, 4 internal error.
`;
