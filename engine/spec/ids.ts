/** An id that is not in use, from one that is: `EC-late` → `EC-late-2`. */
export function freshId(id: string, used: ReadonlySet<string>): string {
  const base = id.replace(/-\d+$/, '');
  for (let n = 2; ; n++) if (!used.has(`${base}-${n}`)) return `${base}-${n}`;
}
