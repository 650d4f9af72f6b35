/** What every peer found on the example as it is (`id` empty) or with one mutant. */
export interface PeerAnswer {
  id: string;
  findings: Partial<Record<string, string[]>>;
  /** Why a peer gave no answer. */
  failed: Partial<Record<string, string>>;
}

/** One peer's share of the mutants it was shown. */
export interface PeerResult {
  peer: string;
  version: string;
  /** Mutants on which it has a finding or failure that it has not on the project as it is. */
  noticed: string[];
  /** Mutants it answered about. */
  shown: number;
  /** noticed ÷ shown; null where it was shown none. */
  share: number | null;
  note: string;
}

/** Which mutants a peer noticed: those with a finding that the original has not, or has fewer times. A finding that goes away is none. */
export function resultOf(peer: string, version: string, answers: readonly PeerAnswer[], note: string): PeerResult {
  const original = answers.find(({ id }) => id === '')?.findings[peer];
  const failures = answers.flatMap(({ failed }) => failed[peer] ?? []);
  const shown = original === undefined ? [] : answers.filter(({ id, findings }) => id !== '' && findings[peer] !== undefined);
  const noticed = shown.filter(({ findings }) => isNew(findings[peer] ?? [], original ?? [])).map(({ id }) => id);
  const words = failures.length === 0 ? note : `${note}; no answer ${failures.length} times: ${failures[0] ?? ''}`;
  return { peer, version, noticed, shown: shown.length, share: shown.length === 0 ? null : noticed.length / shown.length, note: words };
}

function isNew(found: readonly string[], original: readonly string[]): boolean {
  const left = [...original];
  return found.some((finding) => {
    const index = left.indexOf(finding);
    if (index < 0) return true;
    left.splice(index, 1);
    return false;
  });
}
