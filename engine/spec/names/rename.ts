import { applyChanges, type Span } from '../../text';
import { meaningOf } from '../meaning';
import { parseSpec } from '../parse';
import { sharing } from './lookups';
import { editOf, joined, type NotRenamed, type ProjectEdit } from './projectEdit';
import { modelRename } from './moves';
import { unreadSpecs, usesInDbt, usesInSpecs, type ReadableProject, type UsesInFile } from './references';
import { columnSymbol } from './symbols';
import type { NameContext, NameUse, SpecSymbol } from './types';
import { usesOf } from './uses';

const IDENTIFIER = /^[A-Za-z_][\w$]*$/;
const ID = /^[A-Z][A-Z0-9]*-[A-Za-z0-9][A-Za-z0-9_-]*$/;

/** The name that can be changed among those at a place, with the word it would replace; or why there is none. */
export function renamable(uses: readonly NameUse[], context: NameContext): { span: Span; symbol: SpecSymbol } | NotRenamed {
  const ranked = uses.filter((use) => use.symbol && !(use.kind === 'column' && use.rewrite)).sort((a, b) => rank(a) - rank(b));
  const named = [...ranked, ...uses.filter((use) => use.symbol && use.kind === 'column' && use.rewrite)];
  const found = named.flatMap(({ span, symbol }) => (symbol && whyNot(symbol, context) === undefined ? [{ span, symbol }] : []))[0];
  if (found) return found;
  const reason = named.flatMap(({ symbol }) => (symbol ? (whyNot(symbol, context) ?? []) : []))[0];
  return { refused: reason ?? 'There is no name here that a spec could change.' };
}

/** What a place names itself goes before what it takes from elsewhere, and a written name before an implied one. */
function rank(use: NameUse): number {
  return use.defines === true ? 0 : use.defines === 'implied' ? 2 : 1;
}

/** Why a symbol cannot be renamed from a spec; undefined where it can. */
function whyNot(symbol: SpecSymbol, context: NameContext): string | undefined {
  if (symbol.kind === 'source') return `${symbol.name} is a source; its name is that of dbt's YAML.`;
  if (symbol.kind === 'spec') return 'A spec file is renamed in the file explorer; the specs that name it follow.';
  if (symbol.kind !== 'column' || symbol.key.startsWith('column|step|')) return undefined;
  const defined = usesInSpecs(context, [symbol]).some(({ uses }) => uses.some((use) => use.defines === true));
  return defined ? undefined : `The column ${symbol.name} is defined by no spec; rename it in the model or source it comes from.`;
}

/**
 * The changes that give the name at a place (`uses` of one file) another one, in all specs and in dbt's `meta.spec`. Refused where the new
 * name is none, is taken, or would make another name mean something else.
 */
export async function renameOf(given: ReadableProject, uses: readonly NameUse[], name: string, canMove = true): Promise<ProjectEdit | NotRenamed> {
  const readable: ReadableProject = { ...given, lookups: sharing(given).lookups };
  const found = renamable(uses, readable);
  if ('refused' in found) return found;
  const { symbol } = found;
  if (name === symbol.name) return { edits: [], moves: [] };
  const wrong = wrongName(symbol, name);
  if (wrong !== undefined) return { refused: wrong };
  const [unread] = unreadSpecs(readable, [symbol]);
  if (unread) return { refused: `${unread.path} is not valid YAML, so where it says ${symbol.name} cannot be told; mend it first.` };
  if (symbol.kind === 'model') return modelRename(readable, symbol, name, canMove);
  const inSpecs = usesInSpecs(readable, [symbol]);
  const taken = takenBy(readable, inSpecs, symbol, name);
  if (taken !== undefined) return { refused: taken };
  const edits = inSpecs.map((one) => editOf(one, name));
  const broken = changedMeaning(readable, edits, symbol, name);
  if (broken !== undefined) return { refused: broken };
  if (symbol.kind !== 'id') return { edits, moves: [] };
  const inDbt = (await usesInDbt(readable, [symbol])).map((one) => editOf(one, name));
  return { edits: [...withMeanings(readable, edits, symbol), ...inDbt], moves: [] };
}

function wrongName({ kind }: SpecSymbol, name: string): string | undefined {
  if (kind === 'id') return ID.test(name) ? undefined : `"${name}" is not an id; write a prefix in capitals and a slug or number, as in CW-ledger.`;
  return IDENTIFIER.test(name) ? undefined : `"${name}" is not a name; write letters, digits and _, as in customer_value.`;
}

