import type { WaiverFact } from '../spec/types';
import type { Clause } from './types';

/**
 * The waiver of a clause or finding by its address; one of a clause covers what is written below it (`joins/paid` also
 * `joins/paid/keys`). A waiver holds to the end of the day of `until`; `today` is an ISO date.
 */
export function waiverOf(waivers: readonly WaiverFact[], address: string, today: string): Clause['waived'] {
  const found = waivers.find((waiver) => covers(waiver.clause.value.trim(), address) && isOpen(waiver, today));
  return found ? { reason: found.reason?.value ?? '', by: found.by?.value ?? null, until: found.until?.value ?? null } : null;
}

function covers(written: string, address: string): boolean {
  return written !== '' && (written === address || address.startsWith(`${written}/`));
}

function isOpen(waiver: WaiverFact, today: string): boolean {
  const until = waiver.until?.value;
  return until === undefined || (/^\d{4}-\d{2}-\d{2}/.test(until) && until.slice(0, 10) >= today);
}
