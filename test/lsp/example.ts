import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'vitest';
import type { Location, Position, ProtocolConnection, TextEdit, WorkspaceEdit } from 'vscode-languageserver/node';
import { parseSpec } from '../../engine/spec';
import { lineStarts, offsetAt, positionAt, type Range } from '../../engine/text';
import { applyEdits, openText } from './support';

export const VALUE = 'specs/marts/customer_value.technical.spec.yml';
export const BUSINESS = 'specs/marts/customer_value.business.spec.yml';

/** A copy of the example project in a folder of its own. */
export interface Example {
  folder: string;
  uriOf(path: string): string;
  pathOf(uri: string): string;
  read(path: string): string;
  /** Opens a file and gives the place of a needle in it, at its `|`. */
  at(client: ProtocolConnection, path: string, needle: string, text?: string): Promise<{ textDocument: { uri: string }; position: Position; text: string }>;
  /** Places as the line they stand on with the word in brackets, behind the file's name. */
  shown(locations: readonly Location[]): string[];
  /** The texts after an edit, by path; every spec in it must parse without errors. */
  applied(edit: WorkspaceEdit | null): Record<string, string>;
  remove(): void;
}

export function copyExample(): Example {
  const folder = mkdtempSync(join(tmpdir(), 'specline-example-'));
  cpSync('examples/jaffle', folder, { recursive: true, filter: (path) => !/\/(target|logs)$/.test(path) });
  const base = `${pathToFileURL(folder).toString()}/`;
  const read = (path: string): string => readFileSync(join(folder, path), 'utf8');
  const pathOf = (uri: string): string => decodeURIComponent(uri.slice(base.length));
  return {
    folder,
    uriOf: (path) => base + path,
    pathOf,
    read,
    async at(client, path, needle, text = read(path)) {
      await openText(client, base + path, text);
      const found = text.indexOf(needle.replace('|', ''));
      expect(found, needle).toBeGreaterThanOrEqual(0);
      return { textDocument: { uri: base + path }, position: positionAt(lineStarts(text), found + needle.indexOf('|')), text };
    },
    shown: (locations) => locations.map(({ uri, range }) => `${pathOf(uri).split('/').pop() ?? ''}: ${inBrackets(read(pathOf(uri)), range)}`),
    applied(edit) {
      const byUri = edit?.documentChanges ? edit.documentChanges.flatMap((change) => ('edits' in change ? [[change.textDocument.uri, change.edits as TextEdit[]] as const] : [])) : Object.entries(edit?.changes ?? {});
      return Object.fromEntries(byUri.map(([uri, edits]) => {
        const path = pathOf(uri);
        const text = applyEdits(read(path), edits);
        if (path.includes('.spec.')) expect(parseSpec(path, text).problems.filter(({ severity }) => severity === 'error')).toEqual([]);
        return [path, text];
      }));
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The line of a range with what is in it in brackets. */
export function inBrackets(text: string, range: Range): string {
  const starts = lineStarts(text);
  const [from, to] = [offsetAt(text, starts, range.start), offsetAt(text, starts, range.end)];
  const line = starts[range.start.line] ?? 0;
  return `${text.slice(line, from)}[${text.slice(from, to)}]${text.slice(to).split('\n')[0] ?? ''}`.trim();
}

/** Lines of a text that another has not. */
export function changedLines(before: string, after: string): string[] {
  const known = new Set(before.split('\n'));
  return after.split('\n').filter((line) => !known.has(line)).map((line) => line.trim());
}
