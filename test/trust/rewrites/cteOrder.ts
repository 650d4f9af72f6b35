import { definitionsOf } from '../sql/ctes';
import { hasStatement, low, textOf } from '../sql/reading';
import { replaceRange } from '../sql/edits';
import { rewriteOne } from './make';

/** Two neighbouring CTEs change places, where the second does not read the first. */
export const cteOrder = rewriteOne('cte-order', (sql) => {
  const definitions = definitionsOf(sql);
  if (sql.tokens.some((token) => token.low === 'recursive')) return [];
  return definitions.slice(1).map((second, index) => {
    const first = definitions[index];
    if (!first || first.close + 1 !== second.name - 1 || low(sql, second.name - 1) !== ',') return undefined;
    const ranges = [first, second].map((cte) => ({ from: cte.name, to: cte.close + 1 }));
    const [a, b] = ranges;
    const reads = (name: string, cte: typeof first): boolean => sql.tokens.slice(cte.open, cte.close).some((token) => token.low === name || (token.kind === 'jinja' && token.low.includes(name)));
    if (!a || !b || hasStatement(sql, { from: a.from, to: b.to }) || reads(low(sql, first.name), second) || reads(low(sql, second.name), first)) return undefined;
    return [replaceRange(sql, a, textOf(sql, b)), replaceRange(sql, b, textOf(sql, a))];
  });
});
