import { SymbolKind, type SymbolInformation } from 'vscode-languageserver';
import { projectSymbols } from '../../engine/spec/names/projectSymbols';
import type { LoadedProject, Session } from '../session';

const KINDS = { id: SymbolKind.Key, model: SymbolKind.Class, step: SymbolKind.Struct, test: SymbolKind.Method } as const;

/** Ids, models, steps and the dbt tests that point at ids, of every project, by a part of their name. */
export function workspaceSymbols(session: Session, projects: readonly LoadedProject[], query: string): SymbolInformation[] {
  return projects.flatMap(({ root, project, specs }) =>
    projectSymbols(project, specs, query).map(({ kind, name, container, file, range }) => ({ name, kind: KINDS[kind], containerName: container, location: { uri: session.uriOf(root, file), range } })),
  );
}
