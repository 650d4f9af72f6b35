import type { Dialect, Expr, Join, Name, Stage } from '../sql/types';
import type { Span } from '../text';
import type { Attachments } from './attachments';
import type { Say } from './phrases';
import type { Plan } from './plan';

/** What telling a stage needs of the whole model. */
export interface StageContext {
  plan: Plan;
  dialect: Dialect;
  /** How the project's adapter folds names. */
  fold: (name: Name | string) => string;
  /** The analysed text; spans of the graph point into it. */
  text: string;
  /** Places of the Jinja blocks in it; a part of a block is never quoted. */
  blocks: readonly Span[];
  say: Say;
  /** Ids already given in the spec. */
  ids: Set<string>;
  /** What keys prove about a join; undefined where they prove nothing. */
  cardinality(join: Join): string | undefined;
}

/** What one stage is told with: its names, and where what a spec cannot say is put. */
export interface Telling {
  context: StageContext;
  stage: Stage;
  at: Attachments;
  /** Spelling of an expression of this stage: from places of the source, or a text in the spec's own names. */
  say(expr: Expr, ...from: (Span | string | undefined)[]): string | undefined;
  /** Puts source text under `opaque`; a section it belongs to is then not known to be complete. */
  lost(span: Span, section?: 'joins' | 'filters'): void;
}
