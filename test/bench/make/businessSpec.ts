import { randomOf } from '../../trust/random';
import { EVENTS, MEASURES, NOUNS, OUTCOMES, pick, STATES } from './words';

/** A business spec of about so many lines, valid by its schema; the same for the same seed. */
export function businessSpec(model: string, lines: number, seed: string): string {
  const random = randomOf(`business ${seed} ${model} ${lines}`);
  const some = (share: number): number[] => Array.from({ length: Math.max(1, Math.round(((lines - 22) * share) / 100)) }, (_, index) => index + 1);
  const noun = (): string => pick(NOUNS, random);
  const item = (fields: readonly [string, string][], block: boolean): string[] => {
    if (!block) return [`  - { ${fields.map(([key, value]) => `${key}: ${value}`).join(', ')} }`];
    return fields.map(([key, value], index) => `  ${index === 0 ? '- ' : '  '}${key}: ${value}`);
  };
  const text = (value: string): string => JSON.stringify(value);
  const edgeCases = some(10).flatMap((n) => item([['id', `EC-${n}`], ['when', text(`a ${noun()} ${pick(EVENTS, random)}`)], ['then', text(pick(OUTCOMES, random))]], n % 2 === 0));
  const correct = some(8).flatMap((n) => item([['id', `CW-${n}`], ['statement', text(`the ${pick(MEASURES, random)} of each ${noun()} equals that of the ledger`)], ['tolerance', text(`${Math.ceil(random() * 9)} EUR`)], ['reference', text(`the monthly ${noun()} ledger`)]], n % 2 === 0));
  const measures = some(10).flatMap((n) => item([['id', `M-${n}`], ['name', text(`${pick(MEASURES, random)} by ${noun()} ${n}`)], ['means', text(`sum of the ${pick(MEASURES, random)} of every ${noun()} that is not ${pick(STATES, random)}`)], ['unit', text('EUR')]], n % 3 !== 0));
  const terms = some(10).flatMap((n) => item([['id', `TM-${n}`], ['term', text(`${pick(STATES, random)} ${noun()} ${n}`)], ['means', text(`a ${noun()} that ${pick(EVENTS, random)}`)]], n % 3 === 0));
  const rules = some(22).flatMap((n) => item([['id', `R-${n}`], ['statement', text(`a ${noun()} above ${Math.ceil(random() * 500)} EUR counts as large`)]], false));
  return [
    'spec: business/v1', `model: ${model}`, 'owner: finance-analytics', `question: How much ${pick(MEASURES, random)} does each ${noun()} bring since the first ${noun()}?`, 'asked_on: 2026-03-02',
    `decision: "which ${noun()} gets a manager"`, 'grain:', `  one_row_per: [${noun()}]`, 'population:', '  include:', `    - { id: POP-all, statement: "every ${noun()}, also without a ${noun()}" }`, '  exclude:', `    - { id: POP-failed, statement: "each ${noun()} that is ${pick(STATES, random)}" }`,
    'terms:', ...terms, 'measures:', ...measures, 'rules:', ...rules, 'edge_cases:', ...edgeCases, 'correct_when:', ...correct, 'freshness: daily', 'history: since the first order', '',
  ].join('\n');
}
