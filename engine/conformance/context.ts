import type { ProjectIndex } from '../project/types';
import type { SpeclineConfig } from '../spec/config';
import type { SpecDocument } from '../spec/types';
import type { SqlService } from '../sql/types';
import type { Workspace } from '../workspace';

/** What a comparison needs: the files, the project, the SQL service and the settings. */
export interface CompareContext {
  workspace: Workspace;
  project: ProjectIndex;
  sql: SqlService;
  config: SpeclineConfig;
  /** The other specs of the project. */
  specs: readonly SpecDocument[];
  /** Today as YYYY-MM-DD, for the end of waivers; without it none has ended. */
  today?: string;
}
