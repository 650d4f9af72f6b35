import { replaceRange } from '../sql/edits';
import { endsOperand, startsOperand } from '../sql/reading';
import { tokenOperator } from './make';

const CHANGED: Record<string, string> = { '<': '<=', '<=': '<', '>': '>=', '>=': '>', '=': '<>', '<>': '=', '!=': '=' };

/** A comparison becomes its neighbour: `<` for `<=`, `=` for `<>`. */
export const comparisonChanged = tokenOperator({ name: 'comparison-changed', names: ['filters', 'joins', 'columns', 'aggregation', 'grain'] }, (sql, at) => {
  const token = sql.tokens[at];
  const to = token && CHANGED[token.text];
  if (!to || !endsOperand(sql.tokens[at - 1]) || !startsOperand(sql.tokens[at + 1])) return [];
  return [{ note: `${token.text} became ${to}`, edits: [replaceRange(sql, { from: at, to: at + 1 }, to)] }];
});
