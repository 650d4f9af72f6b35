import business from '../../schemas/business.v1.schema.json';
import config from '../../schemas/specline.schema.json';
import technical from '../../schemas/technical.v1.schema.json';
import type { SpecKind } from './types';

/** One node of a published schema, as the features read it. */
export interface SchemaNode {
  /** The question it answers. */
  title?: string;
  description?: string;
  type?: string | string[];
  enum?: (string | null)[];
  const?: unknown;
  properties?: Record<string, SchemaNode>;
  required?: string[];
  items?: SchemaNode;
  pattern?: string;
  minItems?: number;
  oneOf?: SchemaNode[];
  $ref?: string;
  additionalProperties?: boolean | SchemaNode;
  'x-tier'?: 'minimal' | 'full' | 'optional';
  'x-meaning'?: boolean;
  'x-complete'?: string;
  'x-expression'?: boolean;
  'x-suggest'?: string[];
  'x-prefix'?: string;
  definitions?: Record<string, SchemaNode>;
}

const ROOTS: Record<SpecKind | 'config', SchemaNode> = { business: business as SchemaNode, technical: technical as SchemaNode, template: config as SchemaNode, config: config as SchemaNode };

/** The schema of a whole document; its properties stand in template order. */
export function schemaOf(kind: SpecKind | 'config'): SchemaNode {
  return ROOTS[kind];
}

/** A schema node with its `$ref` followed. */
export function resolved(root: SchemaNode, node: SchemaNode): SchemaNode {
  if (node.$ref === undefined) return node;
  const name = node.$ref.replace('#/definitions/', '');
  return { ...root.definitions?.[name], ...{ ...node, $ref: undefined } };
}

/** The schema at a path of keys and indexes; undefined where the template has no such place. */
export function schemaAt(kind: SpecKind | 'config', path: readonly (string | number)[]): SchemaNode | undefined {
  const root = schemaOf(kind);
  return path.reduce<SchemaNode | undefined>((node, step) => {
    if (!node) return undefined;
    const next = typeof step === 'number' ? node.items : Object.hasOwn(node.properties ?? {}, step) ? node.properties?.[step] : undefined;
    return next && resolved(root, next);
  }, root);
}

/** Keys of a schema node in template order. */
export function keysOf(node: SchemaNode | undefined): string[] {
  return Object.keys(node?.properties ?? {});
}
