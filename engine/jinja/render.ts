import type { Span } from '../text';
import { itemsOf } from './builtins';
import type { MacroSource } from './context';
import { dottedName, evaluate, settingOf, substituted } from './evaluate';
import type { JinjaExpr } from './expression';
import { apart, assign, childOf, choose, lookUp, Returned, soften, softly, step, Undecided, type Run, type Scope } from './run';
import type { TemplateNode } from './template';
import { callsIncremental, mutatedIn, namesIn, setIn, withoutKnown } from './walk';
import { dictOf, isDict, isUndefined, isUnknown, joined, orElse, textOf, truthOf, UNDEFINED, UNKNOWN, type CallArguments, type Value } from './values';

/** Text that stands for a part of the template; copied where it is that part letter by letter. */
export interface Piece {
  text: string;
  from: Span;
  copied: boolean;
}

/** Where text goes: pieces of a model with their places, or the text of a macro. */
export interface Writer {
  source: string;
  emit(piece: Piece): void;
  /** True for a macro: what is left in its text must make sense outside. */
  inside: boolean;
  /** SQL of a whole query that the block at a place stands for. */
  queryOf?(span: Span): string | undefined;
}

const SILENT: ReadonlySet<TemplateNode['kind']> = new Set(['set', 'capture', 'do', 'macro', 'nothing']);

/** Writes out parts of a template in order. */
export function renderNodes(run: Run, scope: Scope, nodes: readonly TemplateNode[], writer: Writer): void {
  for (const node of nodes) renderNode(run, scope, node, writer);
}

function renderNode(run: Run, scope: Scope, node: TemplateNode, writer: Writer): void {
  step(run, node.kind === 'text' ? node.span.end - node.span.start : 0);
  if (!writer.inside) run.calledAt = node.span;
  // Tags that write nothing stay in a model: what they refer to, dbt counts as read.
  if (!writer.inside && !run.executing && SILENT.has(node.kind)) copy(writer, node.span);
  switch (node.kind) {
    case 'text':
      return copy(writer, node.span);
    case 'output':
      return output(run, scope, node, writer);
    case 'if':
      return branches(run, scope, node, writer);
    case 'for':
      return loop(run, scope, node, writer);
    case 'set': {
      const { result, soft } = apart(run, () => evaluate(run, scope, node.value));
      return setTargets(run, scope, node.target, result, soft, soft ? settingOf(scope, node.value) : undefined);
    }
    case 'capture': {
      const { result, soft } = apart(run, () => captured(run, scope, node.body, writer));
      return assign(scope, node.name, result, soft);
    }
    case 'do': {
      const { soft } = apart(run, () => evaluate(run, scope, node.expr));
      if (soft) namesIn(node.expr).forEach((name) => soften(scope, name));
      return;
    }
    case 'other':
      if (writer.inside) throw new Undecided();
      for (const name of node.sets) assign(scope, name, UNKNOWN, false);
      return copy(writer, node.span);
    case 'macro':
    case 'nothing':
  }
}

function copy({ source, emit }: Writer, span: Span): void {
  emit({ text: source.slice(span.start, span.end), from: span, copied: true });
}

