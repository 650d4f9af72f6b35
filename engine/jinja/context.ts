import type { Span } from '../text';
import type { Json } from '../project/types';
import type { Dialect } from '../sql/types';

/** What a project says of the Jinja in one of its models; plain data. */
export interface JinjaContext {
  /** Package of the model, and the project's own name. */
  package: string;
  root: string;
  /** dbt's adapter type; absent where it is not known. */
  adapter?: string;
  /** True where artifacts say that dbt ran on that adapter; a profile alone only suggests it. */
  ran?: boolean;
  dialect: Dialect;
  /** Values that dbt_project.yml files give the model's package. */
  vars: Record<string, Json>;
  /** `dispatch:` of the project: packages to search for a namespace. */
  dispatch: Record<string, string[]>;
  macros: readonly MacroSource[];
  /** Columns of relations that are built, by the relation's id; those that are not here are not known. */
  columns: Record<string, { name: string; type?: string }[]>;
  /** True to write what dbt writes, letter by letter; else macros of dbt come out as plain SQL of the same meaning. */
  verbatim?: boolean;
}

/** One macro: `text` is its block, `{% macro … %}` to `{% endmacro %}`. */
export interface MacroSource {
  package: string;
  name: string;
  text: string;
}

/** A model of which nothing but its dialect is known. */
export function bareContext(dialect: Dialect): JinjaContext {
  return { package: '', root: '', dialect, vars: {}, dispatch: {}, macros: [], columns: {} };
}

/** Something that only a run of dbt decides, and what was taken for it here. */
export interface Choice {
  key: string;
  /** The condition, or the expression that is written, as the template has it. */
  text: string;
  /** Where it stands, or where the macro is called that asks it. */
  span: Span;
  taken: boolean;
  /** True where files of the project suggest what was taken: a default that nothing overrides. */
  byDefault: boolean;
  /** True where the last run of dbt decided so, which leaves it open no longer. */
  settled?: boolean;
}

/** What to take for a choice by its key; `keep` leaves the tags as they stand. */
export type Choices = Readonly<Record<string, boolean | 'keep'>>;
