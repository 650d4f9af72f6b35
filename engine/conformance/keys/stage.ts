import type { Expr } from '../../sql/types';
import { exprKey } from '../expr/key';
import { exprText } from '../expr/text';
import { sourcesOf, type NColumn, type NGraph, type NStage } from '../normalise/model';
import { surrogateOf } from './injective';
import { coalesced, columnAt, columnIn, isColumnAt, rowKeys, rowsHidden, type RowKey } from './rows';
import { unionKeys } from './union';
import type { KeysOfRelation, ProvenKey } from './types';

/** Stages deeper than this are not looked into; only a cycle goes so far. */
const MAX_DEPTH = 40;

/**
 * Keys of a stage's output that its SQL and the keys of what it reads prove: GROUP BY, DISTINCT, the first row of a
 * window, one row in all, keys of an input that no join multiplies, branches told apart by a constant. An empty list says
 * that nothing is proved, not that there are duplicates.
 */
export function stageKeys(graph: NGraph, stage: NStage, keysOf: KeysOfRelation, depth = 0): ProvenKey[] {
  if (depth > MAX_DEPTH || stage.recursive) return [];
  if (stage.limit?.rows?.kind === 'literal' && stage.limit.rows.value === '1') return [{ columns: [], text: 'limit 1', tier: 'E1', span: stage.limit.span }];
  const distinct = stage.distinct ? allColumns(stage, 'select distinct', stage.distinct.span) : [];
  if (stage.union) return [...unionKeys(graph, stage, keysOf, depth), ...distinct];
  if (stage.aggregate) return [...groupKeys(graph, stage, stage.aggregate), ...distinct];
  const rows = [...dedupeKeys(stage), ...rowKeys(graph, stage, keysOf, depth)];
  return [...rows.flatMap((key) => outputKeys(graph, stage, key)), ...distinct];
}

/** Every output column together, where all of them are known. */
export function allColumns(stage: NStage, text: string, span: ProvenKey['span']): ProvenKey[] {
  if (stage.opaque.some((opaque) => opaque.aspects.includes('columns'))) return [];
  const names = stage.columns.map((column) => column.name);
  return names.length > 0 && names.every((name) => name !== undefined) ? [{ columns: names, text, tier: 'E1', ...(span ? { span } : {}) }] : [];
}

function groupKeys(graph: NGraph, stage: NStage, aggregate: NonNullable<NStage['aggregate']>): ProvenKey[] {
  if (aggregate.grouping !== undefined || rowsHidden(stage)) return [];
  // A constant groups nothing.
  const by = aggregate.by.filter(({ expr }) => expr.kind !== 'literal');
  const found = by.length === 0 ? 'an aggregate over all rows' : undefined;
  const names = by.map(({ expr }) => outputName(stage, expr));
  const plain: ProvenKey[] = names.every((name) => name !== undefined)
    ? [{ columns: [...new Set(names)], text: found ?? `group by ${[...new Set(names)].join(', ')}`, tier: 'E1', span: aggregate.span }]
    : [];
  const at = by.map(({ expr }) => columnAt(expr));
  if (by.length === 0 || at.some((item) => item === undefined)) return plain;
  const surrogates = withSurrogates(graph, stage, at as string[]).map((columns): ProvenKey => ({ columns, text: `group by, as the surrogate key ${columns.join(', ')}`, tier: 'E1', span: aggregate.span }));
  return [...plain, ...surrogates];
}

function outputName(stage: NStage, expr: Expr): string | undefined {
  const key = exprKey(expr);
  const found = stage.columns.find((column) => column.name !== undefined && exprKey(column.expr) === key);
  return found?.name ?? outputOfColumn(stage, columnAt(expr) ?? '');
}

function dedupeKeys(stage: NStage): RowKey[] {
  if (!stage.dedupe || stage.opaque.some((opaque) => opaque.aspects.includes('union'))) return [];
  const at = stage.dedupe.by.map(columnAt);
  const [span] = stage.dedupe.spans;
  return at.every((item) => item !== undefined) ? [{ at, text: `the first row per ${stage.dedupe.by.map(exprText).join(', ')}`, tier: 'E1', ...(span ? { span } : {}) }] : [];
}

/** A key of the rows by the names it comes out with: as its columns are, and as a surrogate of some of them. */
function outputKeys(graph: NGraph, stage: NStage, { at, text, tier, span, place }: RowKey): ProvenKey[] {
  const names = at.map((item) => outputOfColumn(stage, item));
  const keys: ProvenKey[] = names.every((name) => name !== undefined) ? [{ columns: [...new Set(names)], text, tier, span, place }] : [];
  for (const columns of withSurrogates(graph, stage, at)) keys.push({ columns, text: `${text}, as the surrogate key ${columns.join(', ')}`, tier, span, place });
  return keys;
}

/** Output columns that stand for a whole key or a part of one, with the rest of the key by name. */
function withSurrogates(graph: NGraph, stage: NStage, at: readonly string[]): string[][] {
  if (at.length === 0) return [];
  return stage.columns.flatMap((column): string[][] => {
    if (column.name === undefined || column.expr.kind === 'column') return [];
    const parts = surrogateOf(column.expr)?.map((part) => columnIn(graph, stage, part));
    if (!parts || parts.some((part) => part === undefined) || !parts.some((part) => part !== undefined && at.includes(part))) return [];
    const rest = at.filter((item) => !parts.includes(item)).map((item) => outputOfColumn(stage, item));
    return rest.every((name) => name !== undefined) ? [[column.name, ...rest]] : [];
  });
}

/** The name a source's column comes out by; undefined where it does not. */
function outputOfColumn(stage: NStage, at: string): string | undefined {
  for (const column of stage.columns) {
    if (column.name !== undefined && isAt(column, at)) return column.name;
    if (column.expr.kind !== 'star' || column.expr.rename.length > 0) continue;
    const source = sourcesOf(stage).find((candidate) => at.startsWith(`${candidate.key}.`));
    const name = source && at.slice(source.key.length + 1);
    if (name !== undefined && (column.expr.table === undefined || column.expr.table.text === source?.key) && !column.expr.except.some((item) => item.text === name)) return name;
  }
  return undefined;
}

function isAt({ expr }: NColumn, at: string): boolean {
  if (expr.kind !== 'call' || expr.name !== 'coalesce') return isColumnAt(expr, at);
  if (!at.startsWith('coalesce(')) return false;
  const parts = expr.args.map(columnAt);
  return parts.every((part) => part !== undefined) && coalesced(parts) === at;
}
