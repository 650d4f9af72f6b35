import { replaceRange } from '../sql/edits';
import { columnRefs, itemOf, low, textOf } from '../sql/reading';
import { rewriteSome } from './make';

/** `b + a` for an entry `a + b` of two columns, and so for `*`. Redshift also joins texts with `+`, so only `*` there. */
export const commutedOperands = rewriteSome('commuted-operands', (sql, around) =>
  sql.selects.flatMap((select) =>
    select.items.map((range) => {
      const item = itemOf(sql, range);
      const [a, b, more] = item?.alias === undefined ? [] : columnRefs(sql, item.expr);
      if (!item || !a || !b || more || a.range.from !== item.expr.from || b.range.to !== item.expr.to || a.range.to + 1 !== b.range.from) return undefined;
      const operator = low(sql, a.range.to);
      if (operator !== '*' && (operator !== '+' || around.dialect === 'redshift')) return undefined;
      return [replaceRange(sql, item.expr, `${textOf(sql, b.range)} ${operator} ${textOf(sql, a.range)}`)];
    }),
  ),
);
