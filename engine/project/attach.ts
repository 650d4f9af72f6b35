import { jinjaBlocks, pythonFacts, referencesOf } from '../sql/raw';
import type { Relation } from '../sql/types';
import { resolveRef, resolveSource } from './lookup';
import type { RawPackage } from './raw';
import type { ExposureProperties, UnitTestProperties } from './properties';
import type { Exposure, ProjectIndex, RelationNode, UnitTest } from './types';
import { optional } from './values';

/** Puts what raw files say of other nodes on them: singular and unit tests, exposures, primary entities. A manifest knows its own already. */
export function attachRaw(index: ProjectIndex, packages: readonly RawPackage[]): ProjectIndex {
  for (const { name, singularTests, unitTests, primaryEntities } of packages) {
    for (const { test, refs } of singularTests) for (const node of new Set(refs.flatMap((ref) => resolved(index, name, ref) ?? []))) attachSingular(node, test);
    for (const test of unitTests) for (const node of testedBy(index, name, test)) attachUnitTest(node, test);
    for (const { model, column } of primaryEntities) {
      const node = referencesIn(model).flatMap((ref) => resolved(index, name, ref) ?? [])[0];
      if (node) node.primaryEntity ??= column;
    }
  }
  for (const node of index.nodes.values()) if (node.reads !== undefined) node.dependsOn ??= parentsOf(index, node);
  const exposures = new Map(index.exposures);
  for (const { name, exposures: own } of packages) {
    for (const exposure of own) {
      const uniqueId = `exposure.${name}.${exposure.name}`;
      const known = exposures.get(uniqueId);
      exposures.set(uniqueId, known ? { ...known, place: exposure.place } : exposureOf(index, name, exposure, uniqueId));
    }
  }
  return { ...index, exposures };
}

/** Ids of the nodes a node reads: the manifest's where it is current, else those that literal refs and sources of its file name. */
export function parentsOf(index: ProjectIndex, node: RelationNode): string[] {
  if (node.dependsOn) return node.dependsOn;
  if (node.reads !== undefined) return referencesIn(node.reads).flatMap((ref) => resolved(index, node.package, ref)?.uniqueId ?? []);
  if (node.rawCode === undefined) return [];
  const refs = node.language === 'python' ? pythonFacts(node.rawCode).references : referencesOf(jinjaBlocks(node.rawCode));
  return [...new Set(refs.flatMap((ref) => resolved(index, node.package, ref)?.uniqueId ?? []))];
}

/** The node a reference in a package means: that package's own node wins over others of the name. */
function resolved(index: ProjectIndex, from: string, ref: Relation): RelationNode | undefined {
  if (ref.kind !== 'ref' && ref.kind !== 'source') return undefined;
  const here = from === index.name ? index : { ...index, name: from };
  const found = ref.kind === 'source' ? resolveSource(here, ref.sourceName ?? '', ref.name) : resolveRef(here, ref);
  return found.kind === 'one' ? found.node : undefined;
}

function referencesIn(expression: string): Relation[] {
  return referencesOf(jinjaBlocks(`{{ ${expression} }}`));
}

function attachSingular(node: RelationNode, test: RawPackage['singularTests'][number]['test']): void {
  const known = node.tests.find((other) => other.singular && other.test === test.test);
  if (known) Object.assign(known, optional('place', test.place), { specIds: [...new Set([...known.specIds, ...test.specIds])] });
  else node.tests.push(test);
}

function testedBy(index: ProjectIndex, from: string, test: UnitTestProperties): RelationNode[] {
  const versions = [...index.nodes.values()].filter((node) => node.kind === 'model' && node.package === from && node.name === test.model && node.version !== undefined && node.enabled);
  if (versions.length === 0) return [resolveRef(index, { package: from, name: test.model }), resolveRef(index, { name: test.model })].flatMap((found) => (found.kind === 'one' ? [found.node] : [])).slice(0, 1);
  return versions.filter(({ version = '' }) => (test.include?.includes(version) ?? true) && !(test.exclude?.includes(version) ?? false));
}

function attachUnitTest(node: RelationNode, { name, model, description, specIds, place }: UnitTestProperties): void {
  const test: UnitTest = { name, model, ...optional('description', description), specIds, place, from: 'E1' };
  const known = node.unitTests.find((other) => other.name === test.name);
  if (known) Object.assign(known, { place, specIds: [...new Set([...known.specIds, ...specIds])] });
  else node.unitTests.push(test);
}

function exposureOf(index: ProjectIndex, from: string, { name, description, dependsOn, place }: ExposureProperties, uniqueId: string): Exposure {
  const parents = dependsOn.flatMap((written) => referencesIn(written)).flatMap((ref) => resolved(index, from, ref)?.uniqueId ?? []);
  return { uniqueId, name, ...optional('description', description), dependsOn: parents, place };
}
