import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askPeers, pythonFolder, pythonWith, run, type Python } from '../python';
import { resultOf, type PeerAnswer, type PeerResult } from './answers';

export type { PeerResult } from './answers';

/** One mutated file of the example project: a model's SQL or a properties file. */
export interface PeerMutant {
  id: string;
  /** Path in the project. */
  file: string;
  /** The whole mutated text. */
  text: string;
}

export interface PeerOptions {
  /** The checkout. */
  root?: string;
  /** No further mutant is begun after this time; what has not answered some time later is ended. */
  seconds?: number;
  onAnswer?: (answered: number, of: number) => void;
}

/** What the mutant that was begun last may take: two minutes for each of the tools. */
const LAST_MUTANT_SECONDS = 600;
const DBT_BUILD = 'dbt-core 1.11.16, dbt-duckdb 1.11.1';

/**
 * Shows mutants of examples/jaffle to the peers, each with its best configuration, in a copy of the project. Peers that cannot be installed or
 * do not start are in the answer with the reason. Rejects where dbt cannot seed the example.
 */
export async function runPeers(mutants: readonly PeerMutant[], { root = process.cwd(), seconds = 240, onAnswer }: PeerOptions = {}): Promise<PeerResult[]> {
  const own = (name: string): string => join(pythonFolder(root), `requirements-${name}.txt`);
  const dbt = await pythonWith(root, 'trust-dbt', own('dbt'));
  const [bouncer, speckit, dblect] = [await pythonWith(root, 'trust-bouncer', own('bouncer')), await pythonWith(root, 'trust-speckit', own('speckit')), await startOfDblect(await pythonWith(root, 'trust-dblect', own('dblect')))];
  if (dbt.kind === 'missing') return ['dbt build', 'sqlfluff', 'dbt-bouncer', 'dbt-spec-kit', 'dblect'].map((peer) => resultOf(peer, '', [], `not run: ${dbt.why}`));
  const folder = mkdtempSync(join(tmpdir(), 'specline-peers-'));
  try {
    const project = join(folder, 'jaffle');
    cpSync(join(root, 'examples', 'jaffle'), project, { recursive: true, filter: (path) => !/[\\/](target|logs)$/.test(path) });
    mkdirSync(join(project, 'target'));
    copyFileSync(join(pythonFolder(root), 'dbt-bouncer.yml'), join(project, 'dbt-bouncer.yml'));
    const specify = speckit.kind === 'ready' ? join(speckit.bin, 'dbt-specify') : undefined;
    if (specify !== undefined) await run(specify, ['init', 'jaffle', '--warehouse', 'duckdb', '--target', '.'], { cwd: project, seconds: 120 });
    const question = { project, mutants, seconds, ...(typeof dblect === 'string' ? {} : { dblect: dblect.program }), ...(bouncer.kind === 'ready' ? { bouncer: join(bouncer.bin, 'dbt-bouncer') } : {}), ...(specify === undefined ? {} : { specify }) };
    const env = { ...process.env, JAFFLE_DB: join(project, 'target', 'jaffle.duckdb'), DO_NOT_TRACK: '1', DBT_SEND_ANONYMOUS_USAGE_STATS: 'false', NO_COLOR: '1', PYTHONDONTWRITEBYTECODE: '1' };
    const answers = await askPeers<PeerAnswer>(dbt.python, join(pythonFolder(root), 'peers.py'), question, env, seconds + LAST_MUTANT_SECONDS, (count) => onAnswer?.(count - 1, mutants.length));
    const limit = answers.length - 1 < mutants.length ? `; ${answers.length - 1} of ${mutants.length} mutants were shown` : '';
    return [
      resultOf('dbt build', DBT_BUILD, answers, `the project's data, unit and singular tests and its contracts on its own seeds, the mutated model and all that reads it${limit}`),
      resultOf('dbt-bouncer', '4.3.0', answers, `${missing(bouncer)}preset strict with the checks of joins, stars, materializations, keys, and catalog columns beside it (test/trust/python/dbt-bouncer.yml); its grain checks need dbt 2.0's information schema and do not run${limit}`),
      resultOf('dbt-spec-kit', '1.4.0', answers, `${missing(speckit)}dbt-specify init, then report and ci on the manifest of every mutant${limit}`),
      resultOf('sqlfluff', '4.4.0', answers, `dialect duckdb, every rule but those of layout, which a person's formatter settles${limit}`),
      typeof dblect === 'string' ? resultOf('dblect', '0.1.0', [], dblect) : resultOf('dblect', '0.1.0', answers, `dblect check on the manifest and catalog of every mutant; without type declarations${limit}`),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function missing(python: Python): string {
  return python.kind === 'missing' ? `not run: ${python.why}; ` : '';
}

/** dblect needs to start before it can be shown anything; a text says why it does not. */
async function startOfDblect(python: Python): Promise<string | { program: string }> {
  if (python.kind === 'missing') return `not run: ${python.why}`;
  const program = join(python.bin, 'dblect');
  const started = await run(program, ['--help'], { seconds: 120 });
  if (started.code === 0) return { program };
  const { output: version } = await run(python.python, ['--version']);
  return `not run: it does not start on ${version.trim()}: ${started.errors.trim().split('\n').pop() ?? ''}`;
}
