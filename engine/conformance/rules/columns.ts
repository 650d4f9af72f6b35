import { foldName } from '../../project/names';
import type { Expr, Name } from '../../sql/types';
import { compareExpr } from '../expr/compare';
import type { StagePair } from '../match';
import { columnsComplete, type NColumn, type NStage } from '../normal/types';
import type { SpecClause } from '../lowerSpec';
import { sameTypeFamily } from './types';
import { clausesOf, differs, hidden, labelsOf, matches, NOTHING, specIsOpaque, sqlText, stageFact, stepOf, unknown, unpaired, type Judgement, type Judging, type Outcome, type RawFinding, type Rule } from './rule';

function fold(judging: Judging, name: Name | string): string {
  return foldName(judging.context.project.adapter, name);
}

function named(judging: Judging, stage: NStage, name: string): NColumn | undefined {
  return stage.columns.find((column) => column.name && fold(judging, column.name) === fold(judging, name));
}

/** The pair that carries a column clause: of live stages, else of merged ones that read the same and have one name. */
function columnPair(judging: Judging, clause: SpecClause): StagePair | undefined {
  const carries = (stage: NStage): boolean => stage.columns.some((column) => column.ref === clause.id);
  const live = judging.matching?.pairs.filter((pair) => carries(pair.spec) || stepOf(pair.spec) === clause.stage) ?? [];
  const exact = live.find((pair) => carries(pair.spec) && (clause.stage === undefined ? stepOf(pair.spec) === undefined : true));
  if (exact) return exact;
  const spec = judging.specGraph.merged.find(carries);
  const model = spec?.name === undefined ? undefined : judging.modelGraph?.merged.find((stage) => stage.name?.toLowerCase() === spec.name?.toLowerCase());
  return spec && model ? { spec, model, sources: new Map(spec.sources.flatMap((s, index) => (model.sources[index] ? [[s.key, model.sources[index].key] as const] : []))) } : undefined;
}

export const COL001: Rule = {
  code: 'COL001',
  question: 'Does every column of the spec come out?',
  severity: 'error',
  evidence: 'the select list; the catalog for the last stage',
  judge: (judging) => ({ judgements: clausesOf(judging, 'column', 'all_from').map((clause) => (clause.kind === 'all_from' ? judgeAll(judging, clause) : judgePresence(judging, clause))), findings: [] }),
};

function judgePresence(judging: Judging, clause: SpecClause): Judgement {
  const fact = stageFact(judging, clause.stage)?.columns?.items[clause.index];
  const name = fact?.name.value ?? '';
  const pair = columnPair(judging, clause);
  if (!pair) return clause.stage === undefined ? fromCatalog(judging, clause, name) : unpaired(judging, clause);
  const column = named(judging, pair.model, name);
  if (column) return matches(clause.id, `The column ${name} comes out.`, [column.span]);
  if (columnsComplete(pair.model) && pair.model.columns.every((c) => c.name !== undefined)) {
    return differs(clause.id, `The spec has a column ${name}; the model does not put it out.`, pair.model.columns.slice(-1).map((c) => c.span));
  }
  const last = clause.stage === undefined ? fromCatalog(judging, clause, name) : undefined;
  if (last && last.verdict !== 'unknown') return { ...last, at: [pair.model.span] };
  const opaque = hidden(pair.model, 'columns');
  return unknown(clause.id, opaque?.reason ?? 'columns-unknown', opaque ? `"${opaque.text}" hides part of the columns.` : `The model takes all columns of something whose columns are not known; ${name} may be among them.`, opaque?.at ?? [pair.model.span]);
}

/** The last stage's columns are the relation's, which a current catalog knows. */
function fromCatalog(judging: Judging, clause: SpecClause, name: string): Judgement {
  const { node } = judging;
  if (node?.columnsComplete === true && node.from === 'E4') {
    const found = node.columns.some((column) => column.from === 'E4' && fold(judging, column.name) === fold(judging, name));
    return found ? matches(clause.id, `The catalog has the column ${name}.`) : differs(clause.id, `The spec has a column ${name}; the catalog of the built model does not.`);
  }
  return unpaired(judging, clause);
}

function judgeAll(judging: Judging, clause: SpecClause): Judgement {
  const pair = columnPair(judging, clause);
  if (!pair) return unpaired(judging, clause);
  const wanted = pair.spec.columns.filter((column) => column.ref === clause.id);
  const labels = labelsOf(pair);
  const missing = wanted.filter((column) => {
    if (column.expr.kind === 'star') return !pair.model.columns.some((other) => sameStar(column.expr, other.expr, pair, judging));
    const other = column.name && named(judging, pair.model, column.name.text);
    return !other || compareExpr(column.expr, other.expr, labels) === 'different';
  });
  const spans = pair.model.columns.map((c) => c.span).slice(0, 1);
  if (missing.length === 0) return matches(clause.id, `The model takes ${clause.text}.`, spans);
  const opaque = hidden(pair.model, 'columns');
  if (opaque) return unknown(clause.id, opaque.reason, `"${opaque.text}" hides part of the columns.`, opaque.at);
  if (missing.some((column) => column.expr.kind === 'star') || !columnsComplete(pair.model)) return unknown(clause.id, 'columns-unknown', `Whether the model takes ${clause.text} needs the columns of what it reads.`, spans);
  return differs(clause.id, `The spec takes ${clause.text}; the model leaves out ${missing.map((c) => c.name?.text ?? '').join(', ')}.`, spans);
}

