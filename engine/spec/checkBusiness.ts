import { lookupModel } from '../project/lookup';
import { get, items, text } from '../yaml/tree';
import type { CheckContext } from './check';
import { tierOf } from './config';
import { keysOf, schemaOf } from './schema';
import { skeletonFixes } from './edits';
import type { SpecDocument, SpecProblem } from './types';

/** Sections of the model's tier, and blocking questions. */
export function checkBusiness(spec: SpecDocument, context: CheckContext): SpecProblem[] {
  return [...fullTier(spec, context), ...blockingQuestions(spec)];
}

/** Sections that the tier "full" asks for; the schema's own `required` are asked for by every tier. */
export function fullTier(spec: SpecDocument, context: CheckContext): SpecProblem[] {
  const model = spec.facts?.model;
  const found = context.project && model ? lookupModel(context.project, model.value) : undefined;
  const file = found?.kind === 'one' ? found.node.file : undefined;
  if (!spec.kind || tierOf(context.config, file) !== 'full' || spec.tree?.kind !== 'map') return [];
  const { kind } = spec;
  const schema = schemaOf(kind);
  const present = new Set(spec.tree.entries.map((entry) => entry.key));
  return keysOf(schema)
    .filter((key) => schema.properties?.[key]?.['x-tier'] === 'full' && !present.has(key))
    .map((key) => {
      const message = `The section "${key}" is missing, which the tier "full" asks for. ${schema.properties?.[key]?.title ?? ''}`.trim();
      return { code: 'SPEC011', severity: 'warning', span: model?.span ?? { start: 0, end: 1 }, message, fixes: skeletonFixes(kind, spec.tree, spec.text, message) };
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
