import type { NodeAnalysis } from '../conformance/evidence';
import { jinjaBlocks } from '../sql/raw';
import { squeeze } from './sqlText';

/** What the raw file does in incremental runs alone, as text, where the compiled code is that of a full refresh and does not show it. */
export function incrementalTexts({ chosen, raw, graph }: NodeAnalysis): { text: string; reason: string }[] {
  if (chosen?.in !== 'compiled' || !raw?.analysis.incremental || !graph) return [];
  const isOfIncremental = graph.relations.some((relation) => relation.when) || graph.stages.some((stage) => stage.when ?? [...stage.joins, ...stage.filters].some((item) => item.when));
  if (isOfIncremental) return [];
  return branchesOf(raw.text).map((text) => ({ text: squeeze(text), reason: 'only incremental runs have it, and the compiled code that this was read from is that of a full refresh' }));
}

/** Outermost `{% if … is_incremental() … %}` to its `{% endif %}`, where it writes something. */
function branchesOf(text: string): string[] {
  const found: string[] = [];
  const open: { start: number; wanted: boolean }[] = [];
  for (const { kind, body, span } of jinjaBlocks(text)) {
    if (kind !== 'statement') continue;
    if (/^if\b/.test(body)) open.push({ start: span.start, wanted: /\bis_incremental\(\)/.test(body) && !open.some((outer) => outer.wanted) });
    if (!/^endif\b/.test(body)) continue;
    const closed = open.pop();
    const branch = closed?.wanted === true ? text.slice(closed.start, span.end) : '';
    if (branch.replace(/\{%[\s\S]*?%\}|\{#[\s\S]*?#\}/g, '').trim() !== '') found.push(branch);
  }
  return found;
}
