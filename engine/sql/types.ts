import type { Choice, Choices, JinjaContext } from '../jinja/context';
import type { Span } from '../text';

/** dbt adapter types that Specline knows a dialect for; others parse as `generic`. */
export type Dialect =
  | 'bigquery' | 'snowflake' | 'databricks' | 'redshift' | 'postgres' | 'duckdb' | 'trino' | 'spark' | 'generic';

/** An identifier as written, without its quotes. Unquoted names fold by adapter when they are compared. */
export interface Name {
  text: string;
  quoted: boolean;
}

/** Where a graph's spans point. */
export interface GraphSource {
  in: 'raw' | 'compiled' | 'spec';
  /** POSIX path relative to the project's root. */
  file: string;
}

/** A column, literal, operator or call. `span` is absent where the parser gives none and it cannot be derived. */
export type Expr = { span?: Span } & (
  | { kind: 'column'; table?: Name; name: Name; /** alias key of the source it belongs to, when resolved */ source?: string; /** type that the model casts NULL to where it writes that instead of the column */ declared?: string }
  | { kind: 'literal'; type: 'string' | 'number' | 'boolean' | 'null' | 'other'; value: string }
  | { kind: 'star'; table?: Name; except: Name[]; replace: { name: Name; expr: Expr }[]; rename: { from: Name; to: Name }[] }
  | { kind: 'op'; /** lower-case operator or `and or not = <> < <= > >= + - * / || is in between like …` */ op: string; args: Expr[] }
  | { kind: 'call'; /** lower-case function name as written */ name: string; args: Expr[]; distinct: boolean; /** anything else the call carries, structurally encoded */ extra?: Expr[]; over?: WindowSpec; aggregate: boolean }
  | { kind: 'case'; operand?: Expr; branches: { when: Expr; then: Expr }[]; otherwise?: Expr }
  | { kind: 'cast'; expr: Expr; type: string; /** try_cast, safe_cast */ safe: boolean }
  | { kind: 'subquery'; use: 'scalar' | 'exists' | 'in'; stage: string; operand?: Expr; negated: boolean }
  /** A Jinja expression the mask covered; `text` is its source with whitespace normalised. */
  | { kind: 'jinja'; text: string }
  /** Any construct not modelled: a tag, its properties as canonical text, and its child expressions. */
  | { kind: 'other'; tag: string; props: string; args: Expr[] });

export interface WindowSpec {
  partitionBy: Expr[];
  orderBy: OrderKey[];
  /** Canonical text of the frame, empty when there is none. */
  frame: string;
}

export interface OrderKey {
  expr: Expr;
  descending: boolean;
  nulls?: 'first' | 'last';
}

/** A leaf that SQL or a spec reads from. `id` is unique in its graph and the same for two reads of one relation. */
export interface Relation {
  id: string;
  /** `name` is a hard-coded relation, `function` a table function, `opaque` a relation hidden in Jinja. */
  kind: 'ref' | 'source' | 'this' | 'name' | 'function' | 'values' | 'opaque';
  /** ref: [package], name, version; source: source name and table; name: the dotted parts as written. */
  package?: string;
  name: string;
  sourceName?: string;
  version?: string;
  /** text of the Jinja or SQL that names it, whitespace normalised */
  text: string;
  /** The call of a table function. */
  call?: Expr;
  span: Span;
  /** Set when it is read only in one variant of the model. */
  when?: Variant;
}

export type Variant = 'incremental' | 'full';

/** Something a FROM or JOIN attaches: a relation or an earlier stage, under an alias. */
export interface Attachment {
  target: { kind: 'relation'; id: string } | { kind: 'stage'; id: string };
  /** The name columns are qualified with; the relation's or stage's own name when no alias is written. */
  alias: Name;
  span: Span;
}

export type JoinType = 'inner' | 'left' | 'right' | 'full' | 'cross' | 'semi' | 'anti';

export interface JoinKey {
  left: Expr;
  right: Expr;
}

/** One join, as written: it attaches `to` to everything before it. */
export interface Join {
  /** Address of the spec clause it stands for; spec graphs only. */
  ref?: string;
  to: Attachment;
  type: JoinType;
  /** Equalities between one column of the left and one of `to`; USING and NATURAL become keys. */
  keys: JoinKey[];
  /** The other conjuncts of ON. */
  conditions: Expr[];
  /** True when ON or USING could not be read (masked or unsupported). */
  opaque: boolean;
  span: Span;
  when?: Variant;
}

export interface Filter {
  /** Address of the spec clause it stands for; spec graphs only. */
  ref?: string;
  expr: Expr;
  at: 'where' | 'having' | 'qualify';
  span: Span;
  when?: Variant;
}

export interface OutputColumn {
  /** Address of the spec clause it stands for; spec graphs only. */
  ref?: string;
  /** Absent when SQL gives none that is known (an unaliased expression). A star has none. */
  name?: Name;
  expr: Expr;
  span: Span;
}

export interface Unnest {
  /** Address of the spec clause it stands for; spec graphs only. */
  ref?: string;
  expr: Expr;
  alias: Name;
  columns: Name[];
  outer: boolean;
  span: Span;
}

