import { candidateKeys } from '../project/keys';
import type { ProjectIndex, RelationNode } from '../project/types';
import type { BusinessFacts } from '../spec/types';
import { rarityOf, score, termsOf } from './terms';

/** A relation that the business spec seems to speak of, with how well its words fit (0 to 1). */
export interface ProposedInput {
  node: RelationNode;
  alias: string;
  score: number;
}

const MOST = 5;
const ENOUGH = 0.34;

/** Relations whose name, key, columns or descriptions hold the words of the spec's grain, measures and terms; best first. */
export function proposeInputs(project: ProjectIndex, facts: BusinessFacts, model: string): ProposedInput[] {
  const candidates = [...project.nodes.values()].filter((node) => node.enabled && node.name !== model && eligible(node, project, model));
  const names = candidates.map((node) => new Set(termsOf(node.name)));
  const rarity = rarityOf(names);
  const subjects = subjectsOf(facts);
  const chosen = new Map<string, ProposedInput>();
  for (const words of subjects) {
    const scored = candidates
      .map((node, index) => {
        const own = names[index] ?? new Set<string>();
        const nouns = [...own].filter((word) => !LAYERS.has(word));
        const inName = nouns.length > 0 && nouns.every((word) => words.includes(word)) ? 1 : score(words, own, rarity);
        const columns = new Set(node.columns.flatMap((column) => termsOf(column.name)));
        return { node, score: Math.min(1, inName + 0.25 * score(words, columns, rarity) + (candidateKeys(node).length > 0 ? 0.05 : 0)) };
      })
      .filter((candidate) => candidate.score >= ENOUGH)
      .sort((a, b) => b.score - a.score || a.node.name.length - b.node.name.length || (a.node.uniqueId < b.node.uniqueId ? -1 : 1));
    const best = scored[0];
    if (best && (chosen.get(best.node.uniqueId)?.score ?? 0) < best.score) chosen.set(best.node.uniqueId, { ...best, alias: best.node.name });
  }
  return [...chosen.values()].sort((a, b) => b.score - a.score || (a.node.uniqueId < b.node.uniqueId ? -1 : 1)).slice(0, MOST);
}

const LAYERS = new Set(['stg', 'int', 'dim', 'fct', 'fact', 'base', 'src', 'raw', 'mart', 'stag']);

/** What a mart may read: models of earlier layers; raw sources only where no staging model stands before them. */
function eligible(node: RelationNode, project: ProjectIndex, model: string): boolean {
  if (node.kind === 'source') return ![...project.nodes.values()].some((other) => other.kind === 'model' && termsOf(other.name).join(' ').endsWith(termsOf(node.name).join(' ')) && other.name !== model);
  return !(node.dependsOn ?? []).some((id) => project.nodes.get(id)?.name === model);
}

/** The spec's subjects as bags of words: each grain word, measure, term, population line, and the question. */
function subjectsOf(facts: BusinessFacts): string[][] {
  const grain = (facts.grain?.oneRowPer ?? []).map((word) => word.value);
  const texts = facts.items.filter((item) => ['measures', 'terms', 'population'].includes(item.section)).map((item) => item.text);
  return [...grain, ...texts, facts.question?.value ?? ''].map(termsOf).filter((words) => words.length > 0);
}
