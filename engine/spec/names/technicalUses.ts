import type { Span, TextChange } from '../../text';
import { get, text, type YamlTree } from '../../yaml/tree';
import { insertKey } from '../edits';
import type { ImplementedSpec } from '../implementsOf';
import { keysOf, resolved, schemaOf, type SchemaNode } from '../schema';
import type { InputFact, JoinFact, SpecDocument, TechnicalFacts } from '../types';
import { clauseUses } from './clauseUses';
import { bareColumn, expressionUses, type Sources } from './expressionUses';
import { sharing } from './lookups';
import { attachedNamed, scopeOf, type FoundColumn, type SpecScope, type StageScope } from './stageScope';
import { aliasSymbol, columnSymbol, idSymbol, modelNamed, stepSymbol } from './symbols';
import { templatePlaces, type TemplatePlace } from './templatePlaces';
import type { NameContext, NameUse, Rewrite, SpecSymbol, SymbolKind } from './types';
import { bareSpan, namePart, specUse } from './places';

type Scalar = Extract<YamlTree, { kind: 'scalar' }>;

/** Where the walk stands: the stage and the items around it. */
interface Around {
  stage: StageScope;
  input?: InputFact;
  join?: JoinFact;
  /** The map that is the innermost item of a list. */
  item?: YamlTree;
}

interface Walk {
  spec: SpecDocument;
  context: NameContext;
  scope: SpecScope;
  uses: NameUse[];
  /** Facts by where their item starts. */
  inputs: ReadonlyMap<number, InputFact>;
  joins: ReadonlyMap<number, JoinFact>;
  stages: ReadonlyMap<number, StageScope>;
  business: readonly ImplementedSpec[];
}

/** The names of a technical spec: those its template says are names, and those in its expressions. */
export function technicalUses(spec: SpecDocument, facts: TechnicalFacts, context: NameContext): NameUse[] {
  if (!spec.tree) return [];
  const scope = scopeOf(spec.path, facts, context);
  const byStart = <T extends { span: Span }>(items: readonly T[]): Map<number, T> => new Map(items.map((item) => [item.span.start, item]));
  const walk: Walk = {
    spec, context, scope, uses: [],
    inputs: byStart(facts.inputs?.items ?? []),
    joins: byStart(scope.stages.flatMap(({ fact }) => fact.joins?.items ?? [])),
    business: sharing(context).lookups.business(spec),
    stages: new Map(scope.stages.map((stage) => [stage.fact.span.start, stage])),
  };
  for (const { id, span } of spec.ids) add(walk, 'id', bareSpan(spec.text, span), idSymbol(spec.path, id), true);
  visit(walk, spec.tree, templatePlaces(schemaOf(spec)), { stage: scope.top });
  return walk.uses;
}

function visit(walk: Walk, tree: YamlTree, place: TemplatePlace, around: Around): void {
  if (tree.kind === 'scalar') {
    const value = text(tree);
    if (value !== undefined && value !== '' && walk.spec.text[tree.span.start] !== '*') scalarUses(walk, tree, value, place, around);
    return;
  }
  if (tree.kind === 'seq') {
    for (const item of tree.items) visit(walk, item, place.item(), itemAround(walk, item, place.path, around));
    return;
  }
  if (place.path === 'columns.[].rename') return renames(walk, tree, around);
  for (const { key, value } of tree.entries) visit(walk, value, place.key(key), around);
}

function itemAround(walk: Walk, item: YamlTree, path: string, around: Around): Around {
  if (item.kind !== 'map') return around;
  const input = path === 'inputs' ? walk.inputs.get(item.span.start) : around.input;
  const join = path === 'joins' ? walk.joins.get(item.span.start) : around.join;
  const stage = path === 'steps' ? (walk.stages.get(item.span.start) ?? around.stage) : around.stage;
  return { item, stage, ...(input ? { input } : {}), ...(join ? { join } : {}) };
}

function add(walk: Walk, kind: SymbolKind, span: Span, symbol: SpecSymbol | undefined, defines: NameUse['defines'] = false, more: Partial<NameUse> = {}): void {
  walk.uses.push({ kind, span, symbol, defines, certain: true, ...more });
}

