import { findCorpus } from './corpus';
import { openTrustProject, subjectsOf, viewAt, type TierName } from './subjects';
import { createSqlService } from '../../engine/sql';
import { analyzeNode } from '../../engine/conformance';
import { expandTemplate } from '../../engine/jinja/expand';
import { jinjaContext } from '../../engine/project';
async function main(): Promise<void> {
  const [project, tier, model] = process.argv.slice(2);
  const sql = await createSqlService();
  const entry = findCorpus(process.env['SPECLINE_CORPUS'] ?? '').find((e) => e.name.includes(project ?? ''));
  const opened = await openTrustProject(entry!);
  const subject = subjectsOf(opened).find((s) => s.name === model)!;
  const { context, node } = await viewAt(sql, subject, tier as TierName);
  const a = await analyzeNode(context, node);
  console.log('EXPANDED', expandTemplate(subject.raw, jinjaContext(context.project, node.package, [subject.raw]))?.text);
  console.log(a.chosen?.in, a.chosen?.analysis.parsedBy, JSON.stringify(a.chosen?.analysis.jinja, null, 0));
  for (const s of a.graph?.stages ?? []) console.log(s.id, s.name, JSON.stringify(s.opaque), s.columns.map((c) => `${c.name?.text}@${c.span.start}-${c.span.end}`).join(' '));
}
void main();
