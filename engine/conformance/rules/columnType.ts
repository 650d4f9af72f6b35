import type { ColumnFact } from '../../spec/types';
import type { Tier } from '../../project/types';
import type { Located, Span } from '../../text';
import type { Comparison, StageComparison } from '../comparison';
import { canonicalType, typeFamily, type TypeFamily } from '../expr/functions';
import { TOP } from '../lowerSpec';
import { typeOfColumn, typesIn } from '../outputs';
import { columnAddress } from './column';
import { specColumn } from './columns';
import { stageClause, yamlPlace, type ClauseDraft, type Draft, type Rule } from './rule';
import type { ModelPlace } from '../types';

/** COL003: a column has the specified type, and is not null where the spec says so. */
export const columnType: Rule = {
  code: 'COL003',
  title: 'Column of another type',
  question: 'Has the column this type?',
  severity: 'error',
  group: 'columns',
  evidence: 'the catalog; an enforced contract; casts and functions in the SQL, and what the columns it reads are in turn; for a match also the type that Jinja casts to where a column is missing',
  gives: 'clause',
  scope: 'stage',
  example: {
    spec: 'inputs:\n  - { ref: customers }\nfrom: customers\ncolumns:\n  - { name: customer_id, type: integer }\n',
    good: "select cast(customer_id as bigint) as customer_id from {{ ref('customers') }}",
    bad: "select cast(customer_id as text) as customer_id from {{ ref('customers') }}",
  },
  judge(stage, comparison) {
    const clauses: ClauseDraft[] = [];
    let types: TypesByName | undefined;
    for (const fact of stage.fact.columns?.items ?? []) {
      if (fact.type && fact.kind !== 'all_from') {
        types ??= realTypes(stage, comparison);
        const clause = judgeType(stage, comparison, fact, fact.type, types);
        if (clause) clauses.push(clause);
      }
      const clause = fact.nullable && !fact.nullable.value ? judgeNull(stage, comparison, fact, fact.nullable.span) : undefined;
      if (clause) clauses.push(clause);
    }
    return { clauses };
  },
};

interface Evidence {
  type: string;
  family: TypeFamily | undefined;
  tier: Tier;
  from: string;
  /** False where another setting of dbt may give another type. */
  sure: boolean;
}

function judgeType(stage: StageComparison, comparison: Comparison, fact: ColumnFact, type: Located<string>, types: TypesByName): ClauseDraft | undefined {
  const real = types.get(comparison.env.fold({ text: fact.name.value, quoted: false }));
  if (!real && !comesOut(stage, fact)) return undefined;
  const clause = (draft: Draft): ClauseDraft => stageClause(stage, `${columnAddress(fact)}/type`, { span: type.span, text: type.value }, draft);
  const found = real ? evidenceOf(real.type, real.tier, real.from) : sqlType(stage, comparison, fact);
  const name = fact.name.value;
  if (!found) return clause({ verdict: 'unknown', reason: 'evidence-missing', message: `Can't tell the type of ${name}: there is no catalog of the built model, and its SQL does not tell; run \`dbt docs generate\`.` });
  const evidence = { tier: found.tier, from: found.from };
  const wanted = typeFamily(type.value);
  if ((wanted !== undefined && wanted === found.family) || canonicalType(type.value) === canonicalType(found.type)) return clause({ verdict: 'matches', evidence, message: `${name} is ${found.type} by ${found.from}, as the spec says${found.sure ? '' : '; a catalog would tell for sure'}.` });
  if (wanted === undefined || found.family === undefined || !found.sure) return clause({ verdict: 'unknown', evidence, reason: 'not-provable', message: `Can't tell whether ${found.type} (${found.from}) is what the spec calls ${type.value}.` });
  return clause({ verdict: 'differs', evidence, message: `The spec says that ${name} is ${type.value}; it is ${found.type} by ${found.from}.` });
}

function comesOut({ view, merged }: StageComparison, fact: ColumnFact): boolean {
  const own = view && !merged ? specColumn(view, fact) : undefined;
  return own?.name !== undefined && view?.partner(own.name) !== undefined;
}

/** What a built relation or a contract gives as the types of the last stage's columns, by their folded names. */
type TypesByName = ReadonlyMap<string, Pick<Evidence, 'type' | 'tier' | 'from'> | undefined>;

function realTypes(stage: StageComparison, { node, env, project }: Comparison): TypesByName {
  const types = new Map<string, Pick<Evidence, 'type' | 'tier' | 'from'> | undefined>();
  if (stage.id !== TOP || !node) return types;
  const catalog = project.artifacts.catalog?.file ?? 'the catalog';
  for (const { name, quoted, type, from } of node.columns) {
    const folded = env.fold({ text: name, quoted });
    // Of two columns of one name the first counts.
    if (types.has(folded)) continue;
    const isReal = from === 'E4' && node.columnsComplete;
    types.set(folded, type && (isReal || node.contractEnforced) ? { type, tier: from, from: isReal ? catalog : 'the enforced contract' } : undefined);
  }
  return types;
}

function evidenceOf(type: string, tier: Tier, from: string): Evidence {
  return { type: canonicalType(type), family: typeFamily(type), tier, from, sure: true };
}

function sqlType(stage: StageComparison, comparison: Comparison, fact: ColumnFact): Evidence | undefined {
  const { view } = stage;
  const own = view && !stage.merged ? specColumn(view, fact) : undefined;
  const found = own?.name === undefined ? undefined : view?.partner(own.name);
  if (found?.name === undefined || !comparison.model || !view) return undefined;
  const derived = typeOfColumn(comparison.model, view.pair.model, found.name, typesIn(comparison, comparison.node, comparison.outputs));
  return derived && { ...evidenceOf(derived.type, comparison.analysis?.tier ?? 'E1', derived.from), type: derived.type, sure: derived.sure };
}

/** `nullable: false` asks for a not_null test or constraint. */
function judgeNull(stage: StageComparison, comparison: Comparison, fact: ColumnFact, span: Span): ClauseDraft | undefined {
  const { node, env } = comparison;
  if (stage.id !== TOP || !node) return undefined;
  const name = env.fold({ text: fact.name.value, quoted: false });
  const clause = (draft: Draft): ClauseDraft => stageClause(stage, `${columnAddress(fact)}/nullable`, { span, text: 'not null' }, draft);
  const test = node.tests.find((candidate) => candidate.enabled && candidate.where === undefined && candidate.test === 'not_null' && candidate.column !== undefined && env.fold(candidate.column) === name);
  const constraint = node.constraints.find((candidate) => (candidate.type === 'not_null' || candidate.type === 'primary_key') && candidate.columns.some((column) => env.fold(column) === name));
  const place: ModelPlace[] = test?.place ? [yamlPlace(test.place, 'not_null')] : [];
  if (test || constraint) return clause({ verdict: 'matches', model: place, evidence: { tier: test?.from ?? node.from, from: test ? 'the not_null test' : 'the constraint' }, message: `${fact.name.value} is never null, by ${test ? 'its not_null test' : 'its constraint'}.` });
  return clause({ verdict: 'unknown', reason: 'evidence-missing', message: `Can't tell whether ${fact.name.value} is ever null: it has no not_null test or constraint.` });
}
