import type { ClauseGroup } from '../../engine/conformance/types';
import type { Dialect } from '../../engine/sql/types';
import type { SqlText } from './sql/selects';

/** Text put in place of `[start, end)`, UTF-16 offsets of the text before all edits. Edits of one list do not overlap. */
export interface Edit {
  start: number;
  end: number;
  text: string;
}

/** What an operator or a rewrite may look at, besides the text: the model's raw SQL, Jinja and all. */
export interface Surroundings {
  dialect: Dialect;
  /** Names that `ref` accepts for other models of the project, for wrong inputs. */
  otherRefs: readonly string[];
  /** Column names of an input by the text that names it (`{{ ref('x') }}`, whitespace normalised); absent where they are not known. */
  columnsOf(input: string): readonly string[] | undefined;
}

/** One careless change of one model. */
export interface Mutation {
  edits: Edit[];
  /** What was done, in a few words: "left join of payments became inner". */
  note: string;
}

/** One way to break a model's SQL: knows SQL text and nothing of rules or graphs. */
export interface SqlOperator {
  kind: 'sql';
  /** Kebab case, as in `join-left-to-inner`. */
  name: string;
  /** Groups of the report in which a clause or finding would name this change. */
  names: readonly ClauseGroup[];
  /** True where no rule was developed against it. */
  heldOut: boolean;
  mutate(sql: SqlText, around: Surroundings): Mutation[];
}

/** A data test as a project's YAML declares it, for operators on tests. */
export interface DeclaredTest {
  test: string;
  column?: string;
  arguments: Record<string, unknown>;
  severity?: string;
  where?: string;
}

/** One way to break a model's tests: every mutation is the new list, and which test of the old list it touched. */
export interface TestOperator {
  kind: 'tests';
  name: string;
  names: readonly ClauseGroup[];
  heldOut: boolean;
  mutate(tests: readonly DeclaredTest[]): { tests: DeclaredTest[]; touched: number; note: string }[];
}

export type Operator = SqlOperator | TestOperator;

/** A change of the text that changes nothing of what the model does. Undefined where it has nothing to work on. */
export interface Rewrite {
  name: string;
  rewrite(sql: SqlText, around: Surroundings, random: () => number): Edit[] | undefined;
}
