import { describe, expect, it } from 'vitest';
import { compareModel, type CompareContext, type ModelReport } from '../../../engine/conformance';
import { inferData } from '../../../engine/generate';
import { lookupModel, openProject, type RelationNode } from '../../../engine/project';
import { DEFAULT_CONFIG, parseSpec, renderSpec, type SpecDocument } from '../../../engine/spec';
import { createSqlService } from '../../../engine/sql';
import { memoryWorkspace } from '../../support/memoryWorkspace';
import { PAIRS, type Pair } from './styles/pairs';

interface Opened {
  context: CompareContext;
  node: RelationNode;
}

async function open({ adapter, files }: Pair, sql: string): Promise<Opened> {
  const refs = new Set([...sql.matchAll(/ref\('(\w+)'\)/g)].map((match) => match[1] ?? '').concat(sql.includes('ref(s)') ? ['a', 'b'] : sql.includes('keyed(') ? ['days'] : []));
  const workspace = memoryWorkspace({
    'dbt_project.yml': 'name: shop\nversion: "1.0"\nprofile: shop\nmodel-paths: [models]\n',
    'profiles.yml': `shop:\n  target: dev\n  outputs:\n    dev: { type: ${adapter} }\n`,
    'models/sources.yml': 'sources:\n  - name: shop\n    tables: [{ name: orders }, { name: raw }]\n',
    ...Object.fromEntries([...refs].map((name) => [`models/${name}.sql`, "select * from {{ source('shop', 'raw') }}"])),
    'models/example.sql': sql,
    ...files,
  });
  const project = await openProject(workspace);
  const found = lookupModel(project, 'example');
  if (found.kind !== 'one') throw new Error('the project has no model "example"');
  return { context: { workspace, project, sql: await createSqlService(), config: DEFAULT_CONFIG }, node: found.node };
}

async function inferred({ context, node }: Opened): Promise<SpecDocument> {
  return parseSpec('specs/example.technical.spec.yml', renderSpec('technical', await inferData(context, node)));
}

function accusations(report: ModelReport, spec: SpecDocument): string[] {
  const found = [
    ...report.clauses.filter(({ verdict }) => verdict === 'differs').map(({ id, message }) => `${id}: ${message}`),
    ...report.findings.filter(({ unspecced }) => unspecced).map(({ rule, message }) => `${rule}: ${message}`),
  ];
  return found.length === 0 ? [] : [...found, spec.text];
}

describe('two texts of one meaning accuse each other of nothing', () => {
  for (const pair of PAIRS) {
    for (const [from, to, way] of [[pair.one, pair.other, 'one way'], [pair.other, pair.one, 'the other way'], [pair.one, pair.one, 'the first on itself'], [pair.other, pair.other, 'the second on itself']] as const) {
      it(`${pair.name}, ${way} (${pair.adapter})`, async () => {
        const [writer, judged] = [await open(pair, from), await open(pair, to)];
        const spec = await inferred(writer);
        expect(spec.problems.filter(({ severity }) => severity === 'error'), spec.text).toEqual([]);
        const report = await compareModel(judged.context, spec, judged.node);
        if (process.env['SHOW_UNKNOWN']) for (const c of report.clauses) if (c.verdict === 'unknown') console.log(`UNK ${pair.name} / ${way}: ${c.id} (${c.reason}) ${c.message}`);
        expect(report.clauses.length).toBeGreaterThan(2);
        expect(accusations(report, spec)).toEqual([]);
      });
    }
  }
});
