import { reasonsText } from './reasons';
import type { Miss, Score, Tally } from './score';

/** The run as text: what the figures are, part by part, and what was missed. */
export function reportText(score: Score, misses: boolean): string {
  const blocks = [
    `Reported: ${score.reported === 'heldOut' ? 'held-out projects' : 'develop projects (no project is held out)'}, all operators, seed ${score.seed}.\n${summary(score)}`,
    table('project × operator', score.parts),
    table('tier', score.byTier),
    table('evidence', score.byEvidence),
    table('operator or rewrite', score.byOperator),
    table('rule', score.byRule),
    table('project', score.byProject),
    peersTable(score),
    unknownTable(score),
    validation(score),
    reasonsText(score.reasons),
    undecidable(score),
    accused(score, misses),
    ...(score.crashes.length > 0 ? [`Crashes (${score.crashes.length}):\n${score.crashes.map((crash) => `  ${crash}`).join('\n')}`] : []),
    ...(misses ? [missesText('Missed and unknown', score.misses)] : [`${score.misses.length} judgements of all projects were missed or unknown; --misses lists them.`]),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function summary(score: Tally): string {
  return `${score.mutants} mutants judged: ${score.detected} detected, ${score.missed} missed, ${score.unknown} unknown: detection ${percent(score.detection)}. ${score.undecidable} more were undecidable in the original (of all: ${percent(score.detectionOfAll)}), ${score.unproven} unproven. ${score.falseAccusations} false accusations on ${score.originals} originals and ${score.rewrites} rewrites.`;
}

function peersTable({ peers }: Score): string {
  if (!peers) return '';
  const rows = peers.peers.map(({ peer, version, noticed, shown, share, note }) => `  ${`${peer} ${version}`.padEnd(44)} ${`${noticed.length} of ${shown}`.padStart(9)} ${percent(share).padStart(8)}  ${note}`);
  return `Other tools on mutants of ${peers.project} (${peers.mutants} made):\n${rows.join('\n')}`;
}

function accused({ accusations }: Score, all: boolean): string {
  if (accusations.length === 0) return '';
  const inherited = accusations.filter((item) => item.inherited).length;
  const own = accusations.filter((item) => !item.inherited);
  const shown = all ? own : own.slice(0, 20);
  const lines = shown.map((item) => `  ${item.project} ${item.model} [${item.tier}] ${item.of}: ${item.rule} ${item.id}: ${item.message}${all && item.before !== undefined ? `\n    - ${item.before}\n    + ${item.after ?? ''}` : ''}`);
  return `False accusations (${accusations.length}, all projects; ${inherited} of them on rewrites of models that are accused of the same as they are):\n${lines.join('\n')}${own.length > shown.length ? '\n  …; --misses lists them all.' : ''}`;
}

const COLUMNS: readonly [string, (tally: Tally) => string][] = [
  ['mutants', (t) => String(t.mutants)], ['detected', (t) => String(t.detected)], ['missed', (t) => String(t.missed)], ['unknown', (t) => String(t.unknown)], ['detection', (t) => percent(t.detection)],
  ['undecid.', (t) => String(t.undecidable)], ['of all', (t) => percent(t.detectionOfAll)], ['unproven', (t) => String(t.unproven)], ['originals', (t) => String(t.originals)], ['rewrites', (t) => String(t.rewrites)], ['false', (t) => String(t.falseAccusations)],
];

function table(title: string, rows: Readonly<Record<string, Tally>>): string {
  const width = Math.max(title.length, ...Object.keys(rows).map((key) => key.length));
  const line = (first: string, cells: readonly string[]): string => `${first.padEnd(width)} ${cells.map((cell) => cell.padStart(9)).join(' ')}`;
  return [line(title, COLUMNS.map(([name]) => name)), ...Object.entries(rows).map(([key, tally]) => line(key, COLUMNS.map(([, of]) => of(tally))))].join('\n');
}

function unknownTable({ unknownShare }: Score): string {
  if (unknownShare.length === 0) return '';
  const width = Math.max(...unknownShare.map(({ project }) => project.length));
  const head = `${'unknown clauses'.padEnd(width)} part     tier      clauses  unknown  omitted    share  outside macros  macro-only models`;
  const line = (row: Score['unknownShare'][number]): string => `${row.project.padEnd(width)} ${row.part.padEnd(8)} ${row.tier.padEnd(8)} ${String(row.clauses).padStart(8)} ${String(row.unknown).padStart(8)} ${String(row.omitted).padStart(8)} ${percent(row.share).padStart(8)} ${percent(row.shareOutsideMacros).padStart(15)}  ${row.macroOnly} of ${row.models} (${percent(row.macroOnly / row.models)})`;
  const totals = (['compiled', 'edited', 'raw'] as const).flatMap((tier) => (['heldOut', 'develop'] as const).flatMap((part) => {
    const some = unknownShare.filter((row) => row.tier === tier && row.part === part);
    return some.length === 0 ? [] : [line(totalOf(some, part))];
  }));
  return [head, ...unknownShare.map(line), ...totals].join('\n');
}

function totalOf(rows: Score['unknownShare'], part: Score['reported']): Score['unknownShare'][number] {
  const [first] = rows;
  const sum = (of: (row: Score['unknownShare'][number]) => number): number => rows.reduce((count, row) => count + of(row), 0);
  const outsideMacros = { clauses: sum((row) => row.outsideMacros.clauses), unknown: sum((row) => row.outsideMacros.unknown), omitted: sum((row) => row.outsideMacros.omitted) };
  const total = { clauses: sum((row) => row.clauses), unknown: sum((row) => row.unknown), omitted: sum((row) => row.omitted) };
  const share = (some: typeof total): number => (some.unknown + some.omitted) / Math.max(1, some.clauses + some.omitted);
  return { project: 'total', part, tier: first?.tier ?? 'raw', ...total, outsideMacros, models: sum((row) => row.models), macroOnly: sum((row) => row.macroOnly), share: share(total), shareOutsideMacros: share(outsideMacros) };
}

function validation({ validation: data }: Score): string {
  if (data.skipped !== null) return `Nothing was run on data (${data.skipped}): every mutant that changes a token counts as a change.`;
  const rewrites = [...data.changedByRewrite.map((item) => `  changed the rows: ${item}`), ...data.brokenByRewrite.map((item) => `  does not run: ${item}`)];
  return [`On generated data: ${data.differs} mutants differ, ${data.same} never did, ${data.broken} do not run, ${data.notRun} were not tried (tests, configuration, raw SQL only, or an original that does not run).`, ...rewrites].join('\n');
}

/** Reasons with how often each stood in the way. */
function undecidable({ undecidableMutants }: Score): string {
  const counts = new Map<string, number>();
  for (const miss of undecidableMutants) {
    const key = `${miss.operator}: ${miss.why.replace(/^\S+ is unknown/, 'a clause is unknown').replace(/\(opaque\/[^)]*\)|\([^)]*opaque[^)]*\/[^)]*\)/g, '')}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  if (counts.size === 0) return '';
  const lines = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 30);
  return `Undecidable in the original (${undecidableMutants.length}, all projects), most frequent first:\n${lines.map(([key, count]) => `  ${String(count).padStart(5)}  ${key}`).join('\n')}`;
}

function missesText(title: string, misses: readonly Miss[]): string {
  const text = misses.map((miss) => [
    `${miss.outcome} ${miss.operator} [${miss.tier}, ${miss.evidence}] ${miss.project} ${miss.model} (${miss.part}): ${miss.note}`,
    `  - ${miss.before}`,
    `  + ${miss.after}`,
    `  ${miss.rule}: ${miss.why}`,
    ...miss.reported.slice(0, 4).map((item) => `  reported ${item}`),
  ].join('\n'));
  return `${title} (${misses.length}):\n${text.join('\n')}`;
}

function percent(share: number | null): string {
  return share === null ? '–' : `${(100 * share).toFixed(2)} %`;
}
