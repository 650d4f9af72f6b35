import { findCorpus } from './corpus';
import { createSqlService } from '../../engine/sql';
import { openTrustProject, subjectsOf, viewAt, type TierName } from './subjects';
import { analyzeNode, graphEnv, normaliseGraph } from '../../engine/conformance';
import { outputsOf, typesIn, typeOfColumn } from '../../engine/conformance/outputs';
async function main(): Promise<void> {
  const [project, tier, model] = process.argv.slice(2);
  const sql = await createSqlService();
  const entry = findCorpus(process.env['SPECLINE_CORPUS'] ?? '').find((e) => e.name.includes(project ?? ''));
  const opened = await openTrustProject(entry!);
  const subject = subjectsOf(opened).find((s) => s.name === model)!;
  const { context, node } = await viewAt(sql, subject, tier as TierName);
  const analysis = await analyzeNode(context, node);
  const outs = await outputsOf(context, node, analysis.graph!);
  for (const [id, o] of outs) console.log(id, o.complete, [...o.columns].map(([n, f]) => `${n}:${f?.type ?? '?'}${f?.sure === false ? '~' : ''}`).join(' ').slice(0, 300));
  const g = normaliseGraph(analysis.graph!, 'model', graphEnv(context.project, node, outs));
  const typesOf = typesIn(context, node, outs);
  console.log(analysis.chosen?.analysis.parsedBy, analysis.chosen?.analysis.opaque);
  for (const id of g.order) { const s = g.stages.get(id)!; console.log('STAGE', id, s.name, s.union?.branches, s.base?.target, s.columns.map((c) => `${c.name}<${c.expr.kind}:${c.name ? typeOfColumn(g, s, c.name, typesOf)?.type : ''}>`).join(' ').slice(0, 600)); }
}
void main();
