import { reasonsText } from './reasons';
import type { Miss, Score, Tally } from './score';
import type { UnknownShare } from './shares';
import type { DataCounts } from './validated';

/** The run as text: what the figures are, part by part, and what was missed. */
export function reportText(score: Score, misses: boolean): string {
  const blocks = [
    `Reported: ${score.reported === 'heldOut' ? 'held-out projects' : 'develop projects (no project is held out)'}, all operators, seed ${score.seed}.\n${summary(score)}`,
    table('project × operator', score.parts),
    table('tier', score.byTier),
    table('evidence', score.byEvidence),
    table('what a mutant changes', score.byShown),
    table('operator or rewrite', score.byOperator),
    fewText(score),
    table('rule', score.byRule),
    table('project', score.byProject),
    peersTable(score),
    unknownTable(score),
    validation(score),
    unproven(score, misses),
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
  if (peers.failed !== null) return `Other tools were shown nothing: ${peers.failed}`;
  const rows = peers.peers.map(({ peer, version, noticed, shown, share, note }) => `  ${`${peer} ${version}`.padEnd(44)} ${`${noticed.length} of ${shown}`.padStart(9)} ${percent(share).padStart(8)}  ${note}`);
  return `Other tools on mutants of ${peers.project} (${peers.shown} of ${peers.mutants} valid ones):\n${rows.join('\n')}`;
}

function fewText({ few }: Score): string {
  const lines = Object.entries(few).map(([name, { tried, all }]) => `  ${String(tried).padStart(5)}  ${name}${all ? ': the projects have no more places for it' : ''}`);
  return lines.length === 0 ? '' : `Tried on fewer than 20 originals of all projects${Object.values(few).some(({ all }) => !all) ? ' (a larger --sample tries more where nothing else is said)' : ''}:\n${lines.join('\n')}`;
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
  ['judged', (t) => String(t.judged)], ['mutants', (t) => String(t.mutants)], ['detected', (t) => String(t.detected)], ['missed', (t) => String(t.missed)], ['unknown', (t) => String(t.unknown)], ['detection', (t) => percent(t.detection)],
  ['undecid.', (t) => String(t.undecidable)], ['of all', (t) => percent(t.detectionOfAll)], ['unproven', (t) => String(t.unproven)], ['originals', (t) => String(t.originals)], ['rewrites', (t) => String(t.rewrites)], ['false', (t) => String(t.falseAccusations)],
];

function table(title: string, rows: Readonly<Record<string, Tally>>): string {
  const width = Math.max(title.length, ...Object.keys(rows).map((key) => key.length));
  const line = (first: string, cells: readonly string[]): string => `${first.padEnd(width)} ${cells.map((cell) => cell.padStart(9)).join(' ')}`;
  return [line(title, COLUMNS.map(([name]) => name)), ...Object.entries(rows).map(([key, tally]) => line(key, COLUMNS.map(([, of]) => of(tally))))].join('\n');
}

function unknownTable({ unknownShare, unknownTotals, oracle }: Score): string {
  if (unknownShare.length === 0) return '';
  const width = Math.max(...unknownShare.map(({ project }) => project.length), 'unknown clauses'.length);
  const line = (name: string, cells: readonly string[]): string => `${name.padEnd(width)} ${cells.map((cell, index) => (index === 0 ? cell.padEnd(8) : cell.padStart(9))).join(' ')}`;
  const row = (one: UnknownShare): string => line(one.project, [one.part, one.tier, String(one.clauses), String(one.unknown), String(one.omitted), percent(one.outsideMacros.share), percent(one.share), percent(one.opaqueShare), `${one.macroOnly} of ${one.models}`]);
  const omitted = unknownTotals.filter(({ tier }) => tier === 'raw').map(({ part, omittedBy }) => `${part}: ${Object.entries(omittedBy).map(([what, count]) => `${count} ${what}`).join(', ')}`);
  return [
    line('unknown clauses', ['part', 'tier', 'clauses', 'unknown', 'omitted', 'outside m.', 'all', 'opaque', 'macro only']),
    ...unknownShare.map(row),
    ...unknownTotals.map(row),
    'Unknown counts what oracles see and the spec omits. Outside m.: without models whose body is only a macro. Opaque: clauses that are unknown since files do not say what Jinja writes, of all.',
    `Omitted in specs, by what the manifest (inputs, tests), the catalog (columns) and sqlglot (joins, groups) see: ${omitted.join('; ')}.`,
    ...(oracle.unseen.length > 0 ? [`No compiled code, so no oracle counts what specs omit: ${oracle.unseen.join(', ')}.`] : []),
    ...(oracle.skipped === null ? oracle.unread.map((item) => `Not read by sqlglot: ${item}`) : [`Joins and groupings were not counted by sqlglot: ${oracle.skipped}`]),
  ].join('\n');
}

function validation({ validation: data }: Score): string {
  if (data.skipped !== null) return `Nothing was run on data (${data.skipped}): every mutant that changes a token counts as a change.`;
  const rewrites = [...data.changedByRewrite.map((item) => `  changed the rows: ${item}`), ...data.brokenByRewrite.map((item) => `  does not run: ${item}`)];
  const width = Math.max(...Object.keys(data.byOperator).map((name) => name.length), 'on generated data'.length);
  const line = (name: string, cells: readonly (string | number)[]): string => `${name.padEnd(width)} ${cells.map((cell) => String(cell).padStart(9)).join(' ')}`;
  const row = (name: string, own: DataCounts): string => line(name, [own.differs, own.same, own.broken, own.failed, own.notShown]);
  const failures = Object.entries(data.originalsThatFail).sort((a, b) => b[1] - a[1]);
  return [
    line('on generated data', ['differ', 'same', 'broken', 'failed', 'not shown']),
    ...Object.entries(data.byOperator).map(([name, own]) => row(name, own)),
    row('all', data),
    'Only mutants that differ on at least one generated data set, or that data cannot show, count: the same on all sets and broken ones (they do not run) are unproven and outside every ratio; so are those that only repeat rows which the model\'s own tests want to be unique, where enough data passes these. Failed: the original does not run, so nothing is known. Not shown: tests, configuration, raw SQL without one place in compiled SQL.',
    ...(failures.length === 0 ? [] : [`Originals that do not run, with their mutants:\n${failures.map(([why, count]) => `  ${String(count).padStart(5)}  ${why}`).join('\n')}`]),
    ...(rewrites.length === 0 ? [] : [`Rewrites that data tells apart:\n${rewrites.join('\n')}`]),
  ].join('\n');
}

/** Unproven mutants by operator and what was tried, or each of them. */
function unproven({ validation: { unproven: all } }: Score, each: boolean): string {
  if (all.length === 0) return '';
  const lines = each
    ? all.map(({ operator, model, verdict, before, after, why }) => `  ${operator} ${model} (${verdict}): ${why}\n    - ${before}\n    + ${after}`)
    : [...counted(all.map(({ operator, verdict, why }) => `${operator} (${verdict}): ${why.replace(/on \d+ data sets, up to \d+ rows/, 'on every data set')}`))].map(([text, count]) => `  ${String(count).padStart(5)}  ${text}`);
  return `Unproven mutants (${all.length}, all projects):\n${lines.join('\n')}`;
}

function counted(texts: readonly string[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]);
}

/** Reasons with how often each stood in the way. */
function undecidable({ undecidableMutants }: Score): string {
  const lines = counted(undecidableMutants.map((miss) => `${miss.operator}: ${miss.why.replace(/^\S+ is unknown/, 'a clause is unknown').replace(/\(opaque\/[^)]*\)|\([^)]*opaque[^)]*\/[^)]*\)/g, '')}`)).slice(0, 30);
  if (lines.length === 0) return '';
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
