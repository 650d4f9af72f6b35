import { describe, expect, it } from 'vitest';
import type { Clause, ClauseGroup, Finding, ModelPlace, ModelReport, Verdict } from '../../../engine/conformance';
import { parseSpec, type TechnicalFacts } from '../../../engine/spec';
import { applyEdits, editedSpans } from '../../trust/edits';
import { judge, type JudgeInput, type Outcome } from '../../trust/judge';
import type { Edit } from '../../trust/types';

const FILE = 'models/m.sql';
const RAW = 'select a, b from t left join u on t.k = u.k where a = 1';
const SPEC = 'from: t\njoins:\n  - { to: u, type: left, keys: [k] }\nfilters:\n  - { id: F-a, expression: "a = 1" }\ncolumns:\n  - { name: a }\n  - { name: b }\n';

/** A clause whose place is the text `at` in a one-line file. */
function clause(text: string, id: string, group: ClauseGroup, verdict: Verdict, at?: string): Clause {
  return { id, rule: `RULE-${id}`, group, verdict, severity: 'error', spec: { file: 's', range: range(0, 0), text: '' }, model: placesOf(text, at), message: id, reason: verdict === 'unknown' ? 'not-provable' : null, evidence: { tier: 'E1', from: '' }, waived: null, fixes: [] };
}

function finding(text: string, id: string, group: ClauseGroup, unspecced: boolean, at?: string): Finding {
  return { id, rule: `RULE-${id}`, group, unspecced, severity: 'warning', spec: null, model: placesOf(text, at), message: id, evidence: { tier: 'E1', from: '' }, waived: null, fixes: [] };
}

function range(start: number, end: number): ModelPlace['range'] {
  return { start: { line: 0, character: start }, end: { line: 0, character: end } };
}

function placesOf(text: string, at: string | undefined): ModelPlace[] {
  if (at === undefined) return [];
  const start = text.indexOf(at);
  if (start < 0) throw new Error(`${at} is not in ${text}`);
  return [{ in: 'raw', file: FILE, range: range(start, start + at.length), text: at }];
}

function reportOf(clauses: Clause[], findings: Finding[] = [], notSpecified: string[] = []): ModelReport {
  return { model: 'm', uniqueId: 'model.p.m', specFile: 's', modelFile: FILE, clauses, findings, summary: { matches: 0, differs: 0, unknown: 0, unspecced: 0, waived: 0, notSpecified }, evidence: { tier: 'E1', from: '', notes: [] } };
}

function factsOf(spec: string): TechnicalFacts {
  const facts = parseSpec('specs/m.technical.spec.yml', `spec: technical/v1\nmodel: m\n${spec}`).facts;
  if (facts?.kind !== 'technical') throw new Error('no technical spec');
  return facts;
}

interface Case {
  names: ClauseGroup[];
  edit: { at: string; text: string; insert?: boolean };
  original: (text: string) => ModelReport;
  changed: (text: string) => ModelReport;
  elsewhere?: (text: string) => ModelReport;
  spec?: string;
}

function outcome({ names, edit, original, changed, elsewhere, spec }: Case): [Outcome, string] {
  const start = RAW.indexOf(edit.at);
  const edits: Edit[] = edit.insert ? [{ start: start + edit.at.length, end: start + edit.at.length, text: edit.text }] : [{ start, end: start + edit.at.length, text: edit.text }];
  const raw = applyEdits(RAW, edits);
  const input: JudgeInput = {
    names, addition: edit.insert === true, facts: factsOf(spec ?? SPEC),
    original: { report: original(RAW), texts: { file: FILE, raw: RAW }, at: { raw: edits }, elsewhere: elsewhere ? [elsewhere(RAW)] : [] },
    changed: { report: changed(raw), texts: { file: FILE, raw }, at: { raw: editedSpans(edits) } },
  };
  const judged = judge(input);
  return [judged.outcome, judged.rule];
}

const join = (verdict: Verdict, at?: string) => (text: string): ModelReport => reportOf([clause(text, 'joins/u', 'joins', verdict, at)]);
const inner = { at: 'left join', text: 'inner join' };
const toInner = { names: ['joins'] as ClauseGroup[], edit: inner, original: join('matches', 'left join u') };