function sameStar(a: Expr, b: Expr, pair: StagePair, judging: Judging): boolean {
  if (a.kind !== 'star' || b.kind !== 'star') return false;
  const names = (list: readonly Name[]): string => list.map((n) => fold(judging, n)).sort().join(',');
  const renames = (star: Extract<Expr, { kind: 'star' }>): string => star.rename.map((r) => `${fold(judging, r.from)}:${fold(judging, r.to)}`).sort().join(',');
  const source = a.table && pair.sources.get(a.table.text);
  const single = pair.model.sources.length === 1;
  const sameSource = b.table === undefined ? single || source !== undefined : source === b.table.text || (single && a.table === undefined);
  return sameSource && names(a.except) === names(b.except) && renames(a) === renames(b) && b.replace.length === 0;
}

export const COL002: Rule = {
  code: 'COL002',
  question: 'Is every column of the model in the spec?',
  severity: 'warning',
  evidence: 'select lists of the paired stages',
  judge(judging): Outcome {
    const findings = (judging.matching?.pairs ?? []).flatMap((pair): RawFinding[] => {
      const step = stepOf(pair.spec);
      const fact = stageFact(judging, step);
      if (!fact?.columns || specIsOpaque(pair.spec) || pair.spec.columns.some((c) => c.expr.kind === 'star')) return [];
      return pair.model.columns
        .filter((column) => column.name && column.expr.kind !== 'star' && !named(judging, pair.spec, column.name.text) && !fact.columns?.items.some((c) => fold(judging, c.name.value) === fold(judging, column.name as Name)))
        .map((column) => ({
          key: `${step ?? ''} ${column.name?.text.toLowerCase() ?? ''}`,
          group: 'columns' as const,
          ...(step === undefined ? {} : { stage: step }),
          unspecced: true,
          message: `The model puts out ${column.name?.text ?? ''}, which the spec does not list.`,
          at: [column.span],
          specSpan: fact.columns?.keySpan,
          suggestion: { section: 'columns', ...(step === undefined ? {} : { stage: step }), item: { name: column.name?.text ?? '' } },
        }));
    });
    return { judgements: [], findings };
  },
};

export const COL003: Rule = {
  code: 'COL003',
  question: 'Does the column have the type the spec says?',
  severity: 'error',
  evidence: 'the catalog, or the contract’s data_type',
  judge(judging): Outcome {
    const judgements = clausesOf(judging, 'column_type').map((clause) => {
      const fact = stageFact(judging, clause.stage)?.columns?.items[clause.index];
      const wanted = fact?.type?.value ?? '';
      const name = fact?.name.value ?? '';
      if (clause.stage !== undefined) return unknown(clause.id, 'evidence-missing', 'Types inside a model are not known; only those of its output are compared.');
      const column = judging.node?.columns.find((c) => fold(judging, c.name) === fold(judging, name));
      const type = column?.type;
      const current = judging.node?.columnsComplete === true || judging.node?.contractEnforced === true;
      if (type === undefined || !current) return unknown(clause.id, 'evidence-missing', `The type of ${name} is not known; run \`dbt docs generate\` for a catalog.`);
      const same = sameTypeFamily(wanted, type);
      if (same === true) return matches(clause.id, `${name} is ${type}.`);
      return same === false ? differs(clause.id, `The spec says ${name} is ${wanted}; the built model has ${type}.`) : unknown(clause.id, 'not-provable', `Whether ${type} is ${wanted} is not known.`);
    });
    return { judgements, findings: [] };
  },
};

export const COL004: Rule = {
  code: 'COL004',
  question: 'Is the column computed as the spec says?',
  severity: 'error',
  evidence: 'the select list',
  judge(judging): Outcome {
    const judgements = clausesOf(judging, 'column').flatMap((clause): Judgement[] => {
      const fact = stageFact(judging, clause.stage)?.columns?.items[clause.index];
      if (!fact?.expression && fact?.from.length !== 1) return [];
      const pair = columnPair(judging, clause);
      const spec = pair?.spec.columns.find((column) => column.ref === clause.id);
      const model = pair && named(judging, pair.model, fact.name.value);
      if (!pair || !spec || !model || pair.model.union) return [];
      return [compareColumn(judging, clause, pair, spec, model, fact.expression?.value ?? fact.from[0]?.value ?? '')];
    });
    return { judgements, findings: [] };
  },
};

function compareColumn(judging: Judging, clause: SpecClause, pair: StagePair, spec: NColumn, model: NColumn, written: string): Judgement {
  const at = [model.span];
  if (spec.expr.kind === 'other' && spec.expr.tag === 'unparsed') return unknown(clause.id, 'unparsed', `"${written}" could not be read as SQL.`, at);
  const verdict = compareExpr(spec.expr, model.expr, labelsOf(pair));
  const name = model.name?.text ?? '';
  if (verdict === 'equal') return matches(clause.id, `${name} is computed alike.`, at);
  if (verdict === 'unknown') return unknown(clause.id, 'not-provable', `${name}: ${written} and ${sqlText(judging, model.span)} are neither provably equal nor provably different.`, at);
  return differs(clause.id, `The spec computes ${name} as ${written}; the model says ${sqlText(judging, model.span)}.`, at);
}

export const COL005: Rule = {
  code: 'COL005',
  question: 'Does every column that YAML describes exist?',
  severity: 'information',
  evidence: 'the catalog and the model’s YAML',
  judge(judging): Outcome {
    const { node } = judging;
    if (node?.columnsComplete !== true || node.from !== 'E4') return NOTHING;
    const findings = node.columns
      .filter((column) => column.from !== 'E4')
      .map((column) => ({ key: column.name.toLowerCase(), group: 'columns' as const, unspecced: false, message: `YAML describes a column ${column.name}, which the built model does not have.`, ...(column.place ? { places: [{ in: 'yaml' as const, file: column.place.file, range: column.place.range, text: column.name }] } : {}) }));
    return { judgements: [], findings };
  },
};
