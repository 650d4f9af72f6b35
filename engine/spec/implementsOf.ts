import type { BusinessFacts, SpecDocument, TechnicalFacts } from './types';

/** A business spec that a technical one serves; `own` where it is about the same model. */
export interface ImplementedSpec {
  path: string;
  facts: BusinessFacts;
  own: boolean;
}

/** The business specs a technical spec names under `implements`, else those of its own model. */
export function businessOf(spec: SpecDocument, facts: TechnicalFacts, specs: readonly SpecDocument[]): ImplementedSpec[] {
  const model = facts.model?.value;
  const named = facts.implements.map(({ business }) => resolvePath(spec.path, business.value));
  const found: ImplementedSpec[] = [];
  // A keystroke asks this of every spec of the project, of which few are business specs.
  for (const other of specs) {
    // One that is not named need not even be read.
    if (other.kind !== 'business' || (facts.implements.length > 0 && !named.includes(other.path)) || other.facts?.kind !== 'business') continue;
    const own = model !== undefined && other.facts.model?.value === model;
    if (facts.implements.length > 0 || own) found.push({ path: other.path, facts: other.facts, own });
  }
  return found;
}

/** A path written in a spec, relative to that spec, as a path of the project; undefined where it leaves the project. */
export function resolvePath(from: string, written: string): string | undefined {
  if (/^([/\\]|[A-Za-z]:|\w+:\/\/)/.test(written)) return undefined;
  const parts = from.split('/').slice(0, -1);
  for (const part of written.split(/[/\\]/)) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join('/');
}
