import type { Choices, JinjaContext } from './context';
import { expandTemplate } from './expand';
import { mayRenderAs } from './rendering';

/** More choices than this are not tried in all their combinations. */
const TRIED = 5;

/**
 * What dbt decided when it rendered `template` as `code`: choices that every setting agrees on under which the template may have been
 * rendered so. A choice that went against what the files suggest is not among them, since the next run may go by the files.
 */
export function decidedInLastRun(template: string, code: string, plain: JinjaContext): Choices {
  const context = { ...plain, verbatim: true };
  const suggested = expandTemplate(template, context);
  const choices = suggested?.choices ?? [];
  if (!suggested || choices.length === 0 || choices.length > TRIED) return {};
  let settings: Record<string, boolean>[] = [{}];
  // A text that a default did not give may be any text, which would render as all that there is.
  for (const { key, taken } of choices) settings = settings.flatMap((setting) => (key === 'written' ? [true] : [taken, !taken]).map((value) => ({ ...setting, [key]: value })));
  const possible = settings.filter((setting) => mayRenderAs(expandTemplate(template, context, setting)?.text ?? template, code));
  const [first, ...others] = possible;
  if (!first) return {};
  return Object.fromEntries(choices.flatMap(({ key, taken, byDefault }) => {
    const value = first[key];
    const isAgreed = value !== undefined && others.every((other) => other[key] === value) && (!byDefault || value === taken);
    return isAgreed ? [[key, value] as const] : [];
  }));
}
