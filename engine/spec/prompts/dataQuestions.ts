import { lookupModel } from '../../project';
import { notNullColumns, candidateKeys } from '../../project/keys';
import type { Column, ProjectIndex, RelationNode } from '../../project/types';
import { lookupInput } from '../lookupInput';
import { technicalOf } from '../names/coverage';
import { stagesOf } from '../stages';
import type { BusinessFacts, SpecDocument, TechnicalFacts } from '../types';

/** Something that the data of a model's inputs makes likely, and that nobody may have thought of. */
export interface DataQuestion {
  kind: 'deleted' | 'status' | 'unmatched' | 'several' | 'currency' | 'zone' | 'late';
  /** `stg_orders.is_deleted`. */
  about: string;
  /** The situation, as an edge case writes it. */
  when: string;
  /** Words of a spec that has thought of it. */
  settled: RegExp;
}

interface Input {
  alias: string;
  node: RelationNode;
}

/**
 * The questions that the data raises for a business spec, at most one of a kind: from the columns, tests and configuration of what the model
 * reads by its technical spec, else by the manifest.
 */
export function dataQuestions(spec: SpecDocument, facts: BusinessFacts, specs: readonly SpecDocument[], project: ProjectIndex): DataQuestion[] {
  const technical = technicalOf(spec, specs).flatMap((other) => (other.facts?.kind === 'technical' && other.facts.model?.value === facts.model?.value ? [other.facts] : []));
  const found = facts.model ? lookupModel(project, facts.model.value) : undefined;
  const model = found?.kind === 'one' ? found.node : undefined;
  const inputs = inputsOf(technical, model, project);
  return onceEach([deleted(inputs), status(inputs), ...technical.flatMap((own) => [unmatched(own, inputs), several(own)]), currency(inputs), zone(inputs), late(model, inputs)]);
}

/** The questions that the data of some relations raises by itself, whatever is made of them; at most one of a kind. */
export function questionsOfRelations(nodes: readonly RelationNode[]): DataQuestion[] {
  const inputs = nodes.map((node) => ({ alias: node.name, node }));
  return onceEach([deleted(inputs), status(inputs), currency(inputs), zone(inputs), late(undefined, inputs)]);
}

function onceEach(questions: readonly (DataQuestion | undefined)[]): DataQuestion[] {
  const kinds = new Set<string>();
  return questions.flatMap((question) => {
    if (!question || kinds.has(question.kind)) return [];
    kinds.add(question.kind);
    return [question];
  });
}

function inputsOf(technical: readonly TechnicalFacts[], model: RelationNode | undefined, project: ProjectIndex): Input[] {
  const written = technical.flatMap((facts) => (facts.inputs?.items ?? []).flatMap((input): Input[] => {
    const found = lookupInput(project, input);
    return found.kind === 'one' ? [{ alias: input.as?.value ?? input.name, node: found.node }] : [];
  }));
  if (written.length > 0) return written;
  return (model?.dependsOn ?? []).flatMap((id) => {
    const node = project.nodes.get(id);
    return node ? [{ alias: node.name, node }] : [];
  });
}

function firstColumn(inputs: readonly Input[], wanted: (column: Column, node: RelationNode) => boolean): { node: RelationNode; column: Column } | undefined {
  for (const { node } of inputs) {
    const column = node.columns.find((candidate) => wanted(candidate, node));
    if (column) return { node, column };
  }
  return undefined;
}

const DELETED = /^(is_|_fivetran_)?(deleted|removed|archived)$|^(deleted|removed|archived)_(at|on|date)$/i;
const AMOUNT = /(^|_)(amount|price|revenue|cost|total_paid|net|gross|refund)s?$/i;

function deleted(inputs: readonly Input[]): DataQuestion | undefined {
  const found = firstColumn(inputs, ({ name }) => DELETED.test(name));
  return found && { kind: 'deleted', about: `${found.node.name}.${found.column.name}`, when: `a row of ${found.node.name} is deleted in its source (${found.column.name})`, settled: /delet|remov|archiv/i };
}

