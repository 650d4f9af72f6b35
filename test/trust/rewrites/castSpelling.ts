import { replaceRange } from '../sql/edits';
import { closeOf, isWhole, low, textOf } from '../sql/reading';
import { columnNamer, rewriteSome } from './make';

const WITH_COLONS = new Set(['postgres', 'redshift', 'snowflake', 'duckdb', 'databricks']);

const TYPED = new Set(['date', 'time', 'timestamp', 'interval']);

/** `x::type` for `cast(x as type)` and back, where the dialect has both. */
export const castSpelling = rewriteSome('cast-spelling', (sql, around) => {
  if (!WITH_COLONS.has(around.dialect)) return [];
  const namesColumn = columnNamer(sql);
  return sql.tokens.map((token, at) => {
    if (namesColumn(at)) return undefined;
    if (token.text === '::') return castCall(sql, at);
    if (token.kind !== 'word' || token.low !== 'cast' || low(sql, at + 1) !== '(') return undefined;
    const close = closeOf(sql, at + 1);
    const as = sql.tokens.findIndex((one, index) => index > at && index < close && one.low === 'as' && one.depth === token.depth + 1);
    const [value, type] = [{ from: at + 2, to: as }, { from: as + 1, to: close }];
    const after = low(sql, close + 1);
    if (as < 0 || !isWhole(sql, value) || !isWhole(sql, type) || ['::', '[', '.', 'at', 'with', 'without', '('].includes(after) || low(sql, at - 1) === '-') return undefined;
    const simple = value.to - value.from === 1 && ['word', 'string'].includes(sql.tokens[value.from]?.kind ?? '') && !TYPED.has(low(sql, value.from));
    return [replaceRange(sql, { from: at, to: close + 1 }, `${simple ? textOf(sql, value) : `(${textOf(sql, value)})`}::${textOf(sql, type)}${sql.tokens[close + 1]?.start === sql.tokens[close]?.end && /^\w/.test(after) ? ' ' : ''}`)];
  });
});

/** `cast(x as type)` for `x::type` where x is one column or literal and the type one word. */
function castCall(sql: Parameters<typeof textOf>[0], at: number): ReturnType<typeof replaceRange>[] | undefined {
  const [value, type] = [sql.tokens[at - 1], sql.tokens[at + 1]];
  const before = low(sql, at - 2);
  if (!value || type?.kind !== 'word' || !['word', 'string'].includes(value.kind) || ['.', '-', '::', ...TYPED].includes(before) || TYPED.has(value.low) || ['::', '[', '(', 'with', 'without', 'precision', 'varying', 'at', '.'].includes(low(sql, at + 2))) return undefined;
  return [replaceRange(sql, { from: at - 1, to: at + 2 }, `cast(${value.text} as ${type.text})`)];
}
