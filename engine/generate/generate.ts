import type { CompareContext } from '../conformance/context';
import { statedKind, withAskedSections } from './asked';
import { nodesNamed } from '../project/lookup';
import type { ProjectIndex, RelationNode } from '../project/types';
import { specPathFor } from '../spec/config';
import { meaningOf } from '../spec/meaning';
import { renderSpec } from '../spec/render';
import type { BusinessFacts, SpecDocument } from '../spec/types';
import { generateStages } from './generateStages';
import { generateTests } from './generateTests';
import { materializationData } from './inferConfig';
import { proposalOf, questionsOf, type Proposal } from './proposal';
import type { ProposedInput } from './proposedInput';
import { proposeInputs, relationsNear } from './proposeInputs';
import { waysAmong } from './proposeWays';
import { columnsFor } from './proposeMeasures';
import { inputsOf, layoutOf } from './proposePlaces';
import { populationFor } from './proposePopulation';
import { questionList, type Ask } from './questions';
import { edgeCasesOf, measuresOf, populationOf, wantedGrain, type PopulationLine } from './subjects';
import { wordsIn } from './words';

/** What generation works from: the business spec, the model where it exists, the technical spec where there is one. */
export interface GenerateInput {
  business: SpecDocument;
  /** Where the technical spec goes; absent, the project's layout decides, or the business spec's folder where there is no model yet. */
  path?: string;
  node?: RelationNode;
  existing?: SpecDocument;
}

/**
 * Proposes the technical spec of a business spec from the project's own words, keys and tests: the same answer for the
 * same files, without network. What they do not say becomes an open question; a grain, a cardinality or a formula is
 * stated only with proof. An existing file is merged.
 */
export function generateTechnical(context: Pick<CompareContext, 'project' | 'config'>, input: GenerateInput): Proposal {
  const { business, existing } = input;
  const model = business.facts?.model?.value ?? '';
  const path = existing?.path ?? input.path ?? technicalPathFor(context, business.path, model, input.node);
  if (business.yaml.errors.length > 0) return { ...proposalOf(path, existing?.text ?? '', undefined, []), refused: `${business.path} is not valid YAML; mend it first` };
  if (business.facts?.kind !== 'business') return proposalOf(path, existing?.text ?? '', existing, []);
  const data = generateData(context, business, business.facts, path, input);
  return proposalOf(path, withAskedSections('technical', renderSpec('technical', data, context.config.template), context.config.template), existing, questionsOf(data));
}

/**
 * Where the technical spec of a business spec goes: where the layout puts that of the model; a model that is not written
 * yet has no folder, so beside its business spec.
 */
export function technicalPathFor({ project, config }: Pick<CompareContext, 'project' | 'config'>, business: string, model: string, node: RelationNode | undefined): string {
  const path = specPathFor(config, project, { name: model, ...(node ? { node } : {}) }, 'technical');
  if (node) return path;
  return `${business.slice(0, business.lastIndexOf('/') + 1)}${path.slice(path.lastIndexOf('/') + 1)}`;
}

