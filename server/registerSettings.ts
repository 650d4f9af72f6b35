import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DidChangeWatchedFilesNotification, type Diagnostic } from 'vscode-languageserver';
import { settingsDiagnostics } from './features/settingsDiagnostics';
import type { Serving } from './serving';

/** While a template is typed its specs are looked at again when the typing pauses. */
const PAUSE_MS = 250;

/** What the rest of the server tells of files of settings, specline.yml and what it extends. */
export interface SettingsWatch {
  /** The settings of a project were read, from these files. */
  read(root: string, paths: readonly string[]): void;
}

/**
 * Looks after files of settings: a change of one, saved or not, has specs looked at again by `refresh`; what is wrong in one that
 * is not open is told; and those that stand where the client does not watch, above the workspace or in node_modules, are watched.
 */
export function registerSettings(serving: Serving, folders: () => readonly string[], refresh: () => void): SettingsWatch {
  const { connection, documents, session, client } = serving;
  const watched = new Set<string>();
  const told = new Set<string>();
  const edited = new Set<string>();
  let later: NodeJS.Timeout | undefined;
  const failed = (error: unknown): void => connection.console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  const changed = (uri: string): void => {
    if (session.edited(uri).length === 0) return;
    edited.add(uri);
    clearTimeout(later);
    later = setTimeout(() => {
      const uris = [...edited];
      edited.clear();
      session.changed(uris).then(refresh).catch(failed);
    }, PAUSE_MS).unref();
  };
  documents.onDidChangeContent(({ document: { uri } }) => changed(uri));
  documents.onDidClose(({ document: { uri } }) => changed(uri));
  documents.onDidOpen(({ document: { uri } }) => {
    // What is open is told with its own text.
    if (told.delete(uri) && client().pull) connection.sendDiagnostics({ uri, diagnostics: [] }).catch(failed);
  });

  const tell = (uri: string): void => {
    if (documents.get(uri) !== undefined) return;
    const diagnostics: Diagnostic[] = settingsDiagnostics(session, uri);
    if (diagnostics.length === 0 && !told.has(uri)) return;
    if (diagnostics.length > 0) told.add(uri);
    else told.delete(uri);
    connection.sendDiagnostics({ uri, diagnostics }).catch(failed);
  };
  const watch = (files: readonly string[]): void => {
    if (!client().watches || !client().watchesAnywhere) return;
    const isSeen = (file: string): boolean => !file.includes('/node_modules/') && folders().some((folder) => pathToFileURL(file).toString().startsWith(`${folder}/`));
    const fresh = files.filter((file) => !watched.has(file) && !isSeen(file));
    if (fresh.length === 0) return;
    fresh.forEach((file) => watched.add(file));
    const watchers = fresh.map((file) => ({ globPattern: { baseUri: pathToFileURL(dirname(file)).toString(), pattern: basename(file) } }));
    connection.client.register(DidChangeWatchedFilesNotification.type, { watchers }).catch(failed);
  };
  return {
    read(root, paths) {
      const files = paths.map((path) => join(root, path));
      watch(files);
      // Settings are read in the middle of an answer, which comes first.
      setImmediate(() => paths.forEach((path) => tell(session.uriOf(root, path))));
    },
  };
}
