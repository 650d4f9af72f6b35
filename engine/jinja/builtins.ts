import { equal, dictOf, isCallable, isDict, isUndefined, isUnknown, isWritten, joined, orElse, MAX_ITEMS, MAX_TEXT, textOf, truthOf, UNDEFINED, UNKNOWN, type CallArguments, type Value } from './values';

type Method = (value: Value, args: CallArguments) => Value;

const at = ({ positional, named }: CallArguments, index: number, name = ''): Value | undefined => (index < positional.length ? positional[index] : named.get(name));

/** The items of a list, or the keys of a dict; undefined where they are not known. */
export function itemsOf(value: Value): Value[] | undefined {
  if (Array.isArray(value)) return value;
  if (typeof value === 'string') return [...value];
  if (isUndefined(value)) return [];
  return isDict(value) ? [...value.entries.keys()] : undefined;
}

const onText = (change: (text: string, args: string[]) => Value): Method => (value, { positional }) => {
  const args = positional.map((arg) => (typeof arg === 'string' || typeof arg === 'number' ? String(arg) : undefined));
  return typeof value === 'string' && !args.includes(undefined) ? change(value, args as string[]) : UNKNOWN;
};
const onItems = (change: (items: Value[], args: CallArguments) => Value): Method => (value, args) => {
  const items = itemsOf(value);
  return items ? change(items, args) : UNKNOWN;
};

