import type { Expr, Opaque } from '../../sql/types';
import { hasAggregate, someExpr } from '../../sql/exprs';
import { mapStage } from './inline';
import { childStages, sourcesOf, type NColumn, type NGraph, type NStage } from './model';

/** Functions that make several rows of one where they stand in a select list. */
const ROW_MAKERS = /^(unnest|flatten|inline(_outer)?|stack|json_tuple|(pos)?explode(_outer)?|generate_(series|subscripts)|jsonb?_(array_elements|each|object_keys|populate_recordset|to_recordset|path_query)(_text)?|regexp_(matches|split_to_table)|string_to_table|split_to_table)$/;

/**
 * False where a column of a stage changes nothing of what the graph puts out: it is no output, adds and drops no rows, and no
 * stage reads it but to make or hand on columns of which the same holds. `told` are hidden parts whose text is known to be
 * all there is. True where that cannot be said.
 */
export function isLive(graph: NGraph, id: string, name: string, told: ReadonlySet<Opaque>): boolean {
  return live(graph, id, name, told, new Set());
}

function live(graph: NGraph, id: string, name: string, told: ReadonlySet<Opaque>, seen: Set<string>): boolean {
  if (seen.has(`${id}\n${name}`)) return false;
  seen.add(`${id}\n${name}`);
  const stage = graph.stages.get(id);
  if (!stage || id === graph.last || makesRows(stage, name)) return true;
  const stages = [...graph.stages.values()];
  const readers = stages.filter((reader) => childStages(reader).includes(id));
  // What no stage reads as a source is a subquery of an expression, which is one value of it.
  if (readers.length === 0 && stages.some((reader) => somewhere(reader, (part) => part.kind === 'subquery' && part.stage === id))) return true;
  // A name that could not be resolved may be this one, as where a subquery reads the query around it.
  if (stages.some((reader) => somewhere(reader, (part) => part.kind === 'column' && part.source === undefined && part.name.text === name && !reader.union))) return true;
  return readers.some((reader) => isReadBy(graph, reader, stage, name, told, seen));
}

function isReadBy(graph: NGraph, reader: NStage, stage: NStage, name: string, told: ReadonlySet<Opaque>, seen: Set<string>): boolean {
  if (reader.recursive || reader.opaque.some((part) => !told.has(part) || part.text.toLowerCase().includes(name.toLowerCase()))) return true;
  const goesOn = (column: NColumn): boolean => column.name === undefined || live(graph, reader.id, column.name, told, seen);
  if (reader.union) {
    const at = stage.columns.findIndex((column) => column.name === name);
    const column = reader.columns[at];
    return stage.columns.some((own) => own.expr.kind === 'star') || column?.name === undefined || goesOn(column) || live(graph, reader.id, name, told, seen);
  }
  const own = sourcesOf(reader).filter((source) => source.target.kind === 'stage' && source.target.id === stage.id);
  const reads = (expr: Expr): boolean => someExpr(expr, (part) => part.kind === 'jinja' || (part.kind === 'column' && own.some(({ key, alias }) => (part.source === key && part.name.text === name) || (part.source === undefined && part.name.text === alias))));
  if (somewhere({ ...reader, columns: [] }, reads)) return true;
  if (own.some((source) => reader.joins.some((join) => join.source.key === source.key && join.opaque))) return true;
  return reader.columns.some((column) => {
    const { expr } = column;
    if (expr.kind !== 'star') return reads(expr) && goesOn(column);
    const handed = own.some(({ key }) => expr.table === undefined || expr.table.text === key);
    if (reads(expr)) return true;
    if (!handed || expr.except.some((item) => item.text === name)) return false;
    return reader.distinct !== undefined || live(graph, reader.id, expr.rename.find((item) => item.from.text === name)?.to.text ?? name, told, seen);
  });
}

/** True where the rows of a stage depend on one of its columns. */
function makesRows(stage: NStage, name: string): boolean {
  if (stage.recursive || stage.distinct || (stage.union && stage.union.op !== 'union_all')) return true;
  return stage.columns.some((column) => column.name === name && (column.expr.kind === 'jinja' || (stage.aggregate !== undefined && !hasAggregate(column.expr)) || someExpr(column.expr, (part) => part.kind === 'call' && ROW_MAKERS.test(part.name))));
}

function somewhere(stage: NStage, test: (expr: Expr) => boolean): boolean {
  let found = false;
  mapStage(stage, (expr) => {
    found ||= someExpr(expr, test);
    return expr;
  });
  return found;
}
