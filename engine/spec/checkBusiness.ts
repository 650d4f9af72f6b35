import { lookupModel } from '../project/lookup';
import { get, items, text } from '../yaml/tree';
import type { CheckContext } from './check';
import { tierOf } from './config';
import { keysOf, schemaOf } from './schema';
import { skeletonFixes } from './edits';
import type { BusinessFacts, SpecDocument, SpecProblem } from './types';

/** Sections of the model's tier, and blocking questions. */
export function checkBusiness(spec: SpecDocument, facts: BusinessFacts, context: CheckContext): SpecProblem[] {
  return [...fullTier(spec, facts, context), ...blockingQuestions(spec)];
}

function fullTier(spec: SpecDocument, facts: BusinessFacts, context: CheckContext): SpecProblem[] {
  const found = context.project && facts.model ? lookupModel(context.project, facts.model.value) : undefined;
  const file = found?.kind === 'one' ? found.node.file : undefined;
  if (tierOf(context.config, file) !== 'full' || spec.tree?.kind !== 'map') return [];
  const schema = schemaOf('business');
  const present = new Set(spec.tree.entries.map((entry) => entry.key));
  return keysOf(schema)
    .filter((key) => schema.properties?.[key]?.['x-tier'] === 'full' && !present.has(key))
    .map((key) => {
      const message = `The section "${key}" is missing, which the tier "full" asks for. ${schema.properties?.[key]?.title ?? ''}`.trim();
      return { code: 'SPEC011', severity: 'warning', span: facts.model?.span ?? { start: 0, end: 1 }, message, fixes: skeletonFixes('business', spec.tree, spec.text, message) };
    });
}

/** Open questions marked `blocking: true`. */
export function blockingQuestions(spec: SpecDocument): SpecProblem[] {
  return items(get(spec.tree, 'open_questions')).flatMap((item) => {
    const blocking = get(item, 'blocking');
    if (blocking?.kind !== 'scalar' || blocking.value !== true) return [];
    return [{ code: 'SPEC033', severity: 'information' as const, span: item.span, message: `Still open, and blocking: ${text(get(item, 'question')) ?? ''}`, fixes: [] }];
  });
}
