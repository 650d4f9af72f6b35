import type { Manifest } from './manifest';
import type { Nodes } from './nodes';
import type { NodePlan } from './raw';
import type { NodeOutline } from './types';
import { optional } from './values';

/** Every node in outline. What a manifest or a file's place tells is not read for it; a node is made where only that says what it is. */
export function outlinesOf({ nodes }: Nodes, plans: readonly NodePlan[], manifest: Manifest | undefined): NodeOutline[] {
  const files = new Map<string, NodePlan[]>();
  for (const plan of plans) files.set(plan.uniqueId, [...(files.get(plan.uniqueId) ?? []), plan]);
  return [...nodes.keys()].flatMap((id): NodeOutline[] => {
    const [kind = '', owner = '', ...rest] = id.split('.');
    const own = files.get(id) ?? [];
    const isPlain = rest.length === (kind === 'source' ? 2 : 1) && own.length < 2 && isKind(kind);
    // A version, a name with a dot or two files of one id leave open what the id means; without a manifest only the file says whether it is enabled.
    if (!isPlain || !manifest?.nodes.has(id)) return nodes.get(id) ? [nodes.get(id) as NodeOutline] : [];
    return [{ uniqueId: id, kind, package: owner, name: rest.at(-1) ?? '', enabled: manifest.isEnabled(id), ...(kind === 'source' ? { sourceName: rest[0] ?? '' } : {}), ...optional('file', own[0]?.file) }];
  });
}

function isKind(word: string): word is NodeOutline['kind'] {
  return ['model', 'seed', 'snapshot', 'source'].includes(word);
}
