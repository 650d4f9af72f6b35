import { modelsNamed, nodeOutlines } from '../../project/lookup';
import type { RelationNode } from '../../project/types';
import type { TextChange } from '../../text';
import { get, text } from '../../yaml/tree';
import { specPathFor, type SpeclineConfig } from '../config';
import { resolvePath } from '../implementsOf';
import { relativeTo } from '../relativePaths';
import type { SpecDocument } from '../types';
import { modelOf } from '../waitingSpec';
import { bareSpan, namePart } from './places';
import { unreadSpecs, usesInDbt, usesInSpecs, type ReadableProject } from './references';
import { sharing } from './lookups';
import { editOf, joined, type Move, type NotRenamed, type ProjectEdit } from './projectEdit';
import { inputSymbol, modelNamed, modelSymbol } from './symbols';
import type { SpecSymbol } from './types';

/** The changes that follow when a model gets another name: what names it in specs and `meta.spec`, and the names of its spec files. */
export async function modelRename(readable: ReadableProject, symbol: SpecSymbol, name: string, canMove: boolean): Promise<ProjectEdit | NotRenamed> {
  if (!/^\w+$/.test(name)) return { refused: `"${name}" is not a model's name; write letters, digits and _.` };
  const { lookups } = sharing(readable);
  const [taken] = lookups.saying(name);
  if (taken) return { refused: `${name} has a spec already: ${taken.path}.` };
  const moves = (canMove ? lookups.naming(symbol.name.split('.')[0] ?? '') : []).flatMap((spec) => {
    const to = isOf(readable, spec, symbol) ? renamedFile(spec.path, symbol.name, name) : undefined;
    return to === undefined || hasSpec(readable, to) ? [] : [{ from: spec.path, to }];
  });
  const named = await namedEdits(readable, symbol, name);
  return { edits: joined([...named, ...pathEdits(readable.specs, moves)]), moves };
}

/**
 * The changes that follow when files or folders of a project move: paths between specs, and for a model's file its name in
 * specs and, where files can be moved, where its specs stand. `moves` are relative to the project.
 */
export async function filesMoved(at: ReadableProject & { config: SpeclineConfig }, moves: readonly Move[], canMove = true): Promise<ProjectEdit> {
  const readable = { ...at, lookups: sharing(at).lookups };
  const { project, specs } = readable;
  const given = moves.flatMap((move) => specs.flatMap((spec) => (moved(spec.path, [move]) === spec.path ? [] : [{ from: spec.path, to: moved(spec.path, [move]) }])));
  const models = nodeOutlines(project).flatMap(({ uniqueId, kind, file }) => {
    const node = file !== undefined && (kind === 'model' || kind === 'snapshot') && moved(file, moves) !== file ? project.nodes.get(uniqueId) : undefined;
    return node && file !== undefined ? [{ node, to: moved(file, moves) }] : [];
  });
  const renamed = models.flatMap(({ node, to }) => {
    const name = renamedModel(node, to);
    return name === undefined ? [] : [{ symbol: modelSymbol(node.name, node), name }];
  });
  const named = (await Promise.all(renamed.map(({ symbol, name }) => namedEdits(readable, symbol, name)))).flat();
  const followed = (canMove ? models : []).flatMap(({ node, to }) => specsFollowing(readable, node, to, renamedModel(node, to) ?? node.name)).filter(({ from, to }) => !given.some((one) => one.from === from) && !hasSpec(readable, to));
  const every = [...given, ...followed];
  return { edits: joined([...named, ...pathEdits(specs, every), ...ownModel(readable, given)]), moves: followed, unread: unreadSpecs(readable, renamed.map(({ symbol }) => symbol)).map(({ path }) => path) };
}

/** Where a path stands after files or folders were moved. */
function moved(path: string, moves: readonly Move[]): string {
  const move = moves.find(({ from }) => path === from || path.startsWith(`${from}/`));
  return move ? move.to + path.slice(move.from.length) : path;
}

/** The new name of a model whose file is called after it. */
function renamedModel(node: RelationNode, to: string): string | undefined {
  const stem = (path: string): string => path.slice(path.lastIndexOf('/') + 1).replace(/\.(sql|py)$/, '');
  const after = stem(to);
  return node.kind === 'model' && node.version === undefined && stem(node.file ?? '') === node.name && after !== node.name && /^\w+$/.test(after) ? after : undefined;
}

/** The specs of a model that stand where the layout puts them, and where it puts them now. */
function specsFollowing({ specs, config, project }: ReadableProject & { config: SpeclineConfig }, node: RelationNode, file: string, name: string): Move[] {
  return specs.flatMap((spec) => {
    const kind = spec.kind === 'business' || spec.kind === 'technical' ? spec.kind : undefined;
    if (!kind || specPathFor(config, project, { name: node.name, node }, kind) !== spec.path) return [];
    const to = specPathFor(config, project, { name, node: { ...node, name, file } }, kind);
    return to === spec.path ? [] : [{ from: spec.path, to }];
  });
}

