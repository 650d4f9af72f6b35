import type { ProjectIndex } from '../project/types';
import type { BusinessFacts } from '../spec/types';
import { uniqueId } from './names';
import { wantedGrain } from './subjects';
import { wordsIn } from './words';

const COMBINATION = 'dbt_utils.unique_combination_of_columns';

/**
 * A test for the key, every edge case and every correctness line. Edge cases are unit tests; a line with a reference or a
 * tolerance is a reconciliation, one that says the grain the uniqueness test, another a data test of its own.
 */
export function generateTests(project: ProjectIndex, facts: BusinessFacts, grain: readonly string[] | undefined, ids: Set<string>): Record<string, unknown>[] {
  const lines = correctness(facts);
  const unique = grain && grain.length > 0 ? uniqueness(project, grain, ids) : undefined;
  const once = unique ? lines.filter((line) => !line.compared && saysGrain(line.statement, facts)) : [];
  const [only] = grain?.length === 1 ? grain : [];
  const keyTests = [
    ...(unique ? [{ ...unique, ...(once.length > 0 ? { covers: once.map(({ id }) => id) } : {}) }] : []),
    ...(only === undefined ? [] : [{ id: uniqueId('T', `not_null ${only}`, ids), test: 'not_null', column: only }]),
  ];
  const edges = facts.items.filter((item) => item.section === 'edge_cases').map((item) => covering(item.id?.value ?? '', 'unit', ids));
  const others = lines.filter((line) => !once.includes(line)).map(({ id, compared, hasExample }) => covering(id, compared ? 'reconciliation' : hasExample ? 'unit' : `assert_${facts.model?.value.split('.').pop() ?? 'model'}_${tail(id).replace(/-/g, '_')}`.toLowerCase(), ids));
  return [...keyTests, ...edges, ...others];
}

function covering(id: string, test: string, ids: Set<string>): Record<string, unknown> {
  return { id: uniqueId('T', tail(id), ids), test, covers: [id] };
}

function tail(id: string): string {
  return id.replace(/^[A-Z0-9]+-/, '');
}

/** The test that the grain is unique; a package's test only where the project uses it already. */
function uniqueness(project: ProjectIndex, grain: readonly string[], ids: Set<string>): Record<string, unknown> | undefined {
  const [only] = grain;
  if (grain.length === 1 && only !== undefined) return { id: uniqueId('T', `unique ${only}`, ids), test: 'unique', column: only };
  const used = [...project.nodes.values()].some((node) => node.tests.some((test) => test.test === COMBINATION));
  return used ? { id: uniqueId('T', 'unique grain', ids), test: COMBINATION, arguments: { combination_of_columns: grain } } : undefined;
}

interface Line {
  id: string;
  statement: string;
  /** True where it is held against another figure. */
  compared: boolean;
  hasExample: boolean;
}

function correctness(facts: BusinessFacts): Line[] {
  const list = facts.data['correct_when'];
  const records = (Array.isArray(list) ? list : []).filter((item): item is Record<string, unknown> => item !== null && typeof item === 'object');
  return records.flatMap((item): Line[] => (typeof item['id'] === 'string' ? [{ id: item['id'], statement: String(item['statement'] ?? ''), compared: item['reference'] !== undefined || item['tolerance'] !== undefined, hasExample: item['example'] !== undefined }] : []));
}

/** True for "each customer appears once": the grain in other words. */
function saysGrain(statement: string, facts: BusinessFacts): boolean {
  const { words, time } = wantedGrain(facts);
  const said = new Set(wordsIn(statement.replace(/\b(appears?|occurs?|once|unique|exactly|duplicates?|duplicated|twice|more)\b/gi, '')));
  const wanted = [...words, time ?? ''].flatMap(wordsIn);
  return /\b(once|unique|no duplicates?|not duplicated|one row per)\b/i.test(statement) && wanted.length > 0 && wanted.every((word) => said.has(word)) && [...said].every((word) => wanted.includes(word));
}
