import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSqlService, type SqlService } from '../../engine/sql';
import { completenessOf, type CorpusCatalog, type Gap } from '../support/corpusCompleteness';
import { corpusFolder, corpusProjects, readCorpus, type CorpusManifest } from '../support/corpusProject';
import { countsOf, runCorpusProject, type CorpusTier, type Counts, type ProjectRun } from '../support/corpusRun';
import exceptions from './exceptions.json';

const folder = corpusFolder();
const only = process.env['SPECLINE_CORPUS_ONLY'] ?? '';
const verbose = process.env['SPECLINE_CORPUS_VERBOSE'] === '1';
const projects = folder === undefined ? [] : corpusProjects(folder).filter(({ name }) => name.includes(only));
const TIERS: readonly CorpusTier[] = ['artifacts', 'raw'];

interface Row extends Counts {
  project: string;
  tier: CorpusTier;
  seconds: number;
  complete: string;
}

const rows: Row[] = [];
const usedExceptions = new Set<string>();
let sql: SqlService;

beforeAll(async () => {
  sql = await createSqlService();
});

afterAll(() => {
  if (rows.length > 0) console.log(tableOf(rows));
});

describe.skipIf(projects.length === 0)(`infer, then compare, over real projects${folder === undefined ? ' (skipped: no corpus; set SPECLINE_CORPUS)' : ''}`, () => {
  for (const project of projects) {
    for (const tier of TIERS) {
      it(`${project.name}, ${tier === 'raw' ? 'raw files alone' : 'with artifacts'}`, { timeout: 180_000 }, async () => {
        const run = await runCorpusProject(sql, project.folder, tier);
        const { manifest, catalog } = readCorpus(project.folder) as { manifest: CorpusManifest; catalog: CorpusCatalog };
        const complete = completenessOf(run, tier, manifest, catalog);
        const left = complete.gaps.map((gap) => unexcused(gap, tier, manifest, run)).filter((gap) => gap.missing.length + gap.extra.length > 0);
        const admitted = complete.gaps.filter((gap) => gap.admitted).length;
        rows.push({ project: project.name, tier, seconds: run.milliseconds / 1000, complete: `${complete.checked.inputs}/${complete.checked.columns}/${complete.checked.tests}${tier === 'raw' ? ` (${admitted} hidden)` : ''}`, ...countsOf(run) });
        if (verbose) console.log(detailsOf(run));
        expect(run.models.length).toBeGreaterThan(0);
        expect(run.models.flatMap((model) => model.crash ?? [])).toEqual([]);
        expect(run.models.flatMap((model) => model.problems.map((problem) => `${model.node.name}: ${problem}`))).toEqual([]);
        expect(verdictsOf(run, 'differs')).toEqual([]);
        expect(run.models.flatMap((model) => model.report?.findings.filter((finding) => finding.unspecced).map((finding) => `${model.node.name} ${finding.rule}: ${finding.message}`) ?? [])).toEqual([]);
        expect(left).toEqual([]);
      });
    }
  }

  it.skipIf(only !== '')('every exception is still needed', () => {
    const all = exceptions.flatMap(({ tier, what, models }) => Object.entries(models).map(([model]) => `${tier} ${what} ${model}`));
    expect(all.filter((key) => !usedExceptions.has(key))).toEqual([]);
  });
});

/**
 * What is left of a gap. From raw files, a spec that says it cannot read a part of its model may lack what that part
 * hides, but never an input that the file names in a literal ref or source.
 */
function unexcused(gap: Gap, tier: CorpusTier, manifest: CorpusManifest, run: ProjectRun): Gap {
  const names = exceptions.filter((entry) => entry.tier === tier && entry.what === gap.what).flatMap((entry) => {
    const known = (entry.models as Partial<Record<string, string[]>>)[gap.model];
    if (known) usedExceptions.add(`${tier} ${gap.what} ${gap.model}`);
    return known ?? [];
  });
  const known = (item: string): boolean => names.includes(item.split('.').pop() ?? item);
  const code = rawCode(gap.model, manifest, run);
  const hidden = (item: string): boolean => tier === 'raw' && gap.admitted && (gap.what === 'columns' || !isLiteral(code, item));
  return {
    ...gap,
    missing: gap.missing.filter((item) => !known(item) && !hidden(item)),
    extra: gap.extra.filter((item) => !known(item) && !(tier === 'raw' && gap.admitted && gap.what === 'columns')),
  };
}

function rawCode(model: string, manifest: CorpusManifest, run: ProjectRun): string {
  const id = run.models.find(({ node }) => node.name === model)?.node.uniqueId ?? '';
  return manifest.nodes[id]?.raw_code ?? manifest.nodes[id]?.raw_sql ?? '';
}

function isLiteral(code: string, uniqueId: string): boolean {
  const name = uniqueId.split('.').pop() ?? '';
  return new RegExp(`(ref|source)\\(\\s*(['"]\\w+['"]\\s*,\\s*)?['"]${name}['"]\\s*[,)]`).test(code);
}

function verdictsOf(run: ProjectRun, verdict: string): string[] {
  return run.models.flatMap((model) => model.report?.clauses.filter((clause) => clause.verdict === verdict).map((clause) => `${model.node.name} ${clause.rule} ${clause.id}${clause.reason === null ? '' : ` (${clause.reason})`}: ${clause.message}`) ?? []);
}

function detailsOf(run: ProjectRun): string {
  const findings = run.models.flatMap((model) => model.report?.findings.map((finding) => `${model.node.name} ${finding.rule} finding: ${finding.message}`) ?? []);
  return [...verdictsOf(run, 'unknown'), ...findings].join('\n');
}

function tableOf(all: readonly Row[]): string {
  const total = (key: keyof Counts): number => all.reduce((sum, row) => sum + row[key], 0);
  const line = (cells: readonly (string | number)[]): string => cells.map((cell, index) => (index < 2 ? String(cell).padEnd(index === 0 ? 46 : 10) : String(cell).padStart(9))).join(' ');
  const share = (unknown: number, clauses: number): string => `${clauses === 0 ? '0.0' : ((100 * unknown) / clauses).toFixed(1)} %`;
  return [
    line(['project', 'tier', 'models', 'clauses', 'matches', 'unknown', 'share', 'differs', 'unspecced', 'problems', 'crashes', 'opaque', 'in models', 'seconds', 'inputs/columns/tests checked']),
    ...all.map((row) => line([row.project, row.tier, row.models, row.clauses, row.matches, row.unknown, share(row.unknown, row.clauses), row.differs, row.unspecced, row.problems, row.crashes, row.opaque, row.opaqueModels, row.seconds.toFixed(1), row.complete])),
    ...TIERS.map((tier) => {
      const some = all.filter((row) => row.tier === tier);
      const sum = (key: keyof Counts): number => some.reduce((n, row) => n + row[key], 0);
      return line(['total', tier, sum('models'), sum('clauses'), sum('matches'), sum('unknown'), share(sum('unknown'), sum('clauses')), sum('differs'), sum('unspecced'), sum('problems'), sum('crashes'), sum('opaque'), sum('opaqueModels'), '', '']);
    }),
    `${total('models')} models, ${total('clauses')} clauses: ${total('crashes')} crashes, ${total('differs')} differs, ${total('unspecced')} unspecced.`,
  ].join('\n');
}
