import { withLastRuns } from '../../engine/conformance/lastRuns';
import { renderSideBySide, STYLE } from '../../engine/view';
import { businessOfModel, compareAt, technicalOf } from '../compareDocument';
import type { CompareResult, Refusal, RelatedResult } from '../protocol';
import type { LoadedProject, Place, Session } from '../session';

/** The side-by-side view of the model behind a document. */
export async function compareResult(session: Session, project: LoadedProject, place: Place): Promise<CompareResult | Refusal> {
  const { spec, node, model } = technicalOf(project, place.path);
  const report = await compareAt(project, place);
  if (!report || !spec) return { refused: model === undefined ? unnamed(project, place) : `${model} has no technical spec yet, so there is nothing to compare.` };
  return {
    model: report.model,
    html: renderSideBySide(await withLastRuns(report, project)),
    style: STYLE,
    root: project.root,
    specUri: session.uriOf(project.root, spec.path),
    modelUri: node?.file === undefined ? null : session.uriOf(project.root, node.file),
    counts: report.summary,
  };
}

/** The specs and the model of a document; refused where it is neither. */
export function relatedTo(session: Session, project: LoadedProject, place: Place): RelatedResult | Refusal {
  const { spec, node, model } = technicalOf(project, place.path);
  if (!spec && !node && model === undefined) return { refused: unnamed(project, place) };
  const business = businessOfModel(project, model);
  const uri = (path: string | undefined): string | null => (path === undefined ? null : session.uriOf(project.root, path));
  return { model: model ?? null, modelUri: uri(node?.file), businessUri: uri(business?.path), technicalUri: uri(spec?.path) };
}

function unnamed({ specs }: LoadedProject, { path }: Place): string {
  return specs.some((spec) => spec.path === path) ? `${path} does not say which model it is of; write "model: <name>" in it.` : `${path} is neither a spec nor a model of this dbt project.`;
}
