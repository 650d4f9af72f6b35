import { compareModel } from '../engine/conformance';
import type { ModelReport } from '../engine/conformance/types';
import { lookupModel, nodeOfFile } from '../engine/project';
import type { RelationNode } from '../engine/project/types';
import { wholeSpec, type SpecDocument } from '../engine/spec';
import type { Position } from '../engine/text';
import { whyAt, type Why } from '../engine/why';
import { whyWithRuns } from '../engine/why/runs';
import type { LoadedProject, Place } from './session';
import { specIndexOf } from './specIndex';

/** The technical spec and model behind a file of a project, whichever of the two it is. */
export function technicalOf(project: LoadedProject, path: string): { spec: SpecDocument | undefined; node: RelationNode | undefined; model: string | undefined } {
  const own = specIndexOf(project).at(path);
  const model = own?.facts?.model?.value;
  const node = own ? nodeNamed(project, model) : nodeOfFile(project.project, path);
  const word = node?.name ?? model?.split('.')[0];
  const spec = own?.kind === 'technical' ? own : word === undefined ? undefined : specIndexOf(project).naming(word).find((s) => s.kind === 'technical' && (node ? nodeNamed(project, s.facts?.model?.value) === node : s.facts?.model?.value === model));
  return { spec: spec && wholeSpec(spec), node, model: model ?? (node && nameInSpecs(node)) };
}

/** The business spec of the same model. */
export function businessOfModel(project: LoadedProject, model: string | undefined): SpecDocument | undefined {
  return model === undefined ? undefined : specIndexOf(project).naming(model.split('.')[0] ?? '').find((s) => s.kind === 'business' && s.facts?.model?.value === model);
}

/** The name by which specs find a model: an older version is named with it. */
export function nameInSpecs({ name, version, latestVersion }: Pick<RelationNode, 'name' | 'version' | 'latestVersion'>): string {
  return version === undefined || version === latestVersion ? name : `${name}.v${version}`;
}

export function nodeNamed(project: LoadedProject, model: string | undefined): RelationNode | undefined {
  if (model === undefined) return undefined;
  const found = lookupModel(project.project, model);
  return found.kind === 'one' ? found.node : undefined;
}

function reportOf(project: LoadedProject, spec: SpecDocument, node: RelationNode | undefined): Promise<ModelReport> {
  return project.reports ? project.reports.of(project, spec, node) : compareModel(project, spec, node);
}

/** The comparison behind a document; undefined where it has no technical spec. */
export async function compareAt(project: LoadedProject, place: Place): Promise<ModelReport | undefined> {
  const { spec, node } = technicalOf(project, place.path);
  return spec ? reportOf(project, spec, node) : undefined;
}

/** What the spec of a model says of a position in its SQL, with the comparison it was found in; undefined where it has no technical spec. */
export async function whyIn(project: LoadedProject, { path }: Place, position: Position): Promise<{ report: ModelReport; found: Why } | undefined> {
  const { spec, node } = technicalOf(project, path);
  if (!spec) return undefined;
  const report = await reportOf(project, spec, node);
  return { report, found: await whyWithRuns(whyAt(report, spec, project.specs, { start: position, end: position }), project.specs, project) };
}
