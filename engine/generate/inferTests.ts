import { shortTestName } from '../project/testArguments';
import type { DataTest, RelationNode } from '../project/types';
import { optional } from '../project/values';
import { uniqueId } from './names';

/** The tests a node has: its enabled data tests with their arguments, then its unit tests. */
export function testsData(node: RelationNode, ids: Set<string>): Record<string, unknown>[] {
  return [
    ...node.tests.filter((test) => test.enabled).map((test) => testData(test, ids)),
    ...node.unitTests.map((test) => ({ id: uniqueId('T', `unit ${test.name}`, ids), test: 'unit' })),
  ];
}

function testData(test: DataTest, ids: Set<string>): Record<string, unknown> {
  // Rendered Jinja would be compared with its source; a literal is the same on both sides.
  const args = Object.entries({ ...test.arguments, ...optional('where', test.where), ...optional('error_if', test.errorIf) }).filter(([key, value]) => value !== null && (key === 'where' || !JSON.stringify(value).includes('{{')));
  return {
    id: uniqueId('T', `${shortTestName(test.test)} ${test.column ?? ''}`, ids),
    test: test.test,
    ...(test.column === undefined ? {} : { column: test.column }),
    ...(args.length > 0 ? { arguments: Object.fromEntries(args) } : {}),
    ...(test.severity === 'warn' ? { severity: 'warn' } : {}),
  };
}