/** Filters of Jinja 2, and dbt's `as_bool`, `as_number`, `as_text`, `as_native`. */
export const FILTERS: Readonly<Record<string, Method>> = {
  lower: onText((text) => text.toLowerCase()),
  upper: onText((text) => text.toUpperCase()),
  trim: onText((text, [chars]) => strip(text, chars)),
  capitalize: onText((text) => text.slice(0, 1).toUpperCase() + text.slice(1).toLowerCase()),
  title: onText((text) => text.toLowerCase().replace(/(^|[^\p{L}\d'])(\p{L})/gu, (_, before: string, letter: string) => before + letter.toUpperCase())),
  replace: onText((text, [from = '', to = '']) => replaced(text, from, to)),
  string: (value) => (isWritten(value) ? value : (textOf(value) ?? UNKNOWN)),
  safe: (value) => value,
  as_text: (value) => value,
  as_native: (value) => value,
  as_bool: (value) => (typeof value === 'boolean' ? value : typeof value === 'string' && /^(true|false)$/i.test(value) ? /^true$/i.test(value) : UNKNOWN),
  as_number: (value) => numberOf(value) ?? UNKNOWN,
  int: (value) => truncated(numberOf(value)) ?? UNKNOWN,
  float: (value) => (typeof value === 'number' && !Number.isInteger(value) ? value : UNKNOWN),
  abs: (value) => (typeof value === 'number' ? Math.abs(value) : UNKNOWN),
  default: (value, args) => (isUndefined(value) || (at(args, 1, 'boolean') === true && truthOf(value) === false) ? orElse(at(args, 0, 'default_value'), '') : value),
  length: onItems((items) => items.length),
  list: onItems((items) => [...items]),
  first: onItems((items) => orElse(items[0], UNDEFINED)),
  last: onItems((items) => orElse(items[items.length - 1], UNDEFINED)),
  reverse: onItems((items) => [...items].reverse()),
  unique: onItems((items) => distinct(items)),
  sort: onItems((items, args) => {
    const attribute = args.named.get('attribute');
    if (args.positional.length > 0 || args.named.size > (attribute === undefined ? 0 : 1)) return UNKNOWN;
    return attribute === undefined ? sorted(items) : sortedBy(items, attributesOf(items, attribute));
  }),
  join: onItems((items, args) => {
    const between = at(args, 0, 'd') ?? '';
    const own = attributesOf(items, at(args, 1, 'attribute'));
    return own ? joined(own.flatMap((item, index) => (index === 0 ? [item] : [between, item]))) : UNKNOWN;
  }),
  sum: onItems((items, args) => numbersOf(attributesOf(items, at(args, 0, 'attribute')), (numbers) => numbers.reduce((sum, number) => sum + number, 0))),
  min: onItems((items) => (items.length === 0 ? UNKNOWN : numbersOf(items, (numbers) => Math.min(...numbers)))),
  max: onItems((items) => (items.length === 0 ? UNKNOWN : numbersOf(items, (numbers) => Math.max(...numbers)))),
  selectattr: onItems((items, args) => selectedBy(items, args, true)),
  rejectattr: onItems((items, args) => selectedBy(items, args, false)),
  map: onItems((items, { positional: [name, ...rest], named }) => {
    const attribute = named.get('attribute');
    if (typeof attribute === 'string') return items.map((item) => attributeOf(item, attribute));
    const filter = typeof name === 'string' ? methodIn(FILTERS, name) : undefined;
    return filter ? items.map((item) => filter(item, { positional: rest, named })) : UNKNOWN;
  }),
  select: onItems((items, args) => selected(items, args, true)),
  reject: onItems((items, args) => selected(items, args, false)),
  items: (value) => (isDict(value) ? [...value.entries].map(([key, item]) => [key, item]) : UNKNOWN),
};

/** Filters that are other names of one. */
const SAME: Readonly<Record<string, string>> = { count: 'length', d: 'default', e: 'safe', escape: 'safe' };

/** The filter of a name; undefined for one that is not known. */
export function filterNamed(name: string): Method | undefined {
  return methodIn(FILTERS, Object.hasOwn(SAME, name) ? (SAME[name] ?? name) : name);
}

function methodIn(methods: Readonly<Record<string, Method>>, name: string): Method | undefined {
  return Object.hasOwn(methods, name) ? methods[name] : undefined;
}

/** Whether a value passes a test of Jinja 2 (`is none`); undefined where that is not known. */
export function passes(value: Value, test: string, args: readonly Value[]): boolean | undefined {
  if (isUnknown(value)) return undefined;
  switch (test) {
    case 'none':
      return value === null;
    case 'defined':
      return !isUndefined(value);
    case 'undefined':
      return isUndefined(value);
    case 'string':
      return isWritten(value) ? (value.source === undefined ? true : undefined) : typeof value === 'string';
    case 'number':
      return typeof value === 'number';
    case 'integer':
      return typeof value === 'number' && Number.isInteger(value);
    case 'boolean':
      return typeof value === 'boolean';
    case 'true':
      return value === true;
    case 'false':
      return value === false;
    case 'mapping':
      return isWritten(value) ? undefined : isDict(value);
    case 'iterable':
    case 'sequence':
      return isWritten(value) || isCallable(value) ? undefined : Array.isArray(value) || typeof value === 'string' || isDict(value);
    case 'callable':
      return isCallable(value);
    case 'odd':
    case 'even':
      return typeof value === 'number' ? Math.abs(value % 2) === (test === 'odd' ? 1 : 0) : undefined;
    case 'divisibleby':
      return typeof value === 'number' && typeof args[0] === 'number' && args[0] !== 0 ? value % args[0] === 0 : undefined;
    case 'in':
      return contains(orElse(args[0], UNKNOWN), value);
    case 'eq':
    case 'equalto':
    case 'sameas':
    case '==':
      return equal(value, orElse(args[0], UNKNOWN));
    default:
      return undefined;
  }
}

/** Python's `in`; undefined where it is not known. */
export function contains(whole: Value, part: Value): boolean | undefined {
  if (typeof whole === 'string') return typeof part === 'string' ? whole.includes(part) : undefined;
  const items = itemsOf(whole);
  if (!items) return undefined;
  const truths = items.map((item) => equal(item, part));
  return truths.includes(true) ? true : truths.includes(undefined) ? undefined : false;
}

/** The attribute or method of a value, as Python has it. */
export function attributeOf(value: Value, name: string): Value {
  if (isDict(value)) return orElse(value.entries.get(name), methodOf(value, name, DICT_METHODS) ?? UNDEFINED);
  if (Array.isArray(value)) return methodOf(value, name, LIST_METHODS) ?? UNKNOWN;
  if (typeof value === 'string') return methodOf(value, name, TEXT_METHODS) ?? UNKNOWN;
  return UNKNOWN;
}

/** One item of a list, text or dict. */
export function itemOf(value: Value, index: Value): Value {
  if (isDict(value) && typeof index === 'string') return orElse(value.entries.get(index), UNDEFINED);
  if (typeof index !== 'number' || !(Array.isArray(value) || typeof value === 'string')) return UNKNOWN;
  return orElse(value[index < 0 ? value.length + index : index], UNDEFINED);
}

function methodOf(value: Value, name: string, methods: Readonly<Record<string, Method>>): Value | undefined {
  const method = methodIn(methods, name);
  return method && { kind: 'callable', name, call: (args) => method(value, args) };
}

const TEXT_METHODS: Readonly<Record<string, Method>> = {
  lower: onText((text) => text.toLowerCase()),
  upper: onText((text) => text.toUpperCase()),
  strip: onText((text, [chars]) => strip(text, chars)),
  lstrip: onText((text, [chars]) => strip(text, chars, 'left')),
  rstrip: onText((text, [chars]) => strip(text, chars, 'right')),
  title: (value, args) => FILTERS['title']?.(value, args) ?? UNKNOWN,
  capitalize: (value, args) => FILTERS['capitalize']?.(value, args) ?? UNKNOWN,
  replace: onText((text, [from = '', to = '']) => replaced(text, from, to)),
  startswith: onText((text, [start = '']) => text.startsWith(start)),
  endswith: onText((text, [end = '']) => text.endsWith(end)),
  split: onText((text, [by]) => (by === undefined ? text.trim().split(/\s+/) : by === '' ? UNKNOWN : text.split(by))),
  rsplit: onText((text, [by, ...rest]) => (by === undefined || by === '' || rest.length > 0 ? UNKNOWN : text.split(by))),
  find: onText((text, [part = '']) => text.indexOf(part)),
  count: onText((text, [part = '']) => (part === '' ? UNKNOWN : text.split(part).length - 1)),
  zfill: onText((text, [width]) => (/^\d+$/.test(width ?? '') && Number(width) < MAX_TEXT && !/^[-+]/.test(text) ? text.padStart(Number(width), '0') : UNKNOWN)),
  isdigit: onText((text) => /^\d+$/.test(text)),
  join: (value, { positional: [items] }) => (typeof value === 'string' && Array.isArray(items) ? joined(items.flatMap((item, index) => (index === 0 ? [item] : [value, item]))) : UNKNOWN),
  format: (value, { positional }) => {
    if (typeof value !== 'string' || (value.match(/\{\}/g) ?? []).length !== positional.length || /\{[^}]/.test(value)) return UNKNOWN;
    return joined(value.split('{}').flatMap((text, index) => (index === 0 ? [text] : [positional[index - 1] ?? '', text])));
  },
};

const LIST_METHODS: Readonly<Record<string, Method>> = {
  append: (value, { positional: [item] }) => changed(value, (items) => items.push(orElse(item, UNKNOWN))),
  extend: (value, { positional: [more] }) => changed(value, (items) => items.push(...((more === undefined ? undefined : itemsOf(more)) ?? [UNKNOWN]))),
  insert: (value, { positional: [index, item] }) => changed(value, (items) => items.splice(typeof index === 'number' ? index : 0, 0, orElse(item, UNKNOWN))),
  pop: (value, { positional: [index] }) => (Array.isArray(value) ? popped(value, index) : UNKNOWN),
  remove: (value, { positional: [item] }) => changed(value, (items) => removeFrom(items, orElse(item, UNKNOWN))),
  clear: (value) => changed(value, (items) => items.splice(0)),
  reverse: (value) => changed(value, (items) => items.reverse()),
  sort: (value, { positional, named }) => changed(value, (items) => items.splice(0, items.length, ...(positional.length + named.size === 0 ? byCase(items) : [UNKNOWN]))),
  copy: (value) => (Array.isArray(value) ? [...value] : UNKNOWN),
  count: (value, { positional: [item] }) => {
    const truths = Array.isArray(value) && item !== undefined ? value.map((own) => equal(own, item)) : [undefined];
    return truths.includes(undefined) ? UNKNOWN : truths.filter((truth) => truth === true).length;
  },
  index: (value, { positional: [item] }) => (Array.isArray(value) && item !== undefined ? known(value.findIndex((own) => equal(own, item) === true)) : UNKNOWN),
};

function known(index: number): Value {
  return index < 0 ? UNKNOWN : index;
}

const DICT_METHODS: Readonly<Record<string, Method>> = {
  get: (value, { positional: [key, otherwise] }) => (isDict(value) && typeof key === 'string' ? orElse(value.entries.get(key), orElse(otherwise, null)) : UNKNOWN),
  items: (value) => (isDict(value) ? [...value.entries].map(([key, item]) => [key, item]) : UNKNOWN),
  keys: (value) => (isDict(value) ? [...value.entries.keys()] : UNKNOWN),
  values: (value) => (isDict(value) ? [...value.entries.values()] : UNKNOWN),
  copy: (value) => (isDict(value) ? dictOf(value.entries) : UNKNOWN),
  pop: (value, { positional: [key, otherwise] }) => {
    if (!isDict(value) || typeof key !== 'string') return spoiled(value);
    const found = orElse(value.entries.get(key), orElse(otherwise, UNKNOWN));
    value.entries.delete(key);
    return found;
  },
  setdefault: (value, { positional: [key, otherwise = null] }) => {
    if (!isDict(value) || typeof key !== 'string') return spoiled(value);
    if (!value.entries.has(key)) value.entries.set(key, otherwise);
    return value.entries.get(key) ?? null;
  },
  clear: (value) => {
    if (isDict(value)) value.entries.clear();
    return null;
  },
  update: (value, { positional: [more] }) => {
    if (!isDict(value) || more === undefined || !isDict(more)) return UNKNOWN;
    for (const [key, item] of more.entries) value.entries.set(key, item);
    return null;
  },
};

function changed(value: Value, change: (items: Value[]) => unknown): Value {
  if (!Array.isArray(value)) return UNKNOWN;
  if (value.length > MAX_ITEMS) return UNKNOWN;
  change(value);
  return null;
}

/** Takes one item out of a list, the last where none is said. */
function popped(items: Value[], index: Value | undefined): Value {
  if (index === undefined) return orElse(items.pop(), UNDEFINED);
  if (typeof index === 'number') return orElse(items.splice(index, 1)[0], UNDEFINED);
  items.push(UNKNOWN);
  return UNKNOWN;
}

/** Removes the first equal item; where that is not known, neither is what is left. */
function removeFrom(items: Value[], item: Value): void {
  const truths = items.map((own) => equal(own, item));
  const first = truths.findIndex((truth) => truth !== false);
  if (first < 0 || truths[first] === undefined) items.splice(0, items.length, UNKNOWN);
  else items.splice(first, 1);
}

/** A dict that something unknown changes is not known any more. */
function spoiled(value: Value): Value {
  if (isDict(value)) value.entries.set('', UNKNOWN);
  return UNKNOWN;
}

/** Python's order: upper case before lower. */
function byCase(items: readonly Value[]): Value[] {
  if (items.every((item) => typeof item === 'number')) return [...(items as number[])].sort((a, b) => a - b);
  return items.every((item) => typeof item === 'string') ? [...(items as string[])].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)) : [UNKNOWN];
}

/** The attribute of each item, the items themselves where none is named; undefined where it is not known which. */
function attributesOf(items: readonly Value[], attribute: Value | undefined): Value[] | undefined {
  if (attribute === undefined) return [...items];
  return typeof attribute === 'string' ? items.map((item) => attributeOf(item, attribute)) : undefined;
}

function numbersOf(items: readonly Value[] | undefined, make: (numbers: readonly number[]) => number): Value {
  return items?.every((item): item is number => typeof item === 'number') ? make(items) : UNKNOWN;
}

/** Items in the order of their keys; equal ones stay as they are. */
function sortedBy(items: readonly Value[], keys: readonly Value[] | undefined): Value {
  const order = keys && sorted(keys);
  if (!keys || !Array.isArray(order)) return UNKNOWN;
  const place = (key: Value | undefined): number => order.findIndex((own) => own === key);
  return items.map((item, index) => ({ item, at: place(keys[index]), index })).sort((a, b) => a.at - b.at || a.index - b.index).map(({ item }) => item);
}

function selectedBy(items: readonly Value[], { positional: [attribute, test, ...args] }: CallArguments, wanted: boolean): Value {
  const own = attribute === undefined ? undefined : attributesOf(items, attribute);
  const truths = own?.map((item) => (test === undefined ? (isUnknown(item) ? undefined : truthOf(item)) : typeof test === 'string' ? passes(item, test, args) : undefined));
  return !truths || truths.includes(undefined) ? UNKNOWN : items.filter((_, index) => truths[index] === wanted);
}

function strip(text: string, chars: string | undefined, side: 'both' | 'left' | 'right' = 'both'): string {
  const drops = (letter: string | undefined): boolean => letter !== undefined && (chars === undefined ? /\s/.test(letter) : chars.includes(letter));
  let [start, end] = [0, text.length];
  while (side !== 'right' && start < end && drops(text[start])) start++;
  while (side !== 'left' && end > start && drops(text[end - 1])) end--;
  return text.slice(start, end);
}

function replaced(text: string, from: string, to: string): Value {
  if (from === '') return UNKNOWN;
  const parts = text.split(from);
  return text.length + parts.length * to.length > MAX_TEXT ? UNKNOWN : parts.join(to);
}

function numberOf(value: Value): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^\s*-?\d+(\.\d+)?\s*$/.test(value) ? Number(value) : undefined;
}

function truncated(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.trunc(value);
}

function distinct(items: readonly Value[]): Value {
  if (!items.every((item) => typeof item === 'string' || typeof item === 'number')) return UNKNOWN;
  return [...new Set(items)];
}

function sorted(items: readonly Value[]): Value {
  if (items.every((item) => typeof item === 'number')) return [...(items as number[])].sort((a, b) => a - b);
  // Jinja sorts text without regard to case.
  return items.every((item) => typeof item === 'string') ? [...(items as string[])].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : a.toLowerCase() > b.toLowerCase() ? 1 : 0)) : UNKNOWN;
}

function selected(items: readonly Value[], { positional: [test, ...args] }: CallArguments, wanted: boolean): Value {
  const truths = items.map((item) => (test === undefined ? truthOf(item) : typeof test === 'string' ? passes(item, test, args) : undefined));
  return truths.includes(undefined) ? UNKNOWN : items.filter((_, index) => truths[index] === wanted);
}
