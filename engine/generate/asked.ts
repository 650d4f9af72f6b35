import { insertSection, sectionSkeleton, type Hole } from '../spec/edits';
import { parseSpec } from '../spec/parse';
import { BUILT_IN, keysOf, resolved, schemaAt, typesOf, type SchemaNode } from '../spec/schema';
import type { SpecTemplate, TemplateKind } from '../spec/template/types';
import { applyChanges } from '../text';

/** Nothing is chosen for a person: a choice stays as empty as a text, and is an error of `check` until it is made. */
const OPEN: Hole = (text, choices) => (choices ? '""' : text);

/** The kind and version that a new spec of the template states: `business/v1`. */
export function statedKind(kind: TemplateKind, template: SpecTemplate): string {
  return String(schemaAt(template.schemas[kind], ['spec'])?.const);
}

/** A new spec's text with the sections that the template requires and it lacks, each with its question above it, where the template has them. */
export function withAskedSections(kind: TemplateKind, text: string, template: SpecTemplate): string {
  const root = template.schemas[kind];
  // What the built-in template asks for is written by those who know the answers.
  if (root === BUILT_IN.schemas[kind]) return text;
  const path = `new.${kind}.spec.yml`;
  return (root.required ?? []).reduce((written, key) => {
    const { tree } = parseSpec(path, written, template);
    if (tree?.kind === 'map' && tree.entries.some((entry) => entry.key === key)) return written;
    const title = schemaAt(root, [key])?.title;
    const body = `${title === undefined ? '' : `# ${title}\n`}${sectionSkeleton(root, key, { hole: OPEN, used: new Set(), end: '\n' })}`;
    return applyChanges(written, insertSection(root, tree, written, key, body));
  }, text);
}

/** Empty values of the keys that the template requires of a section's items beyond those that are known. */
export function askedOfItems(section: string, known: readonly string[], template: SpecTemplate): Record<string, unknown> {
  const root = template.schemas.business;
  const items = schemaAt(root, [section, 0]);
  const asked = keysOf(items).filter((key) => items?.required?.includes(key) === true && !known.includes(key));
  return Object.fromEntries(asked.map((key) => [key, emptyOf(resolved(root, items?.properties?.[key] ?? {}))]));
}

function emptyOf(schema: SchemaNode): unknown {
  const [type] = typesOf(schema);
  return type === 'array' ? [] : type === 'object' ? {} : '';
}
