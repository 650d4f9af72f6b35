import { entries, get, plain, type YamlTree } from '../../yaml/tree';
import { resolved, typesOf, type SchemaNode } from '../schema';
import type { TemplateProblem } from './types';

/** Conditions between values; each template's own stand side by side, so that none replaces another. */
const RULES = ['allOf', 'anyOf', 'oneOf', 'not', 'if', 'then', 'else', 'contains', 'propertyNames', 'dependentRequired', 'dependentSchemas', 'minProperties', 'maxProperties'] as const;
const LOWEST = ['minLength', 'minItems', 'minimum', 'exclusiveMinimum'] as const;
const HIGHEST = ['maxLength', 'maxItems', 'maximum', 'exclusiveMaximum'] as const;
const ONCE = ['pattern', 'format', 'multipleOf', 'uniqueItems'] as const;
const SAID = ['title', 'description', 'examples', 'x-suggest', 'x-message'] as const;
const TIERS = ['optional', 'full', 'minimal'];
const ID = { type: 'string', minLength: 1, pattern: '^[A-Z][A-Z0-9]*-[A-Za-z0-9][A-Za-z0-9_-]*$', title: 'Which name does this keep for ever?', description: 'A prefix and a slug or number that is never reused.' };

/** A template's file, and what is wrong in it. */
interface Merge {
  file: string;
  /** All definitions, those of the file among them. */
  root: SchemaNode;
  /** The file's own definitions. */
  own: YamlTree | undefined;
  problems: TemplateProblem[];
}

/** A place of the file: its keywords with where they stand, and its name for a person. */
interface Place {
  tree: YamlTree;
  over: SchemaNode;
  name: string;
}

/**
 * A schema with what a template's file asks for beyond it: new keys, and less freedom for the old ones. Where the file would take
 * a key away, change its type or allow more than before, that is a problem at its place, and what comes out is not to be used.
 * `tree` is the file's text of it, which `readSchema` found to be well-formed and `sizeOf` to be small enough.
 */
export function mergeSchema(schema: SchemaNode, tree: YamlTree, file: string): { schema: SchemaNode; problems: TemplateProblem[] } {
  const own = get(tree, 'definitions');
  const merge: Merge = { file, own, problems: [], root: { ...schema, definitions: { ...schema.definitions, ...(dataOf(own) as Record<string, SchemaNode>) } } };
  for (const { key, keySpan } of entries(own)) if (Object.hasOwn(schema.definitions ?? {}, key)) merge.problems.push({ span: keySpan, message: `The definition "${key}" is there already; give this one another name.` });
  const merged = mergeNode(merge, schema, { tree, over: dataOf(tree), name: '' });
  return { schema: { ...merged, ...(merge.root.definitions ? { definitions: merge.root.definitions } : {}) }, problems: merge.problems };
}

function dataOf(tree: YamlTree | undefined): SchemaNode {
  return JSON.parse(JSON.stringify(plain(tree) ?? {})) as SchemaNode;
}

function placeIn(place: Place, keyword: 'properties' | 'items', key?: string): Place {
  const below = get(place.tree, keyword);
  const tree = (key === undefined ? below : get(below, key)) ?? place.tree;
  return { tree, over: dataOf(tree), name: key === undefined ? `${place.name}[]` : place.name === '' ? key : `${place.name}.${key}` };
}

function refuse(merge: Merge, place: Place, keyword: string, message: string): void {
  const entry = entries(place.tree).find(({ key }) => key === keyword);
  merge.problems.push({ span: entry?.keySpan ?? place.tree.span, message });
}

/** What a key was before the file: as the built-in template or another file has it, else as the definition it names says. */
function before(merge: Merge, base: SchemaNode | undefined, place: Place): SchemaNode | undefined {
  const { $ref } = place.over;
  if ($ref === undefined) return base && resolved(merge.root, base);
  if (base) {
    refuse(merge, place, '$ref', `${place.name} has its form already; a template can ask for more of it, not replace it.`);
    return resolved(merge.root, base);
  }
  const name = $ref.replace('#/definitions/', '');
  const tree = get(merge.own, name);
  return tree ? mergeNode(merge, undefined, { tree, over: dataOf(tree), name }) : merge.root.definitions?.[name];
}

