import type { Diagnostic } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { carriedTo } from './carried';
import { dependents } from './dependents';
import { diagnosticsInSteps } from './features/diagnostics';
import type { Session } from './session';

/** Where diagnostics are pushed to, and from which documents. */
export interface PushTarget {
  get(uri: string): TextDocument | undefined;
  uris(): string[];
  send(uri: string, version: number | undefined, diagnostics: Diagnostic[]): Promise<void>;
  failed(error: unknown): void;
}

/** Pushes diagnostics to a client that does not pull them. */
export interface Pusher {
  /** The text of a document changed, or it was opened. */
  changed(uri: string): void;
  /** Some documents have to be looked at again; all where nothing is named. */
  again(wanted?: (uri: string) => boolean): void;
  /** A document was closed: its diagnostics go, and what depends on it is looked at again. */
  closed(uri: string): void;
}

/** What was sent of the comparison of a document, and how long that took. */
interface Known {
  text: string;
  verdicts: Diagnostic[];
  tookMs: number;
}

/** Long enough for a request that was sent together with a keystroke to come first. */
const AFTER_REQUESTS_MS = 1;
/** Other documents than the one that is typed in can wait until the typing pauses. */
const OTHERS_AFTER_MS = 250;
/** A comparison that takes long waits until the typing pauses, at most this long. */
const LONGEST_WAIT_MS = 1000;
/** Below this a comparison is over before anybody types again. */
const QUICK_MS = 25;

/**
 * Diagnostics in two steps: what the text alone gives at once, with the verdicts so far at the places they moved to; then the
 * new verdicts. Only the newest text of a document is compared, and only documents that depend on a change are.
 */
export function createPusher(session: Session, target: PushTarget): Pusher {
  const known = new Map<string, Known>();
  const timers = new Map<string, NodeJS.Timeout>();
  const changes = new Set<string>();
  const subjects = new Map<string, string>();
  let others: NodeJS.Timeout | undefined;
  let queue: Promise<void> = Promise.resolve();
  const sent = new Map<string, string>();

  /** What is shown already is not sent again. */
  const send = async (uri: string, version: number | undefined, diagnostics: Diagnostic[]): Promise<void> => {
    const now = JSON.stringify([version ?? null, diagnostics]);
    if (sent.get(uri) === now) return;
    sent.set(uri, now);
    await target.send(uri, version, diagnostics);
  };
  const isCurrent = (uri: string, version: number): boolean => target.get(uri)?.version === version;
  const stop = (uri: string): void => {
    clearTimeout(timers.get(uri));
    timers.delete(uri);
  };
  const push = async (uri: string): Promise<void> => {
    const document = target.get(uri);
    if (!document) return;
    const { version } = document;
    const text = document.getText();
    const { own, verdicts } = await diagnosticsInSteps(session, uri);
    if (!isCurrent(uri, version)) return;
    const last = known.get(uri);
    if (!verdicts) {
      known.delete(uri);
      return send(uri, version, own);
    }
    if (own.length > 0 || last || document.languageId !== 'sql') await send(uri, version, [...own, ...(last ? carriedTo(last.verdicts, last.text, text) : [])]);
    const compare = async (): Promise<void> => {
      if (!isCurrent(uri, version)) return;
      const start = performance.now();
      const found = await verdicts();
      if (!isCurrent(uri, version)) return;
      known.set(uri, { text, verdicts: found, tookMs: performance.now() - start });
      await send(uri, version, [...own, ...found]);
    };
    const expected = last ? last.tookMs : text.length / 1000;
    later(uri, expected < QUICK_MS ? 0 : Math.min(2 * expected, LONGEST_WAIT_MS), compare);
  };
  /** One comparison at a time: two would only take turns, and the newest text waits for neither. */
  const later = (uri: string, wait: number, compare: () => Promise<void>): void => {
    stop(uri);
    timers.set(uri, setTimeout(() => {
      timers.delete(uri);
      queue = queue.then(compare).catch(target.failed);
    }, wait));
  };
  const pushOthers = async (): Promise<void> => {
    const from = [...changes];
    changes.clear();
    const roots = new Set(from.flatMap((uri) => session.placeOf(uri)?.root ?? []));
    for (const root of roots) {
      const own = from.flatMap((uri) => placed(uri, root));
      const moved = own.filter(({ uri }) => changesSubject(uri));
      const project = await session.project(root).catch(() => undefined);
      const depends = project && dependents(project, own.map(({ path }) => path));
      const concerned = target.uris().flatMap((uri) => placed(uri, root)).filter(({ uri, path }) => moved.some((other) => other.uri !== uri) || !depends || depends(path));
      for (const { uri } of concerned) await push(uri);
    }
  };
  const placed = (uri: string, root: string): { uri: string; path: string }[] => {
    const place = session.placeOf(uri);
    return place?.root === root ? [{ uri, path: place.path }] : [];
  };
  /** Whether a spec is about another model or serves other specs than when it was looked at before: those it was about may be open. */
  const changesSubject = (uri: string): boolean => {
    const facts = session.spec(uri)?.facts;
    const now = JSON.stringify([facts?.model?.value, facts?.kind === 'technical' ? facts.implements.map(({ business }) => business.value) : []]);
    const before = subjects.get(uri);
    subjects.set(uri, now);
    return before !== undefined && before !== now;
  };
  const othersLater = (uri: string): void => {
    changes.add(uri);
    clearTimeout(others);
    others = setTimeout(() => void pushOthers().catch(target.failed), OTHERS_AFTER_MS);
  };
  return {
    changed(uri) {
      stop(uri);
      const pushNow = (): void => afterArrived(() => void push(uri).catch(target.failed));
      // What is asked for right behind a keystroke, a completion for one, is waited for; the diagnostics are not.
      if (sent.has(uri)) {
        timers.set(uri, setTimeout(() => {
          timers.delete(uri);
          pushNow();
        }, AFTER_REQUESTS_MS));
      } else pushNow();
      othersLater(uri);
    },
    again(wanted = () => true) {
      for (const uri of target.uris()) if (wanted(uri)) push(uri).catch(target.failed);
    },
    closed(uri) {
      stop(uri);
      known.delete(uri);
      subjects.delete(uri);
      sent.delete(uri);
      target.send(uri, undefined, []).catch(target.failed);
      othersLater(uri);
    },
  };
}

/** Calls back behind the messages that have arrived: a connection reads them in one turn of the event loop, and handles them at its end. */
function afterArrived(then: () => void): void {
  setImmediate(() => setImmediate(then));
}
