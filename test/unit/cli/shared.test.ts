import { describe, expect, it } from 'vitest';
import type { Judged } from '../../../cli/judgeSpec';
import type { Head, Item, Result, Share, ShareListener } from '../../../cli/share';
import { sharedRun } from '../../../cli/shared';
import { emptyTrace } from '../../../platform/tracedWorkspace';

const PATHS = Array.from({ length: 60 }, (_, index) => `specs/m${index}.technical.spec.yml`);

const judged = (path: string, by: string): Judged => ({ said: `${path} ${by}`, fails: false, lacks: false });

const HEAD = { envelope: {}, misconfigured: false } as unknown as Head;

const resultsOf = (items: readonly Item[], by: string): Result[] => items.map(({ index, path }) => ({ index, judged: judged(path, by) }));

/** Says what a process that was asked for the head says before it is given something. */
function opened(listener: ShareListener): void {
  listener.ready(PATHS, emptyTrace());
  listener.head(HEAD, emptyTrace());
}

/** What a run takes, in order, and what it warns of. */
async function runWith(start: ((listener: ShareListener) => Share)[], limits?: { silent: number; opening: number }): Promise<{ said: string[]; warnings: string[] }> {
  const said: string[] = [];
  const warnings: string[] = [];
  const run = sharedRun({
    start,
    head: () => Promise.resolve(HEAD),
    specPaths: () => Promise.resolve(PATHS),
    own: (path) => Promise.resolve(judged(path, 'own')),
    take: ({ said: text }) => void said.push(String(text)),
    read: () => undefined,
    warn: (text) => void warnings.push(text),
    ...(limits === undefined ? {} : { limits }),
  });
  expect(await run.head()).toBe(HEAD);
  await run.judgeAll();
  return { said, warnings };
}

const share = (of: Partial<Share>): Share => ({ give: () => undefined, stop: () => undefined, ...of });

describe('a run shared with other processes', () => {
  it('takes everything once and in order, whoever judged it', async () => {
    const { said, warnings } = await runWith([(listener) => {
      setImmediate(() => opened(listener));
      return share({ give: (items: readonly Item[]) => setImmediate(() => listener.answer(resultsOf(items, 'other'), emptyTrace())) });
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
      setImmediate(() => opened(listener));
      return share({ stop: () => void (stopped = true) });
    }], { silent: 50, opening: 1000 });
    expect(said).toEqual(PATHS.map((path) => `${path} own`));
    expect(warnings).toHaveLength(1);
    expect(stopped).toBe(true);
  });
  it('judges what one had that ended half way, and takes no late answer of it', async () => {
    const { said, warnings } = await runWith([(listener) => {
      setImmediate(() => opened(listener));
      return share({ give: (items: readonly Item[]) => setImmediate(() => {
        listener.answer(resultsOf(items.slice(0, 1), 'other'), emptyTrace());
        listener.ended('it ended with 1');
        listener.answer(resultsOf(items.slice(1, 2), 'late'), emptyTrace());
      }) });
    }]);
    expect(said.map((text) => text.split(' ')[0])).toEqual(PATHS);
    expect(said.filter((text) => text.endsWith('late'))).toEqual([]);
    expect(warnings).toHaveLength(1);
  });
  it('asks this process for the head where the one that should say it ended', async () => {
    const answering = (listener: ShareListener): Share => {
      setImmediate(() => listener.ready(PATHS, emptyTrace()));
      return share({ give: (items: readonly Item[]) => setImmediate(() => listener.answer(resultsOf(items, 'other'), emptyTrace())) });
    };
    const { said, warnings } = await runWith([(listener) => (setImmediate(() => listener.ended('it ended with 1')), share({})), answering]);
    expect(said).toEqual(PATHS.map((path) => `${path} other`));
    expect(warnings).toHaveLength(1);
  });
  it('has specs judged while the head is waited for, and takes them once it is there', async () => {
    const events: string[] = [];
    let given = 0;
    const other = (listener: ShareListener): Share => {
      setImmediate(() => listener.ready(PATHS, emptyTrace()));
      return share({ give: (items) => setImmediate(() => {
        given += items.length;
        listener.answer(resultsOf(items, 'other'), emptyTrace());
        if (given === PATHS.length) listener.head(HEAD, emptyTrace());
      }) });
    };
    const run = sharedRun({ start: [other], head: () => Promise.reject(new Error('The other says it.')), specPaths: () => Promise.resolve(PATHS), own: (path) => Promise.resolve(judged(path, 'own')), take: ({ said }) => void events.push(String(said)), read: () => undefined, warn: (text) => void events.push(text) });
    expect(await run.head()).toBe(HEAD);
    expect(given).toBe(PATHS.length);
    expect(events).toEqual([]);
    await run.judgeAll();
    expect(events).toEqual(PATHS.map((path) => `${path} other`));
  });
  it('gives up one that never says the head, and says so', async () => {
    const { said, warnings } = await runWith([(listener) => {
      setImmediate(() => listener.ready(PATHS, emptyTrace()));
      return share({ give: () => undefined });
    }], { silent: 1000, opening: 50 });
    expect(said).toEqual(PATHS.map((path) => `${path} own`));
    expect(warnings).toHaveLength(1);
  });
  it('leaves the rest to another where one ends', async () => {
    const answering = (dies: boolean) => (listener: ShareListener): Share => {
      setImmediate(() => opened(listener));
      return share({ give: (items: readonly Item[]) => setImmediate(() => (dies ? listener.ended('it ended with 1') : listener.answer(resultsOf(items, 'other'), emptyTrace()))) });
    };
    const { said, warnings } = await runWith([answering(true), answering(false)]);
    expect(said).toEqual(PATHS.map((path) => `${path} other`));
    expect(warnings).toHaveLength(1);
  });
});
