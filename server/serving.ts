import type { CancellationToken, Connection, TextDocuments } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { ClientFeatures } from './clientFeatures';
import type { LoadedProject, Session } from './session';

/** What the features of a connection are served with. */
export interface Serving {
  connection: Connection;
  documents: TextDocuments<TextDocument>;
  session: Session;
  client(): ClientFeatures;
  /** The project around a document; undefined where there is none, or it could not be read, which the diagnostics tell. */
  projectOf(uri: string): Promise<LoadedProject | undefined>;
}

/** The answer while the request stands, else what is empty. */
export function unlessCancelled<T>(token: CancellationToken, empty: T, answer: () => T): T {
  return token.isCancellationRequested ? empty : answer();
}