describe('what counts as detected', () => {
  it('a clause of a named group that differs over the edit', () => {
    expect(outcome({ ...toInner, changed: join('differs', 'inner join u') })).toEqual(['detected', 'RULE-joins/u']);
  });

  it('a clause that matched over the edit and now differs, wherever it is now', () => {
    expect(outcome({ ...toInner, changed: join('differs') })).toEqual(['detected', 'RULE-joins/u']);
  });

  it('an unspecced finding over the edit', () => {
    const where = { names: ['filters'] as ClauseGroup[], edit: { at: 'a = 1', text: ' and b = 2', insert: true } };
    const before = (text: string): ModelReport => reportOf([clause(text, 'filters/F-a', 'filters', 'matches', 'a = 1')]);
    expect(outcome({ ...where, original: before, changed: (text) => reportOf([clause(text, 'filters/F-a', 'filters', 'matches', 'a = 1')], [finding(text, 'FILTER002', 'filters', true, 'b = 2')]) })).toEqual(['detected', 'RULE-FILTER002']);
  });

  it('nothing of another group, nothing elsewhere, no finding that is not of unspecced logic', () => {
    const matched = (text: string): Clause => clause(text, 'joins/u', 'joins', 'matches', 'inner join u');
    expect(outcome({ ...toInner, changed: (text) => reportOf([matched(text), clause(text, 'columns/b', 'columns', 'differs', 'inner join u')]) })).toEqual(['missed', 'RULE-joins/u']);
    expect(outcome({ ...toInner, changed: (text) => reportOf([matched(text), clause(text, 'joins/v', 'joins', 'differs', 'a = 1')]) })).toEqual(['missed', 'RULE-joins/u']);
    expect(outcome({ ...toInner, changed: (text) => reportOf([matched(text)], [finding(text, 'JOIN009', 'joins', false, 'inner join u')]) })).toEqual(['missed', 'RULE-joins/u']);
  });
});

describe('what counts as unknown', () => {
  it('a clause that matched over the edit and can no longer be judged', () => {
    expect(outcome({ ...toInner, changed: join('unknown') })).toEqual(['unknown', 'RULE-joins/u']);
  });
});

describe('what counts as undecidable', () => {
  it('a clause over the edit that was unknown in the original', () => {
    expect(outcome({ ...toInner, original: join('unknown', 'left join u'), changed: join('unknown', 'inner join u') })[0]).toBe('undecidable');
  });

  it('a clause without a place whose place another tier knows', () => {
    expect(outcome({ ...toInner, original: join('unknown'), elsewhere: join('matches', 'left join u'), changed: join('unknown') })[0]).toBe('undecidable');
    expect(outcome({ ...toInner, original: join('matches'), elsewhere: join('matches', 'left join u'), changed: join('matches') })[0]).toBe('missed');
  });

  it('a section the spec does not have, and a part it keeps as text', () => {
    const nothing = (): ModelReport => reportOf([]);
    expect(outcome({ ...toInner, spec: 'from: t\nfilters: []\ncolumns: []\n', original: nothing, changed: nothing })[0]).toBe('undecidable');
    expect(outcome({ ...toInner, original: (text) => reportOf([clause(text, 'opaque/1', 'other', 'matches', 'left join u')]), changed: nothing })[0]).toBe('undecidable');
    expect(outcome({ ...toInner, original: nothing, changed: nothing })).toEqual(['missed', 'none']);
  });

  it('a part the original report says it cannot read', () => {
    expect(outcome({ ...toInner, original: (text) => reportOf([], [finding(text, 'EVID002', 'other', false, 'left join u')]), changed: () => reportOf([]) })[0]).toBe('undecidable');
  });

  it('no addition beside a clause that was unknown', () => {
    const beside = (text: string): ModelReport => reportOf([clause(text, 'filters/F-a', 'filters', 'unknown', 'a = 1')]);
    expect(outcome({ names: ['filters'], edit: { at: 'where a = 1', text: ' and b = 2', insert: true }, original: beside, changed: () => reportOf([]) })[0]).toBe('missed');
  });
});
