import type { Stage } from '../sql/types';
import type { Renames } from './phrases';
import type { Plan } from './plan';

/** By which names a stage's sources go in the spec. */
export interface Attachments {
  /** Name of the input or step it starts from; undefined where the spec has none. */
  from: string | undefined;
  /** By position of the join; undefined where its target has no name in the spec. */
  joins: ({ to: string; as?: string } | undefined)[];
  /** Qualifiers of the SQL (lower case) → those of the spec. */
  renames: Renames;
  /** Qualifier of each source in the spec, in order; absent for a source that has no name there. */
  qualifiers: (string | undefined)[];
  /** Names given in this stage, lower case. */
  used: Set<string>;
  /** True for a qualifier of the SQL (lower case) that is one of this stage. */
  knows(qualifier: string): boolean;
}

/** Names the sources of a stage: `from` goes by its input or step name, a join keeps its alias as `as`. */
export function attachmentsOf(stage: Stage, plan: Plan): Attachments {
  const renames = new Map<string, string>();
  const used = new Set<string>();
  const known = new Set<string>();
  const from = stage.from && plan.nameOf(stage.from.target);
  if (stage.from) {
    known.add(stage.from.alias.text.toLowerCase());
    if (from !== undefined) {
      renames.set(stage.from.alias.text.toLowerCase(), from);
      used.add(from.toLowerCase());
    }
  }
  const joins = stage.joins.map(({ to: attached }) => {
    const to = plan.nameOf(attached.target);
    const alias = attached.alias.text.toLowerCase();
    known.add(alias);
    if (to === undefined) return undefined;
    const wanted = attached.alias.text === '' || attached.alias.quoted ? to : attached.alias.text;
    let as = wanted;
    for (let n = 2; used.has(as.toLowerCase()); n++) as = `${wanted}_${n}`;
    used.add(as.toLowerCase());
    renames.set(alias, as);
    return { to, ...(as === to ? {} : { as }) };
  });
  for (const unnest of stage.unnests) known.add(unnest.alias.text.toLowerCase());
  // A derived table without a name qualifies nothing.
  renames.delete('');
  return { from, joins, renames, qualifiers: [...(stage.from ? [from] : []), ...joins.map((join) => join && (join.as ?? join.to))], used, knows: (qualifier) => known.has(qualifier) };
}
