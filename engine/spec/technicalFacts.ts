import type { Span } from '../text';
import { entries, get, items, plain, text, type YamlTree } from '../yaml/tree';
import { field, keySpan, located, locatedAt, locatedBoolean, locatedList } from './locate';
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

/** Facts of one kind have all their fields, in one order: they are read far more often than made. */
type Rest = Omit<TechnicalFacts, 'kind' | 'model' | 'implements'>;

function restOf(root: YamlTree): Rest {
  const grain = get(root, 'grain');
  const materialization = get(root, 'materialization');
  return {
    grain: grain && { value: locatedList(grain), span: grain.span },
    inputs: section(root, 'inputs', inputOf),
    stage: stageOf(root),
    steps: section(root, 'steps', (item) => (text(get(item, 'name')) === undefined ? undefined : stageOf(item))),
    tests: section(root, 'tests', testOf),
    materialization:
      materialization?.kind === 'map'
        ? { span: materialization.span, keySpan: keySpan(root, 'materialization'), entries: entries(materialization).map(({ key, keySpan: at, value }) => ({ key: { value: key, span: at }, value: { value: plain(value), span: value.span } })) }
        : undefined,
    waivers: readEach(items(get(root, 'waivers')), waiverOf),
  };
}

/** The business specs that a list names. */
export function implementsIn(list: YamlTree | undefined): TechnicalFacts['implements'] {
  return items(list).flatMap((item) => {
    const business = located(get(item, 'business'));
    return business ? [{ business, ...field(item, 'meaning'), span: item.span }] : [];
  });
}

function section<T>(root: YamlTree, key: string, of: (item: YamlTree) => T | undefined): Section<T> | undefined {
  const tree = get(root, key);
  if (!tree || (tree.kind === 'scalar' && tree.value === null)) return undefined;
  return { span: tree.span, keySpan: keySpan(root, key), items: readEach(items(tree), of) };
}

/** What items say; those that say nothing are left out. */
function readEach<T>(trees: readonly YamlTree[], of: (item: YamlTree) => T | undefined): T[] {
  const found: T[] = [];
  for (const tree of trees) {
    const one = of(tree);
    if (one !== undefined) found.push(one);
  }
  return found;
}

function inputOf(item: YamlTree): InputFact | undefined {
  const ref = get(item, 'ref');
  const source = located(get(item, 'source'));
  if (ref?.kind === 'map') {
    const name = located(get(ref, 'name'));
    return name && input(item, 'ref', name.value, name.span, { package: text(get(ref, 'package')), version: text(get(ref, 'version')) });
  }
  const name = located(ref);
  if (name) return input(item, 'ref', name.value, name.span, {});
  if (source) {
    const dot = source.value.indexOf('.');
    return dot < 0 ? undefined : input(item, 'source', source.value.slice(dot + 1), source.span, { sourceName: source.value.slice(0, dot) });
  }
  const self = get(item, 'this');
  return self && input(item, 'this', 'this', self.span, {});
}

function input(item: YamlTree, kind: InputFact['kind'], name: string, nameSpan: Span, { package: owner, sourceName, version }: Pick<InputFact, 'package' | 'sourceName' | 'version'>): InputFact {
  const grain = get(item, 'grain');
  return { span: item.span, as: locatedAt(item, 'as'), role: locatedAt(item, 'role'), when: locatedAt(item, 'when'), grain: grain && { value: locatedList(grain), span: grain.span }, kind, name, nameSpan, package: owner, sourceName, version };
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
    name: locatedAt(tree, 'name'),
    from: locatedAt(tree, 'from'),
    joins: section(tree, 'joins', joinOf),
    filters: section(tree, 'filters', filterOf),
    aggregate: aggregate && { span: aggregate.span, by: locatedList(get(aggregate, 'by')) },
    distinct,
    deduplicate: deduplicate && { span: deduplicate.span, by: locatedList(get(deduplicate, 'by')), orderBy: locatedList(get(deduplicate, 'order_by')) },
    limit: limit && { span: limit.span, rows: locatedAt(limit, 'rows'), orderBy: locatedList(get(limit, 'order_by')) },
    unnest: section(tree, 'unnest', unnestOf),
    union: union && op && { span: union.span, op, branches: locatedList(get(union, 'branches')) },
    generate: locatedAt(tree, 'generate'),
    recursive: locatedAt(tree, 'recursive'),
    columns: section(tree, 'columns', columnOf),
    opaque: section(tree, 'opaque', opaqueOf),
    when: locatedAt(tree, 'when'),
  };
}

