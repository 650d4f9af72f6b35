/** What a person asked for cannot be done: one sentence says why and what to do. */
export class UsageError extends Error {}

/** Tells how far a run is. */
export type Progress = (text: string) => void;

/**
 * Runs a command of this checkout on the words of its command line and gives its exit code: that of `run`, 0 for help, 2 for
 * wrong usage, 4 for an internal error. `argumentsOf` gives what is wrong as one sentence.
 */
export async function runCommand<Arguments extends { help: boolean }>(argumentsOf: (words: readonly string[]) => Arguments | string, usage: string, run: (args: Arguments, progress: Progress) => Promise<number>): Promise<number> {
  const args = argumentsOf(process.argv.slice(2));
  if (typeof args === 'string') {
    process.stderr.write(`${args}\n${usage}`);
    return 2;
  }
  if (args.help) {
    process.stdout.write(usage);
    return 0;
  }
  const start = performance.now();
  try {
    return await run(args, (text) => void process.stderr.write(`${((performance.now() - start) / 1000).toFixed(0).padStart(4)} s  ${text}\n`));
  } catch (error) {
    const isUsage = error instanceof UsageError;
    process.stderr.write(`${isUsage ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return isUsage ? 2 : 4;
  }
}
