import type { YAMLError } from 'yaml';
import type { YamlTree } from '../yaml/tree';
import type { Located, Span, TextChange } from '../text';
import type { SchemaNode } from './schema';
import type { SpecTemplate } from './template/types';

export type SpecKind = 'business' | 'technical';

/** A problem of a document, with a fix where one is certain enough to offer. */
export interface SpecProblem {
  code: string;
  severity: 'error' | 'warning' | 'information' | 'hint';
  message: string;
  span: Span;
  related?: { file: string; span: Span; message: string }[];
  /** What a hint is about, by which a spec dismisses it. */
  about?: string;
  fixes: SpecFix[];
}

export interface SpecFix {
  title: string;
  changes: TextChange[];
  preferred: boolean;
}

/** A section: `undefined` where the document has none (open); `items: []` means none (closed). */
export interface Section<T> {
  span: Span;
  keySpan: Span;
  items: T[];
}

export interface Item {
  span: Span;
  id?: Located<string>;
}

export interface InputFact extends Item {
  kind: 'ref' | 'source' | 'this';
  package?: string;
  /** model name, or the table of a source */
  name: string;
  sourceName?: string;
  version?: string;
  nameSpan: Span;
  as?: Located<string>;
  role?: Located<string>;
  grain?: Located<Located<string>[]>;
  when?: Located<string>;
}

export interface JoinFact extends Item {
  to: Located<string>;
  as?: Located<string>;
  type?: Located<string>;
  keys?: Located<KeyFact[]>;
  condition?: Located<string>;
  cardinality?: Located<string>;
  unmatched?: Located<string>;
  implements: Located<string>[];
  when?: Located<string>;
}

/** `customer_id` gives the same text on both sides. */
export interface KeyFact {
  left: string;
  right: string;
  span: Span;
}

export interface FilterFact extends Item {
  expression: Located<string>;
  at?: Located<string>;
  implements: Located<string>[];
  when?: Located<string>;
}

export interface ColumnFact extends Item {
  kind: 'column' | 'all_from';
  /** Column name, or the alias whose columns are all taken. */
  name: Located<string>;
  type?: Located<string>;
  nullable?: Located<boolean>;
  from: Located<string>[];
  expression?: Located<string>;
  means?: Located<string>;
  except: Located<string>[];
  rename: { from: string; to: string; span: Span }[];
  implements: Located<string>[];
}

export interface UnnestFact extends Item {
  expression: Located<string>;
  as: Located<string>;
  outer: boolean;
}

/** The facts of one stage: the top level or a step. */
export interface StageFact {
  name?: Located<string>;
  span: Span;
  from?: Located<string>;
  joins?: Section<JoinFact>;
  filters?: Section<FilterFact>;
  aggregate?: { span: Span; by: Located<string>[] };
  distinct?: Located<boolean>;
  deduplicate?: { span: Span; by: Located<string>[]; orderBy: Located<string>[] };
  limit?: { span: Span; rows?: Located<string>; orderBy: Located<string>[] };
  unnest?: Section<UnnestFact>;
  union?: { span: Span; op: Located<string>; branches: Located<string>[] };
  generate?: Located<string>;
  recursive?: Located<string>;
  columns?: Section<ColumnFact>;
  opaque?: Section<OpaqueFact>;
  when?: Located<string>;
}

export interface OpaqueFact extends Item {
  text: Located<string>;
  reason?: Located<string>;
}

export interface TestFact extends Item {
  test: Located<string>;
  column?: Located<string>;
  arguments?: Located<unknown>;
  severity?: Located<string>;
  covers: Located<string>[];
}

export interface WaiverFact extends Item {
  clause: Located<string>;
  reason?: Located<string>;
  by?: Located<string>;
  until?: Located<string>;
}

export interface TechnicalFacts {
  kind: 'technical';
  model?: Located<string>;
  implements: { business: Located<string>; meaning?: Located<string>; span: Span }[];
  grain?: Located<Located<string>[]>;
  inputs?: Section<InputFact>;
  /** The top level is the last stage. */
  stage: StageFact;
  steps?: Section<StageFact>;
  tests?: Section<TestFact>;
  materialization?: { span: Span; keySpan: Span; entries: { key: Located<string>; value: Located<unknown> }[] };
  waivers: WaiverFact[];
}

/** Any item of a business spec that a technical spec may implement or cover. */
export interface BusinessItem extends Item {
  /** `edge_cases`, or a section of an organisation's own. */
  section: string;
  /** The sentence a person would quote: statement, when/then, means, question. */
  text: string;
}

/** A sentence that a person wrote in a business spec. */
export interface Sentence {
  section: string;
  /** The key it stands under: `question`, `statement`, `when`. */
  key: string;
  text: string;
  span: Span;
  /** The id of its item. */
  id?: string;
}

export interface BusinessFacts {
  kind: 'business';
  model?: Located<string>;
  owner?: Located<string>;
  question?: Located<string>;
  grain?: { span: Span; oneRowPer: Located<string>[]; time?: Located<string> };
  items: BusinessItem[];
  /** The sentences that decide what is built, in document order. */
  sentences: readonly Sentence[];
  /** Plain values for generation: the whole document as data. */
  data: Record<string, unknown>;
}

/** Every id of a document with its place, in document order; duplicates included. */
export interface IdFact {
  id: string;
  span: Span;
  section: string;
  /** What carries the id; `sentenceOf` gives what it says. */
  item: YamlTree;
}

/** A parsed spec file. Never throws: a broken document has problems and whatever facts could be read. */
export interface SpecDocument {
  path: string;
  text: string;
  kind: SpecKind | undefined;
  /** What it is held against. */
  template: SpecTemplate;
  /** Of a file that is no spec: what it is held against in place of a template. */
  schema?: SchemaNode;
  /** What is wrong with the YAML itself; the document of the library is not kept, it is many times the size of the text. */
  yaml: { errors: readonly YAMLError[] };
  /** The document as plain data with spans; undefined for an empty one. */
  tree: YamlTree | undefined;
  facts: BusinessFacts | TechnicalFacts | undefined;
  ids: IdFact[];
  /** YAML and schema problems; what needs other documents or the project comes from `checkSpec`. */
  problems: SpecProblem[];
  /** Where most parts are read only when asked for: the spec with all of them at hand. */
  whole?(): SpecDocument;
}
