import { createTwoFilesPatch } from 'diff';
import type { SpecDocument } from '../spec/types';
import { mergeSpec } from './merge';

/** A proposed spec: where it goes, its whole text, the unified diff to what is there, and what it leaves open. */
export interface Proposal {
  path: string;
  text: string;
  /** Unified diff against the existing file, or against an empty one; empty where nothing changes. */
  diff: string;
  openQuestions: string[];
  /** Sections and items that would be added to an existing file. */
  added: string[];
  /** Sections of an existing file that say something else than the proposal and stay as they are. */
  kept: string[];
  /** Why nothing can be added to an existing file; absent where it could. */
  refused?: string;
}

/** A rendered spec as a proposal; an existing file is merged, never replaced. */
export function proposalOf(path: string, rendered: string, existing: SpecDocument | undefined, openQuestions: string[]): Proposal {
  const merged = existing ? mergeSpec(existing, rendered) : { text: rendered, added: [], kept: [], refused: undefined };
  const { text, added, kept, refused } = merged;
  return { path, text, diff: unifiedDiff(path, existing?.text, text), openQuestions, added, kept, ...(refused === undefined ? {} : { refused }) };
}

/** Unified diff of a file's text before and after; empty where they are the same. */
export function unifiedDiff(path: string, before: string | undefined, after: string): string {
  if (before === after) return '';
  return createTwoFilesPatch(before === undefined ? '/dev/null' : `a/${path}`, `b/${path}`, before ?? '', after, '', '', { context: 3 }).replace(/^=+\n/, '');
}

/** The sentences of a spec's open questions. */
export function questionsOf(data: Readonly<Record<string, unknown>>): string[] {
  const list = data['open_questions'];
  return Array.isArray(list) ? list.map((item: { question?: unknown }) => String(item.question ?? '')) : [];
}
