import type { Connection, TextDocuments } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { ClientFeatures } from './clientFeatures';
import type { LoadedProject, Session } from './session';
import type { Settings } from './settings';

/** What the features of a connection are served with. */
export interface Serving {
  connection: Connection;
  documents: TextDocuments<TextDocument>;
  session: Session;
  client(): ClientFeatures;
  settings(): Settings;
  /** The project around a document; undefined where there is none, or it could not be read, which the diagnostics tell. */
  projectOf(uri: string): Promise<LoadedProject | undefined>;
}
