import { replaceRange } from '../sql/edits';
import { joinKind } from '../sql/nulls';
import { columnRefs, hasStatement, inJinja, isWhole, itemOf, low, relationsOf, textOf } from '../sql/reading';
import { splitBy } from '../sql/selects';
import { rewriteSome } from './make';

/** ON for USING, in a SELECT with one inner or left join and no star; the merged column becomes that of the first relation. */
export const onForUsing = rewriteSome('on-for-using', (sql) =>
  sql.selects.map((select) => {
    const [first, second, more] = relationsOf(sql, select) ?? [];
    const using = second?.join?.using;
    const { join } = second ?? {};
    if (!first?.name || !second?.name || more || !join || !using || !isWhole(sql, using) || hasStatement(sql, select.range) || !['inner', 'left'].includes(joinKind(sql, join))) return undefined;
    if (inJinja(sql, first.name) || select.items.some((item) => itemOf(sql, item)?.star !== false) || join.range.to > using.to + 1) return undefined;
    const columns = splitBy(sql.tokens, using, sql.tokens[using.from]?.depth ?? 0, ',').map((part) => textOf(sql, part));
    const keys = new Set(columns.map((column) => column.toLowerCase()));
    const refs = columnRefs(sql, select.range).filter((ref) => keys.has(low(sql, ref.at)) && (ref.at < using.from || ref.at >= using.to));
    const aliases = select.items.flatMap((item) => itemOf(sql, item)?.alias ?? []);
    const nested = sql.selects.some((one) => one.range.from > select.range.from && one.range.to < select.range.to);
    const hidden = sql.tokens.slice(select.range.from, select.range.to).some((token) => token.kind === 'jinja' && [...keys].some((key) => token.low.includes(key)));
    if (nested || hidden || aliases.some((at) => keys.has(low(sql, at)))) return undefined;
    const { name } = first;
    const condition = columns.map((column) => `${name}.${column} = ${second.name ?? ''}.${column}`).join(' and ');
    const bare = refs.filter((ref) => ref.qualifier === undefined).map((ref) => replaceRange(sql, ref.range, `${name}.${textOf(sql, ref.range)}`));
    return [replaceRange(sql, { from: using.from - 2, to: using.to + 1 }, `on ${condition}`), ...bare];
  }),
);
