import type { Span } from '../text';
import type { Comparison } from './comparison';
import type { ClauseDraft, FindingDraft } from './rules/rule';

/** A part of a raw model that Jinja writes, leaves out, or writes otherwise. */
interface Region {
  span: Span;
  /** With all its branches. */
  text: string;
  /** True where another branch writes something in its place. */
  alternatives: boolean;
}

/** What a rule said. */
export interface Drafts {
  clauses: ClauseDraft[];
  findings: FindingDraft[];
}

/**
 * Takes from what rules said of a raw model what only a branch or loop shows that may not be run: a deviation there is unknown,
 * logic there is not unspecced (EVID002 tells of the part). A join, filter or column that deviates and stands in a branch as a
 * whole deviates where the branch is not taken, too: it is then missing.
 */
export function decidedOnly(comparison: Comparison): (drafts: Drafts) => Drafts {
  const regions = regionsOf(comparison);
  if (regions.length === 0) return (drafts) => drafts;
  const around = (places: ClauseDraft['model']): { region: Region; place: Span } | undefined => {
    for (const place of places ?? []) {
      const region = 'in' in place ? undefined : regions.find(({ span }) => contains(span, place));
      if (region && !('in' in place)) return { region, place };
    }
    return undefined;
  };
  const isMissingOtherwise = ({ region, place }: { region: Region; place: Span }): boolean => !region.alternatives && elementsOf(comparison).some((element) => contains(region.span, element) && contains(element, place));
  return (drafts) => ({
    clauses: drafts.clauses.map((clause) => {
      if (clause.verdict !== 'differs') return clause;
      const own = around(clause.model);
      const found = own && !isMissingOtherwise(own) ? own : around(clause.origins);
      if (!found) return clause;
      return { ...clause, verdict: 'unknown', reason: 'opaque-jinja', message: `Can't tell: Jinja decides whether the model does so: ${opening(comparison, found.region)}` };
    }),
    findings: drafts.findings.filter((finding) => !finding.unspecced || !around(finding.model)),
  });
}

function regionsOf({ analysis }: Comparison): Region[] {
  const { chosen, graph } = analysis ?? {};
  if (chosen?.in !== 'raw') return [];
  const told = chosen.analysis.jinja.filter((item) => item.effect === 'branch' || item.effect === 'loop');
  const marked = (graph?.stages ?? []).flatMap((stage) => stage.opaque).filter((opaque) => opaque.reason === 'jinja');
  // A macro that was written out has the text of its branches, and the place of its call.
  return [...told, ...marked].map(({ span, text }) => ({ span, text, alternatives: [text, chosen.text.slice(span.start, span.end)].some((part) => /\{%[-+]?\s*(else|elif)\b/.test(part)) || !chosen.text.startsWith('{%', span.start) }));
}

/** The texts of the branches and loops that a place of the model stands in, all their alternatives included. */
export function branchesAround(comparison: Comparison, place: Span): string[] {
  return regionsOf(comparison).flatMap(({ span, text }) => (contains(span, place) ? [text] : []));
}

/** Places of the joins, filters and columns of the model. */
function elementsOf({ model }: Comparison): Span[] {
  return [...(model?.stages.values() ?? [])].flatMap((stage) => [...stage.joins.flatMap((join) => join.spans.slice(0, 1)), ...stage.filters.flatMap((filter) => filter.spans.slice(0, 1)), ...stage.columns.map((column) => column.span)]);
}

function opening({ analysis }: Comparison, { span }: Region): string {
  const text = analysis?.chosen?.text.slice(span.start, span.end) ?? '';
  return (/^\{%[\s\S]*?%\}/.exec(text)?.[0] ?? text.slice(0, 60)).replace(/\s+/g, ' ');
}

function contains(outer: Span, inner: Span): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}
