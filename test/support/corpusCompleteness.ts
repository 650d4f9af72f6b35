import { DEPENDENCY } from '../../engine/generate';
import { lookupInput, type TechnicalFacts } from '../../engine/spec';
import type { ProjectIndex } from '../../engine/project/types';
import { targetOf, type CorpusManifest, type ManifestNode } from './corpusProject';
import type { CorpusTier, ModelRun, ProjectRun } from './corpusRun';

/**
 * Something the manifest or the catalog has and the inferred spec has not (`missing`), or the other way round (`extra`);
 * `*` is missing where the columns of a star are not known.
 */
export interface Gap {
  model: string;
  what: 'inputs' | 'columns' | 'tests';
  missing: string[];
  extra: string[];
  /** True where the spec itself says that it cannot read a part of the model. */
  admitted: boolean;
}

export interface CorpusCatalog {
  nodes: Record<string, { columns: Record<string, { name: string }> }>;
  sources?: Record<string, { columns: Record<string, { name: string }> }>;
}

/** How many models were compared with something that Specline's own parser has no part in, and where they are not equal. */
export interface Completeness {
  checked: Record<Gap['what'], number>;
  gaps: Gap[];
}

/** Compares the inferred specs with the manifest's dependencies and tests and with the catalog's columns. */
export function completenessOf(run: ProjectRun, tier: CorpusTier, manifest: CorpusManifest, catalog: CorpusCatalog): Completeness {
  const specs = new Map(run.models.flatMap(({ node, document }) => (document?.facts?.kind === 'technical' ? [[node.uniqueId, document.facts] as const] : [])));
  const checked = { inputs: 0, columns: 0, tests: 0 };
  const gaps: Gap[] = [];
  const compare = (model: ModelRun, what: Gap['what'], wanted: readonly string[] | undefined, found: readonly string[] | undefined): void => {
    if (!wanted) return;
    checked[what]++;
    const gap = { model: model.node.name, what, missing: found ? minus(wanted, found) : ['*'], extra: found ? minus(found, wanted) : [], admitted: admits(model) };
    if (gap.missing.length + gap.extra.length > 0) gaps.push(gap);
  };
  for (const model of run.models) {
    const node = manifest.nodes[model.node.uniqueId];
    const facts = model.document?.facts;
    if (!node || facts?.kind !== 'technical') continue;
    compare(model, 'inputs', dependencies(node), inputsOf(facts, run.context.project, tier));
    compare(model, 'columns', columnNames(catalog.nodes[node.unique_id]), outputOf(facts, { project: run.context.project, catalog, specs }));
    compare(model, 'tests', testsOn(node, manifest), testsOf(facts));
  }
  return { checked, gaps };
}

/** An `opaque` item anywhere, or no columns at all. */
function admits({ document }: ModelRun): boolean {
  const facts = document?.facts;
  if (facts?.kind !== 'technical') return false;
  const stages = [...(facts.steps?.items ?? []), facts.stage];
  return stages.some((stage) => (stage.opaque?.items.length ?? 0) > 0 || (stage.columns === undefined && stage.union === undefined));
}

/** Multiset difference. */
function minus(left: readonly string[], right: readonly string[]): string[] {
  const rest = [...right];
  return left.filter((item) => {
    const index = rest.indexOf(item);
    if (index >= 0) rest.splice(index, 1);
    return index < 0;
  }).sort();
}

function dependencies(node: ManifestNode): string[] {
  return [...new Set(node.depends_on?.nodes ?? [])].filter((id) => /^(model|seed|snapshot|source)\./.test(id));
}

/** With a manifest at hand only what the query was seen to read counts; the rest may have come from the manifest itself. */
function inputsOf(facts: TechnicalFacts, project: ProjectIndex, tier: CorpusTier): string[] {
  return (facts.inputs?.items ?? []).filter((input) => input.kind !== 'this' && (tier === 'raw' || input.role?.value !== DEPENDENCY)).map((input) => {
    const found = lookupInput(project, input);
    return found.kind === 'one' ? found.node.uniqueId : `${input.kind} ${input.sourceName ?? ''}.${input.name} (${found.kind})`;
  });
}

function columnNames(entry: { columns: Record<string, { name: string }> } | undefined): string[] | undefined {
  return entry && Object.values(entry.columns).map((column) => column.name.toLowerCase());
}

interface Known {
  project: ProjectIndex;
  catalog: CorpusCatalog;
  /** Inferred specs by unique id. */
  specs: ReadonlyMap<string, TechnicalFacts>;
}

/** Output columns of the last stage; stars are followed to the catalog's columns of the inputs. Undefined where one cannot be. */
function outputOf(facts: TechnicalFacts, known: Known, depth = 0): string[] | undefined {
  const { project, catalog, specs } = known;
  const of = (stage: TechnicalFacts['stage'], depth: number): string[] | undefined => {
    if (depth > 30) return undefined;
    if (!stage.columns) return stage.union ? named(stage.union.branches[0]?.value ?? '', depth) : undefined;
    const names: string[] = [];
    for (const column of stage.columns.items) {
      if (column.kind === 'column') {
        names.push(bare(column.name.value));
        continue;
      }
      const joined = stage.joins?.items.find((join) => join.as?.value === column.name.value);
      const all = named(joined?.to.value ?? column.name.value, depth);
      if (!all) return undefined;
      const except = new Set(column.except.map((name) => bare(name.value)));
      const renamed = new Map(column.rename.map(({ from, to }) => [bare(from), bare(to)]));
      names.push(...all.filter((name) => !except.has(name)).map((name) => renamed.get(name) ?? name));
    }
    // A name that several stars bring comes out once.
    return [...new Set(names)];
  };
  const named = (name: string, depth: number): string[] | undefined => {
    const step = facts.steps?.items.find((candidate) => candidate.name?.value === name);
    if (step) return of(step, depth + 1);
    const input = facts.inputs?.items.find((candidate) => (candidate.as?.value ?? candidate.name) === name);
    const found = input && lookupInput(project, input);
    if (found?.kind !== 'one') return undefined;
    const relation = columnNames(catalog.nodes[found.node.uniqueId] ?? catalog.sources?.[found.node.uniqueId]);
    // What is not built, such as an ephemeral model, has the columns of its own spec.
    const own = specs.get(found.node.uniqueId);
    return relation ?? (own && outputOf(own, known, depth + 1));
  };
  return of(facts.stage, depth);
}

function bare(name: string): string {
  return name.replace(/^(["`])(.*)\1$/, '$2').toLowerCase();
}

function testsOn(node: ManifestNode, manifest: CorpusManifest): string[] {
  return Object.values(manifest.nodes)
    .filter((test) => test.resource_type === 'test' && test.config?.['enabled'] !== false && isOn(test, node))
    .map((test) => (test.test_metadata ? testName(test.test_metadata.namespace, test.test_metadata.name, test.column_name ?? undefined) : testName(undefined, test.name, undefined)));
}

function isOn(test: ManifestNode, node: ManifestNode): boolean {
  if (test.test_metadata) return targetOf(test) === node.unique_id;
  return test.depends_on?.nodes.includes(node.unique_id) === true;
}

function testsOf(facts: TechnicalFacts): string[] {
  return (facts.tests?.items ?? []).filter((test) => test.test.value !== 'unit').map((test) => testName(undefined, test.test.value, test.column?.value));
}

function testName(namespace: string | null | undefined, name: string, column: string | undefined): string {
  return `${namespace ? `${namespace}.` : ''}${name}${column === undefined ? '' : ` on ${column.toLowerCase()}`}`;
}
