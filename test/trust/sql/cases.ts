import { hasStatement, low } from './reading';
import type { SqlText, TokenRange } from './selects';

/** A CASE with its parts; ranges leave keywords out. */
export interface CaseText {
  /** From `case` to behind `end`. */
  range: TokenRange;
  operand?: TokenRange;
  branches: { range: TokenRange; when: TokenRange; then: TokenRange }[];
  otherwise?: TokenRange;
}

/** Every CASE of a text that no Jinja statement breaks up. */
export function casesOf(sql: SqlText): CaseText[] {
  return sql.tokens.flatMap((token, at) => {
    const found = token.kind === 'word' && token.low === 'case' ? readCase(sql, at) : undefined;
    return found ? [found] : [];
  });
}

function readCase(sql: SqlText, start: number): CaseText | undefined {
  const depth = sql.tokens[start]?.depth;
  const marks: number[] = [];
  let inner = 0;
  for (let at = start + 1; at < sql.tokens.length; at++) {
    const token = sql.tokens[at];
    if (!token || token.depth < (depth ?? 0)) return undefined;
    if (token.depth !== depth) continue;
    if (token.low === 'case') inner++;
    if (token.low === 'end' && inner > 0) inner--;
    else if (inner === 0 && ['when', 'then', 'else', 'end'].includes(token.low)) marks.push(at);
    if (inner === 0 && marks.at(-1) === at && token.low === 'end') break;
  }
  const end = marks.at(-1);
  if (end === undefined || low(sql, end) !== 'end') return undefined;
  const range = { from: start, to: end + 1 };
  if (hasStatement(sql, range)) return undefined;
  const whens = marks.filter((mark) => low(sql, mark) === 'when');
  const branches = whens.map((mark) => {
    const [then = end, next = end] = marks.slice(marks.indexOf(mark) + 1);
    return { range: { from: mark, to: next }, when: { from: mark + 1, to: then }, then: { from: then + 1, to: next } };
  });
  const otherwise = marks.find((mark) => low(sql, mark) === 'else');
  const operand = { from: start + 1, to: whens[0] ?? start + 1 };
  return { range, ...(operand.to > operand.from ? { operand } : {}), branches, ...(otherwise === undefined ? {} : { otherwise: { from: otherwise + 1, to: end } }) };
}
