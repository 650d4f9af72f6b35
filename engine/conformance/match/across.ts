import type { Expr } from '../../sql/types';
import { mapChildren } from '../../sql/exprs';
import { exprKey } from '../expr/key';
import { isPlain } from '../normalise/inline';
import type { NStage } from '../normalise/model';
import { matchFilters, type Conjunct, type FilterMatch } from './filters';
import { columnNames, type PairView } from './view';

/** Filters of all pairs together: one that the spec has in one stage may stand in another of the model. */
export interface FilterMatches {
  of(view: PairView): FilterMatch;
  /** The equal conjunct that another stage of the model has in this one's place. */
  moved(conjunct: Conjunct): { conjunct: Conjunct; view: PairView } | undefined;
  /** True for a conjunct of the model that `moved` gave. */
  isClaimed(conjunct: Conjunct): boolean;
  /** True where some leftover conjunct elsewhere in the model speaks of one of these columns. */
  touchesElsewhere(names: ReadonlySet<string>, view: PairView): boolean;
}

/** Pairs the filters of every stage, then what is left across stages that only filter and project. */
export function matchAllFilters(views: readonly PairView[], modelOnly: readonly NStage[]): FilterMatches {
  const matches = new Map(views.map((view) => [view, matchFilters(view)]));
  const moved = new Map<Conjunct, { conjunct: Conjunct; view: PairView }>();
  const claimed = new Set<Conjunct>();
  for (const [view, match] of matches) {
    for (const own of match.spec) {
      if (match.equal.has(own) || match.otherTime.has(own) || match.intoOn.has(own)) continue;
      for (const [other, elsewhere] of matches) {
        if (other === view || !isNeighbour(view, other)) continue;
        const found = elsewhere.leftover.find((conjunct) => !claimed.has(conjunct) && exprKey(bare(conjunct.expr)) === exprKey(bare(own.expr)));
        if (!found) continue;
        claimed.add(found);
        moved.set(own, { conjunct: found, view: other });
        break;
      }
    }
  }
  const empty: FilterMatch = { equal: new Map(), otherTime: new Map(), fromOn: new Map(), intoOn: new Map(), other: new Map(), spec: [], model: [], leftover: [] };
  return {
    of: (view) => matches.get(view) ?? empty,
    moved: (conjunct) => moved.get(conjunct),
    isClaimed: (conjunct) => claimed.has(conjunct),
    touchesElsewhere: (names, view) => {
      const others = [...matches].filter(([other]) => other !== view).flatMap(([, match]) => match.leftover.filter((conjunct) => !claimed.has(conjunct)));
      const unpaired = modelOnly.flatMap((stage) => stage.filters);
      return [...others, ...unpaired].some((filter) => [...columnNames(filter.expr)].some((name) => names.has(name)));
    },
  };
}

/** One stage reads the other, and between them rows are only filtered: the filter means the same in both places. */
function isNeighbour(a: PairView, b: PairView): boolean {
  return reads(a, b) || reads(b, a);
}

function reads(outer: PairView, inner: PairView): boolean {
  const source = outer.pair.sources.find(({ spec }) => spec.target.kind === 'stage' && spec.target.id === inner.pair.id);
  if (!source || !isPlain(inner.pair.model) || !isPlain(inner.pair.spec)) return false;
  if (source.spec === outer.pair.spec.base) return outer.pair.model.joins.every((join) => join.type !== 'right' && join.type !== 'full');
  const join = outer.pair.model.joins.find((candidate) => candidate.source === source.model);
  return join?.type === 'inner' || join?.type === 'cross';
}

/** The expression without the sources of its columns. */
function bare(expr: Expr): Expr {
  if (expr.kind === 'column') return { kind: 'column', name: expr.name };
  return mapChildren(expr, bare);
}
