import type { Located } from '../text';
import { entries, get, items, plain, text, type YamlTree } from '../yaml/tree';
import { field, keySpan, located, locatedBoolean, locatedList, setFields } from './locate';
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

/** What stands in parts of a spec as one text each. */
const INPUT_FIELDS = ['as', 'role', 'when'] as const;
const STAGE_FIELDS = ['name', 'from', 'generate', 'recursive', 'when'] as const;
const JOIN_FIELDS = ['as', 'type', 'condition', 'cardinality', 'unmatched', 'when'] as const;
const FILTER_FIELDS = ['id', 'at', 'when'] as const;
const COLUMN_FIELDS = ['type', 'expression', 'means'] as const;

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
  const common: Pick<InputFact, 'span' | 'as' | 'role' | 'when' | 'grain'> = { span: item.span };
  setFields(common, item, INPUT_FIELDS);
  if (grain) common.grain = { value: locatedList(grain), span: grain.span };
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
  const stage: StageFact = {
    span: tree.span,
    ...section(tree, 'joins', joinOf),
    ...section(tree, 'filters', filterOf),
    ...section(tree, 'unnest', unnestOf),
    ...section(tree, 'columns', columnOf),
    ...section(tree, 'opaque', opaqueOf),
  };
  setFields(stage, tree, STAGE_FIELDS);
  if (aggregate) stage.aggregate = { span: aggregate.span, by: locatedList(get(aggregate, 'by')) };
  if (distinct) stage.distinct = distinct;
  if (deduplicate) stage.deduplicate = { span: deduplicate.span, by: locatedList(get(deduplicate, 'by')), orderBy: locatedList(get(deduplicate, 'order_by')) };
  if (limit) stage.limit = { span: limit.span, ...field(limit, 'rows'), orderBy: locatedList(get(limit, 'order_by')) };
  if (union && op) stage.union = { span: union.span, op, branches: locatedList(get(union, 'branches')) };
  return stage;
}

function joinOf(item: YamlTree): JoinFact[] {
  const to = located(get(item, 'to'));
  if (!to) return [];
  const keys = get(item, 'keys');
  const join: JoinFact = { span: item.span, to, implements: locatedList(get(item, 'implements')) };
  setFields(join, item, JOIN_FIELDS);
  if (keys) join.keys = { value: items(keys).flatMap(keyOf), span: keys.span };
  return [join];
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
  const filter: FilterFact = { span: item.span, expression, implements: locatedList(get(item, 'implements')) };
  setFields(filter, item, FILTER_FIELDS);
  return [filter];
}

function columnOf(item: YamlTree): ColumnFact[] {
  const all = located(get(item, 'all_from'));
  const name = all ?? located(get(item, 'name'));
  if (!name) return [];
  const nullable = locatedBoolean(get(item, 'nullable'));
  const column: ColumnFact = {
    span: item.span,
    kind: all ? 'all_from' : 'column',
    name,
    from: locatedList(get(item, 'from')),
    except: locatedList(get(item, 'except')),
    rename: renamesIn(get(item, 'rename')),
    implements: locatedList(get(item, 'implements')),
  };
  setFields(column, item, COLUMN_FIELDS);
  if (nullable) column.nullable = nullable;
  return [column];
}

function renamesIn(tree: YamlTree | undefined): ColumnFact['rename'] {
  return entries(tree).flatMap(({ key, keySpan: span, value }) => {
    const to = text(value);
    return to === undefined ? [] : [{ from: key, to, span }];
  });
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
