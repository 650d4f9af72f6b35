import type { ProjectIndex, RelationNode } from '../../project/types';
import type { Span, TextChange } from '../../text';
import type { ImplementedSpec } from '../implementsOf';
import type { SpecDocument } from '../types';

/** What names of specs stand for. An `alias` is that of a join or unnest, in one stage. */
export type SymbolKind = 'id' | 'input' | 'step' | 'alias' | 'column' | 'model' | 'source' | 'spec';

/** One thing that has a name; `key` is the same in every document that names it. */
export interface SpecSymbol {
  kind: SymbolKind;
  name: string;
  key: string;
}

/** A place where a name is written. */
export interface NameUse {
  kind: SymbolKind;
  /** The word, without quotes. */
  span: Span;
  /** Undefined where nothing of that name is known. */
  symbol: SpecSymbol | undefined;
  /** The name is given here; `implied` where it is given without being written as such, as that of an input without `as`. */
  defines: boolean | 'implied';
  /** False where it cannot be told whether the name exists: columns of inputs that are not all known. */
  certain: boolean;
  /** What a new name is written as, where it does not just take the old one's place. */
  rewrite?: () => Rewrite | undefined;
  /** What has to be written besides, so that the rest means what it did. */
  also?: () => TextChange | undefined;
}

/** Where a new name is written, and what stands around it there. */
export interface Rewrite {
  span: Span;
  before: string;
  after: string;
}

/** What names are resolved against. */
export interface NameContext {
  project: ProjectIndex | undefined;
  specs: readonly SpecDocument[];
  /** The same specs by their model; made of them where it is absent. */
  index?: SpecsByModel;
  /** What was looked up, shared by the documents of one request. */
  lookups?: Lookups;
}

/** Finds the specs of models without looking at all. */
export interface SpecsByModel {
  /** Specs whose model has a word between its dots, in the order of the specs. */
  naming(word: string): readonly SpecDocument[];
}

/** Names of a project, found once. */
export interface Lookups {
  /** Whether any node has the name; looking up one that none has takes long. */
  hasNode(name: string): boolean;
  model(written: string): RelationNode | undefined;
  /** The first technical spec that says a model. */
  technical(model: string): SpecDocument | undefined;
  /** The business specs that a technical one serves, as `businessOf` finds them. */
  business(spec: SpecDocument): readonly ImplementedSpec[];
  /** Specs whose model is written just so, in the order of the specs. */
  saying(model: string): readonly SpecDocument[];
  naming: SpecsByModel['naming'];
}
