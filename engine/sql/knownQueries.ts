import type { Span } from '../text';
import { callOf, jinjaBlocks, literalOf } from './jinja';
import { relationOfCall } from './references';

/** The SQL of a block that is a query of its own: a macro of dbt_utils over relations that are named by literals; undefined for any other. */
export function knownQuery(template: string, span: Span): string | undefined {
  const [block] = jinjaBlocks(template.slice(span.start, span.end));
  return block?.kind === 'expression' && isQuery(template, span) ? macroSql(block.body) : undefined;
}

/** True where a block is a query of its own: alone in brackets, or the whole text. */
function isQuery(template: string, span: Span): boolean {
  const before = template.slice(0, span.start).replace(/\{#[\s\S]*?#\}|\{\{\s*config\([\s\S]*?\)\s*\}\}/g, '').trimEnd();
  return (before === '' || /(\bas|\bfrom|\bjoin)\s*\($/i.test(before)) && /^\s*(\)|$)/.test(template.slice(span.end));
}

/** The SQL of a macro of dbt_utils over relations that are named by literals; undefined for any other. */
function macroSql(body: string): string | undefined {
  const call = callOf(body);
  if (!call || call.rest !== '') return undefined;
  if (call.name === 'dbt_utils.deduplicate') {
    const [relation, by, order] = ['relation', 'partition_by', 'order_by'].map((key, index) => call.kwargs[key] ?? call.args[index]);
    const [from, partition, ordered] = [relationText(relation), textOf(by), textOf(order)];
    return from !== undefined && partition !== undefined && ordered !== undefined ? `select * from ${from} qualify row_number() over (partition by ${partition} order by ${ordered}) = 1` : undefined;
  }
  if (call.name !== 'dbt_utils.union_relations') return undefined;
  const list = /^\[([\s\S]*)\]$/.exec((call.kwargs['relations'] ?? call.args[0] ?? '').trim())?.[1];
  const relations = list === undefined ? undefined : callOf(`list(${list})`)?.args.map(relationText);
  const named = call.kwargs['source_column_name'];
  if (!relations || relations.length === 0 || relations.includes(undefined) || call.args.length > 1 || Object.keys(call.kwargs).some((key) => key !== 'relations' && key !== 'source_column_name')) return undefined;
  const column = named === undefined ? '_dbt_source_relation' : literalOf(named)?.value;
  if (column !== null && typeof column !== 'string') return undefined;
  return (relations as string[]).map((from) => `select *${column === null ? '' : `, '${from.replace(/'/g, '"')}' as ${column}`} from ${from}`).join(' union all ');
}

function relationText(source: string | undefined): string | undefined {
  const call = source === undefined ? undefined : callOf(source);
  const relation = call && call.rest === '' && source !== undefined ? relationOfCall(call, source, { start: 0, end: 0 }) : undefined;
  return relation && source !== undefined ? `{{ ${source.replace(/"/g, "'")} }}` : undefined;
}

function textOf(source: string | undefined): string | undefined {
  const value = source === undefined ? undefined : literalOf(source)?.value;
  return typeof value === 'string' ? value : undefined;
}
