import type { CandidateKey } from '../project/keys';
import type { RelationNode } from '../project/types';
import type { Subject } from './subjects';

/** A relation that holds what the business spec speaks of. */
export interface ProposedInput {
  node: RelationNode;
  alias: string;
  /** The words it was found by, as the business spec has them. */
  role: string;
  score: number;
  keys: CandidateKey[];
  /** The kinds of subjects it was found by. */
  kinds: Subject['kind'][];
}

/** What a spec calls a relation. */
export function label(node: RelationNode): string {
  return node.kind === 'source' ? `${node.sourceName ?? ''}.${node.name}` : node.name;
}
