import { findCorpus } from './corpus';
import { openTrustProject, subjectsOf, viewAt, type TierName } from './subjects';
import { createSqlService } from '../../engine/sql';
import { expandTemplate } from '../../engine/jinja/expand';
import { jinjaContext } from '../../engine/project';
async function main(): Promise<void> {
  const [project, tier, model] = process.argv.slice(2);
  const sql = await createSqlService();
  const entry = findCorpus(process.env['SPECLINE_CORPUS'] ?? '').find((e) => e.name.includes(project ?? ''));
  const opened = await openTrustProject(entry!);
  const subject = subjectsOf(opened).find((s) => s.name === model)!;
  const { context, node } = await viewAt(sql, subject, tier as TierName);
  const jc = jinjaContext(context.project, node.package, [subject.raw]);
  console.log(subject.raw);
  const e = expandTemplate(subject.raw, jc);
  console.log('=====', jc.macros.length, jc.adapter, Object.keys(jc.columns), jc.vars);
  console.log(e?.text, JSON.stringify(e?.choices, null, 1));
}
void main();
