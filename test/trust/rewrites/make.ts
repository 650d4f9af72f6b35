import { changesText, isSound } from '../sql/edits';
import { itemOf } from '../sql/reading';
import type { SelectText, SqlText, TokenRange } from '../sql/selects';
import type { Edit, Rewrite, Surroundings } from '../types';

const BLOCKS = /^\{%-?\s*(raw|macro|call|filter|set\s+\w+\s*-?%\})/;

/** Finds every place it could rewrite, each with the edits it takes. */
export type Places = (sql: SqlText, around: Surroundings, random: () => number) => readonly (readonly Edit[] | undefined)[];

/** A rewrite that takes some of the places `places` finds, at least one, and never two that overlap. */
export function rewriteSome(name: string, places: Places, share = 0.5): Rewrite {
  return rewriteWith(name, (sql, around, random) => {
    const found = present(places(sql, around, random));
    const kept = found.length === 0 ? [] : [...found.filter(() => random() < share), found[Math.floor(random() * found.length)] ?? []];
    return withoutOverlap(kept);
  });
}

/** A rewrite that takes one of the places `places` finds. */
export function rewriteOne(name: string, places: Places): Rewrite {
  return rewriteWith(name, (sql, around, random) => {
    const found = present(places(sql, around, random));
    return [...(found[Math.floor(random() * found.length)] ?? [])];
  });
}

function rewriteWith(name: string, choose: (sql: SqlText, around: Surroundings, random: () => number) => Edit[]): Rewrite {
  return {
    name,
    rewrite: (sql, around, random) => {
      if (!isSafeText(sql)) return undefined;
      const edits = choose(sql, around, random).sort((a, b) => a.start - b.start || a.end - b.end);
      return isSound(sql, edits) && changesText(sql, edits) ? edits : undefined;
    },
  };
}

/** Whether the text is read as its dialect reads it: no string that one dialect closes earlier than another, no Jinja block whose text is data. */
function isSafeText({ text, tokens }: SqlText): boolean {
  if (text.includes("'''") || text.includes('"""') || text.includes('$$') || /(^|\s)#/.test(text.replace(/\{#[\s\S]*?#\}/g, ''))) return false;
  return !tokens.some((token) => (token.kind === 'statement' && BLOCKS.test(token.text)) || (token.kind === 'string' && token.text.includes("\\'")));
}

function withoutOverlap(groups: readonly (readonly Edit[])[]): Edit[] {
  const kept: Edit[] = [];
  const taken = new Set<number>();
  for (const group of new Set(groups)) {
    const places = group.flatMap((edit) => Array.from({ length: edit.end - edit.start + 1 }, (_, offset) => edit.start + offset));
    if (places.some((place) => taken.has(place))) continue;
    kept.push(...group);
    for (const place of places) taken.add(place);
  }
  return kept;
}

/** Tells of a token whether it stands in an entry of a SELECT list that has no name of its own, so that its text gives the column its name. */
export function columnNamer(sql: SqlText): (at: number) => boolean {
  const unnamed = sql.selects.flatMap((select) =>
    select.items.filter((range) => {
      const item = itemOf(sql, range);
      return item?.name === undefined && !item?.star;
    }),
  );
  return (at) => unnamed.some((range) => at >= range.from && at < range.to);
}

function present(places: readonly (readonly Edit[] | undefined)[]): (readonly Edit[])[] {
  return places.flatMap((edits) => (edits && edits.length > 0 ? [edits] : []));
}

/** The innermost SELECT around a token. */
export function selectAround(sql: SqlText, at: number): SelectText | undefined {
  return sql.selects.filter((select) => at >= select.range.from && at < select.range.to).at(-1);
}

/** A random order of two or more parts that is not the order they have. */
export function reordered<T>(parts: readonly T[], random: () => number): T[] {
  const by = 1 + Math.floor(random() * (parts.length - 1));
  return [...parts.slice(by), ...parts.slice(0, by)];
}

/** A name that the text does not have yet. */
export function freshName(sql: SqlText, wanted: string): string {
  let name = wanted;
  for (let n = 2; sql.text.toLowerCase().includes(name.toLowerCase()); n++) name = `${wanted}_${String(n)}`;
  return name;
}

/** Whether two ranges are the same. */
export const sameRange = (a: TokenRange, b: TokenRange): boolean => a.from === b.from && a.to === b.to;
