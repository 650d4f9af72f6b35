import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createSqlService, type SqlService } from '../../../engine/sql';
import { argumentsOf } from '../../trust/arguments';
import { corpusEntries, findCorpus, ownFixtures } from '../../trust/corpus';
import { testsAt } from '../../trust/declaredTests';
import { randomOf, shuffled } from '../../trust/random';
import { reportText } from '../../trust/report';
import type { ProjectResult } from '../../trust/results';
import { runProject } from '../../trust/run';
import { scoreOf } from '../../trust/score';
import { partOfProject } from '../../trust/split';
import { openTrustProject, subjectsOf, viewAt, type Subject } from '../../trust/subjects';
import { isAside, isUnread, isUntaken } from '../../trust/untaken';
import { align } from '../../trust/align';
import { readSql } from '../../trust/sql/selects';
import { tokenize } from '../../trust/sql/tokens';

const ROOT = join(__dirname, '..', '..', '..');
let sql: SqlService;
let subjects: Subject[];

beforeAll(async () => {
  sql = await createSqlService();
  const [entry] = ownFixtures(ROOT);
  if (!entry) throw new Error('the example is gone');
  subjects = subjectsOf(await openTrustProject(entry));
});


describe('a corpus', () => {
  let folder = '';
  const write = (path: string, text = ''): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const MANIFEST = JSON.stringify({ metadata: { dbt_schema_version: 'https://schemas.getdbt.com/dbt/manifest/v12.json', project_name: 'm', adapter_type: 'postgres' }, nodes: {}, sources: {}, macros: {} });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'trust-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is every dbt project and every folder of artifacts below a folder, packages and targets left out', () => {
    write('a/dbt_project.yml', 'name: a');
    write('a/models/one.sql', 'select 1 as one');
    write('a/target/manifest.json', '{}');
    write('a/dbt_packages/p/dbt_project.yml', 'name: p');
    write('a/dbt_packages/p/models/two.sql', 'select 2 as two');
    write('deep/er/manifest.json', MANIFEST);
    const found = findCorpus(folder);
    expect(found.map(({ name }) => name)).toEqual(['a', 'deep/er']);
    expect(Object.keys(found[0]?.load().raw ?? {}).sort()).toEqual(['dbt_packages/p/dbt_project.yml', 'dbt_packages/p/models/two.sql', 'dbt_project.yml', 'models/one.sql']);
  });

  it('also is projects in projects, a target folder that lies alone and what links lead to; other files named manifest.json are none', () => {
    write('a/dbt_project.yml', 'name: a');
    write('a/integration_tests/dbt_project.yml', 'name: b');
    write('a/docs/manifest.json', MANIFEST);
    write('only/target/manifest.json', MANIFEST);
    write('web/manifest.json', '{"short_name": "an app"}');
    const elsewhere = mkdtempSync(join(tmpdir(), 'trust-'));
    writeFileSync(join(elsewhere, 'dbt_project.yml'), 'name: c');
    symlinkSync(elsewhere, join(folder, 'linked'));
    symlinkSync(folder, join(folder, 'a', 'around'));
    symlinkSync(join(folder, 'nowhere'), join(folder, 'broken'));
    expect(findCorpus(folder).map(({ name }) => name)).toEqual(['a', 'a/docs', 'a/integration_tests', 'linked', 'only/target']);
    rmSync(elsewhere, { recursive: true });
  });

  it('that is not there or has nothing in it is told in one sentence', () => {
    expect(() => corpusEntries(join(folder, 'missing'), ROOT)).toThrow(/missing does not exist; give --corpus a folder of dbt projects or artifacts\.$/);
    expect(() => corpusEntries(folder, ROOT)).toThrow(/has no dbt_project\.yml and no manifest\.json below it; give --corpus/);
    write('file', '');
    expect(() => corpusEntries(join(folder, 'file'), ROOT)).toThrow(/file is no folder; give --corpus/);
  });

  it('of raw files alone, or of artifacts alone, is measured', { timeout: 120_000 }, async () => {
    write('plain/dbt_project.yml', 'name: plain\nprofile: p\n');
    write('plain/models/orders.sql', "select order_id, sum(amount) as amount from {{ source('shop', 'payments') }} where status = 'paid' group by order_id");
    write('plain/models/schema.yml', 'version: 2\nsources: [{name: shop, tables: [{name: payments}]}]\n');
    cpSync(join(ROOT, 'test', 'fixtures', 'example'), join(folder, 'artifacts'), { recursive: true });
    const results = await Promise.all(findCorpus(folder).map((one) => runProject(sql, one, { seed: 1, sample: 1, only: 'filter-negated', progress: () => undefined })));
    expect(results.map(({ project, crashes, mutants, clauses }) => [project, crashes, mutants.length, [...new Set(clauses.flatMap(({ tiers }) => tiers.map(({ tier }) => tier)))]])).toEqual([
      ['artifacts', [], 1, ['compiled', 'edited', 'raw']],
      ['plain', [], 1, ['raw']],
    ]);
    expect(results.flatMap(({ accusations }) => accusations)).toEqual([]);
  });

  it('that nobody here has seen is held out', () => {
    expect(partOfProject('somebody/elses')).toBe('heldOut');
    expect(partOfProject('dbt_zendesk/v12_dbt1.11.11_postgres_d4a8aa3')).toBe('develop');
  });
});

