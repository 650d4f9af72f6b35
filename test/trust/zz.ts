import { findCorpus } from './corpus';
import { runProject } from './run';
import { createSqlService } from '../../engine/sql';
import { openTrustProject, subjectsOf, viewAt, type TierName } from './subjects';
import { inferData } from '../../engine/generate';
import { parseSpec, renderSpec } from '../../engine/spec';
import { compareModel } from '../../engine/conformance';
import { isMacroOnly } from './unknownShare';
import { readSql } from './sql/selects';
void runProject;
async function main(): Promise<void> {
  const [project, tier, model, show] = process.argv.slice(2);
  const sql = await createSqlService();
  const counts = new Map<string, { n: number; ex: string[] }>();
  let all = 0;
  for (const entry of findCorpus(process.env['SPECLINE_CORPUS'] ?? '').filter((e) => e.name.includes(project ?? ''))) {
    const opened = await openTrustProject(entry);
    for (const subject of subjectsOf(opened)) {
      if (model && model !== '-' && subject.name !== model) continue;
      if (isMacroOnly(readSql(subject.raw))) continue;
      const best = subject.tiers[0] as TierName;
      const { context, node } = await viewAt(sql, subject, best);
      const data = await inferData(context, node);
      const doc = parseSpec(`specs/${subject.name}.technical.spec.yml`, renderSpec('technical', data));
      const at = await viewAt(sql, subject, tier as TierName);
      const report = await compareModel(at.context, doc, at.node);
      all += report.clauses.length;
      if (model && model !== '-') { console.log(doc.text); }
      for (const c of report.clauses) {
        if (show === 'all') console.log(c.verdict, c.id, c.message);
        if (c.verdict !== 'unknown') continue;
        const key = `${c.rule} ${c.reason} ${c.message.replace(/\b[a-z]+_\w+/g, 'X').slice(0, 90)}`;
        const e = counts.get(key) ?? { n: 0, ex: [] };
        e.n++; if (e.ex.length < 400) e.ex.push(`${subject.name}:${c.id}`);
        counts.set(key, e);
      }
      if (model && model !== '-') for (const f of report.findings) console.log('FINDING', f.rule, f.unspecced, f.message);
    }
  }
  console.log('clauses', all, 'unknown', [...counts.values()].reduce((a, b) => a + b.n, 0));
  for (const [k, v] of [...counts].sort((a, b) => b[1].n - a[1].n).slice(0, 40)) console.log(v.n, k, '\n      ', [...new Set(v.ex.map((x) => x.split(':')[0]))].slice(0, 12).join(' '), '|', v.ex.slice(0, 2).join(' '));
}
void main();