function mergeNode(merge: Merge, base: SchemaNode | undefined, place: Place): SchemaNode {
  const { over } = place;
  const known = before(merge, base, place);
  const node: SchemaNode = { ...known };
  for (const key of SAID) if (over[key] !== undefined) Object.assign(node, { [key]: over[key] });
  mergeType(merge, node, known, place);
  mergeChoices(merge, node, known, place);
  mergeLimits(merge, node, known, place);
  mergeMap(merge, node, known, place);
  if (over.items) node.items = itemsOf(merge, known, place);
  if (over['x-prefix'] !== undefined) prefixed(merge, node, known, place);
  const rules = RULES.filter((key) => over[key] !== undefined);
  const alone = ONCE.filter((key) => over[key] !== undefined && known?.[key] !== undefined && known[key] !== over[key]);
  if (rules.length + alone.length > 0) {
    const rule = Object.fromEntries([...rules, ...alone].map((key) => [key, over[key]]));
    node.allOf = [...(known?.allOf ?? []), { ...rule, 'x-asked-by': merge.file, ...(over['x-message'] === undefined ? {} : { 'x-message': over['x-message'] }) }];
  }
  if (Object.keys(over).some((key) => !['properties', 'items', 'definitions', 'x-after'].includes(key)) && place.name !== '') node['x-asked-by'] = merge.file;
  if (!base) {
    node['x-asked-by'] = merge.file;
    if (isText(node) && node.minLength === undefined && !node.enum && node.const === undefined && !node['x-prefix']) node.minLength = 1;
  }
  return node;
}

function isText(node: SchemaNode): boolean {
  return typesOf(node).join() === 'string';
}

function mergeType(merge: Merge, node: SchemaNode, known: SchemaNode | undefined, place: Place): void {
  const { over } = place;
  const types = known ? typesOf(known) : [];
  if (over.type !== undefined) {
    const wider = typesOf(over).filter((type) => types.length > 0 && !types.includes(type) && !(type === 'integer' && types.includes('number')));
    if (wider.length > 0) refuse(merge, place, 'type', `${place.name || 'The document'} is ${types.join(' or ')}; a template cannot change that to ${typesOf(over).join(' or ')}.`);
    node.type = over.type;
  } else if (types.length === 0) {
    // A map's keys and a list's items would mean nothing where the value may be anything.
    const isTextual = over.pattern !== undefined || over.format !== undefined || over.minLength !== undefined || over.maxLength !== undefined || over.enum?.every((value) => typeof value === 'string') === true;
    const type = over.properties ? 'object' : over.items ? 'array' : isTextual ? 'string' : undefined;
    if (type !== undefined) node.type = type;
  }
}

function mergeChoices(merge: Merge, node: SchemaNode, known: SchemaNode | undefined, place: Place): void {
  const { over } = place;
  const allowed = known?.const === undefined ? known?.enum : [known.const];
  const widens = (values: readonly unknown[]): boolean => values.some((value) => allowed?.includes(value as string) === false);
  const name = place.name || 'The document';
  if (over.enum) {
    if (widens(over.enum)) refuse(merge, place, 'enum', `${name} is one of ${(allowed ?? []).map(String).join(', ')}; a template can allow fewer of them, not others.`);
    node.enum = over.enum;
  }
  if (over.const !== undefined) {
    if (widens([over.const])) refuse(merge, place, 'const', `${name} is one of ${(allowed ?? []).map(String).join(', ')}; a template can allow fewer of them, not others.`);
    node.const = over.const;
  }
}

function mergeLimits(merge: Merge, node: SchemaNode, known: SchemaNode | undefined, place: Place): void {
  const { over } = place;
  const check = (key: (typeof LOWEST)[number] | (typeof HIGHEST)[number], wider: (old: number, fresh: number) => boolean): void => {
    const [old, fresh] = [known?.[key], over[key]];
    if (fresh === undefined) return;
    if (old !== undefined && wider(old, fresh)) refuse(merge, place, key, `${key} of ${place.name} is ${old} already; a template can only ask for more.`);
    node[key] = fresh;
  };
  LOWEST.forEach((key) => check(key, (old, fresh) => fresh < old));
  HIGHEST.forEach((key) => check(key, (old, fresh) => fresh > old));
  for (const key of ONCE) if (over[key] !== undefined && known?.[key] === undefined) Object.assign(node, { [key]: over[key] });
}

