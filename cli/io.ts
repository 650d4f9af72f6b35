/** Where a command writes and what it knows of its terminal; injected so that tests see every byte. */
export interface Io {
  out(text: string): void;
  err(text: string): void;
  /** Columns of the terminal, or undefined where output is not a terminal. */
  width: number | undefined;
  color: boolean;
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  isTerminal: boolean;
}

/** The process's own streams; colour only on a terminal, and as NO_COLOR and FORCE_COLOR say. */
export function processIo(): Io {
  const { stdout, stderr, env } = process;
  const forced = env['FORCE_COLOR'] !== undefined && env['FORCE_COLOR'] !== '0';
  const color = forced || (stdout.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb');
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    width: stdout.isTTY ? stdout.columns : undefined,
    color,
    cwd: process.cwd(),
    env,
    isTerminal: stdout.isTTY === true,
  };
}
