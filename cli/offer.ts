import pc from 'picocolors';
import type { WrittenFile } from '../engine/conformance/types';
import type { SpecDocument } from '../engine/spec';
import { envelopeOf, type Project } from './context';
import { EXIT, UsageError } from './exit';
import type { Io } from './io';
import { printJson } from './printers/json';
import { noticesText } from './printers/text';
import { replaceText, writeNew } from './write';

/** Options of the commands that write a spec. */
export interface OfferOptions {
  projectDir?: string;
  format?: string;
  write?: boolean;
  dryRun?: boolean;
}

/** A proposed spec: its whole text and, where a file exists, the unified diff against it. */
export interface Offer {
  path: string;
  existing: SpecDocument | undefined;
  text: string;
  diff: string;
  openQuestions: readonly string[];
  /** Sections and items of the file that say something else and stay. */
  kept: readonly string[];
  /** Why nothing can be added to the file. */
  refused?: string;
  /** What to do once it is written. */
  next?: string;
}

/** Refuses to write where specline.yml or dbt_project.yml is broken, since it may say where specs stand. Throws `UsageError`. */
export function refuseMisconfigured({ misconfigured }: Project): void {
  if (!misconfigured) return;
  const { file = '', range, message } = misconfigured;
  throw new UsageError(`${file}${range ? `:${range.start.line + 1}` : ''} is broken, so nothing was written. ${message}`);
}

/**
 * Writes a new file, or shows the difference to an existing one and applies it only with `--write`; gives the exit code.
 * Throws `UsageError` where the existing file cannot be added to.
 */
export function offer(command: string, loaded: Project, proposal: Offer, options: OfferOptions, io: Io): number {
  refuseMisconfigured(loaded);
  if (proposal.refused !== undefined) throw new UsageError(`${proposal.refused}; nothing was added.`);
  const change = apply(loaded.root, proposal, options);
  const { path, text, diff, openQuestions } = proposal;
  if (options.format === 'json') {
    const file: WrittenFile = { file: path, change, text, diff, openQuestions: [...openQuestions] };
    io.out(printJson({ ...envelopeOf(command, loaded), files: [file] }));
    return EXIT.clean;
  }
  if (loaded.notices.length > 0) io.err(`${noticesText(loaded.notices, pc.createColors(io.color), io.width ?? 110)}\n`);
  io.out(said(change, proposal, options, io.color));
  return EXIT.clean;
}

function apply(root: string, { path, existing, text }: Offer, options: OfferOptions): WrittenFile['change'] {
  if (existing && text === existing.text) return 'unchanged';
  if (options.dryRun || (existing && !options.write)) return 'proposed';
  if (!existing) {
    writeNew(root, path, text);
    return 'written';
  }
  replaceText(root, path, existing.text, text);
  return 'added';
}

function said(change: WrittenFile['change'], { path, existing, text, diff, openQuestions, kept, next = '' }: Offer, options: OfferOptions, color: boolean): string {
  switch (change) {
    case 'unchanged':
      if (options.dryRun) return '';
      return kept.length === 0 ? `${path} already says all of it; nothing to add.\n` : `Nothing to add to ${path}.\n${keptText(kept)}`;
    case 'written':
      return `Wrote ${path}.${next}\n${questionsText(openQuestions)}`;
    case 'added':
      return `${colouredDiff(diff, color)}\nAdded to ${path}; what was there is unchanged.\n${keptText(kept)}${questionsText(openQuestions)}`;
    case 'proposed':
      if (options.dryRun) return existing ? diff : text;
      return `${colouredDiff(diff, color)}\n${keptText(kept)}Nothing was written. Add it to ${path} with --write.\n`;
  }
}

function keptText(kept: readonly string[]): string {
  return kept.length === 0 ? '' : `Left as you wrote it, though the proposal says something else: ${kept.join(', ')}.\n`;
}

function questionsText(questions: readonly string[]): string {
  if (questions.length === 0) return '';
  return `Open questions to answer in it:\n${questions.map((question) => `  - ${question}`).join('\n')}\n`;
}

/** A unified diff with what comes in green and what goes in red. */
export function colouredDiff(diff: string, color: boolean): string {
  const paint = pc.createColors(color);
  return diff
    .split('\n')
    .map((line) => (line.startsWith('+') ? paint.green(line) : line.startsWith('-') ? paint.red(line) : line))
    .join('\n');
}
