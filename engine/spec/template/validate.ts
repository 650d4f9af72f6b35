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

/**
 * What of a document does not fit a schema, each with its path: JSON Schema as `readSchema` knows it, read node by node without
 * making code of it. `finished` is false where the document would have taken too many steps, so that not all was looked at.
 */
export function validate(root: SchemaNode, patterns: ReadonlyMap<string, Pattern>, data: unknown): { errors: SchemaError[]; finished: boolean } {
  const walk: Walk = { root, patterns, steps: MAX_STEPS };
  const errors = errorsAt(walk, root, data, [], {});
  return { errors: errors.slice(0, MAX_ERRORS), finished: walk.steps > 0 && errors.length <= MAX_ERRORS };
}

function errorsAt(walk: Walk, schema: SchemaNode, data: unknown, path: Path, rule: Rule): SchemaError[] {
  walk.steps -= 1 + (((schema.enum?.length ?? 0) + (schema.required?.length ?? 0)) >> 3);
  if (walk.steps <= 0) return [];
  const inner: Rule = rule.file === undefined ? rule : { file: rule.file, ...pick(schema['x-message'] ?? rule.message) };
  const say = (keyword: string, params: SchemaError['params'] = {}): SchemaError => {
    walk.steps--;
    const message = inner.file === undefined ? (FORMS.has(keyword) ? undefined : schema['x-message']) : inner.message;
    return { path: [...path], keyword, params, ...pick(message), ...(inner.file === undefined ? {} : { rule: inner.file }) };
  };
  const target = schema.$ref === undefined ? undefined : walk.root.definitions?.[schema.$ref.replace('#/definitions/', '')];
  const errors = [
    ...(target ? errorsAt(walk, target, data, path, rule) : []),
    ...ofAny(schema, data, say),
    ...(typeof data === 'number' ? ofNumber(schema, data, say) : []),
    ...(typeof data === 'string' ? ofText(walk, schema, data, say) : []),
    ...(Array.isArray(data) ? ofList(walk, schema, data, path, inner, say) : []),
    ...(isMap(data) ? ofMap(walk, schema, data, path, inner, say) : []),
    ...ofRules(walk, schema, data, path, inner, say),
  ];
  // What was only half looked at may seem to fit, or not to.
  return walk.steps > 0 ? errors : [];
}

/** What is said of a key's being there or its kind of value names the key itself; the template's own sentence is about what it says. */
const FORMS: ReadonlySet<string> = new Set(['type', 'required', 'additionalProperties']);

type Say = (keyword: string, params?: SchemaError['params']) => SchemaError;

