import type { Expr, Relation } from '../../sql/types';
import { canonicalType, typeFamily, type TypeFamily } from '../expr/functions';
import { sourcesOf, type NGraph, type NStage } from '../normalise/model';

/** The type of a column or expression, as a text of SQL, and whether nothing but a cast or a catalog could say otherwise. */
export interface TypeFact {
  type: string;
  /** False where another setting of dbt might give another type. */
  sure: boolean;
  from: string;
}

export type TypesOfRelation = (relation: Relation) => ReadonlyMap<string, TypeFact | undefined>;

const MAX_DEPTH = 60;
const SQL = 'the SQL';

/** The type that a column of a stage comes out with, by casts, functions and the columns it is made from; undefined where those do not tell. */
export function typeOfColumn(graph: NGraph, stage: NStage, name: string, typesOf: TypesOfRelation, depth = 0): TypeFact | undefined {
  if (depth > MAX_DEPTH || stage.recursive) return undefined;
  if (stage.union) return agreed((stage.union.branches).map((id) => typeInBranch(graph, stage, id, name, typesOf, depth)));
  const column = stage.columns.find((own) => own.name === name);
  if (column) return typeOfExpr(graph, stage, column.expr, typesOf, depth);
  const stars = stage.columns.filter((own) => own.expr.kind === 'star');
  const [star] = stars;
  if (stars.length !== 1 || star?.expr.kind !== 'star' || star.expr.rename.length > 0 || star.expr.replace.length > 0) return undefined;
  const table = star.expr.table?.text;
  const found = sourcesOf(stage).filter((source) => table === undefined || source.key === table).flatMap((source) => typeInSource(graph, source, name, typesOf, depth) ?? []);
  return found.length === 1 ? found[0] : undefined;
}

/** Branches are matched by place; where a star hides the places, by name. */
function typeInBranch(graph: NGraph, stage: NStage, id: string, name: string, typesOf: TypesOfRelation, depth: number): TypeFact | undefined {
  const branch = graph.stages.get(id);
  if (!branch) return undefined;
  const at = stage.columns.findIndex((column) => column.name === name);
  const here = stage.union?.byName || at < 0 || branch.columns.some((column) => column.name === undefined) || stage.columns.some((column) => column.name === undefined) ? name : branch.columns[at]?.name;
  return here === undefined ? undefined : typeOfColumn(graph, branch, here, typesOf, depth + 1);
}

function typeInSource(graph: NGraph, source: ReturnType<typeof sourcesOf>[number], name: string, typesOf: TypesOfRelation, depth: number): TypeFact | undefined {
  if (source.target.kind === 'stage') {
    const stage = graph.stages.get(source.target.id);
    return stage && typeOfColumn(graph, stage, name, typesOf, depth + 1);
  }
  const relation = graph.relations.get(source.target.id);
  return relation && typesOf(relation).get(name);
}

const TEXT = new Set(['lower', 'upper', 'split_part', 'regexp_replace', 'initcap', 'to_hex', 'to_char', 'array_to_string']);
/** Text of text; of bytes or arrays in some dialects these give what they are given. */
const TEXT_OF_TEXT = new Set(['trim', 'ltrim', 'rtrim', 'concat', 'concat_ws', 'substring', 'replace', 'string_agg', 'lpad', 'rpad']);
const NUMBERS = new Set(['count', 'count_if', 'approx_distinct', 'row_number', 'rank', 'dense_rank', 'ntile', 'length', 'sum', 'avg', 'round', 'ceil', 'floor', 'abs', 'sign', 'power', 'sqrt', 'ln', 'log', 'exp', 'mod', 'stddev', 'variance', 'percent_rank', 'cume_dist', 'strpos', 'str_position']);
const TRUTHS = new Set(['=', '<>', '<', '<=', '>', '>=', 'and', 'or', 'not', 'is null', 'is not null', 'in', 'not in', 'like', 'ilike', 'not like', 'between', 'is true', 'is false', 'logical_or', 'logical_and', 'starts_with', 'regexp_contains']);
/** Calls that give one of their arguments, or their first. */
const SAME = new Set(['coalesce', 'greatest', 'least', 'nullif', 'min', 'max', 'any_value', 'first_value', 'last_value', 'nth_value', 'lag', 'lead', 'min_by', 'max_by', 'first', 'last']);
const FIRST = new Set(['nullif', 'lag', 'lead', 'nth_value', 'min_by', 'max_by', 'first_value', 'last_value']);
const EXAMPLE: Readonly<Partial<Record<TypeFamily, string>>> = { text: 'text', number: 'number', boolean: 'boolean', date: 'date', timestamp: 'timestamp' };

