import { plainLetters } from './words';

/** A name that is not in `used` yet, made from the wanted one; names compare without case. It is added to `used`. */
export function uniqueName(wanted: string, used: Set<string>): string {
  const base = wanted.replace(/[^\w$]+/g, '_').replace(/^_+(?=\w)|_+$/g, '') || 'step';
  let name = base;
  for (let n = 2; used.has(name.toLowerCase()); n++) name = `${base}_${n}`;
  used.add(name.toLowerCase());
  return name;
}

/** Words as the tail of an id: lower-case letters and digits, joined by dashes. */
export function slug(text: string): string {
  const words = plainLetters(text).toLowerCase().split(/[^a-z0-9]+/).filter((word) => word !== '');
  let out = '';
  for (const word of words) {
    if (out.length + word.length > 40) break;
    out += `${out === '' ? '' : '-'}${word}`;
  }
  return out || (words[0] ?? 'x').slice(0, 40);
}

/** An id `PREFIX-slug` that no other id in `used` has; it is added to `used`. */
export function uniqueId(prefix: string, text: string, used: Set<string>): string {
  const base = `${prefix}-${slug(text)}`;
  let id = base;
  for (let n = 2; used.has(id); n++) id = `${base}-${n}`;
  used.add(id);
  return id;
}
