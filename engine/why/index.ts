import type { Clause, Finding, ModelReport, SpecPlace, Verdict } from '../conformance/types';
import { businessOf, clauseAddresses, type AddressedLine, type SpecDocument } from '../spec';
import type { Position, Range } from '../text';
import { rulesServed, type BusinessRule } from './rules';

export { approvalsOf, type Approval, type BusinessRule } from './rules';

/** One line of the technical spec that a place of the model does the work of. */
export interface WhyLine {
  /** `joins/paid`, `steps/paid/filters/F-paid`. */
  address: string;
  verdict: Verdict;
  spec: SpecPlace;
  /** The clauses of the line that have to do with the place. */
  clauses: Clause[];
  /** The business rules that the line names; empty where it names none. */
  rules: BusinessRule[];
}

/** Why a place of a model's SQL is there. */
export interface Why {
  lines: WhyLine[];
  /** What is there beyond the spec; of unspecced logic nobody asked for it. */
  findings: Finding[];
}

const ORDER: readonly Verdict[] = ['differs', 'unknown', 'matches'];

/**
 * What the spec says of a place in a model's raw file, the innermost first. An empty range asks for what stands at that position, one with
 * an extent for everything that reaches into it. `spec` is the technical spec that the report judges, `specs` are those of the project.
 */
export function whyAt(report: ModelReport, spec: SpecDocument, specs: readonly SpecDocument[], range: Range): Why {
  const extent = ({ model }: Pick<Clause, 'model'>): number => Math.min(...model.filter((place) => place.in === 'raw' && place.file === report.modelFile && meets(place.range, range)).map((place) => sizeOf(place.range)));
  const near = <T extends Pick<Clause, 'model'>>(items: readonly T[]): { item: T; size: number }[] => items.map((item) => ({ item, size: extent(item) })).filter(({ size }) => size < Infinity).sort((a, b) => a.size - b.size);
  const [clauses, findings] = [near(report.clauses), near(report.findings)];
  const least = Math.min(...[...clauses, ...findings].map(({ size }) => size));
  const isWanted = ({ size }: { size: number }): boolean => !isEmpty(range) || size === least;
  return {
    lines: linesOf(clauses.filter(isWanted).map(({ item }) => item), spec, specs),
    findings: findings.filter(isWanted).map(({ item }) => item),
  };
}

/** The innermost place around a position that an answer is about; undefined where it is about none. */
export function placeAround({ modelFile }: ModelReport, { lines, findings }: Why, at: Position): Range | undefined {
  const places = [...lines.flatMap(({ clauses }) => clauses), ...findings].flatMap(({ model }) => model.flatMap((place) => (place.in === 'raw' && place.file === modelFile && meets(place.range, { start: at, end: at }) ? [place.range] : [])));
  return places.sort((a, b) => sizeOf(a) - sizeOf(b))[0];
}

function linesOf(clauses: readonly Clause[], spec: SpecDocument, specs: readonly SpecDocument[]): WhyLine[] {
  const { facts } = spec;
  if (facts?.kind !== 'technical') return [];
  const addresses = clauseAddresses(facts);
  const business = businessOf(spec, facts, specs);
  const groups = new Map<string, { line: AddressedLine | undefined; clauses: Clause[] }>();
  for (const clause of clauses) {
    const line = addresses.findLast(({ address }) => clause.id === address || clause.id.startsWith(`${address}/`));
    const address = line?.address ?? clause.id;
    groups.set(address, { line, clauses: [...(groups.get(address)?.clauses ?? []), clause] });
  }
  return [...groups].flatMap(([address, { line, clauses: own }]) => {
    const [first] = own;
    if (!first) return [];
    const verdict = ORDER.find((word) => own.some((clause) => clause.verdict === word)) ?? first.verdict;
    return [{ address, verdict, spec: first.spec, clauses: own, rules: rulesServed(address, line?.serves ?? [], business, specs) }];
  });
}

function meets(place: Range, range: Range): boolean {
  if (isEmpty(range)) return isBefore(place.start, range.start) && isBefore(range.start, place.end);
  return isBefore(place.start, range.end) && isBefore(range.start, place.end);
}

function isEmpty({ start, end }: Range): boolean {
  return start.line === end.line && start.character === end.character;
}

function isBefore(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.character <= b.character);
}

/** A measure to tell an inner place from one around it. */
function sizeOf({ start, end }: Range): number {
  return (end.line - start.line) * 10_000 + end.character - start.character;
}
