import type { Choices } from '../jinja/context';
import type { NodeAnalysis } from './evidence';
import type { NGraph } from './normalise/model';
import type { Output } from './outputs';
import type { ProjectIndex } from '../project/types';
import type { SpeclineConfig } from '../spec/config';
import type { SqlService, StageGraph } from '../sql/types';
import type { Workspace } from '../workspace';

/** What a comparison works on. */
export interface CompareContext {
  workspace: Workspace;
  project: ProjectIndex;
  sql: SqlService;
  config: SpeclineConfig;
  /** What to take for what only a run of dbt decides in raw models. */
  choices?: Choices;
  /** What the last run of dbt decided in models that were edited since, by unique_id, as far as it was worked out already. */
  settled?: Map<string, Choices>;
  /** What models put out, as far as it was worked out already; kept by who compares many models of files that stay as they are, under the same choices. */
  outputs?: Map<string, Output>;
  /** What was read lately: parents are asked for by every child. Kept as `outputs` is. */
  lately?: Lately;
  /** ISO date that waivers are judged by; today where absent. */
  today?: string;
}

/** Models that were read lately. */
export interface Lately {
  /** By unique_id and the choices under which they were read, those asked for last at the end. */
  analyses: Map<string, NodeAnalysis>;
  /** Their graphs in the form that is compared, without what relations put out. */
  plain: WeakMap<StageGraph, NGraph>;
}

/** Nothing read yet. */
export function nothingLately(): Lately {
  return { analyses: new Map(), plain: new WeakMap() };
}
