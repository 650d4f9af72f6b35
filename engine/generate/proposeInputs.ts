import { candidateKeys } from '../project/keys';
import { lookupModel, resolveRef, resolveSource } from '../project/lookup';
import type { ProjectIndex, RelationNode } from '../project/types';
import { jinjaBlocks, referencesOf } from '../sql/raw';
import type { BusinessFacts } from '../spec/types';
import { filtersFor } from './proposeFilters';
import { uniqueName } from './names';
import { label, type ProposedInput } from './proposedInput';
import type { Ask } from './questions';
import { subjectsOf, type Subject } from './subjects';
import { bagOf, match, rarityOf, wordsIn, type Bag } from './words';

const LIMIT = 6;
const ENOUGH: Readonly<Record<Subject['kind'], number>> = { grain: 0.45, measure: 0.3, term: 0.4, population: 0.35, question: 0.5 };
const CLOSE = 0.9;

/**
 * Inputs by the words of the grain, the measures, the terms and the population, compared with names, columns and
 * descriptions. Each subject brings its best match; where two are as good as each other that is asked.
 */
export function proposeInputs(project: ProjectIndex, facts: BusinessFacts, model: string, ask: Ask): ProposedInput[] {
  const nodes = readable(project, model);
  const bags = new Map(nodes.map((node) => [node, bagOfNode(node)]));
  const rarity = rarityOf([...bags.values()]);
  const found = new Map<RelationNode, { score: number; subjects: Subject[] }>();
  const take = (node: RelationNode, score: number, subject: Subject): void => {
    const known = found.get(node);
    found.set(node, { score: Math.max(score, known?.score ?? 0), subjects: [...(known?.subjects ?? []), subject] });
  };
  for (const subject of subjectsOf(facts)) {
    const bonus = (node: RelationNode): number => (subject.kind === 'grain' && keyNamed(node, subject.words) ? 0.4 : subject.kind === 'population' && filtersFor({ statement: subject.text, excluded: false }, [inputFor(node, '', new Set())]).length > 0 ? 0.5 : 0);
    const scored = nodes
      .map((node) => ({ node, score: match(subject.words, bags.get(node) ?? new Map(), rarity) + bonus(node) + layer(node) }))
      .filter(({ score }) => score >= ENOUGH[subject.kind])
      .sort((a, b) => b.score - a.score || compare(a.node.uniqueId, b.node.uniqueId));
    const [best, second] = scored;
    if (!best) {
      if (subject.kind === 'grain') ask({ about: `inputs:${subject.label}`, question: `Which model or source has "${subject.label}"? Nothing in the project is called that.`, blocking: true });
      continue;
    }
    // What the subjects before have brought already is taken where it is as good.
    const chosen = scored.find(({ node, score }) => found.has(node) && score >= best.score * CLOSE) ?? best;
    take(chosen.node, chosen.score, subject);
    if (second && chosen === best && second.score >= best.score * CLOSE && subject.kind !== 'question') {
      ask({ about: `inputs:${subject.label}`, question: `Is "${subject.label}" in ${label(best.node)} or in ${label(second.node)}? Both are called that; ${label(best.node)} is proposed.` });
    }
  }
  const sorted = [...found].sort(([, a], [, b]) => b.score - a.score);
  for (const [node, { subjects }] of sorted.slice(LIMIT)) ask({ about: `inputs:${node.name}`, question: `Is ${label(node)} read as well? It is called like ${subjects.map((subject) => subject.label).slice(0, 2).join(' and ')}, as others are.` });
  const used = new Set<string>();
  return sorted.slice(0, LIMIT).map(([node, { score, subjects }]) => ({ ...inputFor(node, roleOf(subjects.map((subject) => subject.label)), used), score, kinds: subjects.map((subject) => subject.kind) }));
}

/** A relation as an input, under an alias that is free. */
export function inputFor(node: RelationNode, role: string, used: Set<string>): ProposedInput {
  return { node, score: 0, alias: uniqueName(node.name.replace(/^(stg|int|fct|dim|base)_+/, '').replace(/^.*__/, ''), used), role, keys: candidateKeys(node), kinds: [] };
}

