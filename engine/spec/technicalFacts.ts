import type { Located } from '../text';
import { entries, get, items, plain, text, type YamlTree } from '../yaml/tree';
import { field, keySpan, located, locatedBoolean, locatedList } from './locate';
import type { ColumnFact, FilterFact, InputFact, JoinFact, KeyFact, OpaqueFact, Section, StageFact, TechnicalFacts, TestFact, UnnestFact, WaiverFact } from './types';

/**
 * The facts of a technical spec; parts that do not fit the template are left out, the schema's problems name them. All but the model
 * and what it implements is read when somebody asks for it: a keystroke reads the spec anew, and few of those who wait for it do.
 */
export function technicalFacts(tree: YamlTree | undefined): TechnicalFacts {
  const root: YamlTree = tree ?? { kind: 'map', span: { start: 0, end: 0 }, entries: [] };
  let read: Rest | undefined;
  const rest = (): Rest => (read ??= restOf(root));
  return {
    kind: 'technical',
    ...field(root, 'model'),
    implements: implementsIn(get(root, 'implements')),
    get grain() {
      return rest().grain;
    },
    get inputs() {
      return rest().inputs;
    },
    get stage() {
      return rest().stage;
    },
    get steps() {
      return rest().steps;
    },
    get tests() {
      return rest().tests;
    },
    get materialization() {
      return rest().materialization;
    },
    get waivers() {
      return rest().waivers;
    },
  };
}

type Rest = Omit<TechnicalFacts, 'kind' | 'model' | 'implements'>;

function restOf(root: YamlTree): Rest {
  const grain = get(root, 'grain');
  const materialization = get(root, 'materialization');
  return {
    ...(grain ? { grain: { value: locatedList(grain), span: grain.span } } : {}),
    ...section(root, 'inputs', inputOf),
    stage: stageOf(root),
    ...section(root, 'steps', (item) => (text(get(item, 'name')) === undefined ? [] : [stageOf(item)])),
    ...section(root, 'tests', testOf),
    ...(materialization?.kind === 'map'
      ? { materialization: { span: materialization.span, keySpan: keySpan(root, 'materialization'), entries: entries(materialization).map(({ key, keySpan: at, value }) => ({ key: { value: key, span: at }, value: { value: plain(value), span: value.span } })) } }
      : {}),
    waivers: items(get(root, 'waivers')).flatMap(waiverOf),
  };
}

/** The business specs that a list names. */
export function implementsIn(list: YamlTree | undefined): TechnicalFacts['implements'] {
  return items(list).flatMap((item) => {
    const business = located(get(item, 'business'));
    return business ? [{ business, ...field(item, 'meaning'), span: item.span }] : [];
  });
}

function section<K extends string, T>(root: YamlTree, key: K, read: (item: YamlTree) => T[]): { [P in K]?: Section<T> } {
  const tree = get(root, key);
  if (!tree || (tree.kind === 'scalar' && tree.value === null)) return {};
  return { [key]: { span: tree.span, keySpan: keySpan(root, key), items: items(tree).flatMap(read) } } as { [P in K]?: Section<T> };
}

function inputOf(item: YamlTree): InputFact[] {
  const ref = get(item, 'ref');
  const source = located(get(item, 'source'));
  const grain = get(item, 'grain');
  const common = {
    span: item.span,
    ...field(item, 'as'),
    ...field(item, 'role'),
    ...field(item, 'when'),
    ...(grain ? { grain: { value: locatedList(grain), span: grain.span } } : {}),
  };
  if (ref?.kind === 'map') {
    const name = located(get(ref, 'name'));
    if (!name) return [];
    const pkg = text(get(ref, 'package'));
    const version = text(get(ref, 'version'));
    return [{ ...common, kind: 'ref', name: name.value, nameSpan: name.span, ...(pkg === undefined ? {} : { package: pkg }), ...(version === undefined ? {} : { version }) }];
  }
  const name = located(ref);
  if (name) return [{ ...common, kind: 'ref', name: name.value, nameSpan: name.span }];
  if (source) {
    const dot = source.value.indexOf('.');
    if (dot < 0) return [];
    return [{ ...common, kind: 'source', sourceName: source.value.slice(0, dot), name: source.value.slice(dot + 1), nameSpan: source.span }];
  }
  const self = get(item, 'this');
  return self ? [{ ...common, kind: 'this', name: 'this', nameSpan: self.span }] : [];
}