function output(run: Run, scope: Scope, { span, expr }: Extract<TemplateNode, { kind: 'output' }>, writer: Writer): void {
  if (!writer.inside && expr.kind === 'call' && expr.of.kind === 'name' && expr.of.name === 'config') return copy(writer, span);
  const { result, soft } = softly(run, () => evaluate(run, scope, expr));
  if (soft) mutatedIn(expr).forEach((name) => soften(scope, name));
  const text = isUnknown(result) ? undefined : textOf(result);
  const leave = (): void => {
    const query = writer.queryOf?.(span);
    if (query !== undefined) return writer.emit({ text: query, from: span, copied: false });
    const known = namesIn(expr).some((name) => lookUp(run, scope, name) !== undefined);
    const source = known || writer.inside ? substituted(run, scope, expr) : undefined;
    if (source !== undefined) writer.emit({ text: `{{ ${source} }}`, from: span, copied: false });
    // Names of a macro mean nothing in the model, but what they give is as little known there.
    else if (writer.inside) writer.emit({ text: sourceAt(writer, span), from: span, copied: false });
    else copy(writer, span);
  };
  if (text === undefined) return leave();
  // A name that dbt has and this does not know writes nothing here, but something there.
  if (isUndefined(result) && expr.kind === 'name') return leave();
  // What a macro takes by default makes all that it writes a matter of choice.
  if (soft && !writer.inside && choose(run, 'written', sourceAt(writer, span), true, placeOf(writer, span)) !== true) return leave();
  if (isCopy(writer, span, text)) return leave();
  if (text !== '') writer.emit({ text, from: span, copied: false });
}

function sourceAt(writer: Writer, span: Span): string {
  return writer.source.slice(span.start, span.end);
}

/** A place in the model; none for one in a macro. */
function placeOf({ inside }: Writer, span: Span): Span | undefined {
  return inside ? undefined : span;
}

