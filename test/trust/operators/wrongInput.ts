import { replaceRange } from '../sql/edits';
import { inputKey } from '../sql/reading';
import { tokenOperator } from './make';

/** A `ref` names another model: one with all of its columns where that is known, else the one whose name is nearest. */
export const wrongInput = tokenOperator({ name: 'wrong-input', names: ['inputs', 'joins'] }, (sql, at, around) => {
  const token = sql.tokens[at];
  const name = token?.kind === 'jinja' ? /^\{\{-?\s*ref\(\s*['"]([^'"]+)['"]\s*\)\s*-?\}\}$/.exec(token.text)?.[1] : undefined;
  if (!token || !name || !['from', 'join', ','].includes(sql.tokens[at - 1]?.low ?? '')) return [];
  const mine = around.columnsOf(inputKey(token.text));
  const shared = (other: string): number => {
    const theirs = new Set(around.columnsOf(`{{ ref('${other}') }}`)?.map((column) => column.toLowerCase()));
    return mine ? mine.filter((column) => theirs.has(column.toLowerCase())).length / Math.max(1, mine.length) : 0;
  };
  const candidates = around.otherRefs.filter((other) => other !== name && !sql.text.includes(`'${other}'`));
  const ranked = candidates.map((other) => ({ other, score: shared(other) * 1000 + commonStart(name, other) })).sort((a, b) => b.score - a.score || a.other.localeCompare(b.other));
  const best = ranked[0]?.other;
  return best ? [{ note: `ref of ${name} became ${best}`, edits: [replaceRange(sql, { from: at, to: at + 1 }, `{{ ref('${best}') }}`)] }] : [];
});

function commonStart(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}
