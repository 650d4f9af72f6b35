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
  /** ISO date that waivers are judged by; today where absent. */
  today?: string;
}