/** True where what is written is the block itself, in other white space or quotes. */
function isCopy(writer: Writer, span: Span, text: string): boolean {
  const plain = (block: string): string => block.replace(/["']/g, "'").replace(/^\{\{-?|-?\}\}$/g, '').replace(/\s+/g, '');
  return !writer.inside && text.startsWith('{{') && plain(text) === plain(sourceAt(writer, span));
}

function captured(run: Run, scope: Scope, nodes: readonly TemplateNode[], writer: Writer): Value {
  const parts: Value[] = [];
  const emit = ({ text }: Piece): void => {
    parts.push(text.includes('{{') || text.includes('{%') ? { kind: 'written', text } : text);
  };
  renderNodes(run, scope, nodes, { source: writer.source, emit, inside: writer.inside });
  return joined(parts);
}

function setTargets(run: Run, scope: Scope, targets: readonly JinjaExpr[], value: Value, soft: boolean, asked: string | undefined): void {
  if (targets.length > 1) {
    const items = Array.isArray(value) && value.length === targets.length ? value : undefined;
    for (const [index, target] of targets.entries()) setTargets(run, scope, [target], orElse(items?.[index], UNKNOWN), soft, asked && `${asked}[${index}]`);
    return;
  }
  const [target] = targets;
  if (target?.kind === 'name') return assign(scope, target.name, value, soft, asked);
  const holder = target?.kind === 'attribute' ? apart(run, () => evaluate(run, scope, target.of)).result : UNKNOWN;
  if (target?.kind === 'attribute' && isDict(holder)) {
    holder.entries.set(target.name, value);
    if (soft) namesIn(target.of).forEach((name) => soften(scope, name));
  }
}

function branches(run: Run, scope: Scope, node: Extract<TemplateNode, { kind: 'if' }>, writer: Writer): void {
  for (const [index, { test, tag, body }] of node.branches.entries()) {
    const { result, soft } = apart(run, () => evaluate(run, scope, test));
    const truth = truthOf(result);
    if (truth !== undefined && !soft && !isIncremental(result)) {
      if (truth) return executing(run, asksExecute(test), () => renderNodes(run, scope, body, writer));
      continue;
    }
    if (isIncremental(result) || callsIncremental(test)) return keep(run, scope, node, index, writer);
    if (body.some(raisesError)) continue;
    const key = settingOf(scope, test);
    const text = sourceAt(writer, tag);
    // What a macro asks of a database is no setting of the model.
    const isSetting = key !== undefined && (truth !== undefined || !writer.inside);
    const taken = isSetting ? choose(run, key, text, truth, placeOf(writer, tag)) : 'keep';
    if (taken === 'keep') {
      run.soft ||= soft;
      return keep(run, scope, node, index, writer);
    }
    if (taken) return renderNodes(run, scope, body, writer);
  }
  if (node.otherwise) renderNodes(run, scope, node.otherwise.body, writer);
}

function executing(run: Run, asks: boolean, write: () => void): void {
  const before = run.executing;
  run.executing ||= asks;
  try {
    write();
  } finally {
    run.executing = before;
  }
}

/** True for `execute`, alone or as an operand of `and`. */
function asksExecute(test: JinjaExpr): boolean {
  if (test.kind === 'binary' && test.op === 'and') return asksExecute(test.left) || asksExecute(test.right);
  return test.kind === 'name' && test.name === 'execute';
}

/** True for a part that ends dbt's run with an error: what compiles does not come there. */
function raisesError(node: TemplateNode): boolean {
  return (node.kind === 'do' || node.kind === 'output') && node.expr.kind === 'call' && dottedName(node.expr.of) === 'exceptions.raise_compiler_error';
}

function isIncremental(value: Value): boolean {
  return value !== null && typeof value === 'object' && !Array.isArray(value) && value.kind === 'written' && value.source === 'is_incremental()';
}

/** Leaves the tags of an `if` from one of its branches on, with what stands between them written out. */
function keep(run: Run, scope: Scope, node: Extract<TemplateNode, { kind: 'if' }>, from: number, writer: Writer): void {
  const touched = setIn([...node.branches.flatMap(({ body }) => body), ...(node.otherwise?.body ?? [])]);
  for (const name of touched.changed) spoil(run, scope, name);
  const branch = (body: readonly TemplateNode[]): void => maybe(() => renderNodes(run, childOf(scope), body, writer));
  const tag = (word: string, span: Span, test?: JinjaExpr): void => {
    const words = test ? ` ${keptCondition(run, scope, test, span, writer)}` : '';
    const text = `{% ${word}${words} %}`;
    const isSame = !writer.inside && text.replace(/\s+/g, '') === sourceAt(writer, span).replace(/^\{%[-+]|[-+]%\}$/g, (mark) => mark.replace(/[-+]/, '')).replace(/\s+/g, '');
    if (isSame) copy(writer, span);
    else writer.emit({ text, from: span, copied: false });
  };
  for (const [index, { tag: span, test, body }] of node.branches.entries()) {
    if (index < from) continue;
    tag(index === from ? 'if' : 'elif', span, test);
    branch(body);
  }
  if (node.otherwise) {
    tag('else', node.otherwise.tag);
    branch(node.otherwise.body);
  }
  tag('endif', node.end);
  for (const name of touched.set) assign(scope, name, UNKNOWN, false);
}

/** Writes what may not run: a macro that returns there may as well go on. */
function maybe(write: () => void): void {
  try {
    write();
  } catch (error) {
    throw error instanceof Returned ? new Undecided() : error;
  }
}

/** Makes a value unknown that a part which may not run changes: also where another name holds it. */
function spoil(run: Run, scope: Scope, name: string): void {
  const value = lookUp(run, scope, name);
  if (Array.isArray(value)) value.push(UNKNOWN);
  if (value !== undefined && isDict(value)) value.entries.set('', UNKNOWN);
  assign(scope, name, UNKNOWN, false);
}

/** A condition for a tag that stays: without what is known, with values in place of variables where they have a source. */
function keptCondition(run: Run, scope: Scope, test: JinjaExpr, span: Span, writer: Writer): string {
  const left = withoutKnown(test, (part) => {
    const { result, soft } = softly(run, () => evaluate(run, scope, part));
    return soft || isIncremental(result) ? undefined : truthOf(result);
  });
  if (typeof left === 'boolean') return String(left);
  const original = sourceAt(writer, span).replace(/^\{%[-+]?\s*\w+|[-+]?%\}$/g, '').trim();
  if (left === test && !writer.inside && namesIn(test).every((name) => lookUp(run, scope, name) === undefined)) return original;
  // Names of a macro mean nothing in the model, but a condition on them is as open there.
  return substituted(run, scope, left) ?? original;
}

function loop(run: Run, scope: Scope, node: Extract<TemplateNode, { kind: 'for' }>, writer: Writer): void {
  const { result: items, soft } = softly(run, () => chosenItems(run, scope, node));
  if (!items || (soft && !writer.inside && choose(run, 'written', sourceAt(writer, node.tag), true, placeOf(writer, node.tag)) !== true)) return keptLoop(run, scope, node, writer);
  if (items.length === 0 && node.otherwise) return renderNodes(run, scope, node.otherwise, writer);
  for (const [index, item] of items.entries()) {
    const own = childOf(scope);
    // What the list may be otherwise was chosen with the loop.
    nameItem(own, node.names, item);
    assign(own, 'loop', loopOf(items, index), false);
    renderNodes(run, own, node.body, writer);
  }
}

function chosenItems(run: Run, scope: Scope, node: Extract<TemplateNode, { kind: 'for' }>): Value[] | undefined {
  const of = evaluate(run, scope, node.of);
  const items = isUndefined(of) && node.of.kind === 'name' ? undefined : itemsOf(of);
  const { only } = node;
  if (!items || !only) return items;
  const truths = items.map((item) => {
    const own = childOf(scope);
    nameItem(own, node.names, item);
    return truthOf(evaluate(run, own, only));
  });
  return truths.includes(undefined) ? undefined : items.filter((_, index) => truths[index]);
}

function nameItem(scope: Scope, names: readonly string[], item: Value): void {
  for (const [index, name] of names.entries()) assign(scope, name, names.length === 1 ? item : Array.isArray(item) ? orElse(item[index], UNKNOWN) : UNKNOWN, false);
}

function loopOf(items: readonly Value[], index: number): Value {
  return dictOf([
    ['index', index + 1],
    ['index0', index],
    ['revindex', items.length - index],
    ['revindex0', items.length - index - 1],
    ['first', index === 0],
    ['last', index === items.length - 1],
    ['length', items.length],
    ['previtem', orElse(items[index - 1], UNDEFINED)],
    ['nextitem', orElse(items[index + 1], UNDEFINED)],
  ]);
}

/** Leaves a loop over what only dbt knows, with its body written out as far as it does not turn on the item. */
function keptLoop(run: Run, scope: Scope, node: Extract<TemplateNode, { kind: 'for' }>, writer: Writer): void {
  const touched = setIn(node.body);
  for (const name of touched.changed) spoil(run, scope, name);
  for (const name of touched.set) assign(scope, name, UNKNOWN, false);
  const own = childOf(scope);
  for (const name of [...node.names, 'loop']) assign(own, name, UNKNOWN, false);
  copy(writer, node.tag);
  maybe(() => renderNodes(run, own, node.body, writer));
  if (node.otherwise) {
    writer.emit({ text: '{% else %}', from: node.end, copied: false });
    maybe(() => renderNodes(run, childOf(scope), node.otherwise ?? [], writer));
  }
  copy(writer, node.end);
}

/** What a macro writes for its arguments. Throws `Undecided` where only dbt can tell, `Returned` where it returns a value. */
export function renderMacro(run: Run, macro: MacroSource, body: Extract<TemplateNode, { kind: 'macro' }>, { positional, named }: CallArguments): Value {
  const scope = childOf(undefined);
  for (const [index, { name, value }] of body.parameters.entries()) {
    const given = index < positional.length ? positional[index] : named.get(name);
    assign(scope, name, orElse(given, value ? evaluate(run, scope, value) : UNDEFINED), false);
  }
  const names = new Set(body.parameters.map(({ name }) => name));
  assign(scope, 'varargs', positional.slice(body.parameters.length), false);
  assign(scope, 'kwargs', dictOf([...named].filter(([name]) => !names.has(name))), false);
  return captured(run, scope, body.body, { source: macro.text, emit: () => undefined, inside: true });
}
