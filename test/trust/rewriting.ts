import { compareModel } from '../../engine/conformance';
import { align, mapEdits } from './align';
import { dataCase } from './dataCase';
import { applyEdits, editedSpans, inOrder, sameTokens } from './edits';
import { linesAt } from './mutants';
import { randomOf, shuffled } from './random';
import type { Accusation, RewriteResult } from './results';
import { accusationsOf, type Prepared, type RunOptions } from './run';
import { readSql } from './sql/selects';
import { partOfProject } from './split';
import { relationOf, surroundingsOf, viewAt } from './subjects';
import type { Edit, Rewrite } from './types';

/** A subject rewritten once or several times over. */
export interface Rewritten {
  prepared: Prepared;
  name: string;
  number: number;
  raw: string;
  /** Absent where a rewrite has no counterpart in the compiled text. */
  compiled?: string;
  before: string;
  after: string;
}

/** Rewrites composed with one another. */
const COMPOSED = 3;

/** The rewrites to judge: a sample of each alone, and as many of three at a time as of two rewrites alone. */
export function rewritesOf(prepared: readonly Prepared[], rewrites: readonly Rewrite[], { seed, sample, only }: Pick<RunOptions, 'seed' | 'sample' | 'only'>): Rewritten[] {
  const project = prepared[0]?.subject.project.name ?? '';
  const wanted = rewrites.filter((rewrite) => only === undefined || rewrite.name.includes(only));
  const alone = wanted.flatMap((rewrite) => {
    const random = randomOf(`${seed} ${project} ${rewrite.name}`);
    return taken(shuffled(prepared, random), sample, (one) => rewritten(one, [rewrite], 1, random));
  });
  if (wanted.length < COMPOSED) return alone;
  const random = randomOf(`${seed} ${project} composed`);
  const composed = taken(shuffled(prepared, random), sample === undefined ? undefined : sample * COMPOSED, (one) => rewritten(one, shuffled(wanted, random), COMPOSED, random));
  return [...alone, ...composed];
}

function taken(prepared: readonly Prepared[], sample: number | undefined, make: (one: Prepared) => Omit<Rewritten, 'number'> | undefined): Rewritten[] {
  const found: Rewritten[] = [];
  for (const one of prepared) {
    if (found.length >= (sample ?? Infinity)) break;
    const made = make(one);
    if (made) found.push({ ...made, number: found.length });
  }
  return found;
}

/** Applies the first `count` rewrites that find something to do; undefined where fewer do. */
function rewritten(prepared: Prepared, rewrites: readonly Rewrite[], count: number, random: () => number): Omit<Rewritten, 'number'> | undefined {
  const { subject } = prepared;
  let { raw } = subject;
  let compiled = subject.compiled;
  let alignment = prepared.alignment();
  const names: string[] = [];
  let [before, after] = ['', ''];
  for (const rewrite of rewrites) {
    if (names.length === count) break;
    const edits = rewrite.rewrite(readSql(raw), surroundingsOf(subject), random);
    if (!edits || edits.length === 0) continue;
    const next = applyEdits(raw, edits);
    if (next === raw) continue;
    if (compiled !== undefined && names.length > 0) alignment = align(raw, compiled, relationOf(subject));
    compiled = compiledAfter(compiled, alignment, raw, edits);
    [before, after] = [`${before}${before === '' ? '' : ' ‖ '}${linesAt(raw, inOrder(edits))}`, `${after}${after === '' ? '' : ' ‖ '}${linesAt(next, editedSpans(edits))}`];
    raw = next;
    names.push(rewrite.name);
  }
  return names.length < count ? undefined : { prepared, name: names.join(' + '), raw, ...(compiled === undefined ? {} : { compiled }), before, after };
}

function compiledAfter(compiled: string | undefined, alignment: ReturnType<typeof align>, raw: string, edits: readonly Edit[]): string | undefined {
  const mapped = compiled === undefined || !alignment ? undefined : mapEdits(alignment, raw, edits);
  return mapped && compiled !== undefined ? applyEdits(compiled, mapped) : undefined;
}

/** Compares a rewritten subject at every tier: whatever is held against it is a false accusation. */
export async function judgeRewrite({ prepared, name, number, raw, compiled, before, after }: Rewritten): Promise<RewriteResult> {
  const { subject } = prepared;
  const accusations: Accusation[] = [];
  const tiers: RewriteResult['tiers'] = [];
  for (const tier of subject.tiers) {
    if (tier === 'compiled' && compiled === undefined) continue;
    const view = await viewAt(prepared.sql, subject, tier, { raw, ...(compiled === undefined ? {} : { compiled }) });
    const report = await compareModel(view.context, prepared.document, view.node);
    tiers.push({ tier, evidence: report.evidence.tier });
    accusations.push(...accusationsOf(subject, tier, name, report, prepared.reports[tier]).map((item) => ({ ...item, before, after })));
  }
  const id = `${subject.project.name}#${name}#${number}`;
  const changes = compiled !== undefined && subject.compiled !== undefined && !sameTokens(compiled, subject.compiled);
  return {
    id, project: subject.project.name, part: partOfProject(subject.project.name), model: subject.name, rewrite: name, before, after, tiers, accusations,
    ...(changes ? { data: dataCase(prepared, { id, kind: 'rewrite', operator: name, note: name, changed: compiled }) } : {}),
  };
}
