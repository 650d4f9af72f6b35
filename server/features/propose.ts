import { draftOfRequest, generateTechnical, inferTechnical, newBusinessSpec, type Proposal } from '../../engine/generate';
import { specPathFor, type SpecDocument } from '../../engine/spec';
import { businessOfModel, nodeNamed } from '../compareDocument';
import type { ProposeParams, ProposeResult, Refusal } from '../protocol';
import type { LoadedProject, Session } from '../session';

/** The text a command would write, for the client to show and apply; existing files are merged, never overwritten. */
export async function propose(session: Session, project: LoadedProject, params: ProposeParams): Promise<ProposeResult | Refusal> {
  const { model, what } = params;
  if (!/^[A-Za-z_][\w$]*(\.[A-Za-z_][\w$]*){0,2}$/.test(model)) return { refused: `"${model}" is not a model name; write name, package.name or name.v2.` };
  const node = nodeNamed(project, model);
  const existing = project.specs.find((s) => s.kind === (what === 'business' ? 'business' : 'technical') && s.facts?.model?.value === model);
  if (what === 'business') {
    if (existing) return { refused: `${model} has a business spec already: ${existing.path}.` };
    const path = specPathFor(project.config, project.project, { name: model, ...(node ? { node } : {}) }, 'business');
    return { uri: session.uriOf(project.root, path), text: newBusinessSpec({ model, template: project.config.template, ...(params.from === undefined || params.from.trim() === '' ? {} : { draft: draftOfRequest(params.from, project.project) }) }), before: null, openQuestions: [], kept: [] };
  }
  if (what === 'infer') {
    if (!node) return { refused: `There is no model ${model} in this project to infer from.` };
    return answer(session, project, await inferTechnical(project, { node, ...(existing ? { existing } : {}) }), existing);
  }
  const business = businessOfModel(project, model);
  if (!business) return { refused: `${model} has no business spec; start one with "Specline: New Business Spec".` };
  return answer(session, project, generateTechnical(project, { business, ...(node ? { node } : {}), ...(existing ? { existing } : {}) }), existing);
}

function answer(session: Session, project: LoadedProject, proposal: Proposal, existing: SpecDocument | undefined): ProposeResult | Refusal {
  const { path, text, openQuestions, kept, refused } = proposal;
  if (refused !== undefined) return { refused: `${refused}; nothing was added.` };
  return { uri: session.uriOf(project.root, path), text, before: existing?.text ?? null, openQuestions, kept };
}