/** What a stage hides, and which of its aspects may therefore be incomplete. */
export interface Opaque {
  reason: 'jinja' | 'macro' | 'unsupported' | 'unparsed';
  aspects: Aspect[];
  text: string;
  span: Span;
  /** True where columns of the same names come out whatever decides it. */
  named?: true;
}

export type Aspect = 'from' | 'joins' | 'filters' | 'aggregate' | 'distinct' | 'limit' | 'union' | 'unnest' | 'columns';

/** One SELECT (or set operation): a CTE, a subquery, or the model's last query. */
export interface Stage {
  id: string;
  /** CTE, step or derived-table name; absent on the last stage and on anonymous subqueries. */
  name?: string;
  span: Span;
  from?: Attachment;
  joins: Join[];
  unnests: Unnest[];
  filters: Filter[];
  /** `by: []` with `implicit` when there is an aggregate and no GROUP BY. GROUP BY ALL and positions are resolved. */
  aggregate?: { by: Expr[]; implicit: boolean; span: Span; grouping?: string; ref?: string };
  distinct?: { on: Expr[]; span: Span; ref?: string };
  /** One row per `by`, the first in `orderBy`; a spec states it, SQL is recognised by conformance. */
  deduplicate?: { by: Expr[]; orderBy: OrderKey[]; span: Span; ref?: string };
  /** row_number() = 1, QUALIFY or DISTINCT ON are recognised later, by conformance; SQL keeps what is written. */
  orderBy: OrderKey[];
  limit?: { rows?: Expr; offset?: Expr; span: Span; ref?: string };
  union?: { op: 'union' | 'union_all' | 'intersect' | 'intersect_all' | 'except' | 'except_all'; byName: boolean; branches: string[]; span: Span; ref?: string };
  recursive?: boolean;
  columns: OutputColumn[];
  opaque: Opaque[];
  when?: Variant;
}

/** Stages in dependency order, the last one is the output. Stages nobody reads (dead CTEs) are in `unused`. */
export interface StageGraph {
  source: GraphSource;
  relations: Relation[];
  stages: Stage[];
  unused: string[];
}

/** `{{ config(...) }}` of the raw file; a value that is not a literal is `opaque`. */
export interface SqlConfig {
  values: { key: string; value: ConfigValue; span: Span }[];
  span?: Span;
}

export type ConfigValue = { kind: 'literal'; value: string | number | boolean | null | (string | number | boolean | null)[] } | { kind: 'opaque'; text: string };

/** What `analyzeSql` is asked. */
export interface SqlRequest {
  file: string;
  text: string;
  in: 'raw' | 'compiled';
  dialect: Dialect;
  /** Resolves a relation written out in compiled code (`"db"."schema"."table"`) to the dbt node it is. */
  relations?: { rendered: string; relation: Pick<Relation, 'kind' | 'package' | 'name' | 'sourceName' | 'version'> }[];
  /** Columns of a relation by its id, for star expansion; absent when not known. */
  columns?: Record<string, string[]>;
  /** What the project says of a raw model's Jinja, and what to take for what it does not say. */
  jinja?: JinjaContext;
  choices?: Choices;
}

/** Stage graph of one model's SQL. For a raw model that uses is_incremental() both variants are given. */
export interface SqlAnalysis {
  in: 'raw' | 'compiled';
  file: string;
  /** Absent when the text parses in no way; `opaque` says why. `graph` is the full-refresh variant. */
  graph?: StageGraph;
  incremental?: StageGraph;
  config: SqlConfig;
  /** Every literal ref/source/this in the text, also in branches the graph does not show, and those that its macros name. */
  references: Relation[];
  /** True when Jinja other than literal ref/source/config/is_incremental/this/var decides the text. */
  jinja: { text: string; span: Span; /** `written` was read as what it stands for */ effect: 'expression' | 'query' | 'statement' | 'branch' | 'loop' | 'written' }[];
  /** What only a run of dbt decides, and what was taken for it. */
  choices?: Choice[];
  /** Relations whose columns the Jinja asks a database for and that are not known. */
  asked?: Relation[];
  /** The whole model is a macro call, Python, or unparsable: nothing of the query is known. */
  opaque?: { reason: 'macro' | 'python' | 'unparsed' | 'empty' | 'too-large'; text: string; span: Span };
  /** How it was parsed: dialect, else-variant, another dialect, CTE by CTE. */
  parsedBy: string;
}

/** A parsed spec expression or why it cannot be parsed; spans are offsets into the given text. */
export type ParsedExpr = { kind: 'ok'; expr: Expr } | { kind: 'failed'; message: string };

/**
 * SQL analysis as a service: in process for the command line, in a worker for the language server.
 * Answers are plain data (structured-cloneable).
 */
export interface SqlService {
  analyze(request: SqlRequest): Promise<SqlAnalysis>;
  expressions(dialect: Dialect, texts: readonly string[], jinja?: JinjaContext): Promise<ParsedExpr[]>;
}