/** Keys, those that are needed, and whether others may stand beside them. */
function mergeMap(merge: Merge, node: SchemaNode, known: SchemaNode | undefined, place: Place): void {
  const { over, name } = place;
  if (over.properties) {
    if (known && typesOf(known).length > 0 && !typesOf(known).includes('object')) refuse(merge, place, 'properties', `${name} is ${typesOf(known).join(' or ')} and has no keys of its own.`);
    node.properties = propertiesOf(merge, known?.properties ?? {}, place);
    if (known?.additionalProperties === undefined) node.additionalProperties = false;
  }
  if (over.additionalProperties !== undefined) {
    if (known?.additionalProperties === false && over.additionalProperties !== false) refuse(merge, place, 'additionalProperties', `${name || 'A spec'} has only the keys of its template; name the new ones under "properties".`);
    node.additionalProperties = over.additionalProperties;
  }
  const tiers = Object.keys(over.properties ?? {}).filter((key) => over.properties?.[key]?.['x-tier'] === 'minimal');
  const required = [...(over.required ?? []), ...tiers];
  if (required.length > 0) {
    const missing = required.filter((key) => node.additionalProperties === false && !Object.hasOwn(node.properties ?? {}, key));
    if (missing.length > 0) refuse(merge, place, 'required', `${name || 'A spec'} has no key ${missing.map((key) => `"${key}"`).join(', ')} that could be required; name it under "properties".`);
    node.required = [...new Set([...(known?.required ?? []), ...required])];
  }
  for (const key of required.filter((one) => known?.required?.includes(one) !== true)) {
    const place = node.properties?.[key];
    // A section that is required is of the minimal tier, and the other way round.
    if (place && node.properties) node.properties = { ...node.properties, [key]: { ...place, ...(name === '' ? { 'x-tier': 'minimal' as const } : {}), 'x-asked-by': merge.file } };
  }
}

/** Old keys in their order, with the new ones behind those they want to follow, else at the end. */
function propertiesOf(merge: Merge, known: Readonly<Record<string, SchemaNode>>, place: Place): Record<string, SchemaNode> {
  const merged = new Map(Object.entries(known));
  let order = [...merged.keys()];
  for (const key of Object.keys(place.over.properties ?? {})) {
    const below = placeIn(place, 'properties', key);
    const old = Object.hasOwn(known, key) ? known[key] : undefined;
    merged.set(key, { ...mergeNode(merge, old, below), ...tierOf(merge, old, below, place.name === '') });
    const after = below.over['x-after'];
    if (after === undefined) order = old ? order : [...order, key];
    else if (old || !order.includes(after)) refuse(merge, below, 'x-after', old ? `${below.name} has its place already; only a new key can follow another.` : `There is no key "${after}" that ${below.name} could follow.`);
    else order.splice(order.indexOf(after) + 1, 0, key);
  }
  return Object.fromEntries(order.flatMap((key): [string, SchemaNode][] => [[key, merged.get(key) ?? {}]]));
}

/** The tier of a section: a new one is optional unless it says otherwise, an old one can only move up. */
function tierOf(merge: Merge, known: SchemaNode | undefined, place: Place, isSection: boolean): Pick<SchemaNode, 'x-tier'> {
  const tier = place.over['x-tier'];
  if (!isSection) {
    if (tier !== undefined && tier !== 'minimal') refuse(merge, place, 'x-tier', `Only sections have tiers; ${place.name} is asked for wherever it can stand, by "required", or not at all.`);
    return {};
  }
  if (known && tier !== undefined && TIERS.indexOf(tier) < TIERS.indexOf(known['x-tier'] ?? 'optional')) refuse(merge, place, 'x-tier', `${place.name} is of the tier ${known['x-tier'] ?? 'optional'}; a template can ask for it earlier, not later.`);
  return { 'x-tier': tier ?? known?.['x-tier'] ?? 'optional' };
}

function itemsOf(merge: Merge, known: SchemaNode | undefined, place: Place): SchemaNode {
  if (known && typesOf(known).length > 0 && !typesOf(known).includes('array')) refuse(merge, place, 'items', `${place.name} is ${typesOf(known).join(' or ')} and has no items.`);
  const items = mergeNode(merge, known?.items, placeIn(place, 'items'));
  const id = items.properties?.['id'];
  if (known?.items || !id || !items.properties) return items;
  // Ids of a new list are like those of the built-in ones, so that what points at them can be told from other words.
  const prefix = place.over['x-prefix'] ?? id['x-prefix'];
  return { ...items, properties: { ...items.properties, id: { ...ID, ...id, ...(prefix === undefined ? {} : { 'x-prefix': prefix }) } } };
}

function prefixed(merge: Merge, node: SchemaNode, known: SchemaNode | undefined, place: Place): void {
  const old = known?.['x-prefix'] ?? (known?.items && resolved(merge.root, known.items).properties?.['id']?.['x-prefix']);
  if (old) refuse(merge, place, 'x-prefix', `Ids of ${place.name} start with ${old} already.`);
  const prefix = place.over['x-prefix'];
  if (prefix !== undefined) node['x-prefix'] = prefix;
}
