import type { YamlTree } from '../yaml/tree';
import { lineChanges, migrate } from './migrate';
import type { SpecTemplate, TemplateKind } from './template/types';
import { versionOf, writtenVersion } from './template/versions';
import type { SpecFix, SpecProblem } from './types';

/** Says that a spec is written for another version than its template has, with the fix that migrates it; undefined where it is not. */
export function versionProblem(kind: TemplateKind, template: SpecTemplate, tree: YamlTree, text: string): SpecProblem | undefined {
  const written = writtenVersion(kind, tree);
  const version = versionOf(template, kind);
  if (!written || written.version === version) return undefined;
  const by = template.files.length > 0 ? ` of ${template.files.join(', ')}` : '';
  const problem = { code: 'SPEC018', severity: 'error' as const, span: written.at.span };
  if (written.version > version) return { ...problem, message: `${kind}/v${written.version} is newer than ${kind}/v${version}, the template${by}, so the spec is not held against it; update the template that specline.yml extends, or write ${kind}/v${version}.`, fixes: [] };
  const said = template.migrations.filter((migration) => migration.kind === kind && migration.to > written.version && migration.says !== undefined).sort((a, b) => a.to - b.to).map(({ to, says = '' }) => ` v${to}: ${says}${/[.!?]$/.test(says) ? '' : '.'}`);
  let made: SpecFix[] | undefined;
  return {
    ...problem,
    message: `The spec is written for ${kind}/v${written.version} and the template${by} is at ${kind}/v${version}, against which it is checked once it is migrated; run \`specline migrate\`.${said.join('')}`,
    // Only who asks for the fix needs it, and every keystroke looks at the version.
    get fixes() {
      return (made ??= fixesOf(kind, template, text));
    },
  };
}

function fixesOf(kind: TemplateKind, template: SpecTemplate, text: string): SpecFix[] {
  const result = migrate(kind, text, template);
  return !result || 'refused' in result ? [] : [{ title: `Migrate to ${kind}/v${result.to}`, preferred: true, changes: lineChanges(text, result.text) }];
}
