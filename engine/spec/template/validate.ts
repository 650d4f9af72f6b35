import { canonical } from '../canonical';
import type { SchemaNode } from '../schema';
import { FORMATS } from './formats';
import type { Pattern } from './types';

/** One thing of a document that does not fit a schema, in the words of JSON Schema. */
export interface SchemaError {
  path: (string | number)[];
  keyword: string;
  params: Readonly<Record<string, unknown>>;
  /** The template's own sentence. */
  message?: string;
  /** The file whose rule it is: a condition between keys, not the form of one. */
  rule?: string;
}

/** Steps a document may take; far more than any spec that people read needs, and over in a moment. */
const MAX_STEPS = 1_000_000;
const MAX_ERRORS = 1000;
/** How many characters times steps of a pattern count as one step. */
const PATTERN_STEP = 20;

interface Rule {
  file?: string;
  message?: string;
}

/** A walk through a document and the schema beside it. */
interface Walk {
  root: SchemaNode;
  patterns: ReadonlyMap<string, Pattern>;
  steps: number;
}

type Path = readonly (string | number)[];

/** One value with the schema it is held against, and where what is wrong goes to. */
interface Place {
  walk: Walk;
  path: Path;
  rule: Rule;
  say(keyword: string, params?: SchemaError['params']): void;
  /** Holds a value at or below this place against a schema. */
  hold(schema: SchemaNode, data: unknown, path?: Path, rule?: Rule): void;
}

/**
 * What of a document does not fit a schema, each with its path: JSON Schema as `readSchema` knows it, read node by node without
 * making code of it. `finished` is false where the document would have taken too many steps, so that not all was looked at.
 */
export function validate(root: SchemaNode, patterns: ReadonlyMap<string, Pattern>, data: unknown): { errors: SchemaError[]; finished: boolean } {
  const walk: Walk = { root, patterns, steps: MAX_STEPS };
  const errors: SchemaError[] = [];
  hold(walk, errors, root, data, [], NO_RULE);
  return { errors: errors.slice(0, MAX_ERRORS), finished: walk.steps > 0 && errors.length <= MAX_ERRORS };
}

const NO_RULE: Rule = {};

/** Adds what is wrong to `errors`; where the steps run out on the way, nothing of this place, since what was only half looked at may seem to fit or not to. */
function hold(walk: Walk, errors: SchemaError[], schema: SchemaNode, data: unknown, path: Path, rule: Rule): void {
  walk.steps -= 1 + (((schema.enum?.length ?? 0) + (schema.required?.length ?? 0)) >> 3);
  if (walk.steps <= 0) return;
  const before = errors.length;
  const inner: Rule = rule.file === undefined || schema['x-message'] === undefined ? rule : { file: rule.file, message: schema['x-message'] };
  const place: Place = {
    walk, path, rule: inner,
    say(keyword, params = {}) {
      walk.steps--;
      const message = inner.file === undefined ? (FORMS.has(keyword) ? undefined : schema['x-message']) : inner.message;
      errors.push({ path: [...path], keyword, params, ...(message === undefined ? {} : { message }), ...(inner.file === undefined ? {} : { rule: inner.file }) });
    },
    hold: (below, value, at = path, its = inner) => hold(walk, errors, below, value, at, its),
  };
  if (schema.$ref !== undefined) {
    const target = walk.root.definitions?.[schema.$ref.replace('#/definitions/', '')];
    if (target) place.hold(target, data, path, rule);
  }
  ofAny(place, schema, data);
  if (typeof data === 'string') ofText(place, schema, data);
  else if (typeof data === 'number') ofNumber(place, schema, data);
  else if (Array.isArray(data)) ofList(place, schema, data);
  else if (isMap(data)) ofMap(place, schema, data);
  ofRules(place, schema, data);
  if (walk.steps <= 0) errors.length = before;
}

/** What is said of a key's being there or its kind of value names the key itself; the template's own sentence is about what it says. */
const FORMS: ReadonlySet<string> = new Set(['type', 'required', 'additionalProperties']);

