import { shortTestName } from './testArguments';
import type { DataTest, Json, RelationNode, UnitTest } from './types';

/** Files of one package that declare tests, by their path below the package's folder. */
export interface DeclaringFiles {
  /** Properties files that were read whole, and those whose YAML is broken. */
  whole: ReadonlySet<string>;
  broken: ReadonlySet<string>;
  /** Files of singular tests. */
  singular: ReadonlySet<string>;
  /** Names of the unit tests in the properties files, enabled or not. */
  unitTests: ReadonlySet<string>;
}

/** Those files of each package that was read. */
export type Declaring = Pick<ReadonlyMap<string, DeclaringFiles>, 'get'>;

/**
 * The tests of a node by its manifest and by the files as they are now. A test that YAML declares is as the YAML has it, and
 * gone where the YAML does not have it any more; the manifest adds what Jinja decides and what files outside the project
 * declare. `files` are those of each package that was read.
 */
export function mergeTests(tests: readonly DataTest[], raw: RelationNode, files: Declaring): DataTest[] {
  const left = [...raw.tests];
  const partners = new Map<DataTest, DataTest>();
  for (const same of [isAlike, isNamesake]) {
    for (const test of tests) {
      const index = partners.has(test) ? -1 : left.findIndex((candidate) => same(candidate, test));
      if (index >= 0) partners.set(test, left.splice(index, 1)[0] as DataTest);
    }
  }
  const known = tests.flatMap((test): DataTest[] => {
    const own = partners.get(test);
    return own ? [merged(test, own)] : remaining(test, raw, files);
  });
  return [...known, ...left];
}

/** The unit tests of a node's manifest that the files of its package may still declare; their places come later. */
export function mergeUnitTests(tests: readonly UnitTest[], raw: RelationNode, files: Declaring): UnitTest[] {
  if (tests.length === 0) return [];
  const there = files.get(raw.package);
  if (!there || there.broken.size > 0 || there.whole.size === 0) return [...tests];
  return tests.filter((test) => there.unitTests.has(test.name));
}

function isNamesake(raw: DataTest, test: DataTest): boolean {
  return raw.column === test.column && raw.singular === test.singular && shortTestName(raw.test) === shortTestName(test.test);
}

function isAlike(raw: DataTest, test: DataTest): boolean {
  return isNamesake(raw, test) && canonical(raw.arguments) === canonical(test.arguments);
}

/** What YAML says, and where Jinja decides that, what the manifest says. */
function merged(test: DataTest, raw: DataTest): DataTest {
  const hidden = new Set(raw.hidden);
  const out: DataTest = {
    test: test.test,
    singular: raw.singular,
    arguments: mergedArguments(test.arguments, raw.arguments),
    severity: hidden.has('severity') ? test.severity : raw.severity,
    enabled: hidden.has('enabled') ? test.enabled : raw.enabled,
    specIds: [...new Set([...test.specIds, ...raw.specIds])],
    from: raw.from,
  };
  const uniqueId = test.uniqueId ?? raw.uniqueId;
  const where = hidden.has('where') ? test.where : raw.where;
  const errorIf = hidden.has('error_if') ? test.errorIf : raw.errorIf;
  if (uniqueId !== undefined) out.uniqueId = uniqueId;
  if (raw.column !== undefined) out.column = raw.column;
  if (raw.onColumn !== undefined) out.onColumn = raw.onColumn;
  if (where !== undefined) out.where = where;
  if (errorIf !== undefined) out.errorIf = errorIf;
  if (raw.place) out.place = raw.place;
  if (raw.origin) out.origin = raw.origin;
  if (raw.stale !== undefined) out.stale = raw.stale;
  const same = out.severity === test.severity && where === test.where && errorIf === test.errorIf && out.enabled === test.enabled && canonical(out.arguments) === canonical(test.arguments);
  if (same) out.from = test.from;
  return out;
}

function mergedArguments(known: DataTest['arguments'], raw: DataTest['arguments']): DataTest['arguments'] {
  const keys = Object.keys(raw);
  return keys.some((key) => isJinja(raw[key])) ? Object.fromEntries(keys.map((key) => [key, (isJinja(raw[key]) ? known[key] : undefined) ?? (raw[key] as Json)])) : raw;
}

/** A test of the manifest that the files of the node's package do not have: gone, unless it may stand elsewhere. */
function remaining(test: DataTest, raw: RelationNode, files: Declaring): DataTest[] {
  const { origin } = test;
  const there = origin && files.get(origin.package);
  if (!origin || !there) return [test];
  if (origin.file === undefined) return raw.place && !test.singular && origin.package === raw.package ? [] : [test];
  if (test.singular) return there.singular.has(origin.file) ? [test] : [];
  const [broken] = there.broken;
  if (broken !== undefined) return [{ ...test, stale: `${broken}, where it may stand, is not valid YAML` }];
  // What a package says of another's models is not read from its files.
  if (origin.package !== raw.package && there.whole.has(origin.file)) return [test];
  if (there.whole.size > 0) return [];
  return [{ ...test, stale: `${origin.file} is not there, by which the manifest knows it` }];
}

function isJinja(value: Json | undefined): boolean {
  return value !== undefined && JSON.stringify(value).includes('{{');
}

function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value !== null && typeof value === 'object') return `{${Object.keys(value).sort().map((key) => `${key}:${canonical(value[key] as Json)}`).join(',')}}`;
  return String(value).trim();
}
