import { get, items, plain, text, type YamlTree } from '../yaml/tree';
import { field, located, locatedList } from './locate';
import { sentencesOf } from './prompts/sentences';
import type { BusinessFacts, BusinessItem, IdFact, Sentence } from './types';

const SECTIONS: readonly [string, (tree: YamlTree) => YamlTree[]][] = [
  ['population', (tree) => [...items(get(get(tree, 'population'), 'include')), ...items(get(get(tree, 'population'), 'exclude'))]],
  ['terms', (tree) => items(get(tree, 'terms'))],
  ['measures', (tree) => items(get(tree, 'measures'))],
  ['rules', (tree) => items(get(tree, 'rules'))],
  ['edge_cases', (tree) => items(get(tree, 'edge_cases'))],
  ['correct_when', (tree) => items(get(tree, 'correct_when'))],
  ['non_goals', (tree) => items(get(tree, 'non_goals'))],
  ['assumptions', (tree) => items(get(tree, 'assumptions'))],
  ['open_questions', (tree) => items(get(tree, 'open_questions'))],
];

/** The facts of a business spec; parts that do not fit the template are left out. `lists` are sections of an organisation's own whose items have ids. */
export function businessFacts(tree: YamlTree | undefined, lists: readonly string[]): BusinessFacts {
  const root: YamlTree = tree ?? { kind: 'map', span: { start: 0, end: 0 }, entries: [] };
  const grain = get(root, 'grain');
  let found: BusinessItem[] | undefined;
  let sentences: readonly Sentence[] | undefined;
  let data: Record<string, unknown> | undefined;
  return {
    kind: 'business',
    ...field(root, 'model'),
    ...field(root, 'owner'),
    ...field(root, 'question'),
    ...(grain ? { grain: { span: grain.span, oneRowPer: locatedList(get(grain, 'one_row_per')), ...field(grain, 'time') } } : {}),
    // Only some readers of a spec ask for these, and a keystroke reads it anew.
    get items() {
      return (found ??= [...SECTIONS.flatMap(([section, read]) => read(root).flatMap((item) => itemOf(section, item))), ...lists.flatMap((section) => items(get(root, section)).flatMap((item) => itemOf(section, item)))]);
    },
    get sentences() {
      return (sentences ??= sentencesOf(tree));
    },
    get data() {
      return (data ??= (plain(root) ?? {}) as Record<string, unknown>);
    },
  };
}

function itemOf(section: string, item: YamlTree): BusinessItem[] {
  const id = located(get(item, 'id'));
  if (!id) return [];
  return [
    {
      section,
      span: item.span,
      id,
      get text() {
        return sentenceOf(item);
      },
    },
  ];
}

/** The sentence a person would quote of an item. */
export function sentenceOf(item: YamlTree): string {
  const value = (key: string): string | undefined => text(get(item, key));
  const when = value('when');
  if (when !== undefined) return `${when}: ${value('then') ?? '…'}`;
  const term = value('term') ?? value('name');
  if (term !== undefined && value('means') !== undefined) return `${term}: ${value('means') ?? ''}`;
  return value('statement') ?? value('question') ?? value('expression') ?? value('test') ?? firstText(item);
}

/** What an organisation's own item says: it has keys of its own, of which the first is the nearest to a sentence. */
function firstText(item: YamlTree): string {
  const own = item.kind === 'map' ? item.entries.find(({ key, value }) => key !== 'id' && value.kind === 'scalar' && typeof value.value === 'string') : undefined;
  return text(own?.value) ?? '';
}

/** Every `id:` of a document in order, with its section and item. */
export function idsOf(tree: YamlTree | undefined): IdFact[] {
  const found: IdFact[] = [];
  if (tree?.kind === 'map') for (const { key, value } of tree.entries) idsBelow(value, key, found);
  return found;
}

function idsBelow(tree: YamlTree, section: string, found: IdFact[]): void {
  if (tree.kind === 'scalar') return;
  if (tree.kind === 'seq') {
    for (const item of tree.items) idsBelow(item, section, found);
    return;
  }
  const id = located(get(tree, 'id'));
  if (id) found.push({ id: id.value, span: id.span, section, item: tree });
  for (const { key, value } of tree.entries) if (key !== 'id') idsBelow(value, section, found);
}
