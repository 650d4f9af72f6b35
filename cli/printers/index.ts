import type { Envelope } from '../../engine/conformance/types';
import { UsageError } from '../exit';
import type { Io } from '../io';
import { folderInRepository } from '../repository';
import { DEFAULT_WIDTH, FORMATS, type Format } from './formats';
import { printGithub } from './github';
import { printGitlab } from './gitlab';
import { printHtml } from './html';
import { printJson } from './json';
import { printJunit } from './junit';
import { printMarkdown } from './markdown';
import { printSarif } from './sarif';
import { printText } from './text';

export { FORMATS, type Format } from './formats';

/** Reads `--format`; throws `UsageError` for another word. */
export function formatOf(word: string): Format {
  const format = FORMATS.find((known) => known === word);
  if (!format) throw new UsageError(`--format takes ${FORMATS.join(', ')}, not "${word}".`);
  return format;
}

/** Writes an envelope to text in one format; `root` is the project's folder, for formats whose paths start at the repository's. */
export function print(envelope: Envelope, format: Format, io: Io, root?: string): string {
  const folder = root === undefined ? '' : folderInRepository(root);
  const printers: Record<Format, () => string> = {
    text: () => printText(envelope, { width: io.width ?? DEFAULT_WIDTH, color: io.color }),
    json: () => printJson(envelope),
    sarif: () => printSarif(envelope, folder),
    junit: () => printJunit(envelope),
    github: () => printGithub(envelope, folder),
    gitlab: () => printGitlab(envelope, folder),
    markdown: () => printMarkdown(envelope),
    html: () => printHtml(envelope),
  };
  return printers[format]();
}