function scalarUses(walk: Walk, tree: Scalar, value: string, { path, schema }: TemplatePlace, around: Around): void {
  const { spec, scope, context } = walk;
  const { stage } = around;
  const span = bareSpan(spec.text, tree.span);
  switch (path) {
    case 'model':
      return add(walk, 'model', namePart(span, value), modelNamed(context, value));
    case 'inputs.[].ref':
    case 'inputs.[].ref.name':
    case 'inputs.[].source':
      return inputUses(walk, span, around);
    case 'inputs.[].as':
      return around.input ? add(walk, 'input', span, scope.input(around.input).alias, true) : undefined;
    case 'inputs.[].grain.[]':
      return around.input ? column(walk, span, scope.input(around.input).column(value)) : undefined;
    case 'name':
      return add(walk, 'step', span, stepSymbol(spec.path, value), true);
    case 'joins.[].as':
    case 'unnest.[].as':
      return add(walk, 'alias', span, aliasSymbol(spec.path, stage.owner, value), true);
    case 'from':
    case 'joins.[].to':
    case 'union.branches.[]': {
      const symbol = scope.target(value)?.symbol;
      return add(walk, symbol?.kind ?? 'input', span, symbol);
    }
    case 'joins.[].keys.[]':
      return keyUses(walk, tree, span, value, around);
    case 'columns.[].name':
      return columnName(walk, span, value, around);
    case 'columns.[].all_from': {
      const symbol = attachedNamed(stage, value)?.symbol;
      return add(walk, symbol?.kind ?? 'input', span, symbol);
    }
    case 'columns.[].except.[]':
      return column(walk, span, attachedNamed(stage, text(get(around.item, 'all_from')) ?? '')?.column(value) ?? { kind: 'open' });
    case 'waivers.[].clause':
      walk.uses.push(...clauseUses(value, span, scope, idNamed(walk, value)));
      return;
    default:
      return otherUses(walk, tree, span, value, schema, path, around);
  }
}

/** What the template says of a place, where no section of its own does. */
function otherUses(walk: Walk, tree: Scalar, span: Span, value: string, schema: SchemaNode | undefined, path: string, around: Around): void {
  const { scope, spec, context } = walk;
  switch (schema?.['x-complete']) {
    case 'business_spec':
      return void walk.uses.push(specUse(spec, span, value, context));
    case 'business_id':
    case 'coverable_id':
      return idUses(walk, span, value);
    case 'output_column':
      return /^[\w$]+$/.test(value) && !schema['x-suggest']?.includes(value) ? column(walk, span, scope.top.output(value)) : undefined;
    case 'column':
      return expression(walk, tree, path, around);
    default:
      if (schema?.['x-expression'] === true) return expression(walk, tree, path, around);
      return /^tests\.\[\]\.arguments\.\w*column\w*(\.\[\])?$/.test(path) ? outputIfKnown(walk, span, value) : undefined;
  }
}

function expression(walk: Walk, tree: Scalar, path: string, around: Around): void {
  walk.uses.push(...expressionUses(walk.spec.text, tree.span, sourcesAt(around, path)));
}

/** What the names of an expression may come from, the likeliest first. */
function sourcesAt({ stage, join }: Around, path: string): Sources {
  const attached = stage.attached();
  const at = join ? joinAt(stage, join) : -1;
  if (join && path.startsWith('joins.')) {
    const seen = attached.slice(0, at + 1);
    return { attached: seen, bare: path.endsWith('.left') ? seen.slice(0, -1) : path.endsWith('.right') ? seen.slice(-1) : seen };
  }
  const output = (name: string): FoundColumn => stage.output(name);
  if (path.startsWith('limit.')) return { attached, bare: attached, first: output };
  // Names of output columns are known to WHERE and GROUP BY of many databases; a source's column goes before.
  return path.startsWith('columns.') ? { attached, bare: attached } : { attached, bare: attached, last: output };
}

/** Where a join's own attachment stands among those of its stage: after `from` and the joins before it. */
function joinAt(stage: StageScope, join: JoinFact): number {
  const joins = stage.fact.joins?.items ?? [];
  const before = stage.attached().length - joins.length - (stage.fact.unnest?.items.length ?? 0);
  return before + joins.indexOf(join);
}

function column(walk: Walk, span: Span, found: FoundColumn, more: Partial<NameUse> = {}): void {
  add(walk, 'column', span, found.kind === 'one' ? found.symbol : undefined, false, { certain: found.kind === 'none' || found.kind === 'one', ...more });
}

/** Arguments of a test are whatever it takes: a text is a column only where there is one of that name. */
function outputIfKnown(walk: Walk, span: Span, value: string): void {
  const found = walk.scope.top.output(value);
  if (found.kind === 'one') column(walk, span, found);
}

