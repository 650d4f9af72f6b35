import { relationId } from '../sql/references';
import type { Relation, SqlAnalysis } from '../sql/types';
import type { RelationNode } from '../project/types';
import type { ModelPlace } from './types';
import { lineStarts, rangeOf, type Span } from '../text';
import type { AnalysedText } from './evidence';
import type { Comparison } from './comparison';

/** One relation a model reads. */
export interface ReadInput {
  /** The same as `GraphEnv.identity` gives. */
  identity: string;
  node?: RelationNode;
  relation?: Relation;
  place?: Span | ModelPlace;
  /** Read in a macro only: the manifest knows it, the file does not show it. */
  hidden: boolean;
}

/** Everything a model is known to read, by its text and by a current manifest. */
export interface ReadInputs {
  inputs: ReadInput[];
  /** True when nothing else can be read. */
  complete: boolean;
  /** Why the list may not be complete. */
  doubt: string;
}

/** Collects refs and sources of the raw text, the analysed graph and, when it is current, the manifest. */
export function readInputs({ analysis, env, dependsOn, project }: Pick<Comparison, 'analysis' | 'env' | 'dependsOn' | 'project'>): ReadInputs {
  const found = new Map<string, ReadInput>();
  const chosen = analysis?.chosen;
  const add = (relation: Relation, place: Span | ModelPlace | undefined): void => {
    const identity = env.identity(relation);
    if (found.get(identity)?.place) return;
    const node = env.nodeOf(relation);
    found.set(identity, { identity, ...(node ? { node } : {}), relation, ...(place ? { place } : {}), hidden: false });
  };
  // A literal reference that a current manifest does not list stands in a branch that is not taken.
  const references = (analysis?.raw?.analysis.references ?? []).filter((relation) => relation.kind === 'this' || !dependsOn || dependsOn.has(env.identity(relation)));
  for (const relation of references) add(relation, chosen?.in === 'raw' ? relation.span : rawPlace(analysis?.raw, relation.span));
  for (const relation of [...(analysis?.graph?.relations ?? []), ...(chosen?.in === 'compiled' ? chosen.analysis.references : [])]) {
    if (relation.kind === 'ref' || relation.kind === 'source' || relation.kind === 'this') add(relation, relation.span);
  }
  for (const id of dependsOn ?? []) {
    const node = project.nodes.get(id);
    if (!found.has(id) && node) found.set(id, { identity: id, node, hidden: true });
  }
  const doubt = dependsOn ? undefined : doubtOf(analysis?.raw?.analysis ?? chosen?.analysis);
  return { inputs: [...found.values()], complete: doubt === undefined, doubt: doubt ?? '' };
}

/** The place of a literal ref or source in the raw file, where compiled code is compared. */
function rawPlace(raw: AnalysedText | undefined, span: Span): ModelPlace | undefined {
  return raw && { in: 'raw', file: raw.file, range: rangeOf(lineStarts(raw.text), span), text: raw.text.slice(span.start, span.end) };
}

const KNOWN_CALLS = /^(ref|source|config|var|env_var|is_incremental|this|return|set|log|print|range|loop|not|and|or|if|elif|for|in|source|builtins|type_\w+|dbt|dbt_utils|fivetran_utils|adapter|target|upper|lower|trim|replace|join|length|items|append|format|split|strip|default|deduplicate|union_relations|date_spine)$/;

/** What of a text may read more than its literal calls say; undefined where nothing does. */
function doubtOf(analysis: SqlAnalysis | undefined): string | undefined {
  if (!analysis) return 'there is no SQL to read';
  if (analysis.opaque) return analysis.opaque.reason === 'macro' ? 'a macro writes the query' : 'the SQL is not understood';
  const macro = analysis.jinja.find((item) => item.effect !== 'written' && (item.effect === 'query' || hasForeignCall(item.text)));
  if (macro) return 'a macro may read more';
  const opaque = [...(analysis.graph?.relations ?? []), ...(analysis.incremental?.relations ?? [])].some((relation) => relation.kind === 'opaque');
  return opaque ? 'Jinja names a relation' : undefined;
}

function hasForeignCall(text: string): boolean {
  return [...text.matchAll(/([A-Za-z_]\w*)\s*\(/g)].some((match) => !KNOWN_CALLS.test(match[1] ?? ''));
}

/** What a relation is called for a reader. */
export function relationLabel(input: Pick<ReadInput, 'node' | 'relation'>): string {
  const { node, relation } = input;
  if (node?.kind === 'source') return `${node.sourceName ?? ''}.${node.name}`;
  if (node) return node.name;
  if (relation?.kind === 'source') return `${relation.sourceName ?? ''}.${relation.name}`;
  return relation?.name ?? '';
}

/** Identity of a hard-coded relation, for addresses. */
export function nameIdentity(relation: Relation): string {
  return relationId(relation).toLowerCase();
}
