import { entries, get, items, plain, text as textOf, type YamlTree } from '../../yaml/tree';
import type { SchemaNode } from '../schema';
import type { Migration, MigrationStep, SpecTemplate, TemplateKind, TemplateProblem } from './types';

/** `edge_cases[].severity`: keys from the top of a spec, `[]` behind those whose items are meant. */
const PLACE = /^[A-Za-z]\w*(\[\])?(\.[A-Za-z]\w*(\[\])?)*$/;
const KEY = /^[A-Za-z]\w*$/;
const MAX_VERSION = 1000;

/** The migrations that a file of settings lists; what is malformed in them is a problem at its place. */
export function readMigrations(tree: YamlTree | undefined, file: string): { migrations: Migration[]; problems: TemplateProblem[] } {
  const problems: TemplateProblem[] = [];
  const migrations = items(get(tree, 'migrations')).flatMap((item): Migration[] => {
    const kind = textOf(get(item, 'kind'));
    const to = plain(get(item, 'to'));
    // What has another form than the schema of specline.yml asks for is told by that.
    if ((kind !== 'business' && kind !== 'technical') || typeof to !== 'number' || !Number.isInteger(to) || to < 2 || to > MAX_VERSION) return [];
    const says = textOf(get(item, 'says'));
    return [{ kind, to, file, span: get(item, 'to')?.span ?? item.span, ...(says === undefined ? {} : { says }), steps: items(get(item, 'steps')).flatMap((step) => stepOf(step, problems)) }];
  });
  return { migrations, problems };
}

function stepOf(tree: YamlTree, problems: TemplateProblem[]): MigrationStep[] {
  const [rename, change, add] = ['rename', 'change', 'add'].map((key) => get(tree, key));
  const place = rename ?? change ?? add;
  const written = textOf(place);
  if (!place || written === undefined) return [];
  if (!PLACE.test(written) || written.endsWith('[]')) {
    problems.push({ span: place.span, message: `"${written}" names no place of a spec; write keys with dots between them and [] behind a list, such as edge_cases[].severity.` });
    return [];
  }
  const at = written.split('.');
  const to = get(tree, 'to');
  if (add) return [{ kind: 'add', at, ...(get(tree, 'value') ? { value: plain(get(tree, 'value')) } : {}) }];
  if (change) return [{ kind: 'change', at, from: plain(get(tree, 'from')), to: plain(to) }];
  const key = textOf(to);
  if (key !== undefined && KEY.test(key)) return [{ kind: 'rename', at, to: key }];
  if (to) problems.push({ span: to.span, message: `"${String(plain(to))}" is no key; a key is renamed where it stands, so write the new key alone.` });
  return [];
}

/** The version of a kind that specs are written for: that of the last migration, at first 1. */
export function versionOf({ migrations }: Pick<SpecTemplate, 'migrations'>, kind: TemplateKind): number {
  return Math.max(1, ...migrations.flatMap((migration) => (migration.kind === kind ? [migration.to] : [])));
}

/** What is wrong with migrations among each other: each version is there once and none is left out. */
export function versionProblems(migrations: readonly Migration[]): (TemplateProblem & { file: string })[] {
  return (['business', 'technical'] as const).flatMap((kind) => {
    const own = migrations.filter((migration) => migration.kind === kind).sort((a, b) => a.to - b.to);
    const wrong = own.findIndex(({ to }, index) => to !== index + 2);
    const found = own[wrong];
    if (!found) return [];
    const isTwice = own[wrong - 1]?.to === found.to;
    return [{ file: found.file, span: found.span, message: isTwice ? `There are two migrations to ${kind}/v${found.to}; keep one.` : `There is a migration to ${kind}/v${found.to} and none to ${kind}/v${wrong + 2}; versions follow one another from 2 on.` }];
  });
}

/** A kind's schema, asking for the version that its migrations lead to. */
export function versioned(schema: SchemaNode, kind: TemplateKind, migrations: readonly Migration[]): SchemaNode {
  const version = versionOf({ migrations }, kind);
  const spec = schema.properties?.['spec'];
  return version === 1 || !spec ? schema : { ...schema, properties: { ...schema.properties, spec: { ...spec, const: `${kind}/v${version}`, ...(spec.description === undefined ? {} : { description: spec.description.replaceAll(`${kind}/v1`, `${kind}/v${version}`) }) } } };
}

/** The version that a spec says it is written for; undefined where it says none of its kind. */
export function writtenVersion(kind: TemplateKind, tree: YamlTree | undefined): { version: number; at: YamlTree } | undefined {
  const at = entries(tree).find(({ key }) => key === 'spec')?.value;
  const found = /^(business|technical)\/v([1-9]\d{0,3})$/.exec(textOf(at) ?? '');
  return at && found?.[1] === kind ? { version: Number(found[2]), at } : undefined;
}
