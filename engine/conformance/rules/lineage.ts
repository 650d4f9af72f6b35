import type { Expr } from '../../sql/types';
import { walkExpr } from '../../sql/exprs';
import { inputAlias, nameOf } from '../lowerSpec';
import type { Comparison } from '../comparison';
import type { PairView } from '../match/view';
import { relationOf, sourcesOf, type NColumn, type NGraph, type NStage } from '../normalise/model';

const MAX_DEPTH = 40;

/**
 * Whether a column of the model is made from `alias.column`, directly or through the stages below; `unknown` where that
 * cannot be followed. `own` is what the spec's column is, where the lineage is all it says.
 */
export function lineageOf(comparison: Comparison, view: PairView, column: NColumn, written: string, own: Expr | undefined): 'yes' | 'no' | 'unknown' {
  const { model } = comparison;
  const dot = written.lastIndexOf('.');
  const name = comparison.env.fold(nameOf(written.slice(dot + 1)));
  const alias = dot < 0 ? undefined : comparison.env.fold(written.slice(0, dot));
  const specSource = alias === undefined ? undefined : sourcesOf(view.pair.spec).find((source) => source.alias === alias);
  const refs = columnsOf(column.expr);
  const above = columnsOf(view.lifted(column.expr));
  if ([...refs, ...above].some((ref) => ref.name.text === name && (alias === undefined || ref.source === undefined || (specSource && ref.source === specSource.key)))) return 'yes';
  // Read directly: the stage has that source, and the column is made from others of its sources.
  const paired = new Set(view.pair.sources.map((pair) => pair.spec.key));
  if (specSource && paired.has(specSource.key) && refs.length > 0 && refs.every((ref) => ref.source !== undefined && paired.has(ref.source))) return 'no';
  const unnest = alias === undefined ? undefined : view.pair.spec.unnests.find((item) => item.alias === alias);
  if (unnest) {
    if (refs.some((ref) => ref.source === unnest.key && ref.name.text === name)) return 'yes';
    const known = new Set([...paired, ...view.pair.spec.unnests.map((item) => item.key)]);
    if (refs.length > 0 && refs.every((ref) => ref.source !== undefined && known.has(ref.source))) return 'no';
  }
  if (!model) return 'unknown';
  // The step was merged into this stage: what it calls the column is what the spec's own column has become.
  const merged = own && !specSource ? columnsOf(own) : [];
  if (merged.length > 0 && merged.every((ref) => ref.source !== undefined && paired.has(ref.source))) return merged.every((ref) => refs.some((other) => other.source === ref.source && other.name.text === ref.name.text)) ? 'yes' : 'no';
  const raw = view.pair.model.columns.find((other) => other.span.start === column.span.start && other.name === column.name);
  const leaves = raw ? leavesOfExpr(model, view.pair.model, raw.expr, 0) : undefined;
  if (!leaves) return 'unknown';
  const identity = alias === undefined ? undefined : ((specSource && relationOf(comparison.spec, specSource)) ?? identityOf(comparison, alias));
  if ([...leaves].some((leaf) => leaf.name === name && (alias === undefined || leaf.identity === identity))) return 'yes';
  // A step's column goes by its own name in the model's stages.
  if (alias !== undefined && identity === undefined && !specSource) return 'unknown';
  return [...leaves].some((leaf) => leaf.identity === undefined) ? 'unknown' : specSource?.target.kind === 'stage' || alias === undefined ? 'unknown' : 'no';
}

function identityOf(comparison: Comparison, alias: string): string | undefined {
  const fact = [...comparison.lowered.inputs].find(([input]) => comparison.env.fold(inputAlias(input)) === alias);
  const relation = fact && comparison.spec.relations.get(fact[1]);
  return relation && comparison.env.identity(relation);
}

function columnsOf(expr: Expr): Extract<Expr, { kind: 'column' }>[] {
  const found: Extract<Expr, { kind: 'column' }>[] = [];
  walkExpr(expr, (part) => {
    if (part.kind === 'column') found.push(part);
  });
  return found;
}

interface Leaf {
  identity: string | undefined;
  name: string;
}

/** The relation columns an expression is made from; a leaf without identity is one that cannot be followed. */
function leavesOfExpr(graph: NGraph, stage: NStage, expr: Expr, depth: number): Leaf[] {
  if (depth > MAX_DEPTH) return [{ identity: undefined, name: '' }];
  return columnsOf(expr).flatMap((ref): Leaf[] => {
    const source = sourcesOf(stage).find((candidate) => candidate.key === ref.source);
    if (!source) return [{ identity: undefined, name: ref.name.text }];
    // A relation that Jinja names may be any.
    if (source.target.kind === 'relation') return [{ identity: graph.relations.get(source.target.id)?.kind === 'opaque' ? undefined : relationOf(graph, source), name: ref.name.text }];
    const child = graph.stages.get(source.target.id);
    return child ? leavesOfColumn(graph, child, ref.name.text, depth + 1) : [{ identity: undefined, name: ref.name.text }];
  });
}

function leavesOfColumn(graph: NGraph, stage: NStage, name: string, depth: number): Leaf[] {
  if (stage.union) return stage.union.branches.flatMap((id) => {
    const branch = graph.stages.get(id);
    return branch && depth < MAX_DEPTH ? leavesOfColumn(graph, branch, name, depth + 1) : [{ identity: undefined, name }];
  });
  const column = stage.columns.find((candidate) => candidate.name === name);
  if (column) return leavesOfExpr(graph, stage, column.expr, depth);
  const stars = stage.columns.flatMap((candidate) => (candidate.expr.kind === 'star' ? [candidate.expr] : []));
  const [star] = stars;
  const sources = sourcesOf(stage).filter((source) => star?.table === undefined || source.key === star.table.text);
  const [only] = sources;
  if (stars.length !== 1 || sources.length !== 1 || !only || star?.rename.some((item) => item.to.text === name)) return [{ identity: undefined, name }];
  return leavesOfExpr(graph, stage, { kind: 'column', name: { text: name, quoted: false }, source: only.key }, depth);
}
