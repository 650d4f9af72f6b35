import type { ReadResult } from '../../workspace';
import type { Span } from '../../text';
import type { SchemaNode } from '../schema';

/** The kinds of spec that a template has a schema of. */
export type TemplateKind = 'business' | 'technical';

/** What a spec is held against: the built-in template, or an organisation's merged with it. */
export interface SpecTemplate {
  schemas: Readonly<Record<TemplateKind, SchemaNode>>;
  /** The files that ask for more than the built-in template, the nearest first; empty for the built-in template itself. */
  files: readonly string[];
  /** Sections of business specs that the organisation added and whose items have ids. */
  lists: readonly string[];
  /** The regular expressions of the schemas by their text, where a template has its own rules. */
  patterns: ReadonlyMap<string, Pattern>;
  /** What leads from each version of the template to the next. */
  migrations: readonly Migration[];
}

/** What specs of one version need to be of the next: `to` is that version, `business/v2` for one. */
export interface Migration {
  kind: TemplateKind;
  to: number;
  /** What it is for, in the organisation's words. */
  says?: string;
  steps: readonly MigrationStep[];
  file: string;
  span: Span;
}

/** One change of all places of a form: keys from the top of a spec, `[]` behind those whose items are meant. */
export type MigrationStep = { kind: 'rename'; at: readonly string[]; to: string } | { kind: 'change'; at: readonly string[]; from: unknown; to: unknown } | { kind: 'add'; at: readonly string[]; value?: unknown };

/** A regular expression whose matching takes time linear in the text. */
export interface Pattern {
  /** Steps a character may cost. */
  size: number;
  test(text: string): boolean;
}

/**
 * The files that settings may come from: specline.yml, and beyond the project what it extends. Paths are POSIX, relative to the
 * project's root; `..` at their start leads up, at most `up` folders, to the repository's root. Links that lead out of the
 * repository are refused (as `failed`, `outside`). Unsaved editor buffers count as the file's text.
 */
export interface SettingsFiles {
  up: number;
  read(path: string): ReadResult;
}

/** What is wrong in a template, at its place in the template's own file. */
export interface TemplateProblem {
  span: Span;
  message: string;
}