function pick(message: string | undefined): { message?: string } {
  return message === undefined ? {} : { message };
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** A key's own value, never one that all objects have. */
function own<T>(map: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
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

function ofAny(schema: SchemaNode, data: unknown, say: Say): SchemaError[] {
  const types = schema.type === undefined ? [] : [schema.type].flat();
  return [
    ...(types.length > 0 && !types.some((type) => isOfType(data, type)) ? [say('type', { type: schema.type })] : []),
    ...(schema.const !== undefined && !isSame(data, schema.const) ? [say('const', { allowedValue: schema.const })] : []),
    ...(schema.enum && !schema.enum.some((value) => isSame(data, value)) ? [say('enum', { allowedValues: schema.enum })] : []),
  ];
}

function ofNumber(schema: SchemaNode, data: number, say: Say): SchemaError[] {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  const quotient = data / (multipleOf ?? 1);
  return [
    ...(minimum !== undefined && data < minimum ? [say('minimum', { limit: minimum })] : []),
    ...(maximum !== undefined && data > maximum ? [say('maximum', { limit: maximum })] : []),
    ...(exclusiveMinimum !== undefined && data <= exclusiveMinimum ? [say('exclusiveMinimum', { limit: exclusiveMinimum })] : []),
    ...(exclusiveMaximum !== undefined && data >= exclusiveMaximum ? [say('exclusiveMaximum', { limit: exclusiveMaximum })] : []),
    // Decimal fractions have no exact binary form: 0.3 is a multiple of 0.1.
    ...(multipleOf !== undefined && Math.abs(quotient - Math.round(quotient)) > 1e-9 * Math.max(1, Math.abs(quotient)) ? [say('multipleOf', { limit: multipleOf })] : []),
  ];
}

function ofText(walk: Walk, schema: SchemaNode, data: string, say: Say): SchemaError[] {
  const { minLength, maxLength, pattern, format } = schema;
  const length = minLength === undefined && maxLength === undefined ? 0 : [...data].length;
  return [
    ...(minLength !== undefined && length < minLength ? [say('minLength', { limit: minLength, length })] : []),
    ...(maxLength !== undefined && length > maxLength ? [say('maxLength', { limit: maxLength, length })] : []),
    ...(pattern !== undefined && !matches(walk, pattern, data) ? [say('pattern', { pattern })] : []),
    ...(format !== undefined && FORMATS[format]?.test(data) === false ? [say('format', { format })] : []),
  ];
}

/** Whether a text matches; of the patterns that are not a template's own there are few, and they are safe. */
function matches(walk: Walk, source: string, text: string): boolean {
  const pattern = walk.patterns.get(source);
  if (!pattern) return new RegExp(source, 'u').test(text);
  walk.steps -= Math.ceil((pattern.size * text.length) / PATTERN_STEP);
  return walk.steps <= 0 || pattern.test(text);
}

function ofList(walk: Walk, schema: SchemaNode, data: readonly unknown[], path: Path, rule: Rule, say: Say): SchemaError[] {
  const { minItems, maxItems, uniqueItems, items, contains } = schema;
  return [
    ...(minItems !== undefined && data.length < minItems ? [say('minItems', { limit: minItems, length: data.length })] : []),
    ...(maxItems !== undefined && data.length > maxItems ? [say('maxItems', { limit: maxItems, length: data.length })] : []),
    ...(uniqueItems === true && new Set(data.map(canonical)).size < data.length ? [say('uniqueItems')] : []),
    ...(items ? data.flatMap((item, index) => errorsAt(walk, items, item, [...path, index], rule)) : []),
    ...(contains && !data.some((item) => fits(walk, contains, item)) ? [say('contains')] : []),
  ];
}

function ofMap(walk: Walk, schema: SchemaNode, data: Readonly<Record<string, unknown>>, path: Path, rule: Rule, say: Say): SchemaError[] {
  const keys = Object.keys(data);
  const { properties = {}, required = [], additionalProperties, minProperties, maxProperties, propertyNames, dependentRequired = {}, dependentSchemas = {} } = schema;
  const has = (key: string): boolean => Object.hasOwn(data, key);
  const below = (place: SchemaNode | undefined, value: unknown, at: Path): SchemaError[] => (place ? errorsAt(walk, place, value, at, rule) : []);
  const unknown = additionalProperties === undefined || additionalProperties === true ? [] : keys.filter((key) => !Object.hasOwn(properties, key));
  return [
    ...(minProperties !== undefined && keys.length < minProperties ? [say('minProperties', { limit: minProperties, length: keys.length })] : []),
    ...(maxProperties !== undefined && keys.length > maxProperties ? [say('maxProperties', { limit: maxProperties, length: keys.length })] : []),
    ...required.filter((key) => !has(key)).map((key) => say('required', { missingProperty: key })),
    ...(propertyNames ? keys.filter((key) => !fits(walk, propertyNames, key)).map((key) => say('propertyNames', { propertyName: key })) : []),
    ...unknown.flatMap((key) => (additionalProperties === false ? [say('additionalProperties', { additionalProperty: key })] : typeof additionalProperties === 'object' ? errorsAt(walk, additionalProperties, data[key], [...path, key], rule) : [])),
    ...keys.flatMap((key) => (own(dependentRequired, key) ?? []).filter((need) => !has(need)).map((need) => say('dependentRequired', { property: key, missingProperty: need }))),
    ...keys.flatMap((key) => below(own(dependentSchemas, key), data, path)),
    ...keys.flatMap((key) => below(own(properties, key), data[key], [...path, key])),
  ];
}

/** Conditions; of alternatives only is said that none fits, since what each lacks would be noise. */
function ofRules(walk: Walk, schema: SchemaNode, data: unknown, path: Path, rule: Rule, say: Say): SchemaError[] {
  const { not, anyOf, oneOf, allOf = [], if: condition } = schema;
  const branch = condition && (fits(walk, condition, data) ? schema.then : schema.else);
  return [
    ...(not && fits(walk, not, data) ? [say('not')] : []),
    ...(anyOf && !anyOf.some((one) => fits(walk, one, data)) ? [say('anyOf')] : []),
    ...(oneOf && oneOf.filter((one) => fits(walk, one, data)).length !== 1 ? [say('oneOf')] : []),
    ...allOf.flatMap((one) => errorsAt(walk, one, data, path, one['x-asked-by'] === undefined ? rule : { file: one['x-asked-by'], ...pick(one['x-message']) })),
    ...(branch ? errorsAt(walk, branch, data, path, rule) : []),
  ];
}

/** Whether a value fits a schema; what was not looked at any more counts as fitting. */
function fits(walk: Walk, schema: SchemaNode, data: unknown): boolean {
  return errorsAt(walk, schema, data, [], {}).length === 0;
}
