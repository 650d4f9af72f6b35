import pc from 'picocolors';
import type { SpecDocument } from '../engine/spec';
import { EXIT, UsageError } from './exit';
import type { Io } from './io';
import { replaceText, writeNew } from './write';

export interface OfferOptions {
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
}

/**
 * Writes a new file, or shows the difference to an existing one and applies it only with `--write`; gives the exit code.
 * Throws `UsageError` where the existing file cannot be added to.
 */
export function offer(root: string, proposal: Offer, options: OfferOptions, io: Io): number {
  const { path, existing, text, openQuestions } = proposal;
  if (proposal.refused !== undefined) throw new UsageError(`${proposal.refused}; nothing was added.`);
  if (options.dryRun) {
    io.out(existing ? proposal.diff : text);
    return EXIT.clean;
  }
  if (!existing) {
    writeNew(root, path, text);
    io.out(`Wrote ${path}.\n${questionsText(openQuestions)}`);
    return EXIT.clean;
  }
  if (text === existing.text) {
    io.out(proposal.kept.length === 0 ? `${path} already says all of it; nothing to add.\n` : `Nothing to add to ${path}.\n${keptText(proposal.kept)}`);
    return EXIT.clean;
  }
  io.out(colouredDiff(proposal.diff, io.color));
  if (!options.write) {
    io.out(`\n${keptText(proposal.kept)}Nothing was written. Add it to ${path} with --write.\n`);
    return EXIT.clean;
  }
  replaceText(root, path, existing.text, text);
  io.out(`\nAdded to ${path}; what was there is unchanged.\n${keptText(proposal.kept)}${questionsText(openQuestions)}`);
  return EXIT.clean;
}

function keptText(kept: readonly string[]): string {
  return kept.length === 0 ? '' : `Left as you wrote it, though the proposal says something else: ${kept.join(', ')}.\n`;
}

function questionsText(questions: readonly string[]): string {
  if (questions.length === 0) return '';
  return `Open questions to answer in it:\n${questions.map((question) => `  - ${question}`).join('\n')}\n`;
}

function colouredDiff(diff: string, color: boolean): string {
  const paint = pc.createColors(color);
  return diff
    .split('\n')
    .map((line) => (line.startsWith('+') ? paint.green(line) : line.startsWith('-') ? paint.red(line) : line))
    .join('\n');
}
