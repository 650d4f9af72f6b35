import { closingOf, squeeze } from './sqlText';

/** Windows that a query names in its WINDOW clause, what is between their brackets by their name in lower case. */
export type NamedWindows = ReadonlyMap<string, string>;

/** The named windows of the text of one query. */
export function windowsIn(text: string): NamedWindows {
  const found = new Map<string, string>();
  const clause = /\bwindow\s+(?=[\w"`]+\s+as\s*\()/i.exec(text);
  if (!clause) return found;
  const item = /\s*,?\s*(\w+)\s+as\s*\(/iy;
  item.lastIndex = clause.index + clause[0].length;
  for (let match = item.exec(text); match?.[1] !== undefined; match = item.exec(text)) {
    const end = closingOf(text, item.lastIndex);
    if (end === undefined) break;
    found.set(match[1].toLowerCase(), squeeze(text.slice(item.lastIndex, end)));
    item.lastIndex = end + 1;
  }
  return found;
}

/** SQL with what named windows stand for in place of their names: a spec has no WINDOW clause. */
export function withoutNamedWindows(text: string, windows: NamedWindows): string {
  if (windows.size === 0) return text;
  const definition = (name: string, depth = 0): string | undefined => {
    const own = windows.get(name.toLowerCase());
    const first = own === undefined ? undefined : /^\w+/.exec(own)?.[0];
    const below = first === undefined || depth > windows.size ? undefined : definition(first, depth + 1);
    return own === undefined || first === undefined || below === undefined ? own : `${below}${own.slice(first.length)}`;
  };
  return text.replace(/\bover\s*(?:\(\s*(\w+)|(\w+))/gi, (whole, bracketed: string | undefined, bare: string | undefined) => {
    const found = definition(bracketed ?? bare ?? '');
    if (found === undefined) return whole;
    return bracketed === undefined ? `over (${found})` : `over (${found}`;
  });
}
