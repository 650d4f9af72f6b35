import { didYouMean } from '../../project/lookup';
import { entries, items, plain, text as textOf, type YamlEntry, type YamlTree } from '../../yaml/tree';
import { FORMATS } from './formats';
import { compilePattern } from './patterns';
import type { Pattern, TemplateProblem } from './types';

type Form = 'schema' | 'schemas' | 'places' | 'closed' | 'text' | 'words' | 'count' | 'number' | 'above zero' | 'boolean' | 'anything' | 'scalar' | 'values' | 'types' | 'pattern' | 'format' | 'reference' | 'tier' | 'prefix' | 'needs';

/** What each keyword of JSON Schema that a template may use has to be. */
export const KEYWORDS: Readonly<Record<string, Form>> = {
  title: 'text', description: 'text', examples: 'values', default: 'anything', $comment: 'text',
  type: 'types', enum: 'values', const: 'scalar',
  minLength: 'count', maxLength: 'count', pattern: 'pattern', format: 'format',
  minimum: 'number', maximum: 'number', exclusiveMinimum: 'number', exclusiveMaximum: 'number', multipleOf: 'above zero',
  items: 'schema', minItems: 'count', maxItems: 'count', uniqueItems: 'boolean', contains: 'schema',
  properties: 'places', required: 'words', additionalProperties: 'closed', minProperties: 'count', maxProperties: 'count', propertyNames: 'schema', dependentRequired: 'needs', dependentSchemas: 'places',
  allOf: 'schemas', anyOf: 'schemas', oneOf: 'schemas', not: 'schema', if: 'schema', then: 'schema', else: 'schema',
  $ref: 'reference', definitions: 'places',
  'x-tier': 'tier', 'x-prefix': 'prefix', 'x-suggest': 'words', 'x-message': 'text', 'x-after': 'text',
};

/** Words that mean a boolean to readers of YAML 1.1, and names that objects have by themselves. */
const NO_KEYS = /^(on|off|yes|no|y|n|true|false|null|constructor|toString|valueOf|hasOwnProperty|isPrototypeOf|propertyIsEnumerable|toLocaleString)$/i;
const KEY = /^[A-Za-z][A-Za-z0-9_]*$/;
const TYPES = ['string', 'number', 'integer', 'boolean', 'array', 'object', 'null'];
const MAX_NODES = 5000;

/** What the walk over a template's schema gathers. */
export interface SchemaFindings {
  problems: TemplateProblem[];
  patterns: Map<string, Pattern>;
  /** Each `$ref` with its place. */
  references: { to: string; at: YamlTree }[];
  nodes: number;
}

/** Walks a schema as a template's file has it: everything in it that is no JSON Schema Specline reads is a problem at its place. */
export function readSchema(tree: YamlTree, found: SchemaFindings = { problems: [], patterns: new Map(), references: [], nodes: 0 }, isRoot = true): SchemaFindings {
  if (++found.nodes === MAX_NODES) found.problems.push({ span: tree.span, message: `The template has more than ${MAX_NODES} places; share definitions, or ask for less.` });
  if (found.nodes >= MAX_NODES) return found;
  if (tree.kind !== 'map') {
    found.problems.push({ span: tree.span, message: 'A map of JSON Schema keywords belongs here, such as { title: "…?", type: string }.' });
    return found;
  }
  const seen = new Set<string>();
  for (const entry of tree.entries) {
    if (seen.has(entry.key)) found.problems.push({ span: entry.keySpan, message: `"${entry.key}" stands twice here; keep one.` });
    else readKeyword(entry, found, isRoot);
    seen.add(entry.key);
  }
  return found;
}

function readKeyword(entry: YamlEntry, found: SchemaFindings, isRoot: boolean): void {
  const { key, keySpan, value } = entry;
  const form = Object.hasOwn(KEYWORDS, key) ? KEYWORDS[key] : undefined;
  if (key === 'x-meaning') return void found.problems.push({ span: keySpan, message: 'A template cannot mark what enters the meaning of a spec, so that a meaning stays verifiable without the template; leave x-meaning out.' });
  if (form === undefined) {
    const near = didYouMean(key, Object.keys(KEYWORDS));
    return void found.problems.push({ span: keySpan, message: `"${key}" is no keyword that Specline reads in a template.${near === undefined ? ` Known: ${Object.keys(KEYWORDS).join(', ')}.` : ` Did you mean "${near}"?`}` });
  }
  if (key === 'definitions' && !isRoot) return void found.problems.push({ span: keySpan, message: 'Definitions stand beside the sections of the template, not inside one; move them up.' });
  const why = formProblem(form, value, found);
  if (why !== undefined) found.problems.push({ span: value.kind === 'scalar' && value.span.end > value.span.start ? value.span : keySpan, message: `${key} ${why}.` });
}

