import { normaliseJinja } from '../../sql/jinja';
import { clausesOf, NOTHING, unknown, type Judging, type Outcome, type Rule } from './rule';

export const EVID002: Rule = {
  code: 'EVID002',
  question: 'Is every part of the model visible?',
  severity: 'information',
  evidence: 'what Jinja and unsupported SQL hide',
  judge(judging): Outcome {
    return { judgements: clausesOf(judging, 'opaque', 'note').map((clause) => judgeText(judging, clause.id, clause.kind, clause.index, clause.stage)), findings: [] };
  },
};

/** Opaque text matches when its tokens stand in the model; else it cannot be told. */
function judgeText(judging: Judging, id: string, kind: string, index: number, stage: string | undefined): ReturnType<typeof unknown> {
  if (kind === 'note') return unknown(id, 'not-checked', 'This is described in words and is not compared.');
  const steps = judging.facts.steps?.items ?? [];
  const fact = (stage === undefined ? judging.facts.stage : steps.find((s) => s.name?.value === stage))?.opaque?.items[index];
  const wanted = tokensOf(fact?.text.value ?? '');
  if (wanted === '') return unknown(id, 'not-checked', 'The text is empty.');
  const found = [judging.analysis?.text, judging.analysis?.raw].some((text) => text !== undefined && tokensOf(text).includes(wanted));
  if (found) return { id, verdict: 'matches', message: 'The model has this text.' };
  return unknown(id, 'opaque-macro', 'The model does not have this text; what it says instead cannot be told.');
}

function tokensOf(text: string): string {
  return normaliseJinja(text.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ')).toLowerCase();
}

export const EVID003: Rule = {
  code: 'EVID003',
  question: 'Is there a model to compare?',
  severity: 'warning',
  evidence: 'the project',
  judge(judging): Outcome {
    if (judging.node) return NOTHING;
    const model = judging.facts.model?.value ?? '';
    return { judgements: [], findings: [{ key: `model ${model}`, group: 'other', unspecced: false, message: `There is no model ${model} in this project yet, so nothing was compared.`, ...(judging.facts.model ? { specSpan: judging.facts.model.span } : {}) }] };
  },
};

export const EVID004: Rule = {
  code: 'EVID004',
  question: 'Is every stage of the model in the spec?',
  severity: 'information',
  evidence: 'stages of the model that no step could be paired with',
  judge(judging): Outcome {
    if (!judging.facts.steps || !judging.matching) return NOTHING;
    const findings = judging.matching.unpairedModel
      .filter(() => judging.specGraph.stages.every((stage) => stage.opaque.length === 0))
      .map((stage) => ({ key: `stage ${stage.name ?? ''} ${stage.id.replace(/\d+/g, '')}`, group: 'other' as const, unspecced: false, message: `The stage ${stage.name ?? 'without a name'} of the model has no step in the spec; its logic was not compared.`, at: [stage.span] }));
    return { judgements: [], findings };
  },
};
