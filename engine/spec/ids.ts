/** The first id of a prefix that is not in use, from a number on: `EC-3`. */
export function nextId(prefix: string, used: ReadonlySet<string>, from = 1): string {
  for (let n = from; ; n++) if (!used.has(`${prefix}-${n}`)) return `${prefix}-${n}`;
}

/** An id that is not in use, from one that is: `EC-late` → `EC-late-2`. */
export function freshId(id: string, used: ReadonlySet<string>): string {
  return nextId(id.replace(/-\d+$/, ''), used, 2);
}
