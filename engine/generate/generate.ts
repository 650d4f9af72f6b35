import type { CompareContext } from '../conformance/context';
import type { ProjectIndex, RelationNode } from '../project/types';
import { specPathFor } from '../spec/config';
import { meaningOf } from '../spec/meaning';
import { renderSpec } from '../spec/render';
import type { BusinessFacts, SpecDocument } from '../spec/types';
import { generateStages } from './generateStages';
import { materializationData } from './inferConfig';
import { uniqueId } from './names';
import { proposalOf, questionsOf, type Proposal } from './proposal';
import { isKeyOf, proposeInputs, type ProposedInput } from './proposeInputs';
import { questionList, type Ask } from './questions';
import { measuresOf } from './subjects';
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
  const path = existing?.path ?? input.path ?? pathFor(context, input, model);
  if (business.facts?.kind !== 'business') return proposalOf(path, existing?.text ?? '', existing, []);
  const data = generateData(context.project, business, business.facts, path, input);
  return proposalOf(path, renderSpec('technical', data), existing, questionsOf(data));
}

function pathFor({ config, project }: Pick<CompareContext, 'project' | 'config'>, { business, node }: GenerateInput, name: string): string {
  const path = specPathFor(config, project, { name, ...(node ? { node } : {}) }, 'technical');
  return node ? path : business.path.slice(0, business.path.lastIndexOf('/') + 1) + path.slice(path.lastIndexOf('/') + 1);
}

function generateData(project: ProjectIndex, business: SpecDocument, facts: BusinessFacts, path: string, input: GenerateInput): Record<string, unknown> {
  const ids = new Set<string>();
  const { ask, data: questions } = questionList(input.existing?.facts?.kind === 'technical' ? input.existing.facts : undefined);
  const inputs = proposeInputs(project, facts, facts.model?.value ?? '', ask);
  if (inputs.length === 0) ask({ about: 'inputs', question: 'Which models or sources hold what the business spec speaks of? None matched its words.', blocking: true });
  const base = baseOf(facts, inputs, ask);
  const stages = generateStages({ facts, inputs, ids, ask, ...(base ? { base: base.input } : {}) });
  const grain = base?.key && stages.keepsGrain ? base.key : undefined;
  if (base?.key && !grain) ask({ about: 'grain', question: `Is one row one ${grainText(facts)}? ${base.key.join(', ')} is a key of ${base.input.alias}, but a joined input may bring several rows for one.`, blocking: true });
  if (measuresOf(facts).length === 0) ask({ about: 'columns', question: 'Which columns does the answer need beside its grain? The business spec names no measures.' });
  for (const item of facts.items.filter((candidate) => candidate.section === 'rules' && candidate.id)) {
    ask({ about: `id:${item.id?.value ?? ''}`, question: `Where is the rule ${item.id?.value ?? ''} applied (${item.text})?` });
  }
  const materialization = input.node && materializationData(input.node);
  if (!materialization) ask({ about: 'materialization', question: 'How is it built: as a view, a table, or incrementally?' });
  const tests = testsOf(facts, grain, ids);
  const meaning = meaningOf(business);
  const open = questions(ids);
  return {
    spec: 'technical/v1',
    model: facts.model?.value ?? '',
    implements: [{ business: relative(path, business.path), ...(meaning === undefined ? {} : { meaning }) }],
    ...(grain ? { grain } : {}),
    inputs: inputs.map(({ node, alias, role, keys }) => ({ ...reference(project, node), ...(alias === node.name ? {} : { as: alias }), role, ...(keys[0] ? { grain: keys[0].columns } : {}) })),
    ...stages.data,
    tests,
    ...(materialization ? { materialization } : {}),
    ...(open.length > 0 ? { open_questions: open } : {}),
  };
}

function reference(project: ProjectIndex, node: RelationNode): Record<string, unknown> {
  if (node.kind === 'source') return { source: `${node.sourceName ?? ''}.${node.name}` };
  const twins = [...project.nodes.values()].filter((other) => other.kind !== 'source' && other.enabled && other.name === node.name && other.package !== node.package);
  const foreign = twins.length > 0 && node.package !== project.name;
  const older = node.version !== undefined && node.version !== node.latestVersion;
  if (!foreign && !older) return { ref: node.name };
  return { ref: { ...(foreign ? { package: node.package } : {}), name: node.name, ...(older ? { version: node.version } : {}) } };
}

function grainText(facts: BusinessFacts): string {
  const words = (facts.grain?.oneRowPer ?? []).map((word) => word.value);
  return `${words.join(' and ') || 'row of the answer'}${facts.grain?.time ? ` per ${facts.grain.time.value}` : ''}`;
}

/** The input that has one row per what the business grain names, by a key called after its words. */
function baseOf(facts: BusinessFacts, inputs: readonly ProposedInput[], ask: Ask): { input: ProposedInput; key?: string[] } | undefined {
  const words = (facts.grain?.oneRowPer ?? []).map((word) => word.value);
  const proven = inputs.flatMap((input) => {
    const key = facts.grain?.time ? undefined : keyFor(words, input);
    return key ? [{ input, key }] : [];
  });
  if (proven[0]) return proven[0];
  ask({ about: 'grain', question: `Which columns name one row, that is one ${grainText(facts)}? ${inputs.length > 0 ? `No key of ${inputs.map((i) => i.alias).join(', ')} proves it.` : ''}`.trim(), blocking: true });
  const [only, ...others] = inputs;
  return only && others.length === 0 ? { input: only } : undefined;
}

/** The candidate key whose columns are called after the words of the grain, one column a word. */
function keyFor(grain: readonly string[], { keys, node }: ProposedInput): string[] | undefined {
  if (grain.length === 0) return undefined;
  return keys.map((key) => key.columns).find((columns) => columns.length === grain.length && grain.every((word) => columns.some((column) => isKeyOf(column, wordsIn(word), node))));
}

/** A test for every edge case and correctness line, and for the key. */
function testsOf(facts: BusinessFacts, grain: readonly string[] | undefined, ids: Set<string>): Record<string, unknown>[] {
  const only = grain?.length === 1 ? grain[0] : undefined;
  const keyTests = only === undefined ? [] : ['unique', 'not_null'].map((test) => ({ id: uniqueId('T', `${test} ${only}`, ids), test, column: only }));
  const covering = facts.items.filter((item) => item.section === 'edge_cases' || item.section === 'correct_when').flatMap((item) => {
    const id = item.id?.value;
    return id === undefined ? [] : [{ id: uniqueId('T', id.replace(/^[A-Z0-9]+-/, ''), ids), test: item.section === 'edge_cases' ? 'unit' : 'reconciliation', covers: [id] }];
  });
  return [...keyTests, ...covering];
}

/** A path of the project as seen from a file of it. */
function relative(from: string, to: string): string {
  const folder = from.split('/').slice(0, -1);
  const parts = to.split('/');
  let shared = 0;
  while (shared < folder.length && shared < parts.length - 1 && folder[shared] === parts[shared]) shared++;
  return [...folder.slice(shared).map(() => '..'), ...parts.slice(shared)].join('/');
}
