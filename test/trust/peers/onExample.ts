import { parse, stringify } from 'yaml';
import type { SqlService } from '../../../engine/sql';
import { ownFixtures } from '../corpus';
import { isUnproven, verdictsOnData } from '../onData';
import { randomOf, shuffled } from '../random';
import type { MutantResult } from '../results';
import { runProject } from '../run';
import type { DeclaredTest } from '../types';
import { runPeers, type PeerMutant, type PeerResult } from './index';

/** Mutants of the example project, and what Specline and every other tool noticed of them. */
export interface PeersReport {
  project: string;
  /** Mutants made that data tells from the original or cannot show, and how many of them were shown to the tools. */
  mutants: number;
  shown: number;
  /** Specline first; its share is of the mutants all tools were shown. */
  peers: PeerResult[];
  /** Why no tool was shown anything; null where they were. */
  failed: string | null;
}

export interface PeersOptions {
  root: string;
  seed: number;
  sample: number | undefined;
  /** Mutants shown to the tools at most. */
  most: number;
  /** Leave out mutants that generated data does not tell from the original. */
  validate: boolean;
  progress(text: string): void;
}

/** What dbt and the tools may take for a mutant on a busy machine. */
const SECONDS_A_MUTANT = 15;

/**
 * Shows mutants of the example to other tools: it runs on real data under real dbt, so it is what every tool can be shown at its best. The mutants
 * come in an order that only the seed decides, so that the first of them are a fair sample. Never rejects: what fails is told.
 */
export async function peersOnExample(sql: SqlService, { root, seed, sample, most, validate, progress }: PeersOptions): Promise<PeersReport> {
  const [example] = ownFixtures(root);
  const none = { project: example?.name ?? '', mutants: 0, shown: 0, peers: [] };
  if (!example) return { ...none, failed: 'the example project is not in this checkout' };
  try {
    const { mutants } = await runProject(sql, example, { seed, sample, keepTexts: true, progress });
    const data = validate ? await verdictsOnData(mutants.flatMap((mutant) => mutant.data ?? []), root, 1, () => undefined) : undefined;
    const valid = mutants.filter(({ id }) => data === undefined || !isUnproven(data, id));
    const made = valid.flatMap((mutant): (PeerMutant & { mutant: MutantResult })[] => (mutant.changed ? [{ id: mutant.id, ...mutant.changed, mutant }] : []));
    const chosen = shuffled(made, randomOf(`${seed} peers`)).slice(0, most);
    const peers = await runPeers(chosen.map(({ id, file, text }) => ({ id, file, text })), { root, seconds: most * SECONDS_A_MUTANT, onAnswer: (answered, of) => progress(`other tools: ${answered} of ${of} mutants`) });
    const shown = Math.max(0, ...peers.map((peer) => peer.shown));
    return { project: example.name, mutants: made.length, shown, peers: [ownResult(chosen.slice(0, shown)), ...peers], failed: null };
  } catch (error) {
    return { ...none, failed: error instanceof Error ? error.message : String(error) };
  }
}

function ownResult(shown: readonly { mutant: MutantResult }[]): PeerResult {
  const noticed = shown.filter(({ mutant }) => mutant.tiers[0]?.outcome === 'detected').map(({ mutant }) => mutant.id);
  return { peer: 'Specline', version: 'this checkout', noticed, shown: shown.length, share: shown.length === 0 ? 0 : noticed.length / shown.length, note: 'specs inferred from the originals; judged at the best tier, by the clause or finding that names the change' };
}

/** A properties file in which a model has these generic tests and no others; undefined where the file does not describe it. */
export function withTests(text: string, model: string, tests: readonly DeclaredTest[]): string | undefined {
  const data = parse(text) as { models?: { name?: string; columns?: { name?: string }[] }[] };
  const found = data.models?.find(({ name }) => name === model);
  if (!found) return undefined;
  const columns = found.columns ?? [];
  const named = new Set(columns.map(({ name }) => name));
  const added = [...new Set(tests.flatMap(({ column }) => (column === undefined || named.has(column) ? [] : [column])))].map((name) => ({ name }));
  const ofModel = { ...found, columns: [...columns, ...added].map((column) => retested(column, tests.filter((test) => test.column === column.name))) };
  const changed = retested(ofModel, tests.filter(({ column }) => column === undefined));
  return stringify({ ...data, models: data.models?.map((entry) => (entry === found ? changed : entry)) }, { aliasDuplicateObjects: false });
}

function retested(entry: object, tests: readonly DeclaredTest[]): object {
  const kept = Object.fromEntries(Object.entries(entry).filter(([key]) => key !== 'tests' && key !== 'data_tests'));
  const items = tests.map(({ test, arguments: values, severity, where }) => {
    const config = { ...(severity === undefined ? {} : { severity }), ...(where === undefined ? {} : { where }) };
    const body = { ...(Object.keys(values).length > 0 ? { arguments: values } : {}), ...(Object.keys(config).length > 0 ? { config } : {}) };
    return Object.keys(body).length > 0 ? { [test]: body } : test;
  });
  return items.length > 0 ? { ...kept, data_tests: items } : kept;
}
