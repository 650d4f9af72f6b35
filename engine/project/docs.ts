import type { Workspace } from '../workspace';
import { sourceOf } from './files';
import type { PackageFile } from './packageFiles';
import type { Notice } from './types';

/** Texts of `{% docs name %}` blocks by name. */
export type DocBlocks = ReadonlyMap<string, string>;

/** Reads the doc blocks of a package's Markdown files. */
export async function readDocs(workspace: Workspace, files: readonly PackageFile[]): Promise<{ blocks: DocBlocks; notices: Notice[] }> {
  const sources = await Promise.all(files.map(({ file }) => sourceOf(workspace, file)));
  const blocks = new Map<string, string>();
  for (const { text } of sources) {
    for (const match of (text ?? '').matchAll(/\{%-?\s*docs\s+(\w+)\s*-?%\}([\s\S]*?)\{%-?\s*enddocs\s*-?%\}/g)) blocks.set(match[1] ?? '', (match[2] ?? '').trim());
  }
  return { blocks, notices: sources.flatMap(({ notices }) => notices) };
}

/** A description with its `{{ doc('name') }}` filled in; what is not found stays as written. */
export function described(description: string | undefined, blocks: DocBlocks): string | undefined {
  return description?.replace(/\{\{\s*doc\(\s*(?:(['"])\w+\1\s*,\s*)?(['"])(\w+)\2\s*\)\s*\}\}/g, (written, _quote, _other, name: string) => blocks.get(name) ?? written);
}