function joinOf(item: YamlTree): JoinFact | undefined {
  const to = located(get(item, 'to'));
  const keys = get(item, 'keys');
  return to && {
    span: item.span,
    to,
    as: locatedAt(item, 'as'),
    type: locatedAt(item, 'type'),
    keys: keys && { value: readEach(items(keys), keyOf), span: keys.span },
    condition: locatedAt(item, 'condition'),
    cardinality: locatedAt(item, 'cardinality'),
    unmatched: locatedAt(item, 'unmatched'),
    when: locatedAt(item, 'when'),
    implements: locatedList(get(item, 'implements')),
  };
}

function keyOf(item: YamlTree): KeyFact | undefined {
  const both = text(item);
  if (both !== undefined) return { left: both, right: both, span: item.span };
  const left = text(get(item, 'left'));
  const right = text(get(item, 'right'));
  return left === undefined || right === undefined ? undefined : { left, right, span: item.span };
}

function filterOf(item: YamlTree): FilterFact | undefined {
  const expression = locatedAt(item, 'expression');
  return expression && { span: item.span, id: locatedAt(item, 'id'), expression, at: locatedAt(item, 'at'), when: locatedAt(item, 'when'), implements: locatedList(get(item, 'implements')) };
}

function columnOf(item: YamlTree): ColumnFact | undefined {
  const all = locatedAt(item, 'all_from');
  const name = all ?? locatedAt(item, 'name');
  return name && {
    span: item.span,
    kind: all ? 'all_from' : 'column',
    name,
    type: locatedAt(item, 'type'),
    nullable: locatedBoolean(get(item, 'nullable')),
    from: locatedList(get(item, 'from')),
    expression: locatedAt(item, 'expression'),
    means: locatedAt(item, 'means'),
    except: locatedList(get(item, 'except')),
    rename: renameOf(get(item, 'rename')),
    implements: locatedList(get(item, 'implements')),
  };
}

function renameOf(tree: YamlTree | undefined): ColumnFact['rename'] {
  if (!tree) return [];
  return entries(tree).flatMap(({ key, keySpan: span, value }) => {
    const to = text(value);
    return to === undefined ? [] : [{ from: key, to, span }];
  });
}

function unnestOf(item: YamlTree): UnnestFact | undefined {
  const expression = locatedAt(item, 'expression');
  const as = locatedAt(item, 'as');
  return expression && as && { span: item.span, expression, as, outer: locatedBoolean(get(item, 'outer'))?.value ?? false };
}

function opaqueOf(item: YamlTree): OpaqueFact | undefined {
  const body = locatedAt(item, 'text');
  return body && { span: item.span, text: body, reason: locatedAt(item, 'reason') };
}

function testOf(item: YamlTree): TestFact | undefined {
  const test = locatedAt(item, 'test');
  const values = get(item, 'arguments');
  return test && { span: item.span, id: locatedAt(item, 'id'), test, column: locatedAt(item, 'column'), arguments: values && { value: plain(values), span: values.span }, severity: locatedAt(item, 'severity'), covers: locatedList(get(item, 'covers')) };
}

function waiverOf(item: YamlTree): WaiverFact | undefined {
  const clause = locatedAt(item, 'clause');
  return clause && { span: item.span, clause, reason: locatedAt(item, 'reason'), by: locatedAt(item, 'by'), until: locatedAt(item, 'until') };
}