function generateData({ project, config: { template } }: Pick<CompareContext, 'project' | 'config'>, business: SpecDocument, facts: BusinessFacts, path: string, input: GenerateInput): Record<string, unknown> {
  const ids = new Set<string>();
  const model = facts.model?.value ?? '';
  const { ask, data: questions } = questionList(input.existing?.facts?.kind === 'technical' ? input.existing.facts : undefined);
  const wanted = wantedGrain(facts);
  const found = proposeInputs(project, facts, model, ask);
  if (found.length === 0) ask({ about: 'inputs', question: 'Which models or sources hold what the business spec speaks of? None matched its words.', blocking: true });
  const layout = layoutOf(found, {
    dialect: project.dialect,
    wanted,
    ask,
    ways: waysAmong(project, model, found),
    needed: (candidate) => candidate.kinds.some((kind) => kind !== 'grain'),
    computes: (candidate) => candidate.kinds.includes('measure') || candidate.kinds.includes('term'),
    measures: (candidate) => measuresOf(facts).filter((measure) => columnsFor(measure, [{ kind: 'base', input: candidate }], false).length > 0).length,
  });
  const inputs = inputsOf(layout);
  const base = layout.base?.input;
  const population = populationFor(populationOf(facts), {
    inputs: [...new Set([...inputs, ...found])],
    rowWords: new Set([...wanted.words, base?.node.name ?? '', base?.alias ?? ''].flatMap(wordsIn)),
    isPlaced: (candidate) => layout.places.some((place) => place.input === candidate && place.kind !== 'loose'),
    ask,
  });
  const stages = generateStages({ facts, layout, population, dialect: project.dialect, ids, ask });
  if (measuresOf(facts).length === 0) ask({ about: 'columns', question: 'Which columns does the answer need beside its grain? The business spec names no measures.' });
  // Where one row of an input is one of the answer, a last stage without a condition keeps every row of it.
  const keeps = layout.base?.kind === 'base' ? [] : populationOf(facts).filter((line) => line.id !== undefined && population.keeps.includes(line.id));
  askRules(project, facts, stages, inputs, keeps, ask);
  const materialization = input.node && materializationData(input.node);
  if (!materialization) ask({ about: 'materialization', question: 'How is it built: as a view, a table, or incrementally?' });
  const grain = layout.grain?.map(({ name }) => name);
  const tests = generateTests(project, facts, grain, ids);
  const meaning = meaningOf(business);
  const open = questions(ids);
  return {
    spec: statedKind('technical', template),
    model,
    implements: [{ business: relative(path, business.path), ...(meaning === undefined ? {} : { meaning }) }],
    ...(grain ? { grain } : {}),
    inputs: inputs.map((candidate) => inputData(project, candidate)),
    ...stages,
    tests,
    ...(materialization ? { materialization } : {}),
    ...(open.length > 0 ? { open_questions: open } : {}),
  };
}

function inputData(project: ProjectIndex, { node, alias, role, keys }: ProposedInput): Record<string, unknown> {
  return { ...reference(project, node), ...(alias === node.name ? {} : { as: alias }), role, ...(keys[0] ? { grain: keys[0].columns } : {}) };
}

/** Rules and edge cases that no clause implements: what brings them about is not known here. */
function askRules(project: ProjectIndex, facts: BusinessFacts, stages: Readonly<Record<string, unknown>>, inputs: readonly ProposedInput[], keeps: readonly PopulationLine[], ask: Ask): void {
  const told = new Set(JSON.stringify(stages).match(/"[A-Z][A-Z0-9]*-[\w-]+"/g)?.map((id) => id.slice(1, -1)));
  const near = (text: string): string => {
    const names = relationsNear(project, facts.model?.value ?? '', text, inputs);
    return names.length === 0 ? '' : ` ${names.join(' and ')} may hold what it takes.`;
  };
  for (const { id = '', statement } of keeps.filter((line) => line.id !== undefined && !told.has(line.id))) ask({ about: `id:${id}`, question: `Which clause keeps "${statement}" (${id})? No join proposed here does.` });
  for (const item of facts.items.filter((candidate) => candidate.section === 'rules')) {
    const id = item.id?.value ?? '';
    if (!told.has(id)) ask({ about: `id:${id}`, question: `Where is the rule ${id} applied (${item.text})?${near(item.text)}` });
  }
  for (const { id, when, then } of edgeCasesOf(facts)) {
    if (!told.has(id)) ask({ about: `id:${id}`, question: `What brings ${id} about (${when}: ${then})? No clause proposed here does.${near(`${when} ${then}`)}` });
  }
}

function reference(project: ProjectIndex, node: RelationNode): Record<string, unknown> {
  if (node.kind === 'source') return { source: `${node.sourceName ?? ''}.${node.name}` };
  const twins = nodesNamed(project, node.name).filter((other) => other.kind !== 'source' && other.enabled && other.package !== node.package);
  const foreign = twins.length > 0 && node.package !== project.name;
  const older = node.version !== undefined && node.version !== node.latestVersion;
  if (!foreign && !older) return { ref: node.name };
  return { ref: { ...(foreign ? { package: node.package } : {}), name: node.name, ...(older ? { version: node.version } : {}) } };
}

/** A path of the project as seen from a file of it. */
function relative(from: string, to: string): string {
  const folder = from.split('/').slice(0, -1);
  const parts = to.split('/');
  let shared = 0;
  while (shared < folder.length && shared < parts.length - 1 && folder[shared] === parts[shared]) shared++;
  return [...folder.slice(shared).map(() => '..'), ...parts.slice(shared)].join('/');
}
