import type { RelationNode } from '../project/types';
import { uniqueId } from './names';

const LIMIT = 10;
const LONGEST = 200;

/**
 * What nobody can read off the code: the question, its owner, the grain where nothing proves it, and which parts are
 * business rules. Questions that the code's own comments ask are passed on.
 */
export function inferQuestions(node: RelationNode, grain: readonly string[] | undefined): Record<string, unknown>[] {
  const ids = new Set(['Q-question', 'Q-owner', 'Q-grain', 'Q-rules']);
  const told = node.description?.trim().replace(/\s+/g, ' ') ?? '';
  const says = told === '' || told.length > LONGEST ? '' : ` Its description says: "${told}"`;
  return [
    { id: 'Q-question', question: `Which business question does ${node.name} answer, and who decides with it?${says}` },
    { id: 'Q-owner', question: `Who stands for ${node.name} being right?` },
    ...(grain ? [] : [{ id: 'Q-grain', question: `What is one row of ${node.name}? No key, test or GROUP BY proves it.` }]),
    ...(node.language === 'python' ? [] : [{ id: 'Q-rules', question: 'Which of its filters, joins and fallbacks are business rules, and which are accidents?' }]),
    ...commentsThatAsk(node.rawCode ?? '', node.language).slice(0, LIMIT).map((text) => ({ id: uniqueId('Q', text.split(/\s+/).slice(0, 5).join(' '), ids), question: `A comment in the code: "${text}"` })),
  ];
}

/** Comments that ask or leave something to do; comment lines in a row are one. */
function commentsThatAsk(code: string, language: RelationNode['language']): string[] {
  const comment = language === 'python' ? /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|(#[^\n]*(?:\n[ \t]*#[^\n]*)*)/g : /'(?:[^']|'')*'|(--[^\n]*(?:\n[ \t]*--[^\n]*)*|\/\*[\s\S]*?\*\/|\{#[\s\S]*?#\})/g;
  const texts = [...code.matchAll(comment)].flatMap((match) => match[1] ?? []).map((text) =>
    text
      .split('\n')
      .map((line) => line.trim().replace(/^(--+|\/\*+|\{#-?|#+|\*+(?!\/))\s?|\s*(\*+\/|-?#\})$/g, '').trim())
      .join(' ')
      .replace(/\s+/g, ' ')
      .trim(),
  );
  const asks = (text: string): boolean => /[\p{L})]\?(\s|$)/u.test(text) || /^(todo|fixme|xxx|hack)\b/i.test(text);
  return [...new Set(texts.filter((text) => text.length >= 8 && text.length <= LONGEST && asks(text)).map((text) => text.replace(/^(todo|fixme|xxx|hack)\b\s*(\([^)]*\))?\s*:?\s*/i, '')))].filter((text) => text !== '');
}
