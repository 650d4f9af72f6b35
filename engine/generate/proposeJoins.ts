import { candidateKeys } from '../project/keys';
import type { RelationNode } from '../project/types';
import type { BusinessFacts } from '../spec/types';
import type { ProposedInput } from './proposeInputs';

type Ask = (text: string, blocking?: boolean) => void;

/** Joins of the other inputs to the base: by relationships tests, foreign keys, then a key column both have. */
export function proposeJoins(base: ProposedInput, inputs: readonly ProposedInput[], facts: BusinessFacts, ask: Ask): Record<string, unknown>[] {
  const keepsAll = facts.items.find((item) => item.section === 'population' && /\b(every|all|also|without)\b/i.test(item.text));
  return inputs
    .filter((input) => input !== base)
    .flatMap((input): Record<string, unknown>[] => {
      const key = keyBetween(base.node, input.node);
      if (!key) {
        ask(`On which key does ${input.alias} join ${base.alias}? No relationships test, foreign key or shared key says.`);
        return [];
      }
      if (!keepsAll) ask(`Are rows of ${base.alias} without a match in ${input.alias} kept? They are for now.`);
      const unique = candidateKeys(input.node).some((candidate) => candidate.columns.length === 1 && candidate.columns[0]?.toLowerCase() === key.right.toLowerCase());
      return [
        {
          to: input.alias,
          type: 'left',
          keys: [key.left === key.right ? key.left : { left: `${base.alias}.${key.left}`, right: key.right }],
          ...(unique ? { cardinality: 'many_to_one' } : {}),
          unmatched: 'keep',
          ...(keepsAll?.id ? { implements: [keepsAll.id.value] } : {}),
        },
      ];
    });
}

function keyBetween(left: RelationNode, right: RelationNode): { left: string; right: string } | undefined {
  const forward = foreignKey(left, right);
  if (forward) return forward;
  const backward = foreignKey(right, left);
  if (backward) return { left: backward.right, right: backward.left };
  const own = new Set(left.columns.map((column) => column.name.toLowerCase()));
  const keys = [...candidateKeys(left), ...candidateKeys(right)].filter((key) => key.columns.length === 1).flatMap((key) => key.columns);
  const shared = keys.find((column) => own.has(column.toLowerCase()) && right.columns.some((c) => c.name.toLowerCase() === column.toLowerCase()));
  return shared === undefined ? undefined : { left: shared, right: shared };
}

/** `from.column → to.field` as a relationships test or a foreign key constraint of `from` says. */
function foreignKey(from: RelationNode, to: RelationNode): { left: string; right: string } | undefined {
  const isTarget = (text: unknown): boolean => typeof text === 'string' && new RegExp(`['"]${to.name}['"]|^${to.name}$`).test(text);
  const test = from.tests.find((t) => t.test === 'relationships' && t.enabled && t.column !== undefined && isTarget(t.arguments['to']));
  if (test?.column !== undefined && typeof test.arguments['field'] === 'string') return { left: test.column, right: test.arguments['field'] };
  const constraint = from.constraints.find((c) => c.type === 'foreign_key' && c.columns.length === 1 && (isTarget(c.to) || c.expression?.includes(to.name)));
  return constraint?.columns[0] !== undefined && constraint.toColumns?.[0] !== undefined ? { left: constraint.columns[0], right: constraint.toColumns[0] } : undefined;
}
