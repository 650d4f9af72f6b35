import type { Relation } from '../sql/types';
import type { Span } from '../text';
import type { Choice, Choices, JinjaContext } from './context';
import { renderNodes, type Piece } from './render';
import { childOf, runOf, Undecided } from './run';
import { parseTemplate } from './template';

/** A template with what is known of its Jinja written out, and the way back to the template. */
export interface Expanded {
  text: string;
  /** Parts of the template that were written out as the text they stand for. */
  written: { text: string; span: Span }[];
  /** What only a run of dbt decides, and what was taken for it. */
  choices: Choice[];
  /** Relations whose columns the Jinja asks for and that are not known. */
  asked: Relation[];
  /** Relations that the template names, also by what its macros do with names they are given. */
  named: Relation[];
  /** The place in the template of a place in the text. */
  back(span: Span): Span;
}

/** A block that names a relation by literals, without control of white space. */
const NAMED_RELATION = /(?<!\{)\{\{ *(?:ref\( *(['"])\w+\1 *\)|source\( *(['"])\w+\2 *, *(['"])\w+\3 *\)) *\}\}/g;

/**
 * Writes out the Jinja of a model as far as files decide it: loops, variables, conditions, and macros whose text is known. What only a
 * run of dbt knows stays as it stands, or is taken by `choices`. Undefined where nothing changes or the template cannot be read.
 * `queryOf` gives the SQL of a whole query that a macro writes.
 */
export function expandTemplate(template: string, context: JinjaContext, choices: Choices = {}, queryOf?: (span: Span) => string | undefined): Expanded | undefined {
  // Most models have no other Jinja than this, which stays as it stands whatever the project says.
  if (!/\{[{%#]/.test(template.replace(NAMED_RELATION, ' '))) return undefined;
  const nodes = parseTemplate(template);
  if (!nodes) return undefined;
  const pieces: Piece[] = [];
  const run = runOf(context, choices);
  try {
    renderNodes(run, childOf(undefined), nodes, { source: template, emit: (piece) => pieces.push(piece), inside: false, ...(queryOf ? { queryOf } : {}) });
  } catch (error) {
    if (error instanceof Undecided) return undefined;
    throw error;
  }
  const text = pieces.map((piece) => piece.text).join('');
  if (pieces.every((piece) => piece.copied) && run.made.size + run.asked.size === 0 && text.length === template.length) return undefined;
  const written = pieces.filter((piece) => !piece.copied).map(({ from }) => ({ text: template.slice(from.start, from.end), span: from }));
  return { text, written, choices: [...run.made.values()], asked: [...run.asked.values()], named: [...run.named.values()], back: wayBack(pieces) };
}

function wayBack(pieces: readonly Piece[]): (span: Span) => Span {
  let at = 0;
  const placed = pieces.map((piece) => {
    const start = at;
    at += piece.text.length;
    return { ...piece, start, end: at };
  });
  const find = (offset: number): (typeof placed)[number] | undefined => {
    let [low, high] = [0, placed.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((placed[middle]?.end ?? 0) > offset) high = middle;
      else low = middle + 1;
    }
    return placed[low];
  };
  return ({ start, end }) => {
    const [first, last] = [find(start), find(Math.max(start, end - 1))];
    if (!first || !last) return { start: 0, end: 0 };
    const from = first.copied ? first.from.start + Math.min(start - first.start, first.text.length) : first.from.start;
    const to = last.copied ? last.from.start + Math.min(end - last.start, last.text.length) : last.from.end;
    return { start: from, end: Math.max(from, to) };
  };
}
