import { describe, expect, it } from 'vitest';
import type { Judged } from '../../../cli/judgeSpec';
import type { Head, Item, Share, ShareListener } from '../../../cli/share';
import { sharedRun } from '../../../cli/shared';
import { emptyTrace } from '../../../platform/tracedWorkspace';

const PATHS = Array.from({ length: 60 }, (_, index) => `specs/m${index}.technical.spec.yml`);

const judged = (path: string, by: string): Judged => ({ said: `${path} ${by}`, fails: false, lacks: false });

const HEAD = { envelope: {}, misconfigured: false, specPaths: PATHS, trace: emptyTrace() } as unknown as Head;

/** What a run takes, in order, and what it warns of. */
async function runWith(start: ((listener: ShareListener) => Share)[], limits?: { silent: number; opening: number }): Promise<{ said: string[]; warnings: string[] }> {
  const said: string[] = [];
  const warnings: string[] = [];
  const run = sharedRun({
    start,
    head: () => Promise.resolve(HEAD),
    own: (path) => Promise.resolve(judged(path, 'own')),
    take: ({ said: text }) => void said.push(String(text)),
    read: () => undefined,
    warn: (text) => void warnings.push(text),
    ...(limits === undefined ? {} : { limits }),
  });
  await run.judgeAll((await run.head()).specPaths);
  return { said, warnings };
}

const share = (of: Partial<Share>): Share => ({ give: () => undefined, stop: () => undefined, ...of });

describe('a run shared with other processes', () => {
  it('takes everything once and in order, whoever judged it', async () => {
    const { said, warnings } = await runWith([(listener) => {
      setImmediate(() => listener.ready(HEAD));
      return share({ give: (items: readonly Item[]) => setImmediate(() => items.forEach(({ index, path }) => listener.answer(index, judged(path, 'other'), emptyTrace()))) });
    }]);
    expect(said.map((text) => text.split(' ')[0])).toEqual(PATHS);
    expect(new Set(said.map((text) => text.split(' ')[1]))).toEqual(new Set(['other']));
    expect(warnings).toEqual([]);
  });
  it('does all itself where there is no other', async () => {
    expect((await runWith([])).said).toEqual(PATHS.map((path) => `${path} own`));
  });
  it('does all itself where another is never ready, and says so', async () => {
    let stopped = false;
    const { said, warnings } = await runWith([() => share({ stop: () => void (stopped = true) })], { silent: 1000, opening: 50 });
    expect(said).toEqual(PATHS.map((path) => `${path} own`));
    expect(warnings).toHaveLength(1);
    expect(stopped).toBe(true);
  });
  it('gives up one that falls silent, says so, and judges what it had', async () => {
    let stopped = false;
    const { said, warnings } = await runWith([(listener) => {
      setImmediate(() => listener.ready(HEAD));
      return share({ stop: () => void (stopped = true) });
    }], { silent: 50, opening: 1000 });
    expect(said).toEqual(PATHS.map((path) => `${path} own`));
    expect(warnings).toHaveLength(1);
    expect(stopped).toBe(true);
  });
  it('judges what one had that ended half way, and takes no late answer of it', async () => {
    const { said, warnings } = await runWith([(listener) => {
      setImmediate(() => listener.ready(HEAD));
      return share({ give: (items: readonly Item[]) => setImmediate(() => {
        const [first, second] = items;
        if (first) listener.answer(first.index, judged(first.path, 'other'), emptyTrace());
        listener.ended('it ended with 1');
        if (second) listener.answer(second.index, judged(second.path, 'late'), emptyTrace());
      }) });
    }]);
    expect(said.map((text) => text.split(' ')[0])).toEqual(PATHS);
    expect(said.filter((text) => text.endsWith('late'))).toEqual([]);
    expect(warnings).toHaveLength(1);
  });
  it('asks this process for the head where the one that should say it ended', async () => {
    const answering = (listener: ShareListener): Share => {
      setImmediate(() => listener.ready());
      return share({ give: (items: readonly Item[]) => setImmediate(() => items.forEach(({ index, path }) => listener.answer(index, judged(path, 'other'), emptyTrace()))) });
    };
    const { said, warnings } = await runWith([(listener) => (setImmediate(() => listener.ended('it ended with 1')), share({})), answering]);
    expect(said).toEqual(PATHS.map((path) => `${path} other`));
    expect(warnings).toHaveLength(1);
  });
  it('leaves the rest to another where one ends', async () => {
    const answering = (dies: boolean) => (listener: ShareListener): Share => {
      setImmediate(() => listener.ready(HEAD));
      return share({ give: (items: readonly Item[]) => setImmediate(() => (dies ? listener.ended('it ended with 1') : items.forEach(({ index, path }) => listener.answer(index, judged(path, 'other'), emptyTrace())))) });
    };
    const { said, warnings } = await runWith([answering(true), answering(false)]);
    expect(said).toEqual(PATHS.map((path) => `${path} other`));
    expect(warnings).toHaveLength(1);
  });
});
