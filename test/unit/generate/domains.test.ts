import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compareModel } from '../../../engine/conformance';
import { generateTechnical, type Proposal } from '../../../engine/generate';
import { lookupModel, openProject, type ProjectIndex } from '../../../engine/project';
import { DEFAULT_CONFIG, checkSpec, parseSpec, type SpecDocument } from '../../../engine/spec';
import { createSqlService } from '../../../engine/sql';
import { plain } from '../../../engine/yaml/tree';
import { memoryWorkspace } from '../../support/memoryWorkspace';
import { modelOf } from '../../support/modelOf';

const ROOT = join(__dirname, '../../fixtures/generate');
const EXPECTED = 'expected.technical.spec.yml';

function filesBelow(folder: string, at = ''): string[] {
  return readdirSync(join(folder, at)).flatMap((name) => (statSync(join(folder, at, name)).isDirectory() ? filesBelow(folder, join(at, name)) : [join(at, name)]));
}

interface Domain {
  files: Record<string, string>;
  project: ProjectIndex;
  business: SpecDocument;
}

/** A project of raw files with one business spec. */
async function domainOf(name: string): Promise<Domain> {
  const folder = join(ROOT, name);
  const files = Object.fromEntries(filesBelow(folder).filter((file) => file !== EXPECTED).map((file) => [file, readFileSync(join(folder, file), 'utf8')]));
  const path = Object.keys(files).find((file) => file.endsWith('.business.spec.yml')) ?? '';
  return { files, project: await openProject(memoryWorkspace(files)), business: parseSpec(path, files[path] ?? '') };
}

function propose({ project, business }: Domain, existing?: SpecDocument): Proposal {
  return generateTechnical({ project, config: DEFAULT_CONFIG }, { business, ...(existing ? { existing } : {}) });
}

describe.each(readdirSync(ROOT))('generate for %s', (name) => {
  it('gives the spec that was read and found good', async () => {
    const { text, path } = propose(await domainOf(name));
    const file = join(ROOT, name, EXPECTED);
    if (process.env['SPECLINE_UPDATE_FIXTURES'] === '1') writeFileSync(file, text);
    expect(text).toBe(readFileSync(file, 'utf8'));
    expect(path).toMatch(/^specs\/marts\//);
  });

  it('passes check, and every line is implemented, covered or asked', async () => {
    const domain = await domainOf(name);
    const { text, path } = propose(domain);
    const document = parseSpec(path, text);
    const problems = [...document.problems, ...checkSpec(document, { project: domain.project, config: DEFAULT_CONFIG, specs: [domain.business, document] })];
    expect(domain.business.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(problems.filter(({ severity }) => severity === 'error' || severity === 'warning').map(({ message }) => message), text).toEqual([]);
    const asked = JSON.stringify(plain(document.tree));
    for (const { id } of domain.business.ids) if (!id.startsWith('TERM-')) expect(asked, id).toContain(id);
  });

  it('adds nothing the second time, and says the same again', async () => {
    const domain = await domainOf(name);
    const { text, path } = propose(domain);
    expect(propose(domain).text).toBe(text);
    const again = propose(domain, parseSpec(path, text));
    expect(again.text).toBe(text);
    expect(again.added).toEqual([]);
  });

  it('is matched by a model that does what it says', async () => {
    const { files, business, project } = await domainOf(name);
    const { text, path } = propose({ files, business, project });
    const spec = parseSpec(path, text);
    const sql = modelOf(plain(spec.tree) as Record<string, unknown>);
    const model = business.facts?.model?.value ?? '';
    const workspace = memoryWorkspace({ ...files, [`models/marts/${model}.sql`]: sql });
    const built = await openProject(workspace);
    const found = lookupModel(built, model);
    if (found.kind !== 'one') throw new Error(`${model} is not in the project`);
    const report = await compareModel({ workspace, project: built, sql: await createSqlService(), config: DEFAULT_CONFIG }, spec, found.node);
    const said = report.clauses.filter((clause) => clause.verdict !== 'matches' && !clause.id.startsWith('tests/')).map((clause) => `${clause.id} ${clause.verdict}: ${clause.message}`);
    expect(said, `${text}\n${sql}`).toEqual([]);
    expect(report.findings.filter((finding) => finding.unspecced).map((finding) => finding.message), sql).toEqual([]);
  });
});
