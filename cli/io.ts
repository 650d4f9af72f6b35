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
  /** The file of the built command; absent where it is not built. */
  script?: string;
}

/** FORCE_COLOR decides where it is set (`0` and `false` mean none), then NO_COLOR, then whether there is a terminal that has colours. */
export function hasColour(env: Io['env'], isTerminal: boolean): boolean {
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return isTerminal && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
}

/** The process's own streams; colour only on a terminal, and as NO_COLOR and FORCE_COLOR say. */
export function processIo(script?: string): Io {
  const { stdout, stderr, env } = process;
  const color = hasColour(env, stdout.isTTY === true);
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    width: stdout.isTTY ? stdout.columns : undefined,
    color,
    cwd: process.cwd(),
    env,
    isTerminal: stdout.isTTY === true,
    ...(script === undefined ? {} : { script }),
  };
}
