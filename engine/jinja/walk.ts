import type { JinjaArguments, JinjaExpr } from './expression';
import type { TemplateNode } from './template';

function argumentsIn({ positional, named }: JinjaArguments): JinjaExpr[] {
  return [...positional, ...named.map(({ value }) => value)];
}

/** The expressions directly below one. */
export function childrenOf(expr: JinjaExpr): JinjaExpr[] {
  switch (expr.kind) {
    case 'literal':
    case 'name':
      return [];
    case 'list':
      return expr.items;
    case 'dict':
      return expr.entries.flatMap(({ key, value }) => [key, value]);
    case 'attribute':
      return [expr.of];
    case 'item':
      return [expr.of, expr.index];
    case 'slice':
      return [expr.of, ...(expr.from ? [expr.from] : []), ...(expr.to ? [expr.to] : [])];
    case 'call':
    case 'filter':
      return [expr.of, ...argumentsIn(expr.args)];
    case 'test':
      return [expr.of, ...expr.args];
    case 'unary':
      return [expr.of];
    case 'binary':
      return [expr.left, expr.right];
    case 'choice':
      return [expr.test, expr.then, ...(expr.otherwise ? [expr.otherwise] : [])];
  }
}

/** Every name that an expression reads. */
export function namesIn(expr: JinjaExpr): string[] {
  return expr.kind === 'name' ? [expr.name] : childrenOf(expr).flatMap(namesIn);
}

/** True where an expression asks whether the run is incremental. */
export function callsIncremental(expr: JinjaExpr): boolean {
  return namesIn(expr).includes('is_incremental');
}

/** Names that tags among nodes set, and names of values that `do` or an attribute's assignment may change. */
export function setIn(nodes: readonly TemplateNode[]): { set: Set<string>; changed: Set<string> } {
  const found = { set: new Set<string>(), changed: new Set<string>() };
  const visit = (node: TemplateNode): void => {
    if (node.kind === 'set') {
      for (const target of node.target) (target.kind === 'name' ? found.set : found.changed).add(namesIn(target)[0] ?? '');
    } else if (node.kind === 'capture') found.set.add(node.name);
    else if (node.kind === 'other') node.sets.forEach((name) => found.set.add(name));
    else if (node.kind === 'do') namesIn(node.expr).forEach((name) => found.changed.add(name));
    else if (node.kind === 'output') mutatedIn(node.expr).forEach((name) => found.changed.add(name));
    else if (node.kind === 'if') [...node.branches.flatMap(({ body }) => body), ...(node.otherwise?.body ?? [])].forEach(visit);
    else if (node.kind === 'for') [...node.body, ...(node.otherwise ?? [])].forEach(visit);
  };
  nodes.forEach(visit);
  return found;
}

const MUTATING: ReadonlySet<string> = new Set(['append', 'extend', 'insert', 'pop', 'update', 'remove', 'clear', 'sort', 'reverse', 'setdefault']);

/** Names of the lists and dicts that an expression changes in place. */
export function mutatedIn(expr: JinjaExpr): string[] {
  const own = expr.kind === 'call' && expr.of.kind === 'attribute' && MUTATING.has(expr.of.name) ? namesIn(expr.of) : [];
  return [...own, ...childrenOf(expr).flatMap(mutatedIn)];
}

/** A condition without the operands of its `and` and `or` that are known; a boolean where they decide it. */
export function withoutKnown(expr: JinjaExpr, truthOf: (part: JinjaExpr) => boolean | undefined): JinjaExpr | boolean {
  const own = truthOf(expr);
  if (own !== undefined) return own;
  if (expr.kind !== 'binary' || (expr.op !== 'and' && expr.op !== 'or')) return expr;
  const decides = expr.op === 'or';
  const [left, right] = [withoutKnown(expr.left, truthOf), withoutKnown(expr.right, truthOf)];
  if (left === decides || right === decides) return decides;
  if (typeof left === 'boolean') return right;
  if (typeof right === 'boolean') return left;
  return left === expr.left && right === expr.right ? expr : { ...expr, left, right };
}
