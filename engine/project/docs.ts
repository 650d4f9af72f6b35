import type { ReadResult, Workspace } from '../workspace';
import { readAll, sourceOf } from './files';
import type { ProjectMemory } from './memory';
import type { PackageFile } from './packageFiles';
import type { Notice } from './types';

/** Texts of `{% docs name %}` blocks by name. */
export type DocBlocks = ReadonlyMap<string, string>;

/** Reads the doc blocks of a package's Markdown files. */
export async function readDocs(workspace: Workspace, files: readonly PackageFile[], memory: ProjectMemory): Promise<{ blocks: DocBlocks; notices: Notice[] }> {
  const reads = await readAll(workspace, files.map(({ file }) => file));
  const sources = reads.map((read, index) => memory.of(read, 'docs', [files[index]?.file], () => docsIn(files[index]?.file ?? '', read)));
  return { blocks: new Map(sources.flatMap(({ blocks }) => blocks)), notices: sources.flatMap(({ notices }) => notices) };
}

function docsIn(file: string, read: ReadResult): { blocks: [string, string][]; notices: Notice[] } {
  const { text = '', notices } = sourceOf(file, read);
  return { blocks: [...text.matchAll(/\{%-?\s*docs\s+(\w+)\s*-?%\}([\s\S]*?)\{%-?\s*enddocs\s*-?%\}/g)].map((match) => [match[1] ?? '', (match[2] ?? '').trim()]), notices };
}

/** A description with its `{{ doc('name') }}` filled in; what is not found stays as written. */
export function described(description: string | undefined, blocks: DocBlocks): string | undefined {
  return description?.replace(/\{\{\s*doc\(\s*(?:(['"])\w+\1\s*,\s*)?(['"])(\w+)\2\s*\)\s*\}\}/g, (written, _quote, _other, name: string) => blocks.get(name) ?? written);
}
