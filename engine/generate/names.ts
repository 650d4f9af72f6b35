/** A name that is not in `used` yet, from one that may be; it is added to `used`. */
export function uniqueName(wanted: string, used: Set<string>): string {
  const base = wanted === '' ? 'step' : wanted;
  let name = base;
  for (let n = 2; used.has(name.toLowerCase()); n++) name = `${base}_${n}`;
  used.add(name.toLowerCase());
  return name;
}

/** Words as the tail of an id: letters, digits and dashes. */
export function slug(text: string): string {
  const words = text.toLowerCase().replace(/[^a-z0-9_]+/g, '-').replace(/^-+|-+$/g, '');
  return words.slice(0, 48).replace(/-+$/, '') || 'x';
}

/** An id with a prefix and a slug that no other id of the document has. */
export function uniqueId(prefix: string, text: string, used: Set<string>): string {
  const base = `${prefix}-${slug(text)}`;
  let id = base;
  for (let n = 2; used.has(id); n++) id = `${base}-${n}`;
  used.add(id);
  return id;
}
