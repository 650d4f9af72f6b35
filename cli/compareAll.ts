import { compareModel } from '../engine/conformance';
import { withLastRuns } from '../engine/conformance/lastRuns';
import type { ModelReport } from '../engine/conformance/types';
import { lookupModel } from '../engine/project';
import type { RelationNode } from '../engine/project/types';
import type { SpecDocument } from '../engine/spec';
import type { Project } from './context';

/** The node a spec is about; undefined where there is none, or several. */
export function nodeOf(loaded: Pick<Project, 'project'>, spec: SpecDocument): RelationNode | undefined {
  const name = spec.facts?.model?.value;
  if (name === undefined) return undefined;
  const found = lookupModel(loaded.project, name);
  return found.kind === 'one' ? found.node : undefined;
}

/** Reports of specs in their order, with what held on the data. */
export async function compareAll(loaded: Project, specs: readonly SpecDocument[]): Promise<ModelReport[]> {
  const reports: ModelReport[] = [];
  for (const spec of specs) reports.push(await withLastRuns(await compareModel(loaded, spec, nodeOf(loaded, spec)), loaded));
  return reports;
}