/** What is wrong with the value of a keyword, behind its name; schemas in it are read on their own. */
function formProblem(form: Form, tree: YamlTree, found: SchemaFindings): string | undefined {
  const value = plain(tree);
  switch (form) {
    case 'schema':
      readSchema(tree, found, false);
      return undefined;
    case 'closed':
      if (typeof value !== 'boolean') readSchema(tree, found, false);
      return undefined;
    case 'schemas':
      if (tree.kind !== 'seq' || tree.items.length === 0) return 'is a list of schemas';
      tree.items.forEach((item) => readSchema(item, found, false));
      return undefined;
    case 'places':
      return placesProblem(tree, found);
    case 'text':
      return typeof value === 'string' && value.trim() !== '' ? undefined : 'is a text';
    case 'words':
      return tree.kind === 'seq' && items(tree).every((item) => textOf(item) !== undefined && typeof plain(item) === 'string') ? undefined : 'is a list of texts';
    case 'count':
      return Number.isSafeInteger(value) && (value as number) >= 0 ? undefined : 'is a whole number from 0';
    case 'number':
      return Number.isFinite(value) ? undefined : 'is a number';
    case 'above zero':
      return Number.isFinite(value) && (value as number) > 0 ? undefined : 'is a number above 0';
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'is true or false';
    case 'values':
      return tree.kind === 'seq' && tree.items.length > 0 && tree.items.every((item) => item.kind === 'scalar') ? undefined : 'is a list of texts or numbers with at least one';
    case 'types':
      return [value].flat().length > 0 && [value].flat().every((type) => typeof type === 'string' && TYPES.includes(type)) ? undefined : `is one of ${TYPES.join(', ')}, or a list of them`;
    case 'pattern':
      return patternProblem(value, found);
    case 'format':
      return typeof value === 'string' && Object.hasOwn(FORMATS, value) ? undefined : `is one of ${Object.keys(FORMATS).join(', ')}`;
    case 'reference':
      if (typeof value !== 'string' || !/^#\/definitions\/[A-Za-z][A-Za-z0-9_]*$/.test(value)) return 'points at a definition of the template, such as "#/definitions/statement"';
      found.references.push({ to: value.slice('#/definitions/'.length), at: tree });
      return undefined;
    case 'tier':
      return value === 'minimal' || value === 'full' || value === 'optional' ? undefined : 'is one of minimal, full, optional';
    case 'prefix':
      return typeof value === 'string' && /^[A-Z][A-Z0-9]*$/.test(value) ? undefined : 'is a prefix of ids in capital letters, such as RISK';
    case 'needs':
      return tree.kind === 'map' && tree.entries.every((each) => formProblem('words', each.value, found) === undefined) ? undefined : 'is a map from a key to the list of keys that it needs beside it';
    case 'scalar':
      return tree.kind === 'scalar' ? undefined : 'is a text, a number, true or false';
    case 'anything':
      return undefined;
  }
}

function placesProblem(tree: YamlTree, found: SchemaFindings): string | undefined {
  if (tree.kind !== 'map') return 'is a map from keys to their schemas';
  const seen = new Set<string>();
  for (const { key, keySpan, value } of entries(tree)) {
    if (!KEY.test(key) || NO_KEYS.test(key)) found.problems.push({ span: keySpan, message: `"${key}" cannot be a key of a spec; a key is letters, digits and underscores, and no word that YAML reads as a boolean.` });
    else if (seen.has(key)) found.problems.push({ span: keySpan, message: `"${key}" stands twice here; keep one.` });
    else readSchema(value, found, false);
    seen.add(key);
  }
  return undefined;
}

function patternProblem(value: unknown, found: SchemaFindings): string | undefined {
  if (typeof value !== 'string') return 'is a regular expression';
  const pattern = found.patterns.get(value) ?? compilePattern(value);
  if ('why' in pattern) return `cannot be used: ${pattern.why}`;
  found.patterns.set(value, pattern);
  return undefined;
}