/** Relations beside the inputs whose names say what a sentence speaks of; the most telling first. */
export function relationsNear(project: ProjectIndex, model: string, sentence: string, inputs: readonly ProposedInput[]): string[] {
  const words = new Set(wordsIn(sentence));
  return readable(project, model)
    .filter((node) => !inputs.some((input) => input.node === node))
    .filter((node) => {
      const own = wordsIn(node.name);
      return own.length > 0 && own.every((word) => words.has(word));
    })
    .map(label)
    .sort(compare)
    .slice(0, 3);
}

const ROLE = 80;

/** The words an input was found by, as many as fit a line. */
function roleOf(labels: readonly string[]): string {
  const distinct = [...new Set(labels)];
  let role = '';
  for (const text of distinct) if (role === '' || role.length + text.length + 2 <= ROLE) role += `${role === '' ? '' : '; '}${text}`;
  return role.length > ROLE ? `${role.slice(0, role.lastIndexOf(' ', ROLE - 1))} …` : role;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Relations the model may read: not itself, not what reads it, and no source or seed that a staging model stands for. */
export function readable(project: ProjectIndex, model: string): RelationNode[] {
  const own = lookupModel(project, model);
  const enabled = [...project.nodes.values()].filter((node) => node.enabled && !(own.kind === 'one' && node === own.node));
  const parents = new Map(enabled.map((node) => [node.uniqueId, parentsOf(project, node)]));
  const below = own.kind === 'one' ? descendants(own.node.uniqueId, parents) : new Set<string>();
  const staged = new Set(enabled.filter((node) => node.kind === 'model').flatMap((node) => [...(parents.get(node.uniqueId) ?? [])]));
  return enabled.filter((node) => !below.has(node.uniqueId) && !((node.kind === 'source' || node.kind === 'seed') && staged.has(node.uniqueId)));
}

function parentsOf(project: ProjectIndex, node: RelationNode): Set<string> {
  if (node.dependsOn) return new Set(node.dependsOn);
  const found = referencesOf(jinjaBlocks(node.rawCode ?? '')).map((reference) => (reference.kind === 'source' ? resolveSource(project, reference.sourceName ?? '', reference.name) : resolveRef(project, reference)));
  return new Set(found.flatMap((lookup) => (lookup.kind === 'one' ? [lookup.node.uniqueId] : [])));
}

function descendants(id: string, parents: ReadonlyMap<string, ReadonlySet<string>>): Set<string> {
  const found = new Set([id]);
  for (let before = 0; before !== found.size; ) {
    before = found.size;
    for (const [child, above] of parents) if ([...above].some((parent) => found.has(parent))) found.add(child);
  }
  return found;
}

/** Staging and intermediate models are made to be read. */
function layer(node: RelationNode): number {
  return /^(stg|int|base)_/.test(node.name) || /(^|\/)(staging|intermediate)\//.test(node.file ?? '') ? 0.05 : 0;
}

function bagOfNode(node: RelationNode): Bag {
  return bagOf([
    { text: node.name, weight: 1 },
    { text: node.sourceName, weight: 0.2 },
    { text: node.description, weight: 0.6 },
    ...node.columns.flatMap((column) => [{ text: column.name, weight: 0.7 }, { text: column.description, weight: 0.45 }]),
  ]);
}

/** True where a key of one column is called after the words: `customer_id` for customer. */
function keyNamed(node: RelationNode, words: readonly string[]): boolean {
  return candidateKeys(node).some((key) => key.columns.length === 1 && isKeyOf(key.columns[0] ?? '', words, node));
}

/** True where a column's name says it identifies what the words name; a bare `id` does in a relation named after them. */
export function isKeyOf(column: string, words: readonly string[], node: RelationNode): boolean {
  const have = wordsIn(column).filter((word) => !['sk', 'pk', 'cod', 'code', 'numb', 'number', 'hash', 'uuid'].includes(word));
  const wanted = [...new Set(words)];
  if (wanted.length === 0) return false;
  if (have.length === 0) return /^(id|key|pk|sk|code|number|uuid|hash)$/i.test(column) && wanted.every((word) => wordsIn(node.name).includes(word));
  return have.length === wanted.length && wanted.every((word) => have.includes(word));
}