/** An input names a model or source, and by it itself where it has no alias. */
function inputUses(walk: Walk, span: Span, { input, item }: Around): void {
  if (!input) return;
  const { alias, model } = walk.scope.input(input);
  const known = walk.context.project === undefined || !model.key.includes('|?');
  add(walk, model.kind, span, known || sharing(walk.context).lookups.saying(input.name).length > 0 ? model : undefined, false, { certain: walk.context.project !== undefined });
  if (input.as) return;
  const rewrite = item && ((): Rewrite | undefined => inserted(walk, item, 'as', MARK, 'input'));
  const table = input.kind === 'source' && span.end - span.start > input.name.length ? { start: span.end - input.name.length, end: span.end } : span;
  add(walk, 'input', table, alias, 'implied', rewrite ? { rewrite } : {});
}

const MARK = '\u0001';

/** The insertion of a key with what stands before and after the new name. */
function inserted({ spec }: Walk, item: YamlTree, key: string, value: string, kind: 'input' | 'column'): Rewrite | undefined {
  const [change] = insertKey(item, spec.text, key, value, keysOf(resolved(schemaOf(spec), { $ref: `#/definitions/${kind}` })));
  const [before, after] = change?.text.split(MARK) ?? [];
  return change && before !== undefined && after !== undefined ? { span: change.span, before, after } : undefined;
}

/** A key that is one word names a column on both sides; one that is renamed on one side alone becomes a pair. */
function keyUses(walk: Walk, tree: Scalar, span: Span, value: string, around: Around): void {
  if (!/^[\w$]+$/.test(value)) return expression(walk, tree, 'joins.[].keys.[]', around);
  const [left, right] = (['left', 'right'] as const).map((side) => bareColumn(sourcesAt(around, `joins.[].keys.[].${side}`), value));
  const both = left?.kind === 'one' && right?.kind === 'one' && left.symbol.key === right.symbol.key;
  if (left) column(walk, span, left, both ? {} : { rewrite: () => ({ span: tree.span, before: '{ left: ', after: `, right: ${value} }` }) });
  if (right && !both) column(walk, span, right, { rewrite: () => ({ span: tree.span, before: `{ left: ${value}, right: `, after: ' }' }) });
}

/** A column that says nothing else is its source's column, which it keeps naming when either of them is renamed. */
function columnName(walk: Walk, span: Span, value: string, { stage, item }: Around): void {
  const symbol = columnSymbol(stage.owner, value);
  const bare = item && !get(item, 'expression') && !get(item, 'from') && !stage.fact.union && /^[\w$]+$/.test(value);
  const rewrite = (): Rewrite | undefined => (item ? inserted(walk, item, 'from', `[${MARK}]`, 'column') : undefined);
  const also = (): TextChange | undefined => {
    const place = rewrite();
    return place && { span: place.span, text: `${place.before}${value}${place.after}` };
  };
  add(walk, 'column', span, symbol, true, bare ? { also } : {});
  if (!bare) return;
  const found = bareColumn({ attached: stage.attached(), bare: stage.attached() }, value);
  if (found.kind === 'one') column(walk, span, found, { rewrite });
}

function renames(walk: Walk, tree: YamlTree, { stage, item }: Around): void {
  if (tree.kind !== 'map') return;
  const source = attachedNamed(stage, text(get(item, 'all_from')) ?? '');
  for (const { key, keySpan, value } of tree.entries) {
    column(walk, bareSpan(walk.spec.text, keySpan), source?.column(key) ?? { kind: 'open' });
    const to = text(value);
    if (to !== undefined) add(walk, 'column', bareSpan(walk.spec.text, value.span), columnSymbol(stage.owner, to), true);
  }
}

/** The business line an id names, `customer_value#CW-1` or `CW-1` alone. */
function idNamed({ business: served }: Walk, written: string): SpecSymbol | undefined {
  const hash = written.indexOf('#');
  const [model, id] = hash < 0 ? [undefined, written] : [written.slice(0, hash), written.slice(hash + 1)];
  const named = served.filter((business) => business.facts.items.some((item) => item.id?.value === id));
  const business = named.find((one) => one.facts.model?.value === model) ?? named[0];
  return business && idSymbol(business.path, id);
}

function idUses(walk: Walk, span: Span, value: string): void {
  const hash = value.indexOf('#');
  const whole = span.end - span.start === value.length;
  const symbol = idNamed(walk, value);
  const known = walk.business.length > 0;
  add(walk, 'id', hash < 0 || !whole ? span : { start: span.start + hash + 1, end: span.end }, symbol, false, { certain: known });
  if (hash > 0 && whole) add(walk, 'model', { start: span.start, end: span.start + hash }, modelNamed(walk.context, value.slice(0, hash)));
}