/** A spec that is named after another model now is of that model, where there is one of the name, or none of the old. */
function ownModel({ project, specs }: ReadableProject, moves: readonly Move[]): ProjectEdit['edits'] {
  return moves.flatMap(({ from, to }) => {
    const spec = specs.find(({ path }) => path === from);
    const model = spec?.facts?.model;
    const [before, after] = [nameIn(from), nameIn(to)];
    if (!spec || !model || before === undefined || after === undefined || before === after || model.value !== before) return [];
    if (modelsNamed(project, after).length === 0 && modelsNamed(project, before).length > 0) return [];
    return [{ file: from, text: spec.text, changes: [{ span: namePart(bareSpan(spec.text, model.span), model.value), text: after }] }];
  });
}

/** A spec is never moved onto another. */
function hasSpec({ specs }: ReadableProject, file: string): boolean {
  return specs.some(({ path }) => path === file);
}

/** The model a spec file is named after, without its version. */
function nameIn(path: string): string | undefined {
  return /([^/]+?)(?:\.v\w+)?\.(?:business|technical)\.spec\.ya?ml$/.exec(path)?.[1];
}

function renamedFile(path: string, from: string, to: string): string | undefined {
  const slash = path.lastIndexOf('/') + 1;
  return nameIn(path) === from ? `${path.slice(0, slash)}${to}${path.slice(slash + from.length)}` : undefined;
}

function isOf(context: ReadableProject, spec: SpecDocument, symbol: SpecSymbol): boolean {
  const model = modelOf(spec);
  return model?.includes(symbol.name) === true && modelNamed(context, model).key === symbol.key;
}

/** What names a model, and the inputs that go by its name. */
async function namedEdits(readable: ReadableProject, symbol: SpecSymbol, name: string): Promise<ProjectEdit['edits']> {
  const inSpecs = usesInSpecs(readable, [symbol]);
  const bare = inSpecs.flatMap(({ file }) => {
    const spec = readable.specs.find(({ path }) => path === file);
    const unnamed = spec?.facts?.kind === 'technical' && spec.facts.inputs?.items.some((input) => input.as === undefined && input.kind === 'ref' && input.name === symbol.name);
    return unnamed ? usesInSpecs({ ...readable, specs: [spec] }, [inputSymbol(file, symbol.name)]).map((one) => ({ ...one, uses: one.uses.filter((use) => use.defines === false) })) : [];
  });
  // What dbt itself names the model by is the team's to change, with the model.
  const inDbt = (await usesInDbt(readable, [symbol])).map((one) => ({ ...one, uses: one.uses.filter(({ span }) => one.text[span.end] === '#') }));
  return [...inSpecs, ...bare, ...inDbt].filter(({ uses }) => uses.length > 0).map((one) => editOf(one, name));
}

/** The changes of paths between specs, once some of them have moved. */
function pathEdits(specs: readonly SpecDocument[], moves: readonly Move[]): ProjectEdit['edits'] {
  if (moves.length === 0) return [];
  const to = new Map(moves.map((move) => [move.from, move.to]));
  const names = new Set(moves.map(({ from }) => lastName(from)));
  const isConcerned = ({ path, text: own }: SpecDocument): boolean => to.has(path) || [...own.matchAll(SPEC_NAME)].some(([name]) => names.has(name));
  return specs.filter(isConcerned).flatMap((spec) => {
    const written = spec.facts?.kind === 'technical' ? spec.facts.implements.map(({ business }) => business) : [superseded(spec)].flatMap((one) => one ?? []);
    const own = to.get(spec.path) ?? spec.path;
    const changes = written.flatMap(({ value, span }): TextChange[] => {
      const target = resolvePath(spec.path, value);
      if (target === undefined || (own === spec.path && !to.has(target)) || !specs.some(({ path }) => path === target)) return [];
      const path = relativeTo(own, to.get(target) ?? target);
      return path === value ? [] : [{ span: bareSpan(spec.text, span), text: path }];
    });
    return changes.length > 0 ? [{ file: spec.path, text: spec.text, changes }] : [];
  });
}

/** The end of a spec's file name, as far as it is one word. */
const SPEC_NAME = /[^\s/\\"']+\.spec\.ya?ml/g;

function lastName(path: string): string {
  return path.match(SPEC_NAME)?.at(-1) ?? path;
}

function superseded(spec: SpecDocument): { value: string; span: { start: number; end: number } } | undefined {
  const tree = get(spec.tree, 'superseded_by');
  const value = text(tree);
  return tree && value !== undefined ? { value, span: tree.span } : undefined;
}
