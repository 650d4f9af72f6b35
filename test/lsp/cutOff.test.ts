import { beforeAll, describe, it } from 'vitest';
import { answersAt, FIXTURES, loadFixtures, type Fixtures } from './everyFeature';

let fixtures: Fixtures;

beforeAll(async () => {
  fixtures = await loadFixtures();
});

describe('every feature answers at the end of a spec that is cut off at any offset', () => {
  it.each(FIXTURES)('$path', ({ path, text }) => {
    for (let end = 0; end <= text.length; end++) answersAt(fixtures, path, text.slice(0, end), end);
  }, 120_000);
});
