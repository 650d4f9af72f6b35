import type { ProjectIndex, RelationNode } from '../project/types';
import type { Way } from './proposeGrain';
import type { ProposedInput } from './proposedInput';
import { inputFor, readable } from './proposeInputs';
import { linkBetween } from './proposeJoins';

/**
 * Tells the relations that one row of an input leads to: other inputs by any proven key, and relations of the project
 * where a relationships test or a foreign key of the input names them. One relation is the same input each time.
 */
export function waysAmong(project: ProjectIndex, model: string, inputs: readonly ProposedInput[]): (from: ProposedInput) => Way[] {
  const used = new Set(inputs.map((input) => input.alias.toLowerCase()));
  const others = readable(project, model).filter((node) => !inputs.some((input) => input.node === node));
  const made = new Map<RelationNode, ProposedInput>();
  const asInput = (node: RelationNode, from: ProposedInput): ProposedInput => {
    const known = made.get(node) ?? inputFor(node, `what ${from.alias} leads to`, used);
    made.set(node, known);
    return known;
  };
  return (from) => [
    ...inputs.flatMap((input) => wayTo(from, input)),
    ...others.flatMap((node) => {
      const [way] = wayTo(from, inputFor(node, '', new Set()));
      return way && way.link.from !== 'shared key' ? [{ ...way, input: asInput(node, from) }] : [];
    }),
  ];
}

function wayTo(from: ProposedInput, input: ProposedInput): Way[] {
  if (input === from) return [];
  const link = linkBetween(from, input);
  return link?.rightUnique ? [{ input, link }] : [];
}
