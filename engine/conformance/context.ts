import type { Choices } from '../jinja/context';
import type { Output } from './outputs';
import type { ProjectIndex } from '../project/types';
import type { SpeclineConfig } from '../spec/config';
import type { SqlService } from '../sql/types';
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
  /** What models put out, as far as it was worked out already; kept by who compares many models of files that stay as they are. */
  outputs?: Map<string, Output>;
  /** ISO date that waivers are judged by; today where absent. */
  today?: string;
}