function status(inputs: readonly Input[]): DataQuestion | undefined {
  for (const { node } of inputs) {
    for (const test of node.tests) {
      const values = test.test === 'accepted_values' && test.enabled && test.column !== undefined && /status|state|type|kind/i.test(test.column) && Array.isArray(test.arguments['values']) ? test.arguments['values'].map(String) : [];
      const [first] = values;
      if (test.column === undefined || first === undefined || values.length < 2) continue;
      const words = values.map((value) => value.replace(/[^A-Za-z0-9]+/g, '.?')).filter((word) => word.length > 2);
      return { kind: 'status', about: `${node.name}.${test.column}`, when: `${test.column} of ${node.name} is ${values.slice(0, 6).join(', ')}`, settled: new RegExp([...words, test.column.replace(/_/g, '.?')].join('|'), 'i') };
    }
  }
  return undefined;
}

/** A join whose key may be missing in what precedes it. */
function unmatched(facts: TechnicalFacts, inputs: readonly Input[]): DataQuestion | undefined {
  for (const stage of stagesOf(facts)) {
    for (const join of stage.joins?.items ?? []) {
      const left = inputs.find(({ alias }) => alias === stage.from?.value);
      const [key] = join.keys?.value ?? [];
      const name = key?.left.split('.').pop()?.toLowerCase();
      if (!left || name === undefined || !left.node.columns.some((column) => column.name.toLowerCase() === name)) continue;
      const filled = [...notNullColumns(left.node), ...candidateKeys(left.node).flatMap(({ columns }) => columns)].some((column) => column.toLowerCase() === name);
      if (!filled) return { kind: 'unmatched', about: `${left.node.name}.${name}`, when: `${name} of ${left.node.name} is empty, or ${join.as?.value ?? join.to.value} has no such ${name}`, settled: /\b(null|empty|missing|without|unknown|unmatched|has no|have no|no (matching|such))\b/i };
    }
  }
  return undefined;
}

function several(facts: TechnicalFacts): DataQuestion | undefined {
  for (const join of stagesOf(facts).flatMap((stage) => stage.joins?.items ?? [])) {
    if (join.cardinality?.value === 'many_to_many') return { kind: 'several', about: `joins/${join.as?.value ?? join.to.value}`, when: `several rows of ${join.as?.value ?? join.to.value} belong to one row, and the other way round`, settled: /\b(several|multiple|more than one|many|duplicate|twice|shared)\b/i };
  }
  return undefined;
}

function currency(inputs: readonly Input[]): DataQuestion | undefined {
  const found = firstColumn(inputs, ({ name, type }, node) => AMOUNT.test(name) && !/char|text|bool/i.test(type ?? '') && !node.columns.some((other) => /currency/i.test(other.name)));
  return found && { kind: 'currency', about: `${found.node.name}.${found.column.name}`, when: `${found.column.name} of ${found.node.name} is in another currency`, settled: /currenc|\b(EUR|USD|GBP|CHF|JPY|CAD|AUD|SEK|NOK|DKK|PLN|CNY|INR|BRL|euros?|dollars?|pounds?|yen|cents?)\b/i };
}

function zone(inputs: readonly Input[]): DataQuestion | undefined {
  const found = firstColumn(inputs, ({ type }) => /^(timestamp(_ntz)?( without time zone)?|datetime)(\(\d+\))?$/i.test(type ?? ''));
  return found && { kind: 'zone', about: `${found.node.name}.${found.column.name}`, when: `${found.column.name} of ${found.node.name}, which has no time zone, falls on another day in the zone of the reader`, settled: /time.?zone|\butc\b|\bgmt\b|local time|\bCET\b/i };
}

function late(model: RelationNode | undefined, inputs: readonly Input[]): DataQuestion | undefined {
  const settled = /\blate\b|arriv|backdat|backfill|correct(ed|ion)s? (later|afterwards)|freshness/i;
  if (model?.config['materialized'] === 'incremental') return { kind: 'late', about: model.name, when: `a row arrives after its day was built, since ${model.name} is built incrementally`, settled };
  const source = inputs.find(({ node }) => node.kind === 'source' && (node.config['freshness'] ?? node.config['loaded_at_field']) != null);
  return source && { kind: 'late', about: source.node.name, when: `rows of ${source.node.sourceName ?? ''}.${source.node.name} arrive late`, settled };
}
