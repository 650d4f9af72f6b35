import { distance } from 'fastest-levenshtein';
import { applyChanges, type Span, type TextChange } from '../../text';
import { get, plain } from '../../yaml/tree';
import { appendItems } from '../appendItems';
import { insertSection, lineEnd } from '../edits';
import { bareSpan } from '../names/places';
import { readYaml } from '../readYaml';
import { schemaOf } from '../schema';
import type { SpecDocument, WaiverFact } from '../types';

/** A waiver at an offset of a technical spec. */
export function waiverAt(spec: SpecDocument, offset: number): WaiverFact | undefined {
  return spec.facts?.kind === 'technical' ? spec.facts.waivers.find(({ span }) => span.start <= offset && offset <= span.end) : undefined;
}

/** The addresses that a waiver's own most likely meant, where it names none of those that are there; at most three, the nearest first. */
export function nearestClauses(waiver: WaiverFact, addresses: readonly string[]): string[] {
  const written = waiver.clause.value;
  if (!written.includes('/') || addresses.some((address) => written === address || written.startsWith(`${address}/`))) return [];
  const section = (address: string): string => address.split('/').slice(0, -1).join('/');
  const far = (address: string): number => distance(address, written);
  const near = addresses.filter((address) => section(address) === section(written) || far(address) <= written.length / 3);
  return near.sort((a, b) => far(a) - far(b)).slice(0, 3);
}

/** The change that makes a waiver that of another clause. */
export function retarget(spec: SpecDocument, waiver: WaiverFact, address: string): TextChange[] {
  return [{ span: bareSpan(spec.text, waiver.clause.span), text: address }];
}

/**
 * The changes that take a waiver out of one spec and put it, word for word, at the end of another's. Undefined where its
 * list is written in brackets or either spec does not parse.
 */
export function moveWaiver(from: SpecDocument, waiver: WaiverFact, to: SpecDocument): { out: TextChange[]; into: TextChange[] } | undefined {
  if (from.yaml.errors.length > 0 || to.yaml.errors.length > 0 || from.tree?.kind !== 'map') return undefined;
  const block = blockOf(from, waiver.span);
  const own = get(from.tree, 'waivers');
  if (!block || own?.kind !== 'seq') return undefined;
  const entry = from.tree.entries.find(({ key }) => key === 'waivers');
  const alone = own.items.length === 1 && entry;
  const out: TextChange[] = [{ span: alone ? { start: from.text.lastIndexOf('\n', entry.keySpan.start - 1) + 1, end: block.end } : block, text: '' }];
  const into = insertion(from.text.slice(block.start, block.end), to);
  if (!into) return undefined;
  const left = readYaml(applyChanges(from.text, out)).tree;
  const gained = readYaml(applyChanges(to.text, into)).tree;
  const count = (tree: typeof left): number => ((plain(get(tree, 'waivers')) ?? []) as unknown[]).length;
  // What a layout of its own would tear apart stays where it is.
  return count(left) === own.items.length - 1 && count(gained) === count(to.tree) + 1 ? { out, into } : undefined;
}

/** The whole lines of an item of a block list, with the comments above it. */
function blockOf({ text }: SpecDocument, item: Span): Span | undefined {
  const line = text.lastIndexOf('\n', item.start - 1) + 1;
  if (!/^\s*-\s+$/.test(text.slice(line, item.start))) return undefined;
  let start = line;
  for (let before = text.lastIndexOf('\n', start - 2) + 1; start > 0 && /^\s*#/.test(text.slice(before, start)) && before < start; before = text.lastIndexOf('\n', start - 2) + 1) start = before;
  const body = item.start + text.slice(item.start, item.end).trimEnd().length;
  const stop = text.indexOf('\n', body);
  return { start, end: stop < 0 ? text.length : stop + 1 };
}

/** The lines as the last item of another spec's waivers, in its indentation and with its line ends. */
function insertion(lines: string, to: SpecDocument): TextChange[] | undefined {
  const list = get(to.tree, 'waivers');
  const probe = list ? appendItems(to.text, list, ['x'])?.[0] : undefined;
  const end = lineEnd(to.text);
  if (list && (!probe || !/^\s*- x\s*$/.test(probe.text))) return undefined;
  const indent = /^\s*?( *)- x/.exec(probe?.text.replace(/^\r?\n/, '') ?? '')?.[1] ?? '  ';
  const own = /^ */.exec(lines.split('\n').find((line) => /^\s*-/.test(line)) ?? '')?.[0].length ?? 0;
  const moved = lines.replace(/\r?\n$/, '').split(/\r?\n/).map((line) => (line.trim() === '' ? line : indent + line.slice(Math.min(own, /^ */.exec(line)?.[0].length ?? 0))));
  if (!probe) return insertSection(schemaOf(to), to.tree, to.text, 'waivers', ['waivers:', ...moved].join('\n'));
  return [{ span: probe.span, text: `${/^\r?\n/.exec(probe.text)?.[0] ?? ''}${moved.map((line) => line + end).join('')}` }];
}
