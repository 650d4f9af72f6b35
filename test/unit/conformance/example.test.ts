import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compareModel, type ModelReport } from '../../../engine/conformance';
import { lookupModel, openProject } from '../../../engine/project';
import { DEFAULT_CONFIG, findSpecs, parseSpec } from '../../../engine/spec';
import { createSqlService } from '../../../engine/sql';
import type { Workspace } from '../../../engine/workspace';
import { diskWorkspace } from '../../../platform/diskWorkspace';

/** The example with the committed artifacts of a real dbt run, or without. */
function example(withArtifacts: boolean): Workspace {
  const disk = diskWorkspace('examples/jaffle');
  return {
    list: (folder) => disk.list(folder),
    read: (path) => {
      const artifact = /^target\/(manifest|catalog)\.json$/.exec(path)?.[0];
      if (artifact === undefined) return disk.read(path);
      return Promise.resolve(withArtifacts ? { kind: 'text', text: readFileSync(`test/fixtures/example/${path.slice('target/'.length)}`, 'utf8'), invalidUtf8: false } : { kind: 'missing' });
    },
  };
}

async function reports(withArtifacts: boolean): Promise<ModelReport[]> {
  const workspace = example(withArtifacts);
  const [project, sql] = await Promise.all([openProject(workspace), createSqlService()]);
  const specs = await Promise.all((await findSpecs(workspace, project)).map(async (path) => {
    const read = await workspace.read(path);
    return parseSpec(path, read.kind === 'text' ? read.text : '');
  }));
  const context = { workspace, project, config: DEFAULT_CONFIG, sql, specs };
  return Promise.all(specs.filter((s) => s.kind === 'technical').map((spec) => {
    const found = lookupModel(project, spec.facts?.model?.value ?? '');
    return compareModel(context, spec, found.kind === 'one' ? found.node : undefined);
  }));
}

describe('the example', () => {
  for (const withArtifacts of [true, false]) {
    it(`deviates in customer_value in exactly four ways, ${withArtifacts ? 'with the artifacts of a real dbt run' : 'from the raw files'}`, async () => {
      const all = await reports(withArtifacts);
      expect(all).toHaveLength(11);
      const odd = all.flatMap((r) => [
        ...r.clauses.filter((c) => c.verdict !== 'matches').map((c) => `${r.model} ${c.id} ${c.verdict} ${c.rule}`),
        ...r.findings.filter((f) => f.unspecced).map((f) => `${r.model} unspecced ${f.rule}`),
      ]);
      expect(odd.sort()).toEqual([
        'customer_value columns/lifetime_value/expression differs COL004',
        'customer_value joins/paid differs JOIN001',
        'customer_value steps/paid/filters/F-paid differs FILTER001',
        'customer_value unspecced FILTER002',
      ]);
    });
  }
});
