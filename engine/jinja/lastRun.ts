import type { Choice, Choices, JinjaContext } from './context';
import { expandTemplate } from './expand';
import { mayRenderAs } from './rendering';

/** With more choices than this settings are tried that go against the files in two of them at most; with more than `MOST` none are. */
const ALL = 5;
const MOST = 8;

/**
 * What dbt decided when it rendered `template` as `code`: choices that every setting agrees on under which the template may have been
 * rendered so. A choice that went against what the files suggest is not among them, since the next run may go by the files.
 */
export function decidedInLastRun(template: string, code: string, plain: JinjaContext): Choices {
  const context = { ...plain, verbatim: true };
  const suggested = expandTemplate(template, context);
  const choices = suggested?.choices ?? [];
  if (!suggested || choices.length === 0 || choices.length > MOST) return {};
  const fits = settingsOf(choices).map((setting) => ({ setting, fit: mayRenderAs(expandTemplate(template, context, setting)?.text ?? template, code) }));
  const possible = fits.filter(({ fit }) => fit !== 'never');
  // Text that a default gives, and text without open parts, is compared letter by letter; other text may be anything, and rules out less.
  const byDefault = possible.filter(({ setting }) => setting['written'] !== false);
  const likely = [byDefault.filter(({ fit }) => fit === 'exact'), byDefault, possible].find((some) => some.length > 0) ?? [];
  return Object.fromEntries(choices.flatMap(({ key, taken, byDefault: isSuggested }) => {
    const values = new Set(likely.map(({ setting }) => setting[key] ?? taken));
    const value = values.has(taken) ? taken : !taken;
    return values.size === 1 && (value === taken || !isSuggested) ? [[key, value] as const] : [];
  }));
}

function settingsOf(choices: readonly Choice[]): Record<string, boolean>[] {
  let settings: { setting: Record<string, boolean>; against: number }[] = [{ setting: {}, against: 0 }];
  const limit = choices.length > ALL ? 2 : ALL;
  for (const { key, taken } of choices) {
    settings = settings.flatMap(({ setting, against }) => [
      { setting: { ...setting, [key]: taken }, against },
      ...(against < limit ? [{ setting: { ...setting, [key]: !taken }, against: against + 1 }] : []),
    ]);
  }
  return settings.map(({ setting }) => setting);
}
