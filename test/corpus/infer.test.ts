import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compareModel, type CompareContext } from '../../engine/conformance';
import { inferTechnical } from '../../engine/generate';
import { openProject } from '../../engine/project';
import type { RelationNode } from '../../engine/project/types';
import { DEFAULT_CONFIG, lookupInput, parseSpec, type TechnicalFacts } from '../../engine/spec';
import { createSqlService } from '../../engine/sql';
import { corpusFiles, corpusFolder, corpusProjects, readCorpus, targetOf, type CorpusManifest } from '../support/corpusProject';
import { memoryWorkspace } from '../support/memoryWorkspace';

interface Exception {
  what: 'inputs' | 'columns' | 'tests';
  tier: 'artifacts' | 'raw';
  /** Pattern of the model's name. */
  model?: string;
  /** Pattern of the model's raw code. */
  code?: string;
  /** Only what is missing is excepted; something too much never is. */
  missingOnly?: boolean;
  reason: string;
}

const folder = corpusFolder();
const exceptions = JSON.parse(readFileSync(join(__dirname, 'exceptions.json'), 'utf8')) as Exception[];
const excepted = (what: Exception['what'], tier: Exception['tier'], node: RelationNode, extra: number): boolean =>
  exceptions.some((e) => e.what === what && e.tier === tier && (e.model === undefined || new RegExp(e.model).test(node.name)) && (e.code === undefined || new RegExp(e.code).test(node.rawCode ?? '')) && !(e.missingOnly && extra > 0));

if (!folder) {
  describe.skip('real artifacts (no corpus on this machine: set SPECLINE_CORPUS to a folder of dbt artifacts)', () => {
    it('infers and compares every model', () => undefined);
  });
} else {
  describe('infer, then diff, over real artifacts', () => {
    for (const project of corpusProjects(folder)) {
      for (const tier of ['artifacts', 'raw'] as const) {
        it(`${project.name} from ${tier === 'raw' ? 'the raw files alone' : 'its artifacts'}`, { timeout: 120_000 }, async () => {
          const workspace = memoryWorkspace(corpusFiles(project.folder, tier === 'artifacts'));
          const index = await openProject(workspace);
          const context: CompareContext = { workspace, project: index, sql: await createSqlService(), config: DEFAULT_CONFIG, specs: [] };
          const { manifest, catalog } = readCorpus(project.folder);
          const total = { models: 0, matches: 0, differs: 0, unknown: 0, unspecced: 0, opaque: 0, findings: {} as Record<string, number> };
          const wrong: string[] = [];
          for (const node of index.nodes.values()) {
            if (node.kind !== 'model' || !node.enabled) continue;
            total.models++;
            const proposal = await inferTechnical(context, { node });
            const spec = parseSpec('specs/x.technical.spec.yml', proposal.text);
            expect(spec.problems.map((p) => p.message), node.uniqueId).toEqual([]);
            const report = await compareModel(context, spec, node);
            total.matches += report.summary.matches;
            total.differs += report.summary.differs;
            total.unknown += report.summary.unknown;
            total.unspecced += report.summary.unspecced;
            total.opaque += report.clauses.filter((clause) => clause.id.includes('opaque/')).length;
            for (const finding of report.findings) total.findings[finding.rule] = (total.findings[finding.rule] ?? 0) + 1;
            if (spec.facts?.kind === 'technical') wrong.push(...incomplete(context, node, spec.facts, manifest, catalog, tier));
          }
          const all = total.matches + total.differs + total.unknown;
          console.log(`${project.name} ${tier}: ${total.models} models, ${all} clauses, ${total.differs} differs, ${total.unspecced} unspecced, ${total.unknown} unknown (${((100 * total.unknown) / all).toFixed(1)} %), ${total.opaque} opaque texts (${((100 * total.opaque) / all).toFixed(1)} %), findings ${JSON.stringify(total.findings)}`);
          expect([total.differs, total.unspecced]).toEqual([0, 0]);
          expect(wrong).toEqual([]);
        });
      }
    }
  });
}

/** What the inferred spec lacks or has too much, told by the manifest and the catalog, which share nothing with our parser. */
function incomplete(context: CompareContext, node: RelationNode, facts: TechnicalFacts, manifest: CorpusManifest, catalog: { nodes: Record<string, { columns: Record<string, { name: string }> }> }, tier: Exception['tier']): string[] {
  const own = manifest.nodes[node.uniqueId];
  if (!own) return [];
  const wrong: string[] = [];
  const compare = (what: Exception['what'], got: readonly string[], wanted: readonly string[]): void => {
    const [a, b] = [[...new Set(got)].sort().join(','), [...new Set(wanted)].sort().join(',')];
    if (a !== b && !excepted(what, tier, node, got.filter((item) => !wanted.includes(item)).length)) wrong.push(`${what} of ${node.name}: ${difference(got, wanted)}`);
  };
  const inputs = (facts.inputs?.items ?? []).flatMap((input) => {
    if (input.kind === 'this') return [];
    const found = lookupInput(context.project, input);
    return found.kind === 'one' ? [found.node.uniqueId] : [`?${input.name}`];
  });
  compare('inputs', inputs, (own.depends_on?.nodes ?? []).filter((id) => /^(model|seed|snapshot|source)\./.test(id)));
  const columns = facts.stage.columns?.items;
  const known = Object.values(catalog.nodes[node.uniqueId]?.columns ?? {}).map((c) => c.name.toLowerCase());
  if (tier === 'artifacts' && known.length > 0) compare('columns', (columns ?? []).map((c) => (c.kind === 'all_from' ? `*${c.name.value}` : c.name.value.toLowerCase())), known);
  const tests = (facts.tests?.items ?? []).filter((t) => t.test.value !== 'unit').map((t) => `${t.test.value} ${t.column?.value ?? ''}`);
  const enabled = Object.values(manifest.nodes).filter((t) => t.resource_type === 'test' && t.config?.['enabled'] !== false && (t.test_metadata ? targetOf(t) === node.uniqueId : t.depends_on?.nodes.includes(node.uniqueId)));
  compare('tests', tests, enabled.map((t) => `${t.test_metadata ? `${t.test_metadata.namespace ? `${t.test_metadata.namespace}.` : ''}${t.test_metadata.name}` : t.name} ${t.column_name ?? String(t.test_metadata?.kwargs['column_name'] ?? '')}`));
  return wrong;
}

function difference(got: readonly string[], wanted: readonly string[]): string {
  const missing = wanted.filter((item) => !got.includes(item));
  const extra = got.filter((item) => !wanted.includes(item));
  return `missing [${missing.slice(0, 6).join(', ')}] extra [${extra.slice(0, 6).join(', ')}]`;
}
