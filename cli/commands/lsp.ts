import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { Command } from 'commander';
import { EXIT, UsageError } from '../exit';

/** `specline lsp`: the language server, for any editor. */
export function addLsp(program: Command, done: (code: number) => void): void {
  program
    .command('lsp')
    .summary('run the language server')
    .description('Runs the language server over standard input and output, for any editor that speaks LSP 3.17.')
    .option('--stdio', 'speak over standard input and output (the default)')
    .addHelpText('after', '\nExample (Neovim):\n  vim.lsp.start({ name = "specline", cmd = { "specline", "lsp", "--stdio" } })\n')
    .action(async () => done(await lsp()));
}

/** Runs the server bundle beside this one until it ends; gives its exit code. */
function lsp(): Promise<number> {
  return new Promise((settle, fail) => {
    const server = fork(join(__dirname, 'server.js'), ['--stdio'], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
    server.once('error', (error) => fail(new UsageError(`The language server could not start: ${error.message}; build it with \`npm run build\`.`)));
    server.once('exit', (code) => settle(code ?? EXIT.internal));
    process.once('SIGTERM', () => server.kill('SIGTERM'));
    process.once('SIGINT', () => server.kill('SIGINT'));
  });
}
