import { jinjaBlocks, pythonFacts, referencesOf } from '../sql/raw';
import type { Relation } from '../sql/types';
import { LazyMap } from './lazyMap';
import { resolveRef, resolveSource } from './lookup';
import { sameAs, type ProjectMemory } from './memory';
import { namesOf } from './nodeNames';
import type { Nodes } from './nodes';
import type { RawPackage } from './raw';
import type { ExposureProperties, UnitTestProperties } from './properties';
import type { DataTest, Exposure, NamedNodes, ProjectIndex, RelationNode, UnitTest } from './types';
import { optional } from './values';

/** What raw files say of nodes beside what makes them. */
interface Attached {
  singular: Map<string, DataTest[]>;
  unit: Map<string, UnitTestProperties[]>;
  entity: Map<string, string>;
}

/** The nodes with what raw files say of them elsewhere: singular and unit tests, primary entities. A manifest knows its own already. */
export function attachRaw(base: NamedNodes & Nodes & { pointing: ReadonlySet<string> }, packages: readonly RawPackage[], memory: ProjectMemory): Nodes & Pick<ProjectIndex, 'pointing'> {
  const attached = attachedBy(base, packages);
  const nodes = new LazyMap(base.nodes.keys(), (id): RelationNode => {
    const node = base.nodes.get(id) as RelationNode;
    const [singular, unit, entity] = [attached.singular.get(id) ?? [], attached.unit.get(id) ?? [], attached.entity.get(id)];
    const parents = node.reads !== undefined && node.dependsOn === undefined ? parentsOf(base, node) : undefined;
    if (singular.length === 0 && unit.length === 0 && entity === undefined && !parents) return node;
    return memory.keptFor(id, 'attached', [node, singular.length, ...singular, ...unit, entity, ...(parents ?? [])], (before: RelationNode | undefined) =>
      sameAs(before, {
        ...node,
        tests: singular.reduce(withSingular, node.tests),
        unitTests: unit.reduce(withUnitTest, node.unitTests),
        ...optional('primaryEntity', node.primaryEntity ?? entity),
        ...optional('dependsOn', node.dependsOn ?? parents),
      }),
    );
  });
  const isPointing = ({ specIds }: { specIds: readonly string[] }): boolean => specIds.length > 0;
  const pointing = (): RelationNode[] => {
    const named = packages.flatMap((one) => one.pointing()).flatMap((name) => base.names.named(name).map(({ uniqueId }) => uniqueId));
    const ids = new Set([...base.pointing, ...named, ...[...attached.singular, ...attached.unit].flatMap(([id, tests]) => (tests.some(isPointing) ? [id] : []))]);
    return [...nodes.keys()].filter((id) => ids.has(id)).flatMap((id) => nodes.get(id) ?? []);
  };
  let found: RelationNode[] | undefined;
  return { nodes, pointing: () => (found ??= pointing()), names: { of: nodes, has: base.names.has, named: (name) => base.names.named(name).flatMap((node) => nodes.get(node.uniqueId) ?? []), ofFile: (file) => nodes.get(base.names.ofFile(file)?.uniqueId ?? '') } };
}

function attachedBy(base: NamedNodes, packages: readonly RawPackage[]): Attached {
  const found: Attached = { singular: new Map(), unit: new Map(), entity: new Map() };
  const add = <T>(to: Map<string, T[]>, { uniqueId }: RelationNode, what: T): unknown => to.set(uniqueId, [...(to.get(uniqueId) ?? []), what]);
  for (const { name, singularTests, unitTests, primaryEntities } of packages) {
    for (const { test, refs } of singularTests) for (const node of new Set(refs.flatMap((ref) => resolved(base, name, ref) ?? []))) add(found.singular, node, test);
    for (const test of unitTests) for (const node of testedBy(base, name, test)) add(found.unit, node, test);
    for (const { model, column } of primaryEntities) {
      const node = referencesIn(model).flatMap((ref) => resolved(base, name, ref) ?? [])[0];
      if (node && !found.entity.has(node.uniqueId)) found.entity.set(node.uniqueId, column);
    }
  }
  return found;
}

