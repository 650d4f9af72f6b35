import type { ProjectIndex, RelationNode } from '../project/types';
import { questionsOfRelations } from '../spec/prompts/dataQuestions';
import { stemOf, termsIn } from '../spec/prompts/terms';

/** What a request leaves open, as questions; nothing of it is answered. */
export interface RequestDraft {
  /** The request as it came, on one line. */
  request: string;
  /** The question, where the request is one. */
  question: string | undefined;
  openQuestions: { id: string; question: string }[];
  /** Situations that the data of relations with such names makes likely; what then happens is for a person to say. */
  edgeCases: { id: string; when: string }[];
  /** The relations that were looked at. */
  looked: string[];
}

const MOST_RELATIONS = 4;
/** Words of a request that name nothing. */
const EMPTY = new Set(['need', 'want', 'would', 'like', 'please', 'metrics', 'metric', 'numbers', 'number', 'data', 'report', 'dashboard', 'model', 'table', 'some', 'with', 'from', 'that', 'this', 'what', 'which', 'have', 'each', 'many', 'much', 'show', 'give', 'make', 'build', 'into', 'about', 'over', 'their', 'them', 'were', 'been', 'they', 'does', 'analysis']);
const AMOUNTS = /\b(amounts?|revenues?|sales|spend|costs?|prices?|paid|pay|payments?|profits?|margins?|turnover|value|rates?|shares?|ratio)\b/i;
const TIMES = /\b(daily|weekly|monthly|quarterly|yearly|per (day|week|month|quarter|year)|trend|over time|history)\b/i;

/** Reads a compressed request, such as "we need churn metrics", beside the relations of a project. */
export function draftOfRequest(request: string, project: ProjectIndex): RequestDraft {
  const line = request.replace(/\s+/g, ' ').trim();
  const isQuestion = line.endsWith('?');
  const terms = [...new Map(termsIn(line).map((word) => [stemOf(word), word.toLowerCase()])).values()];
  const nodes = relationsNamed(line, project);
  const asked = [
    ...(isQuestion ? [] : [['question', `What does somebody want to know who asks: ${line}?`]]),
    ['decision', 'What is decided with the answer, and by whom?'],
    ['grain', 'What is one row of the answer: one per what?'],
    ...terms.map((term) => [`term-${slug(term)}`, `What does "${term}" mean here, exactly?`]),
    ...(AMOUNTS.test(line) ? [['unit', 'In which unit and currency is it measured, and is it before or after refunds, discounts and taxes?']] : []),
    ...(TIMES.test(line) || terms.length > 0 ? [['period', 'Over which period, and on which day of whose time zone does it start?']] : []),
    ['population', 'Who or what is in, and what is out: tests, employees, cancelled, deleted?'],
    ['correct', 'With what will the answer be compared to tell whether it is right?'],
  ] as const;
  return {
    request: line,
    question: isQuestion ? line : undefined,
    openQuestions: asked.map(([name, question]) => ({ id: `Q-${name ?? ''}`, question: question ?? '' })),
    edgeCases: questionsOfRelations(nodes).map(({ kind, when }) => ({ id: `EC-${kind}`, when })),
    looked: nodes.map(({ name }) => name),
  };
}

/** Models and sources of the project whose names have words of the request, those with most of them first. */
function relationsNamed(request: string, project: ProjectIndex): RelationNode[] {
  const words = new Set((request.toLowerCase().match(/[a-z]{4,}/g) ?? []).filter((word) => !EMPTY.has(word)).map(stemOf));
  const scored = [...project.nodes.values()].flatMap((node) => {
    if (!node.enabled || node.kind === 'snapshot' || (node.kind === 'model' && node.package !== project.name)) return [];
    const score = node.name.toLowerCase().split(/[^a-z]+/).filter((part) => words.has(stemOf(part))).length;
    return score === 0 ? [] : [{ node, score }];
  });
  return scored.sort((a, b) => b.score - a.score || b.node.columns.length - a.node.columns.length || (a.node.name < b.node.name ? -1 : 1)).slice(0, MOST_RELATIONS).map(({ node }) => node);
}

function slug(text: string): string {
  return text.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
}
