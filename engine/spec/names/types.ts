import type { ProjectIndex } from '../../project/types';
import type { Span, TextChange } from '../../text';
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
  rewrite?: { span: Span; before: string; after: string };
  /** What has to be written besides, so that the rest means what it did. */
  also?: TextChange;
}

/** What names are resolved against. */
export interface NameContext {
  project: ProjectIndex | undefined;
  specs: readonly SpecDocument[];
}
