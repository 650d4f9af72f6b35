import { get, items } from '../../yaml/tree';
import type { SpecDocument } from '../types';
import { sentencesIn } from './sentences';

/** How long a business spec takes to read, and what a reader would miss. */
export interface Reading {
  words: number;
  /** Whole minutes, at least one. */
  minutes: number;
  /** Ids of edge cases and correctness lines without an example. */
  withoutExample: string[];
  /** Words of each section, the longest first. */
  sections: { section: string; words: number }[];
}

/** Words a minute of somebody who reads to decide. */
const PACE = 200;

/** Measures how long a business spec takes to read. */
export function readingOf(spec: SpecDocument): Reading {
  const counts = new Map<string, number>();
  for (const { section, text } of sentencesIn(spec)) counts.set(section, (counts.get(section) ?? 0) + wordsIn(text));
  const words = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const withoutExample = ['edge_cases', 'correct_when'].flatMap((section) => items(get(spec.tree, section)).flatMap((item) => {
    const id = get(item, 'id');
    return id?.kind === 'scalar' && typeof id.value === 'string' && get(item, 'example') === undefined ? [id.value] : [];
  }));
  return { words, minutes: Math.max(1, Math.ceil(words / PACE)), withoutExample, sections: [...counts].map(([section, count]) => ({ section, words: count })).sort((a, b) => b.words - a.words) };
}

/** The reading budget in a few words: `4 min read; 2 lines lack an example`. */
export function readingText({ minutes, withoutExample }: Reading): string {
  const lacking = withoutExample.length === 0 ? '' : `; ${withoutExample.length} line${withoutExample.length === 1 ? '' : 's'} lack${withoutExample.length === 1 ? 's' : ''} an example`;
  return `${minutes} min read${lacking}`;
}

function wordsIn(text: string): number {
  let count = 0;
  let inWord = false;
  for (let at = 0; at < text.length; at++) {
    // White space as a pattern's \s has it is rare above the space itself.
    const blank = text.charCodeAt(at) <= 32 || (text.charCodeAt(at) >= 160 && /\s/.test(text[at] ?? ''));
    if (!blank && !inWord) count++;
    inWord = !blank;
  }
  return count;
}