function stageOf(tree: YamlTree): StageFact {
  const aggregate = get(tree, 'aggregate');
  const deduplicate = get(tree, 'deduplicate');
  const limit = get(tree, 'limit');
  const union = get(tree, 'union');
  const distinct = locatedBoolean(get(tree, 'distinct'));
  const op = located(get(union, 'op'));
  return {
    span: tree.span,
    ...field(tree, 'name'),
    ...field(tree, 'from'),
    ...section(tree, 'joins', joinOf),
    ...section(tree, 'filters', filterOf),
    ...(aggregate ? { aggregate: { span: aggregate.span, by: locatedList(get(aggregate, 'by')) } } : {}),
    ...(distinct ? { distinct } : {}),
    ...(deduplicate ? { deduplicate: { span: deduplicate.span, by: locatedList(get(deduplicate, 'by')), orderBy: locatedList(get(deduplicate, 'order_by')) } } : {}),
    ...(limit ? { limit: { span: limit.span, ...field(limit, 'rows'), orderBy: locatedList(get(limit, 'order_by')) } } : {}),
    ...section(tree, 'unnest', unnestOf),
    ...(union && op ? { union: { span: union.span, op, branches: locatedList(get(union, 'branches')) } } : {}),
    ...field(tree, 'generate'),
    ...field(tree, 'recursive'),
    ...section(tree, 'columns', columnOf),
    ...section(tree, 'opaque', opaqueOf),
    ...field(tree, 'when'),
  };
}

function joinOf(item: YamlTree): JoinFact[] {
  const to = located(get(item, 'to'));
  if (!to) return [];
  const keys = get(item, 'keys');
  return [
    {
      span: item.span,
      to,
      ...field(item, 'as'),
      ...field(item, 'type'),
      ...(keys ? { keys: { value: items(keys).flatMap(keyOf), span: keys.span } } : {}),
      ...field(item, 'condition'),
      ...field(item, 'cardinality'),
      ...field(item, 'unmatched'),
      ...field(item, 'when'),
      implements: locatedList(get(item, 'implements')),
    },
  ];
}

function keyOf(item: YamlTree): KeyFact[] {
  const both = text(item);
  if (both !== undefined) return [{ left: both, right: both, span: item.span }];
  const left = text(get(item, 'left'));
  const right = text(get(item, 'right'));
  return left === undefined || right === undefined ? [] : [{ left, right, span: item.span }];
}

function filterOf(item: YamlTree): FilterFact[] {
  const expression = located(get(item, 'expression'));
  if (!expression) return [];
  return [{ span: item.span, ...field(item, 'id'), expression, ...field(item, 'at'), ...field(item, 'when'), implements: locatedList(get(item, 'implements')) }];
}

function columnOf(item: YamlTree): ColumnFact[] {
  const all = located(get(item, 'all_from'));
  const name = all ?? located(get(item, 'name'));
  if (!name) return [];
  const nullable = locatedBoolean(get(item, 'nullable'));
  return [
    {
      span: item.span,
      kind: all ? 'all_from' : 'column',
      name,
      ...field(item, 'type'),
      ...(nullable ? { nullable } : {}),
      from: locatedList(get(item, 'from')),
      ...field(item, 'expression'),
      ...field(item, 'means'),
      except: locatedList(get(item, 'except')),
      rename: entries(get(item, 'rename')).flatMap(({ key, keySpan: span, value }) => {
        const to = text(value);
        return to === undefined ? [] : [{ from: key, to, span }];
      }),
      implements: locatedList(get(item, 'implements')),
    },
  ];
}

function unnestOf(item: YamlTree): UnnestFact[] {
  const expression = located(get(item, 'expression'));
  const as = located(get(item, 'as'));
  return expression && as ? [{ span: item.span, expression, as, outer: locatedBoolean(get(item, 'outer'))?.value ?? false }] : [];
}

function opaqueOf(item: YamlTree): OpaqueFact[] {
  const body = located(get(item, 'text'));
  return body ? [{ span: item.span, text: body, ...field(item, 'reason') }] : [];
}

function testOf(item: YamlTree): TestFact[] {
  const test = located(get(item, 'test'));
  if (!test) return [];
  const values = get(item, 'arguments');
  const args: Located<unknown> | undefined = values && { value: plain(values), span: values.span };
  return [{ span: item.span, ...field(item, 'id'), test, ...field(item, 'column'), ...(args ? { arguments: args } : {}), ...field(item, 'severity'), covers: locatedList(get(item, 'covers')) }];
}

function waiverOf(item: YamlTree): WaiverFact[] {
  const clause = located(get(item, 'clause'));
  return clause ? [{ span: item.span, clause, ...field(item, 'reason'), ...field(item, 'by'), ...field(item, 'until') }] : [];
}
