import { closeOf, low } from './reading';
import type { SqlText, TokenRange } from './selects';

/** A window: `over (partition by … order by … rows …)`; ranges leave keywords of clauses out, save the frame's. */
export interface Over {
  /** Index of `over`. */
  at: number;
  /** The function before it, in lower case; empty where it cannot be told. */
  call: string;
  depth: number;
  partition?: TokenRange;
  order?: TokenRange;
  frame?: TokenRange;
}

/** Every window written in place. */
export function overClauses(sql: SqlText): Over[] {
  return sql.tokens.flatMap((token, at) => (token.kind === 'word' && token.low === 'over' && low(sql, at + 1) === '(' ? [readOver(sql, at)] : []));
}

function readOver(sql: SqlText, at: number): Over {
  const close = closeOf(sql, at + 1);
  const depth = (sql.tokens[at + 1]?.depth ?? 0) + 1;
  const find = (words: readonly string[], next?: string): number => {
    for (let i = at + 2; i < close; i++) if (sql.tokens[i]?.depth === depth && words.includes(low(sql, i)) && (!next || low(sql, i + 1) === next)) return i;
    return -1;
  };
  const partition = find(['partition'], 'by');
  const order = find(['order'], 'by');
  const frame = find(['rows', 'range', 'groups']);
  const end = (...marks: number[]): number => marks.find((mark) => mark >= 0) ?? close;
  let open = at - 1;
  while (open > 0 && !(sql.tokens[open]?.text === '(' && sql.tokens[open]?.depth === sql.tokens[at]?.depth)) open--;
  return {
    at,
    call: low(sql, open - 1),
    depth,
    ...(partition < 0 ? {} : { partition: { from: partition + 2, to: end(order, frame) } }),
    ...(order < 0 ? {} : { order: { from: order + 2, to: end(frame) } }),
    ...(frame < 0 ? {} : { frame: { from: frame, to: close } }),
  };
}
