import { hasJinja, someExpr } from '../../sql/exprs';
import { missingModel, type Comparison } from '../comparison';
import { isHidden } from '../match/view';
import type { FindingDraft, Rule } from './rule';
import { short } from './rule';

const example = { spec: 'inputs:\n  - { ref: customers }\nfrom: customers\n', good: "select * from {{ ref('customers') }}", bad: "select * from {{ ref('customers') }} {{ house_filter() }}" };

/** EVID001: compiled code that is older than the model. */
export const staleManifest: Rule = {
  code: 'EVID001', title: 'Manifest out of date', question: 'Is the evidence as new as the model?', severity: 'information', group: 'other', evidence: 'checksums of the manifest', scope: 'model', example,
  judge({ node, project }) {
    if (!node?.compiled || node.compiled.fresh) return {};
    const file = project.artifacts.manifest?.file ?? 'the manifest';
    return { findings: [{ text: `stale ${node.name}`, unspecced: false, message: `${file} is older than the model (${node.compiled.stale ?? 'the model changed'}), so the raw file was compared; run \`dbt compile\`.` }] };
  },
};

/** EVID002: parts of the model that Jinja or macros hide. */
export const hiddenParts: Rule = {
  code: 'EVID002', title: 'Part that cannot be read', question: 'Is all of the SQL understood?', severity: 'information', group: 'other', evidence: 'the SQL, raw or compiled', scope: 'model', example,
  judge(comparison) {
    const findings = new Map<string, FindingDraft>();
    for (const stage of comparison.model?.stages.values() ?? []) {
      for (const opaque of stage.opaque) {
        const text = short(opaque.text, 60);
        findings.set(text, { text: `hidden ${opaque.text.replace(/\s+/g, ' ')}`, unspecced: false, model: [opaque.span], message: `What this renders to is not known, so the clauses it touches cannot be told: ${text}` });
      }
    }
    for (const finding of leftoverJinja(comparison)) findings.set(finding.text, finding);
    return { findings: [...findings.values()] };
  },
};

/** Filters no clause accounts for that Jinja writes: they may be nothing, so they are no unspecced logic. */
function leftoverJinja(comparison: Comparison): FindingDraft[] {
  return comparison.stages.flatMap((stage) => {
    const { view } = stage;
    if (!view || stage.merged || !stage.fact.filters) return [];
    return comparison.filters.of(view).leftover.filter((conjunct) => isHidden(conjunct.expr) && (hasJinja(conjunct.expr) || someExpr(conjunct.expr, (part) => part.kind === 'subquery'))).map((conjunct): FindingDraft => ({
      text: `hidden filter ${stage.prefix}${conjunct.spans[0]?.start ?? 0}`,
      unspecced: false,
      model: conjunct.spans.slice(0, 1),
      ...(stage.name === undefined ? {} : { stage: stage.name }),
      message: `The model has a filter that cannot be compared, because Jinja or a subquery is a part of it; the spec may not have it.`,
    }));
  });
}

/** EVID003: there is no SQL to compare. */
export const noModel: Rule = {
  code: 'EVID003', title: 'Nothing to compare with', question: 'Is there a model to compare with?', severity: 'warning', group: 'other', evidence: 'the project', scope: 'model', example,
  judge(comparison) {
    const missing = missingModel(comparison.node, comparison.analysis);
    if (!missing) return {};
    const name = comparison.facts.model?.value ?? '';
    return { findings: [{ text: `nothing ${missing.reason}`, unspecced: false, ...(comparison.facts.model ? { spec: { span: comparison.facts.model.span, text: name } } : {}), message: `The SQL of ${name} could not be compared: ${missing.text}.` }] };
  },
};

/** EVID004: a stage of the model that no step describes. */
export const stageNotSpecified: Rule = {
  code: 'EVID004', title: 'Stage that is not specified', question: 'Does the spec describe every stage?', severity: 'information', group: 'other', evidence: 'the SQL, raw or compiled', scope: 'model', example,
  judge(comparison) {
    if (!comparison.facts.steps) return {};
    return {
      findings: comparison.matching.modelOnly.filter((stage) => stage.name !== undefined).map((stage) => ({
        text: `stage ${stage.name ?? ''}`,
        unspecced: false,
        model: [stage.span],
        message: `The stage ${stage.name ?? ''} of the model is described by no step, so what it does was not compared.`,
      })),
    };
  },
};
