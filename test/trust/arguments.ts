import { parseArgs } from 'node:util';
import type { Part } from './split';

export interface TrustArguments {
  help: boolean;
  json: boolean;
  misses: boolean;
  full: boolean;
  seed: number;
  sample: number;
  corpus?: string;
  only?: string;
  project?: string;
  part?: Part;
  jobs?: number;
  validate: boolean;
  peers: boolean;
  /** Mutants shown to other tools at most. */
  peerMutants: number;
}

/** Mutants per operator and project: the whole run then takes about five minutes on two cores. */
const DEFAULT_SAMPLE = 3;
/** Other tools take some seconds for each mutant: dbt builds it and what reads it, writes the catalog, and each tool reads both. */
const DEFAULT_PEER_MUTANTS = 60;

export const USAGE = `npm run trust -- [options]

  --corpus DIR   a folder of dbt projects or artifacts, however deep (default: SPECLINE_CORPUS, ../shared/corpus, else own fixtures)
  --seed N       seed of the sample (default 1)
  --sample N     mutants per operator and project, rewrites per rewrite and project (default ${DEFAULT_SAMPLE})
  --full         all of them
  --only TEXT    operators and rewrites whose name has this text
  --project TEXT projects whose name has this text
  --part PART    develop or heldOut projects only
  --misses       list every miss with its line before and after
  --json         one JSON object instead of tables
  --jobs N       projects at the same time (default: cores)
  --no-validate  do not run mutants on data, nor count joins and groupings with sqlglot (both need Python)
  --no-peers     do not run other tools
  --peer-mutants N  mutants of the example that other tools are shown at most (default ${DEFAULT_PEER_MUTANTS}; some seconds each)

Exit codes: 0 it ran, 1 the engine crashed on something, 2 wrong usage or nothing to measure, 4 an internal error.
`;

/** The arguments of a run, or one sentence about what is wrong with them. */
export function argumentsOf(args: readonly string[]): TrustArguments | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean' }, json: { type: 'boolean' }, misses: { type: 'boolean' }, full: { type: 'boolean' }, seed: { type: 'string' }, sample: { type: 'string' }, corpus: { type: 'string' }, only: { type: 'string' },
        project: { type: 'string' }, part: { type: 'string' }, jobs: { type: 'string' }, 'no-validate': { type: 'boolean' }, 'no-peers': { type: 'boolean' }, 'peer-mutants': { type: 'string' },
      },
    });
    const part = values.part;
    if (part !== undefined && part !== 'develop' && part !== 'heldOut') return `--part is develop or heldOut, not ${part}.`;
    const numbers = { seed: numberOf(values.seed, 1), sample: numberOf(values.sample, DEFAULT_SAMPLE), jobs: numberOf(values.jobs, 0), 'peer-mutants': numberOf(values['peer-mutants'], DEFAULT_PEER_MUTANTS) };
    const wrong = Object.entries(numbers).find(([, value]) => value === undefined);
    if (wrong) return `--${wrong[0]} takes a whole number.`;
    return {
      help: values.help === true, json: values.json === true, misses: values.misses === true, full: values.full === true, seed: numbers.seed ?? 1, sample: numbers.sample ?? DEFAULT_SAMPLE,
      ...(values.corpus === undefined ? {} : { corpus: values.corpus }), ...(values.only === undefined ? {} : { only: values.only }), ...(values.project === undefined ? {} : { project: values.project }),
      ...(part === undefined ? {} : { part }), ...(numbers.jobs ? { jobs: numbers.jobs } : {}), validate: values['no-validate'] !== true, peers: values['no-peers'] !== true, peerMutants: numbers['peer-mutants'] ?? DEFAULT_PEER_MUTANTS,
    };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function numberOf(text: string | undefined, fallback: number): number | undefined {
  if (text === undefined) return fallback;
  return /^\d+$/.test(text) ? Number(text) : undefined;
}
