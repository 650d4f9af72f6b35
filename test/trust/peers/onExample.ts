import { parse, stringify } from 'yaml';
import type { SqlService } from '../../../engine/sql';
import { ownFixtures } from '../corpus';
import type { MutantResult } from '../results';
import { runProject } from '../run';
import type { DeclaredTest } from '../types';
import { runPeers, type PeerMutant, type PeerResult } from './index';

/** Mutants of the example project, and what Specline and every other tool noticed of them. */
export interface PeersReport {
  project: string;
  mutants: number;
  /** Specline first; its share is of the mutants all tools were shown. */
  peers: PeerResult[];
}

export interface PeersOptions {
  root: string;
  seed: number;
  sample: number | undefined;
  /** Mutants shown to the tools at most: each takes dbt some seconds. */
  most: number;
  seconds: number;
  progress(text: string): void;
}

/** The example runs on real data under real dbt, so it is what every tool can be shown at its best. */
export async function peersOnExample(sql: SqlService, { root, seed, sample, most, seconds, progress }: PeersOptions): Promise<PeersReport> {
  const [example] = ownFixtures(root);
  if (!example) throw new Error('the example project is not in this checkout.');
  const { mutants } = await runProject(sql, example, { seed, sample, keepTexts: true, progress });
  const shown = mutants.flatMap((mutant): (PeerMutant & { mutant: MutantResult })[] => (mutant.changed ? [{ id: mutant.id, ...mutant.changed, mutant }] : []));
  const peers = await runPeers(shown.map(({ id, file, text }) => ({ id, file, text })), { root, most, seconds, onAnswer: (answered, of) => progress(`other tools: ${answered} of ${of} mutants`) });
  const asked = Math.max(0, ...peers.map((peer) => peer.shown));
  const common = evenly(shown, Math.min(most, shown.length)).slice(0, asked);
  const noticed = common.filter(({ mutant }) => mutant.tiers[0]?.outcome === 'detected').map(({ id }) => id);
  const specline: PeerResult = { peer: 'Specline', version: 'this checkout', noticed, shown: common.length, share: common.length === 0 ? 0 : noticed.length / common.length, note: 'specs inferred from the originals; judged at the best tier, by the clause or finding that names the change' };
  return { project: example.name, mutants: shown.length, peers: [specline, ...peers] };
}

/** The same even sample that is shown to the tools. */
function evenly<T>(items: readonly T[], most: number): T[] {
  if (items.length <= most) return [...items];
  return Array.from({ length: most }, (_, index) => items[Math.floor((index * items.length) / most)] as T);
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