describe('a changed subject', () => {
  it('is seen with its text, its configuration and its freshness at every tier', async () => {
    const one = subjects.find((candidate) => candidate.tiers.includes('compiled'));
    if (!one) throw new Error('the example has no compiled code');
    const raw = `{{ config(materialized='incremental', unique_key='id') }}\n${one.raw}`;
    for (const tier of one.tiers) {
      const { node, context } = await viewAt(sql, one, tier, { raw, compiled: 'select 1 as one' });
      expect([tier, node.config['materialized'], node.config['unique_key']]).toEqual([tier, 'incremental', 'id']);
      expect(await context.workspace.read(one.file)).toMatchObject({ text: raw });
      expect(node.compiled?.fresh === true).toBe(tier === 'compiled');
      if (tier === 'compiled') expect(node.compiled?.code).toBe('select 1 as one');
    }
  });

  it('has the tests of its YAML at every tier, also where the manifest is old', async () => {
    const one = subjects.find(({ tests, tiers }) => tiers.includes('compiled') && tests.some((test) => test.test === 'unique'));
    if (!one) throw new Error('the example has no unique test');
    const changed = [{ test: 'dbt_utils.accepted_range', column: 'x', arguments: { min_value: 0 }, severity: 'warn', where: 'x > 1' }];
    for (const tier of ['compiled', 'edited', 'raw'] as const) {
      const tests = (await testsAt(one, tier, changed)).filter((test) => !test.singular);
      expect(tests).toMatchObject([{ test: 'dbt_utils.accepted_range', column: 'x', arguments: { min_value: 0 }, severity: 'warn', where: 'x > 1', enabled: true }]);
    }
  });
});

describe('mutants that are none', () => {
  const edit = (text: string, part: string): { start: number; end: number; text: string }[] => [{ start: text.indexOf(part), end: text.indexOf(part) + part.length, text: 'x' }];

  it('stand in a branch the project never takes', () => {
    const raw = "select a {% if var('b', false) %} , b, c {% else %} , d, e {% endif %} from t {% if is_incremental() %} where a > 1 {% endif %}";
    const alignment = align(raw, 'select a , d, e from t', () => undefined);
    expect(['b, c', ' b, c ', 'd, e', 'a > 1', 'from t'].map((part) => isUntaken(alignment, edit(raw, part)))).toEqual([true, true, false, false, false]);
  });

  it('stand in a CTE that nothing reads', () => {
    const raw = 'with a as (select x from t where x = 1), b as (select y from u where y = 2) select x from a';
    expect(['x = 1', 'y = 2', 'from a'].map((part) => isUnread(readSql(raw), edit(raw, part)))).toEqual([false, true, false]);
  });

  it('stand in a block that writes no part of the query', () => {
    const raw = "{% set q %} select max(d) from t {% endset %}{% call statement('x') %} select 1 {% endcall %}{% set y = 2 %} select a {% for c in cs %} , c {% endfor %} from t";
    expect(['max(d)', 'select 1', 'select a', ', c'].map((part) => isAside(tokenize(raw), edit(raw, part)))).toEqual([true, true, false, false]);
  });
});