/** The exposures of a manifest with those of raw files, which have their places. */
export function exposuresOf(index: NamedNodes, packages: readonly RawPackage[], known: readonly Exposure[]): Map<string, Exposure> {
  const exposures = new Map(known.map((exposure) => [exposure.uniqueId, exposure]));
  for (const { name, exposures: own } of packages) {
    for (const exposure of own) {
      const uniqueId = `exposure.${name}.${exposure.name}`;
      const before = exposures.get(uniqueId);
      exposures.set(uniqueId, before ? { ...before, place: exposure.place } : exposureOf(index, name, exposure, uniqueId));
    }
  }
  return exposures;
}

/** Ids of the nodes a node reads: the manifest's where it is current, else those that literal refs and sources of its file name. */
export function parentsOf(index: NamedNodes, node: RelationNode): string[] {
  if (node.dependsOn) return node.dependsOn;
  if (node.reads !== undefined) return referencesIn(node.reads).flatMap((ref) => resolved(index, node.package, ref)?.uniqueId ?? []);
  if (node.rawCode === undefined) return [];
  const refs = node.language === 'python' ? pythonFacts(node.rawCode).references : referencesOf(jinjaBlocks(node.rawCode));
  return [...new Set(refs.flatMap((ref) => resolved(index, node.package, ref)?.uniqueId ?? []))];
}

/** The node a reference in a package means: that package's own node wins over others of the name. */
function resolved(index: NamedNodes, from: string, ref: Relation): RelationNode | undefined {
  if (ref.kind !== 'ref' && ref.kind !== 'source') return undefined;
  const here: NamedNodes = from === index.name ? index : { name: from, nodes: index.nodes, ...optional('names', index.names) };
  const found = ref.kind === 'source' ? resolveSource(here, ref.sourceName ?? '', ref.name) : resolveRef(here, ref);
  return found.kind === 'one' ? found.node : undefined;
}

function referencesIn(expression: string): Relation[] {
  return referencesOf(jinjaBlocks(`{{ ${expression} }}`));
}

function withSingular(tests: DataTest[], test: DataTest): DataTest[] {
  const known = tests.findIndex((other) => other.singular && other.test === test.test);
  if (known < 0) return [...tests, test];
  return tests.map((other, index) => (index === known ? { ...other, ...optional('place', test.place), specIds: [...new Set([...other.specIds, ...test.specIds])] } : other));
}

function testedBy(index: NamedNodes, from: string, test: UnitTestProperties): readonly RelationNode[] {
  const named = (index.names ?? namesOf(index.nodes)).named(test.model);
  const versions = named.filter((node) => node.kind === 'model' && node.package === from && node.version !== undefined && node.enabled);
  if (versions.length === 0) return [resolveRef(index, { package: from, name: test.model }), resolveRef(index, { name: test.model })].flatMap((found) => (found.kind === 'one' ? [found.node] : [])).slice(0, 1);
  return versions.filter(({ version = '' }) => (test.include?.includes(version) ?? true) && !(test.exclude?.includes(version) ?? false));
}

function withUnitTest(tests: UnitTest[], { name, model, description, specIds, place }: UnitTestProperties): UnitTest[] {
  const known = tests.findIndex((other) => other.name === name);
  if (known < 0) return [...tests, { name, model, ...optional('description', description), specIds, place, from: 'E1' }];
  return tests.map((other, index) => (index === known ? { ...other, place, specIds: [...new Set([...other.specIds, ...specIds])] } : other));
}

function exposureOf(index: NamedNodes, from: string, { name, description, dependsOn, place }: ExposureProperties, uniqueId: string): Exposure {
  const parents = dependsOn.flatMap((written) => referencesIn(written)).flatMap((ref) => resolved(index, from, ref)?.uniqueId ?? []);
  return { uniqueId, name, ...optional('description', description), dependsOn: parents, place };
}
