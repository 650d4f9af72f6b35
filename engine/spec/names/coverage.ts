import { pointingNodes } from '../../project/lookup';
import type { DataTest, ProjectIndex, RelationNode, UnitTest } from '../../project/types';
import { resolvePath } from '../implementsOf';
import type { SpecDocument, TestFact, WaiverFact } from '../types';

/** What stands for a line of a business spec: tests of technical specs, tests of dbt that point at it, waivers. */
export interface Coverage {
  specified: { spec: SpecDocument; test: TestFact }[];
  pointing: PointingTest[];
  waived: { spec: SpecDocument; waiver: WaiverFact }[];
}

/** A test of dbt with the node it is on. */
export interface PointingTest {
  node: RelationNode;
  test: DataTest | UnitTest;
}

/** The technical specs that serve a business spec: those that name it, and those of its model that name none. */
export function technicalOf(business: SpecDocument, specs: readonly SpecDocument[]): SpecDocument[] {
  const model = business.facts?.model?.value;
  const name = business.path.slice(business.path.lastIndexOf('/') + 1);
  // Of most specs the text tells that they have to do with neither, without being parsed.
  const mayServe = ({ kind, text }: SpecDocument): boolean => kind === 'technical' && (text.includes(name) || (model !== undefined && text.includes(model)));
  return specs.filter((spec) => mayServe(spec)).filter(({ path, facts }) => facts?.kind === 'technical' && (facts.implements.length > 0 ? facts.implements.some((one) => resolvePath(path, one.business.value) === business.path) : model !== undefined && facts.model?.value === model));
}

/** How the lines of a business spec are covered, by id. */
export function coverageOf(business: SpecDocument, specs: readonly SpecDocument[], project: ProjectIndex): ReadonlyMap<string, Coverage> {
  const served = technicalOf(business, specs);
  const model = /^(?:\w+\.)??(\w+)(?:\.v\w+)?$/.exec(business.facts?.model?.value ?? '')?.[1] ?? '';
  const tests = pointingNodes(project).flatMap((node) => [...node.tests, ...node.unitTests].flatMap((test) => (test.specIds.length > 0 ? [{ node, test }] : [])));
  const ids = business.facts?.kind === 'business' ? business.facts.items.flatMap(({ id }) => id?.value ?? []) : [];
  return new Map(ids.map((id) => {
    const is = (written: string): boolean => written.replace(/^.*#/, '') === id;
    return [id, {
      specified: served.flatMap((spec) => (spec.facts?.kind === 'technical' ? (spec.facts.tests?.items ?? []).filter((test) => test.covers.some(({ value }) => is(value))).map((test) => ({ spec, test })) : [])),
      pointing: tests.filter(({ test }) => test.specIds.includes(`${model}#${id}`)),
      waived: served.flatMap((spec) => (spec.facts?.kind === 'technical' ? spec.facts.waivers.filter(({ clause }) => is(clause.value)).map((waiver) => ({ spec, waiver })) : [])),
    }];
  }));
}
