import { parseArgs } from 'node:util';

export interface BenchArguments {
  help: boolean;
  json: boolean;
  quick: boolean;
  seed: number;
  only?: string;
  peer: boolean;
  /** Answers measured of every request. */
  repeats?: number;
  /** Models of the generated projects. */
  models?: number[];
  /** Lines of the generated specs. */
  lines?: number[];
}

export const USAGE = `npm run bench -- [options]

  --quick        a smoke test: small sizes, few repeats, goals are still shown
  --only PART    documents, broken, memory or projects
  --lines LIST   lines of the generated specs (default 100,1000,5000)
  --models LIST  models of the generated dbt projects (default 100,1000,10000)
  --repeats N    answers measured of every request (default 30)
  --seed N       seed of everything generated (default 1)
  --no-peer      do not install or run yaml-language-server
  --json         one JSON object {rows, notes} instead of a table
  --help         this text

Exit codes: 0 it ran, 2 wrong usage, 4 an internal error. A goal that is not met is shown, it does not fail the run.
`;

export const PARTS = ['documents', 'broken', 'memory', 'projects'] as const;

/** The arguments of a run, or one sentence about what is wrong with them. */
export function argumentsOf(args: readonly string[]): BenchArguments | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean' }, json: { type: 'boolean' }, quick: { type: 'boolean' }, seed: { type: 'string' }, only: { type: 'string' },
        'no-peer': { type: 'boolean' }, repeats: { type: 'string' }, models: { type: 'string' }, lines: { type: 'string' },
      },
    });
    if (values.only !== undefined && !PARTS.some((part) => part === values.only)) return `--only is one of ${PARTS.join(', ')}, not ${values.only}.`;
    const [seed, repeats, models, lines] = [values.seed, values.repeats, values.models, values.lines].map(numbersOf);
    if (seed === null || repeats === null || models === null || lines === null) return '--seed and --repeats take a whole number, --models and --lines a list of them.';
    return {
      help: values.help === true, json: values.json === true, quick: values.quick === true, peer: values['no-peer'] !== true, seed: seed?.[0] ?? 1,
      ...(values.only === undefined ? {} : { only: values.only }), ...(repeats?.[0] === undefined ? {} : { repeats: repeats[0] }), ...(models ? { models } : {}), ...(lines ? { lines } : {}),
    };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Whole numbers between commas; null where it is something else, undefined where there is nothing. */
function numbersOf(text: string | undefined): number[] | null | undefined {
  if (text === undefined) return undefined;
  return /^\d+(,\d+)*$/.test(text) ? text.split(',').map(Number) : null;
}