/** A key's own value, never one that all objects have. */
function own<T>(map: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return map && Object.hasOwn(map, key) ? map[key] : undefined;
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function isOfType(value: unknown, type: string): boolean {
  switch (type) {
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isMap(value);
    case 'null':
      return value === null;
    case 'integer':
      return typeof value === 'number' && Number.isInteger(value);
    case 'number':
      return typeof value === 'number' && Number.isFinite(value);
    default:
      return typeof value === type;
  }
}

function isSame(a: unknown, b: unknown): boolean {
  return a === b || (typeof a === 'object' && typeof b === 'object' && canonical(a) === canonical(b));
}

function ofAny({ say }: Place, schema: SchemaNode, data: unknown): void {
  const { type } = schema;
  if (type !== undefined && !(typeof type === 'string' ? isOfType(data, type) : type.some((one) => isOfType(data, one)))) say('type', { type });
  if (schema.const !== undefined && !isSame(data, schema.const)) say('const', { allowedValue: schema.const });
  if (schema.enum && !schema.enum.some((value) => isSame(data, value))) say('enum', { allowedValues: schema.enum });
}

function ofNumber({ say }: Place, schema: SchemaNode, data: number): void {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  if (minimum !== undefined && data < minimum) say('minimum', { limit: minimum });
  if (maximum !== undefined && data > maximum) say('maximum', { limit: maximum });
  if (exclusiveMinimum !== undefined && data <= exclusiveMinimum) say('exclusiveMinimum', { limit: exclusiveMinimum });
  if (exclusiveMaximum !== undefined && data >= exclusiveMaximum) say('exclusiveMaximum', { limit: exclusiveMaximum });
  const quotient = data / (multipleOf ?? 1);
  // Decimal fractions have no exact binary form: 0.3 is a multiple of 0.1.
  if (multipleOf !== undefined && Math.abs(quotient - Math.round(quotient)) > 1e-9 * Math.max(1, Math.abs(quotient))) say('multipleOf', { limit: multipleOf });
}

function ofText({ walk, say }: Place, schema: SchemaNode, data: string): void {
  const { minLength, maxLength, pattern, format } = schema;
  const length = maxLength === undefined && (minLength === undefined || data.length > 2 * minLength) ? data.length : [...data].length;
  if (minLength !== undefined && length < minLength) say('minLength', { limit: minLength, length });
  if (maxLength !== undefined && length > maxLength) say('maxLength', { limit: maxLength, length });
  if (pattern !== undefined && !matches(walk, pattern, data)) say('pattern', { pattern });
  if (format !== undefined && own(FORMATS, format)?.test(data) === false) say('format', { format });
}

/** Whether a text matches; of the patterns that are not a template's own there are few, and they are safe. */
function matches(walk: Walk, source: string, text: string): boolean {
  const pattern = walk.patterns.get(source);
  if (!pattern) return new RegExp(source, 'u').test(text);
  walk.steps -= Math.ceil((pattern.size * text.length) / PATTERN_STEP);
  return walk.steps <= 0 || pattern.test(text);
}

function ofList(place: Place, schema: SchemaNode, data: readonly unknown[]): void {
  const { walk, path, say } = place;
  const { minItems, maxItems, uniqueItems, items, contains } = schema;
  if (minItems !== undefined && data.length < minItems) say('minItems', { limit: minItems, length: data.length });
  if (maxItems !== undefined && data.length > maxItems) say('maxItems', { limit: maxItems, length: data.length });
  if (uniqueItems === true && new Set(data.map(canonical)).size < data.length) say('uniqueItems');
  if (items) data.forEach((item, index) => place.hold(items, item, [...path, index]));
  if (contains && !data.some((item) => fits(walk, contains, item))) say('contains');
}

function ofMap(place: Place, schema: SchemaNode, data: Readonly<Record<string, unknown>>): void {
  const { walk, path, say } = place;
  const { properties, required, additionalProperties, minProperties, maxProperties, propertyNames, dependentRequired, dependentSchemas } = schema;
  const keys = Object.keys(data);
  const has = (key: string): boolean => Object.hasOwn(data, key);
  if (minProperties !== undefined && keys.length < minProperties) say('minProperties', { limit: minProperties, length: keys.length });
  if (maxProperties !== undefined && keys.length > maxProperties) say('maxProperties', { limit: maxProperties, length: keys.length });
  for (const key of required ?? []) if (!has(key)) say('required', { missingProperty: key });
  for (const key of keys) {
    if (propertyNames && !fits(walk, propertyNames, key)) say('propertyNames', { propertyName: key });
    const known = own(properties, key);
    if (known) place.hold(known, data[key], [...path, key]);
    else if (additionalProperties === false) say('additionalProperties', { additionalProperty: key });
    else if (typeof additionalProperties === 'object') place.hold(additionalProperties, data[key], [...path, key]);
    for (const need of own(dependentRequired, key) ?? []) if (!has(need)) say('dependentRequired', { property: key, missingProperty: need });
    const needed = own(dependentSchemas, key);
    if (needed) place.hold(needed, data);
  }
}

/** Conditions; of alternatives only is said that none fits, since what each lacks would be noise. */
function ofRules(place: Place, schema: SchemaNode, data: unknown): void {
  const { walk, say, rule } = place;
  const { not, anyOf, oneOf, allOf, if: condition } = schema;
  if (not && fits(walk, not, data)) say('not');
  if (anyOf && !anyOf.some((one) => fits(walk, one, data))) say('anyOf');
  if (oneOf && oneOf.filter((one) => fits(walk, one, data)).length !== 1) say('oneOf');
  for (const one of allOf ?? []) place.hold(one, data, place.path, one['x-asked-by'] === undefined ? rule : { file: one['x-asked-by'], ...(one['x-message'] === undefined ? {} : { message: one['x-message'] }) });
  const branch = condition && (fits(walk, condition, data) ? schema.then : schema.else);
  if (branch) place.hold(branch, data);
}

/** Whether a value fits a schema; what was not looked at any more counts as fitting. */
function fits(walk: Walk, schema: SchemaNode, data: unknown): boolean {
  const errors: SchemaError[] = [];
  hold(walk, errors, schema, data, [], NO_RULE);
  return errors.length === 0;
}