function sure(family: TypeFamily): TypeFact {
  return { type: EXAMPLE[family] ?? family, sure: true, from: SQL };
}

/** The type of an expression over the sources of a stage. */
function typeOfExpr(graph: NGraph, stage: NStage, expr: Expr, typesOf: TypesOfRelation, depth = 0): TypeFact | undefined {
  if (depth > MAX_DEPTH) return undefined;
  const inner = (part: Expr): TypeFact | undefined => typeOfExpr(graph, stage, part, typesOf, depth + 1);
  switch (expr.kind) {
    case 'cast':
      return expr.type.includes('{{') ? undefined : { type: canonicalType(expr.type), sure: true, from: SQL };
    case 'literal':
      return expr.type === 'string' ? sure('text') : expr.type === 'number' ? sure('number') : expr.type === 'boolean' ? sure('boolean') : undefined;
    case 'case':
      return agreed([...expr.branches.map(({ then }) => then), ...(expr.otherwise ? [expr.otherwise] : [])].filter((part) => !isNull(part)).map(inner));
    case 'column': {
      const source = sourcesOf(stage).find(({ key }) => key === expr.source);
      return (source && typeInSource(graph, source, expr.name.text, typesOf, depth)) ?? declaredType(expr);
    }
    case 'op':
      if (TRUTHS.has(expr.op)) return sure('boolean');
      if (expr.op === '||') return textOfText(expr.args, inner);
      return ['+', '-', '*', '/', '%', '//'].includes(expr.op) ? numberOfNumbers(expr.args, inner) : undefined;
    case 'call':
      return typeOfCall(expr, inner, graph.env.dialect);
    default:
      return undefined;
  }
}

/** What the author takes a column for: a built relation may have another type. */
function declaredType({ declared }: Extract<Expr, { kind: 'column' }>): TypeFact | undefined {
  return declared === undefined ? undefined : { type: canonicalType(declared), sure: false, from: 'the fallback cast' };
}

function typeOfCall(expr: Extract<Expr, { kind: 'call' }>, inner: (part: Expr) => TypeFact | undefined, dialect: string): TypeFact | undefined {
  if (TEXT.has(expr.name)) return sure('text');
  if (TRUTHS.has(expr.name)) return sure('boolean');
  if (SAME.has(expr.name)) return agreed((FIRST.has(expr.name) ? expr.args.slice(0, 1) : expr.args).filter((part) => !isNull(part)).map(inner));
  if (TEXT_OF_TEXT.has(expr.name)) return textOfText(expr.args, inner);
  if (expr.name === 'md5') return dialect === 'bigquery' ? undefined : sure('text');
  if (expr.name === 'current_date') return sure('date');
  if (expr.name === 'current_timestamp') return sure('timestamp');
  if (expr.name === 'date_trunc') return dialect === 'postgres' || dialect === 'redshift' ? sure('timestamp') : agreed(expr.args.filter((part) => part.kind !== 'literal').map(inner));
  if (expr.name === 'extract' || expr.name === 'date_part') return { ...sure('number'), sure: false };
  // An interval adds up and is rounded as well.
  const [first] = expr.args;
  if (['sum', 'avg', 'round', 'abs'].includes(expr.name)) return first && numberOfNumbers([first], inner);
  return NUMBERS.has(expr.name) ? sure('number') : undefined;
}

function textOfText(parts: readonly Expr[], inner: (part: Expr) => TypeFact | undefined): TypeFact {
  return { ...sure('text'), sure: parts.map(inner).some((fact) => fact?.sure === true && familyOf(fact) === 'text') };
}

function numberOfNumbers(parts: readonly Expr[], inner: (part: Expr) => TypeFact | undefined): TypeFact | undefined {
  const facts = parts.map(inner);
  return facts.every((fact) => familyOf(fact) === 'number') ? { ...sure('number'), sure: facts.every((fact) => fact?.sure === true) } : undefined;
}

function isNull(expr: Expr): boolean {
  return expr.kind === 'literal' && expr.type === 'null';
}

function familyOf(fact: TypeFact | undefined): TypeFamily | undefined {
  if (!fact) return undefined;
  return typeFamily(fact.type);
}

/** One type where all are of one family; undefined where one is not known or another one. */
function agreed(facts: readonly (TypeFact | undefined)[]): TypeFact | undefined {
  const [first] = facts;
  const family = familyOf(first);
  if (!first || family === undefined || !facts.every((fact) => familyOf(fact) === family)) return undefined;
  return { ...first, sure: facts.every((fact) => fact?.sure === true) };
}