describe('a run', () => {
  const entry = ownFixtures(ROOT)[0];
  const run = async (seed: number): Promise<ProjectResult> => {
    if (!entry) throw new Error('the example is gone');
    return runProject(sql, entry, { seed, sample: 1, only: 'join', progress: () => undefined });
  };

  it('gives the same figures for one seed, none of them hidden, and text and JSON say the same', { timeout: 120_000 }, async () => {
    const [first, second] = [await run(1), await run(1)];
    expect(second).toEqual(first);
    expect(first.crashes).toEqual([]);
    const score = scoreOf({ seed: 1, results: [first], data: { kind: 'skipped', why: 'a test' }, omissions: { kind: 'skipped', why: 'a test' }, peers: null });
    const rows = first.mutants.reduce((count, mutant) => count + mutant.tiers.length, 0);
    expect(score.mutants + score.undecidable + score.unproven).toBe(rows);
    expect(score.detected + score.missed + score.unknown).toBe(score.mutants);
    expect(Object.values(score.byTier).reduce((count, tally) => count + tally.mutants, 0)).toBe(score.mutants);
    expect(Object.values(score.byOperator).reduce((count, tally) => count + tally.detected, 0)).toBe(score.detected);
    expect(Object.values(score.byRule).reduce((count, tally) => count + tally.falseAccusations, 0)).toBe(score.falseAccusations);
    expect(score.misses.length).toBe(score.missed + score.unknown);
    const figures = { mutants: expect.any(Number), detected: expect.any(Number), missed: expect.any(Number), unknown: expect.any(Number), detection: expect.toSatisfy((share: unknown) => share === null || typeof share === 'number'), falseAccusations: expect.any(Number), rewrites: expect.any(Number) } as object;
    const json = JSON.parse(JSON.stringify(score)) as Record<string, Record<string, unknown>>;
    expect(json).toMatchObject({ ...figures, peers: null });
    for (const key of ['byTier', 'byRule', 'byOperator', 'byShown', 'byProject']) {
      expect(Object.keys(json[key] ?? {}).length, key).toBeGreaterThan(0);
      for (const [name, tally] of Object.entries(json[key] ?? {})) expect(tally, `${key} ${name}`).toMatchObject(figures);
    }
    expect(Object.values(score.byTier).reduce((count, tally) => count + tally.judged, 0)).toBe(rows);
    expect(Object.values(score.byShown).reduce((count, tally) => count + tally.mutants, 0)).toBe(score.mutants);
    expect(reportText(score, true)).toContain(`${score.mutants} mutants judged: ${score.detected} detected`);
  });

  it('counts a mutant that data never tells apart outside the ratio', () => {
    const mutant = { id: 'm', project: 'p', part: 'heldOut' as const, model: 'm', operator: 'o', operatorPart: 'develop' as const, note: '', before: '', after: '', shown: 'rawOnly' as const, tiers: [{ tier: 'raw' as const, evidence: 'E1', outcome: 'missed' as const, rule: 'none', why: '', reported: [] }] };
    const result: ProjectResult = { project: 'p', part: 'heldOut', models: 1, originals: [], mutants: [mutant], rewrites: [], accusations: [], clauses: [], ran: { operators: [], rewrites: [] }, crashes: [] };
    const score = (verdict?: 'same' | 'broken' | 'differs' | 'failed'): [number, number] => {
      const { mutants, unproven } = scoreOf({ seed: 1, results: [result], data: { kind: 'ran', byId: new Map(verdict ? [['m', { verdict, why: '' }]] : []) }, omissions: { kind: 'skipped', why: 'a test' }, peers: null });
      return [mutants, unproven];
    };
    expect([score(), score('failed'), score('differs'), score('same'), score('broken')]).toEqual([[1, 0], [1, 0], [1, 0], [0, 1], [0, 1]]);
  });
});

describe('a sample', () => {
  it('depends on its seed alone', () => {
    expect(shuffled([1, 2, 3, 4, 5, 6], randomOf('a'))).toEqual(shuffled([1, 2, 3, 4, 5, 6], randomOf('a')));
    expect(shuffled([1, 2, 3, 4, 5, 6], randomOf('a'))).not.toEqual(shuffled([1, 2, 3, 4, 5, 6], randomOf('b')));
  });
});

describe('arguments', () => {
  it('are read, and one sentence says what is wrong with them', () => {
    expect(argumentsOf(['--json', '--seed', '7', '--only', 'join', '--corpus', 'x'])).toMatchObject({ json: true, seed: 7, only: 'join', corpus: 'x', full: false, validate: true });
    expect(argumentsOf(['--seed', 'x'])).toBe('--seed takes a whole number.');
    expect(argumentsOf(['--part', 'x'])).toBe('--part is develop or heldOut, not x.');
    expect(argumentsOf(['--nothing'])).toEqual(expect.stringContaining('--nothing'));
  });
});
