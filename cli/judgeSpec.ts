import { compareModel } from '../engine/conformance';
import { withLastRuns } from '../engine/conformance/lastRuns';
import type { ModelReport } from '../engine/conformance/types';
import type { Notice, Tier } from '../engine/project/types';
import { readSpec } from '../engine/spec';
import { nodeOf } from './compareAll';
import type { FoundProject } from './context';
import { modelFails, type FailLevel } from './failLevel';
import type { Format } from './printers/formats';
import { streamOf } from './printers/stream';

/** What every spec of a run is asked; plain data. */
export interface Asked {
  format: Format;
  /** Columns of text output; absent where it goes to no terminal. */
  width?: number;
  color: boolean;
  failOn: FailLevel;
  requireEvidence?: Tier;
}

/** What came of one spec file; plain data. */
export interface Judged {
  /** The report, printed where the format is printed model by model; absent for a spec that is not compared. */
  said?: string | ModelReport;
  /** Something of it stands at or above the fail level. */
  fails: boolean;
  /** It was judged from less than what is required. */
  lacks: boolean;
  /** Why the file could not be read. */
  unread?: Notice;
  /** Set where its model is disabled. */
  disabled?: Notice;
}

/** Reads the spec in a file and compares it with its model, where it is a technical spec and the model is enabled or missing. */
export async function judgeSpec(opened: FoundProject, path: string, asked: Asked): Promise<Judged> {
  const { spec, notice } = await readSpec(opened.workspace, path, opened.config.template);
  const judged: Judged = { fails: false, lacks: false, ...(notice ? { unread: notice } : {}) };
  if (spec?.kind !== 'technical') return judged;
  const node = nodeOf(opened, spec);
  if (node?.enabled === false) return { ...judged, disabled: { code: 'SPEC044', severity: 'information', message: `${path} was not compared: its model is disabled.`, file: path } };
  const report = await withLastRuns(await compareModel(opened, spec, node), opened);
  const said = streamOf(asked.format, asked)?.model(report) ?? report;
  return { ...judged, said, fails: modelFails(report, asked.failOn), lacks: asked.requireEvidence !== undefined && report.evidence.tier < asked.requireEvidence };
}
