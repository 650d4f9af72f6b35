import { diffArrays } from 'diff';
import { applyChanges, type Span, type TextChange } from '../text';
import { entries, get, items, plain, type YamlTree } from '../yaml/tree';
import { flowSkeleton, insertKey, insertSection, lineEnd, PLAIN, sectionSkeleton } from './edits';
import { readYaml } from './readYaml';
import { inlineText, renderEntry } from './render';
import { keysOf, resolved, type SchemaNode } from './schema';
import type { MigrationStep, SpecTemplate, TemplateKind } from './template/types';
import { versionOf, writtenVersion } from './template/versions';

/** A spec of the template's version, or why it cannot be brought there. */
export type Migrated = { text: string; from: number; to: number } | { refused: string };

/**
 * A spec brought to the version of its template, migration by migration: only keys and values that a migration names are touched.
 * Undefined where it is of that version already or says no version; `refused` where doing so would lose or guess something.
 */
export function migrate(kind: TemplateKind, text: string, template: SpecTemplate): Migrated | undefined {
  const to = versionOf(template, kind);
  const start = readYaml(text);
  const from = writtenVersion(kind, start.tree)?.version;
  if (from === undefined || from >= to) return undefined;
  if (start.errors.length > 0) return { refused: 'its YAML has errors; mend them first' };
  let now = text;
  for (let version = from + 1; version <= to; version++) {
    const steps = template.migrations.find((migration) => migration.kind === kind && migration.to === version)?.steps ?? [];
    for (const step of steps) {
      const done = stepOn(now, step, template.schemas[kind]);
      if ('refused' in done) return done;
      now = done.text;
    }
  }
  const { tree, errors } = readYaml(now);
  const written = writtenVersion(kind, tree);
  if (errors.length > 0 || !written) return { refused: 'the changes would not leave it readable as YAML; write its lists and maps in plain lines first' };
  return { text: applyChanges(now, [{ span: written.at.span, text: now.slice(written.at.span.start, written.at.span.end).replace(/\/v\d+/, `/v${to}`) }]), from, to };
}

/** The lines of a text that another has in another way, as changes of the first. */
export function lineChanges(before: string, after: string): TextChange[] {
  const lines = (text: string): string[] => text.split(/(?<=\n)/);
  const changes: TextChange[] = [];
  let at = 0;
  let open: TextChange | undefined;
  for (const { added, removed, value } of diffArrays(lines(before), lines(after))) {
    const text = value.join('');
    if (!added && !removed) {
      at += text.length;
      open = undefined;
      continue;
    }
    if (!open) changes.push((open = { span: { start: at, end: at }, text: '' }));
    if (added) open.text += text;
    else open.span = { start: open.span.start, end: (at += text.length) };
  }
  return changes;
}

function stepOn(text: string, step: MigrationStep, root: SchemaNode): { text: string } | { refused: string } {
  const { tree } = readYaml(text);
  const key = step.at[step.at.length - 1] ?? '';
  const maps = below(tree, step.at.slice(0, -1));
  const name = step.at.join('.');
  switch (step.kind) {
    case 'rename': {
      const found = maps.flatMap((map) => entries(map).filter((entry) => entry.key === key).map((entry) => ({ map, entry })));
      if (found.some(({ map }) => get(map, step.to))) return { refused: `it has both "${key}" and "${step.to}" at ${name}; keep one of them` };
      return changed(text, found.map(({ entry }) => ({ span: entry.keySpan, text: step.to })));
    }
    case 'change': {
      const values = maps.flatMap((map) => get(map, key) ?? []).filter((value) => JSON.stringify(plain(value)) === JSON.stringify(step.from));
      const unwritable = values.find((value) => value.kind !== 'scalar' || text.slice(value.span.start, value.span.end).includes('\n'));
      if (unwritable) return { refused: `the value of ${name} runs over several lines, which are not rewritten; change it by hand` };
      return changed(text, values.map((value) => ({ span: value.span, text: inlineText(step.to) })));
    }
    case 'add': {
      const lacking = maps.filter((map) => map.kind === 'map' && !get(map, key));
      const changes = lacking.flatMap((map) => added(text, map, step, root));
      return changes.length < lacking.length ? { refused: `${name} cannot be added where an alias stands; add it by hand` } : changed(text, changes);
    }
  }
}

function added(text: string, map: YamlTree, step: Extract<MigrationStep, { kind: 'add' }>, root: SchemaNode): TextChange[] {
  const key = step.at[step.at.length - 1] ?? '';
  const isTop = step.at.length === 1 && text[map.span.start] !== '{';
  if (isTop) return insertSection(root, map, text, key, (step.value === undefined ? sectionSkeleton(root, key) : renderEntry(key, step.value, 0)).trimEnd().replace(/\n/g, lineEnd(text)));
  const around = schemaOn(root, step.at.slice(0, -1));
  const schema = around?.properties?.[key];
  return insertKey(map, text, key, step.value === undefined ? flowSkeleton(root, schema ? resolved(root, schema) : { type: 'string' }, PLAIN) : inlineText(step.value), keysOf(around));
}

function schemaOn(root: SchemaNode, at: readonly string[]): SchemaNode | undefined {
  return at.reduce<SchemaNode | undefined>((node, part) => {
    const next = node?.properties?.[part.replace('[]', '')];
    const own = next && resolved(root, next);
    const inner = part.endsWith('[]') ? own?.items : own;
    return inner && resolved(root, inner);
  }, root);
}

/** What stands at a place, the items of each list that `[]` names. */
function below(tree: YamlTree | undefined, at: readonly string[]): YamlTree[] {
  return at.reduce<YamlTree[]>((found, part) => found.flatMap((one) => {
    const value = get(one, part.replace('[]', ''));
    if (!value) return [];
    return part.endsWith('[]') ? (value.kind === 'seq' ? items(value) : []) : [value];
  }), tree ? [tree] : []);
}

/** Changes made once each: what an alias repeats is written in one place. */
function changed(text: string, changes: readonly TextChange[]): { text: string } {
  const key = ({ start, end }: Span): string => `${start} ${end}`;
  return { text: applyChanges(text, [...new Map(changes.map((change) => [key(change.span), change])).values()]) };
}
