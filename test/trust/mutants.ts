import { compareModel, type ModelReport } from '../../engine/conformance';
import type { Span } from '../../engine/text';
import { mapEdits } from './align';
import { isAside, isUnread, isUntaken } from './untaken';
import { applyEdits, editedSpans, inOrder, sameTokens } from './edits';
import { dataCase } from './dataCase';
import { declaredTests } from './declaredTests';
import { judge, type ChangeAt, type Texts } from './judge';
import { withTests } from './peers/onExample';
import { randomOf, shuffled } from './random';
import type { MutantAtTier, MutantResult, Shown } from './results';
import type { Prepared, RunOptions } from './run';
import { partOfOperator, partOfProject } from './split';
import { tokenize } from './sql/tokens';
import { surroundingsOf, TIERS, viewAt, type TierName } from './subjects';
import type { DeclaredTest, Edit, Operator, SqlOperator, TestOperator } from './types';

export type Mutant = { prepared: Prepared; note: string; number: number } & ({ kind: 'sql'; operator: SqlOperator; edits: Edit[] } | { kind: 'tests'; operator: TestOperator; tests: DeclaredTest[]; touched: number });

/** The mutants to judge: for each operator a sample over the project's models, one a model before any model gives two. */
export function mutantsOf(prepared: readonly Prepared[], operators: readonly Operator[], { seed, sample, only }: Pick<RunOptions, 'seed' | 'sample' | 'only'>): Mutant[] {
  const project = prepared[0]?.subject.project.name ?? '';
  return operators.filter((operator) => only === undefined || operator.name.includes(only)).flatMap((operator) => {
    const random = randomOf(`${seed} ${project} ${operator.name}`);
    const queues = shuffled(prepared, random).map((one) => ({ one, make: once(() => shuffled(candidates(one, operator), random)) }));
    const chosen: Mutant[] = [];
    for (let round = 0, added = true; added && chosen.length < (sample ?? Infinity); round++) {
      added = false;
      for (const { make } of queues) {
        if (chosen.length >= (sample ?? Infinity)) break;
        const candidate = make()[round];
        if (!candidate) continue;
        added = true;
        chosen.push({ ...candidate, number: chosen.length });
      }
    }
    return chosen;
  });
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** Every mutant an operator makes of a subject; those that change no token are none. */
function candidates(prepared: Prepared, operator: Operator): Mutant[] {
  const { subject, sqlText } = prepared;
  if (operator.kind === 'sql') {
    const made = operator.mutate(sqlText, surroundingsOf(subject));
    const real = made.filter(({ edits }) => !sameTokens(subject.raw, applyEdits(subject.raw, edits)) && !isAside(sqlText.tokens, edits) && !isUnread(sqlText, edits) && !isUntaken(prepared.alignment(), edits));
    return real.map(({ edits, note }) => ({ kind: 'sql', prepared, operator, edits, note, number: 0 }));
  }
  // Versions of a model share one YAML entry, which is not rebuilt here.
  const declared = /\.v\w+$/.test(subject.id) ? [] : declaredTests(subject);
  return operator.mutate(declared.map((item) => item.declared)).map(({ tests, touched, note }) => ({ kind: 'tests', prepared, operator, tests, touched: declared[touched]?.index ?? -1, note, number: 0 }));
}

/** Judges a mutant of the SQL at every tier it has a text for. */
export async function judgeSqlMutant(mutant: Mutant & { kind: 'sql' }): Promise<MutantResult> {
  const { prepared, operator } = mutant;
  const { subject, texts } = prepared;
  const edits = inOrder(mutant.edits);
  const raw = applyEdits(subject.raw, edits);
  const alignment = prepared.alignment();
  const compiledEdits = alignment && mapEdits(alignment, subject.raw, edits);
  const compiled = compiledEdits && subject.compiled !== undefined ? applyEdits(subject.compiled, compiledEdits) : undefined;
  const rawOnly = subject.compiled !== undefined && compiled === undefined;
  const before: ChangeAt = { raw: edits, ...(compiledEdits ? { compiled: compiledEdits } : {}) };
  const after: ChangeAt = { raw: editedSpans(edits), ...(compiledEdits ? { compiled: editedSpans(compiledEdits) } : {}) };
  const changed: Texts = { file: subject.file, raw, ...(compiled === undefined ? {} : { compiled }) };
  const addition = edits.every((edit) => tokenize(subject.raw.slice(edit.start, edit.end)).length === 0);
  const tiers: MutantAtTier[] = [];
  for (const tier of tiersOf(prepared, rawOnly)) {
    const original = prepared.reports[tier];
    if (!original) continue;
    const view = await viewAt(prepared.sql, subject, tier, { raw, ...(compiled === undefined ? {} : { compiled }) });
    const report = await compareModel(view.context, prepared.document, view.node);
    const judged = judge({ names: operator.names, addition, facts: prepared.facts, original: { report: original, texts, at: before, elsewhere: elsewhere(prepared, tier) }, changed: { report, texts: changed, at: after } });
    tiers.push({ tier, evidence: report.evidence.tier, ...judged });
  }
  const changesData = compiled !== undefined && subject.compiled !== undefined && !sameTokens(subject.compiled, compiled);
  const shown: Shown = operator.names.includes('materialization') ? 'declared' : changesData ? 'compiled' : compiled === undefined ? 'rawOnly' : 'declared';
  const result = resultOf(mutant, tiers, shown, linesAt(subject.raw, edits), linesAt(raw, editedSpans(edits)));
  return { ...result, ...(changesData ? { data: dataCase(prepared, { id: result.id, kind: 'mutant', operator: operator.name, note: mutant.note, changed: compiled }) } : {}) };
}

/** Judges a mutant of the tests at every tier. */
export async function judgeTestMutant(mutant: Mutant & { kind: 'tests' }): Promise<MutantResult> {
  const { prepared, operator, tests, touched } = mutant;
  const { subject, texts } = prepared;
  const item = prepared.facts.tests?.items[touched];
  const at: ChangeAt = { raw: [], addresses: item?.id ? [`tests/${item.id.value}`] : [] };
  const tiers: MutantAtTier[] = [];
  for (const tier of subject.tiers) {
    const original = prepared.reports[tier];
    if (!original) continue;
    const view = await viewAt(prepared.sql, subject, tier, { raw: subject.raw, tests });
    const report = await compareModel(view.context, prepared.document, view.node);
    const judged = judge({ names: operator.names, addition: false, facts: prepared.facts, original: { report: original, texts, at, elsewhere: elsewhere(prepared, tier) }, changed: { report, texts, at } });
    tiers.push({ tier, evidence: report.evidence.tier, ...judged });
  }
  return resultOf(mutant, tiers, 'declared', subject.tests[touched]?.test ?? '', JSON.stringify(tests[touched] ?? null));
}

/** The file a mutant changes, whole: the model's SQL, or the YAML that describes the model. */
export function changedFile(mutant: Mutant): { file: string; text: string } | undefined {
  const { subject } = mutant.prepared;
  if (mutant.kind === 'sql') return { file: subject.file, text: applyEdits(subject.raw, inOrder(mutant.edits)) };
  const file = subject.project.raw.nodes.get(subject.id)?.place?.file;
  const text = file === undefined ? undefined : withTests(subject.project.files.raw[file] ?? '', subject.name, mutant.tests);
  return file === undefined || text === undefined ? undefined : { file, text };
}

function elsewhere({ reports }: Prepared, tier: TierName): ModelReport[] {
  return TIERS.flatMap((other) => (other === tier ? [] : (reports[other] ?? [])));
}

/** Where the edit has no compiled counterpart, only raw text can be judged. */
function tiersOf({ subject }: Prepared, rawOnly: boolean): TierName[] {
  return subject.tiers.filter((tier) => tier !== 'compiled' || !rawOnly);
}

function resultOf({ prepared, operator, note, number }: Mutant, tiers: MutantAtTier[], shown: Shown, before: string, after: string): MutantResult {
  const { project, name } = prepared.subject;
  return { id: `${project.name}#${operator.name}#${number}`, project: project.name, part: partOfProject(project.name), model: name, operator: operator.name, operatorPart: partOfOperator(operator), note, before, after, shown, tiers };
}

const SHOWN = 240;

/** The lines that spans stand in, on one line. */
export function linesAt(text: string, spans: readonly Span[]): string {
  const parts = spans.map(({ start, end }) => {
    const from = text.lastIndexOf('\n', Math.max(0, start - 1)) + 1;
    const to = text.indexOf('\n', end);
    return text.slice(from, to < 0 ? text.length : to).replace(/\s+/g, ' ').trim();
  });
  const line = [...new Set(parts)].join(' … ');
  return line.length > SHOWN ? `${line.slice(0, SHOWN - 1)}…` : line;
}
