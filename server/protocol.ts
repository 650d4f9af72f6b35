/** Requests and notifications beyond LSP, shared by server and client. Positions are LSP's. */

/** Compares the model behind a document (a spec or a model's SQL) with its technical spec. */
export const COMPARE = 'specline/compare';
/** Text proposals for commands; nothing is written by the server. */
export const PROPOSE = 'specline/propose';
/** Where the specs and the model of a document stand. */
export const RELATED = 'specline/related';
/** Models of the project of a document with their specs, for quick picks and menus. */
export const MODELS = 'specline/models';
/** Sent when a report may have changed, because a spec, a model or an artifact did. */
export const CHANGED = 'specline/changed';

export interface CompareParams {
  uri: string;
}

/** `html` is the side-by-side view as an escaped fragment; `root` resolves the places in it. */
export interface CompareResult {
  model: string;
  html: string;
  style: string;
  root: string;
  specUri: string | null;
  modelUri: string | null;
  counts: { matches: number; differs: number; unknown: number; unspecced: number };
}

export interface ProposeParams {
  uri: string;
  what: 'business' | 'technical' | 'infer';
  model: string;
  /** For a business spec: the request as it came. */
  from?: string;
}

/** A proposed file: its whole new text, and the text it was made from (null where the file does not exist). */
export interface ProposeResult {
  uri: string;
  text: string;
  before: string | null;
  openQuestions: string[];
  /** Sections and items of an existing spec that say something else and stay. */
  kept: string[];
}

/** A model by the name specs call it; one that only specs know has no file yet. */
export interface ModelEntry {
  name: string;
  modelUri: string | null;
  businessUri: string | null;
  technicalUri: string | null;
}

export interface RelatedResult {
  model: string | null;
  modelUri: string | null;
  businessUri: string | null;
  technicalUri: string | null;
}

/** A request that cannot be answered: one sentence for the person. */
export interface Refusal {
  refused: string;
}

export function isRefusal(value: unknown): value is Refusal {
  return typeof value === 'object' && value !== null && 'refused' in value;
}

/** Commands of code lenses. A client that has its own says so in `initializationOptions.commands`; else the server answers them itself. */
export const LENS_COMPARE = 'specline.lens.compare';
export const LENS_GENERATE = 'specline.lens.generate';
export const LENS_TESTS = 'specline.lens.tests';
export const LENS_COMMANDS = [LENS_COMPARE, LENS_GENERATE, LENS_TESTS];
/** Checks every spec of the workspace, and the models they describe, whether open or not. */
export const CHECK_WORKSPACE = 'specline.checkWorkspace';
