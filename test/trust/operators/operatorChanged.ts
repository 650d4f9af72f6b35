import { replaceRange } from '../sql/edits';
import { callAround, endsOperand, low, startsOperand } from '../sql/reading';
import { tokenOperator } from './make';

const CHANGED: Record<string, string> = { '+': '-', '-': '+', '*': '/', '/': '*' };

/** An arithmetic operator between two operands becomes its opposite. */
export const operatorChanged = tokenOperator({ name: 'operator-changed', names: ['columns', 'aggregation', 'filters', 'joins'], heldOut: true }, (sql, at) => {
  const token = sql.tokens[at];
  const to = token?.kind === 'symbol' ? CHANGED[token.text] : undefined;
  const next = sql.tokens[at + 1];
  if (!token || !to || !endsOperand(sql.tokens[at - 1]) || !startsOperand(next) || /^[01](\.0*)?$/.test(next?.text ?? '') || low(sql, at + 1) === 'interval') return [];
  if (low(sql, at - 1) === '*' || callAround(sql, at).name === 'unnest') return [];
  return [{ note: `${token.text} became ${to}`, edits: [replaceRange(sql, { from: at, to: at + 1 }, to)] }];
});
