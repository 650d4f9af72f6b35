import business from '../../schemas/business.v1.schema.json';
import config from '../../schemas/specline.schema.json';
import technical from '../../schemas/technical.v1.schema.json';
import type { SpecTemplate } from './template/types';
import type { SpecKind } from './types';

/** One node of a published schema, as the features read it. */
export interface SchemaNode {
  /** The question it answers. */
  title?: string;
  description?: string;
  type?: string | string[];
  enum?: (string | number | boolean | null)[];
  const?: unknown;
  examples?: unknown[];
  properties?: Record<string, SchemaNode>;
  required?: string[];
  additionalProperties?: boolean | SchemaNode;
  minProperties?: number;
  maxProperties?: number;
  propertyNames?: SchemaNode;
  dependentRequired?: Record<string, string[]>;
  dependentSchemas?: Record<string, SchemaNode>;
  items?: SchemaNode;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  contains?: SchemaNode;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  format?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  multipleOf?: number;
  allOf?: SchemaNode[];
  anyOf?: SchemaNode[];
  oneOf?: SchemaNode[];
  not?: SchemaNode;
  if?: SchemaNode;
  then?: SchemaNode;
  else?: SchemaNode;
  $ref?: string;
  'x-tier'?: 'minimal' | 'full' | 'optional';
  'x-meaning'?: boolean;
  'x-complete'?: string;
  'x-expression'?: boolean;
  'x-suggest'?: string[];
  'x-prefix'?: string;
  /** What a template says in its own words where a rule is broken. */
  'x-message'?: string;
  /** The key of the same map that a template's own key follows. */
  'x-after'?: string;
  /** The template's file that asks for it, where that is not the built-in template. */
  'x-asked-by'?: string;
  definitions?: Record<string, SchemaNode>;
}

/** The template that holds where an organisation has none of its own. */
export const BUILT_IN: SpecTemplate = { schemas: { business: business as SchemaNode, technical: technical as SchemaNode }, files: [], lists: [], patterns: new Map(), migrations: [] };

/** The schema of a whole spec in its template, or of a file of settings; its properties stand in template order. */
export function schemaOf(spec: { kind: SpecKind | undefined; template: SpecTemplate; schema?: SchemaNode }): SchemaNode {
  return spec.schema ?? (spec.kind === undefined ? {} : spec.template.schemas[spec.kind]);
}

/** The schema of specline.yml. */
export const CONFIG_SCHEMA = config as SchemaNode;

/** A schema node with its `$ref` followed. */
export function resolved(root: SchemaNode, node: SchemaNode): SchemaNode {
  if (node.$ref === undefined) return node;
  const name = node.$ref.replace('#/definitions/', '');
  return { ...root.definitions?.[name], ...{ ...node, $ref: undefined } };
}

/** The schema at a path of keys and indexes below a whole document's; undefined where the template has no such place. */
export function schemaAt(root: SchemaNode, path: readonly (string | number)[]): SchemaNode | undefined {
  return path.reduce<SchemaNode | undefined>((node, step) => {
    if (!node) return undefined;
    const other = typeof node.additionalProperties === 'object' ? node.additionalProperties : undefined;
    const next = typeof step === 'number' ? node.items : Object.hasOwn(node.properties ?? {}, step) ? node.properties?.[step] : other;
    return next && resolved(root, next);
  }, root);
}

/** Keys of a schema node in template order. */
export function keysOf(node: SchemaNode | undefined): string[] {
  return Object.keys(node?.properties ?? {});
}

/** The types a schema node allows; empty where it says nothing of them. */
export function typesOf(schema: SchemaNode): string[] {
  return [schema.type ?? []].flat();
}