/** Who has the new name already, among what could be mistaken for the renamed. */
function takenBy(context: NameContext, found: readonly UsesInFile[], symbol: SpecSymbol, name: string): string | undefined {
  const sameName = (one: SpecSymbol): boolean => (symbol.kind === 'id' ? one.name === name : one.name.toLowerCase() === name.toLowerCase());
  const rivals: readonly SpecSymbol['kind'][] = symbol.kind === 'input' || symbol.kind === 'step' || symbol.kind === 'alias' ? ['input', 'step', 'alias'] : [symbol.kind];
  for (const { file, uses } of found) {
    if (!uses.some((use) => use.defines !== false)) continue;
    const spec = context.specs.find((one) => one.path === file);
    const other = spec && usesOf(spec, context).find((use) => use.defines !== false && use.symbol && rivals.includes(use.symbol.kind) && use.symbol.key !== symbol.key && sameName(use.symbol) && sameScope(use.symbol, symbol));
    if (other) return `${file} has ${symbol.kind === 'id' ? 'the id' : symbol.kind === 'column' ? 'a column' : 'something called'} ${name} already.`;
  }
  return undefined;
}

/** Aliases and columns may share a name in different stages. */
function sameScope(a: SpecSymbol, b: SpecSymbol): boolean {
  const scope = ({ key }: SpecSymbol): string => key.slice(0, key.lastIndexOf('|'));
  return a.kind !== b.kind || a.kind === 'id' || scope(a) === scope(b);
}

/** Where a changed spec would say something else than before but for the name. */
function changedMeaning(context: NameContext, edits: ProjectEdit['edits'], symbol: SpecSymbol, name: string): string | undefined {
  const before = new Map(context.specs.map((spec) => [spec.path, spec]));
  const changed = new Map(edits.flatMap(({ file, changes }) => {
    const spec = before.get(file);
    return spec ? [[file, parseSpec(file, applyChanges(spec.text, changes), spec.template)] as const] : [];
  }));
  const after: NameContext = sharing({ project: context.project, specs: context.specs.map((spec) => changed.get(spec.path) ?? spec) });
  for (const [file, spec] of changed) {
    const old = before.get(file);
    if (!old) continue;
    const wanted = usesOf(old, context).flatMap((use) => (use.symbol ? [renamedKey(use.symbol.key, symbol, name)] : []));
    const found = usesOf(spec, after).flatMap((use) => use.symbol?.key ?? []);
    if (spec.yaml.errors.length > old.yaml.errors.length || wanted.join('\n') !== found.join('\n')) return `With ${name} in place of ${symbol.name}, other names in ${file} would mean something else; choose another name.`;
  }
  return undefined;
}

/** The key a symbol has after the rename; columns and aliases of a step carry its name in theirs. */
function renamedKey(key: string, symbol: SpecSymbol, name: string): string {
  const own = symbol.kind === 'column' ? columnSymbol(symbol.key.slice('column|'.length, symbol.key.lastIndexOf('|')), name).key : `${symbol.key.slice(0, symbol.key.lastIndexOf('|') + 1)}${symbol.kind === 'id' ? name : name.toLowerCase()}`;
  return key === symbol.key ? own : key.replace(`${symbol.key}|`, `${own}|`);
}

/** A line that only got another id means the same: meanings that were current stay so. */
function withMeanings(context: NameContext, edits: ProjectEdit['edits'], symbol: SpecSymbol): ProjectEdit['edits'] {
  const path = symbol.key.slice('id|'.length, symbol.key.lastIndexOf('|'));
  const business = context.specs.find((spec) => spec.path === path && spec.kind === 'business');
  const change = edits.find(({ file }) => file === path);
  const old = business && meaningOf(business);
  if (!business || !change || old === undefined) return edits;
  const fresh = meaningOf(parseSpec(path, applyChanges(business.text, change.changes), business.template)) ?? old;
  const stated = context.specs.flatMap((spec) => {
    const spans = spec.facts?.kind === 'technical' ? spec.facts.implements.flatMap(({ meaning }) => (meaning?.value === old ? [meaning.span] : [])) : [];
    return spans.length > 0 ? [{ file: spec.path, text: spec.text, changes: spans.map((span) => ({ span: within(spec.text, span, old), text: fresh })) }] : [];
  });
  return joined([...edits, ...stated]);
}

/** The place of a text in a scalar, without its quotes. */
function within(source: string, span: Span, text: string): Span {
  const at = source.slice(span.start, span.end).indexOf(text);
  return at < 0 ? span : { start: span.start + at, end: span.start + at + text.length };
}
