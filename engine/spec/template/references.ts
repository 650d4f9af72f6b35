import type { SchemaNode } from '../schema';
import type { SchemaFindings } from './keywords';
import type { TemplateProblem } from './types';

/** Places of a schema with every reference written out; more would be slow to read and longer than any spec. */
const MAX_EXPANDED = 20_000;

/** References of a template's file that name nothing, lead back to themselves, or add up to too much. */
export function referenceProblems(found: SchemaFindings, definitions: Readonly<Record<string, SchemaNode>>): TemplateProblem[] {
  const sizes = new Map<string, number>();
  let total = found.nodes;
  return found.references.flatMap(({ to, at }): TemplateProblem[] => {
    if (!Object.hasOwn(definitions, to)) return [{ span: at.span, message: `There is no definition "${to}"; known: ${Object.keys(definitions).join(', ') || 'none'}.` }];
    const size = sizeOf(to, definitions, sizes, new Set());
    if (size === Infinity) return [{ span: at.span, message: `The definition "${to}" refers to itself; write out how deep it goes.` }];
    const before = total;
    total += size;
    return before <= MAX_EXPANDED && total > MAX_EXPANDED ? [{ span: at.span, message: `With its references written out the template has more than ${MAX_EXPANDED} places; share less, or ask for less.` }] : [];
  });
}

/** How many places a definition stands for; infinite where it leads back to itself. */
function sizeOf(name: string, definitions: Readonly<Record<string, SchemaNode>>, sizes: Map<string, number>, above: ReadonlySet<string>): number {
  if (above.has(name)) return Infinity;
  const known = sizes.get(name);
  if (known !== undefined) return known;
  const inside = new Set([...above, name]);
  const size = placesOf(Object.hasOwn(definitions, name) ? definitions[name] : undefined, (to) => sizeOf(to, definitions, sizes, inside));
  // What is infinite only on the way here may be finite from elsewhere.
  if (size !== Infinity) sizes.set(name, size);
  return size;
}

function placesOf(value: unknown, referred: (name: string) => number): number {
  if (value === null || typeof value !== 'object') return 0;
  const { $ref } = value as { $ref?: unknown };
  return 1 + (typeof $ref === 'string' ? referred($ref.replace('#/definitions/', '')) : 0) + Object.values(value).reduce<number>((sum, part) => sum + placesOf(part, referred), 0);
}
