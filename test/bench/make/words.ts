/** Words that names and sentences of generated specs are made of. */
export const NOUNS = ['order', 'payment', 'refund', 'customer', 'invoice', 'shipment', 'product', 'store', 'session', 'ticket', 'subscription', 'campaign', 'supplier', 'contract', 'account', 'visit'];
export const MEASURES = ['amount', 'quantity', 'discount', 'tax', 'weight', 'duration', 'margin', 'fee', 'balance', 'score'];
export const STATES = ['failed', 'open', 'closed', 'cancelled', 'returned', 'pending', 'test', 'archived'];
export const EVENTS = ['has no payment', 'is paid in several parts', 'arrives after the month is closed', 'is deleted in the shop', 'has two currencies', 'belongs to no customer', 'is refunded twice', 'is older than the history'];
export const OUTCOMES = ['it is kept with a value of 0', 'it counts in the month it was made', 'the last state counts', 'it is left out and counted apart', 'the parts are added up', 'it is shown as unknown'];

export function pick<T>(list: readonly T[], random: () => number): T {
  return list[Math.floor(random() * list.length)] as T;
}
