import { listOf, nameNode, plainExpr, take, typeAt, type PlainWords, type Reading } from './plainExpr';
import type { Ast, Token } from './polyglot';

const JOIN_KINDS: Readonly<Record<string, string>> = { JOIN: 'Inner', INNER: 'Inner', LEFT: 'Left', RIGHT: 'Right', FULL: 'Full', CROSS: 'Cross' };
/** Branches of one union, each of which makes the tree deeper, and tokens of a text: the library has limits of its own. */
const MAX_BRANCHES = 100;
const MAX_TOKENS = 100_000;

/**
 * The tree of a query that is written plainly, as the library makes it, less what is empty in it; undefined where a construct is left to
 * the library. Most models are written so, and the library takes many times as long. `words` is what the library says of single words.
 */
export function plainQuery(sql: string, tokens: readonly Token[], words: PlainWords): Ast | undefined {
  if (tokens.length > MAX_TOKENS) return undefined;
  const reading: Reading = { sql, tokens, at: 0, depth: 0, links: 0, words };
  const ctes = take(reading, 'WITH') ? listOf(reading, cte) : [];
  const query = ctes && setOperation(reading, ctes);
  return query && reading.at === tokens.length ? query : undefined;
}

function cte(reading: Reading): Ast | undefined {
  const alias = nameNode(reading);
  if (!alias || !take(reading, 'AS') || !take(reading, 'L_PAREN')) return undefined;
  const query = setOperation(reading, []);
  return query && take(reading, 'R_PAREN') ? { alias, this: query } : undefined;
}

function setOperation(reading: Reading, ctes: readonly Ast[]): Ast | undefined {
  const own = ctes.length > 0 ? { with: { ctes } } : {};
  let left = select(reading);
  if (left && typeAt(reading) !== 'UNION') return { select: { ...left, ...own } };
  let query: Ast | undefined = left && { select: left };
  for (let branches = 2; query && take(reading, 'UNION'); branches++) {
    if (branches > MAX_BRANCHES) return undefined;
    const all = take(reading, 'ALL') ? { all: true } : {};
    left = select(reading);
    query = left && { union: { left: query, right: { select: left }, ...all, ...(typeAt(reading) === 'UNION' ? {} : own) } };
  }
  return query;
}

function select(reading: Reading): Ast | undefined {
  if (!take(reading, 'SELECT')) return undefined;
  const distinct = take(reading, 'DISTINCT');
  // After DISTINCT brackets and ON mean more.
  if (distinct && typeAt(reading) === 'L_PAREN') return undefined;
  const expressions = listOf(reading, item);
  if (!expressions) return undefined;
  const node: Record<string, unknown> = { expressions };
  if (distinct) node['distinct'] = true;
  if (take(reading, 'FROM')) {
    const from = table(reading);
    const joins = from && joinsOf(reading);
    if (!joins) return undefined;
    node['from'] = { expressions: [from] };
    if (joins.length > 0) node['joins'] = joins;
  }
  if (take(reading, 'WHERE') && !(node['where_clause'] = condition(reading))) return undefined;
  if (take(reading, 'GROUP')) {
    const keys = take(reading, 'BY') ? listOf(reading, plainExpr) : undefined;
    if (!keys) return undefined;
    node['group_by'] = { expressions: keys };
  }
  if (take(reading, 'HAVING') && !(node['having'] = condition(reading))) return undefined;
  return node;
}

function condition(reading: Reading): Ast | undefined {
  const node = plainExpr(reading);
  return node && { this: node };
}

function item(reading: Reading): Ast | undefined {
  if (take(reading, 'STAR')) return { star: {} };
  if (typeAt(reading) === 'VAR' && typeAt(reading, 1) === 'DOT' && typeAt(reading, 2) === 'STAR') {
    const name = nameNode(reading);
    reading.at += 2;
    return name && { star: { table: name } };
  }
  const node = plainExpr(reading);
  if (!node || !take(reading, 'AS')) return node;
  const alias = nameNode(reading);
  return alias && { alias: { this: node, alias } };
}

function table(reading: Reading): Ast | undefined {
  const name = nameNode(reading);
  if (!name || typeAt(reading) === 'DOT' || typeAt(reading) === 'L_PAREN') return undefined;
  if (!take(reading, 'AS') && typeAt(reading) !== 'VAR') return { table: { name } };
  const alias = nameNode(reading);
  return alias && typeAt(reading) !== 'L_PAREN' ? { table: { name, alias } } : undefined;
}

function joinsOf(reading: Reading): Ast[] | undefined {
  const joins: Ast[] = [];
  for (let kind = JOIN_KINDS[typeAt(reading)]; kind !== undefined; kind = JOIN_KINDS[typeAt(reading)]) {
    if (!take(reading, 'JOIN')) {
      reading.at++;
      if (kind !== 'Inner' && kind !== 'Cross') take(reading, 'OUTER');
      if (!take(reading, 'JOIN')) return undefined;
    }
    const join = joinOf(reading, kind);
    if (!join) return undefined;
    joins.push(join);
  }
  return joins;
}

function joinOf(reading: Reading, kind: string): Ast | undefined {
  const to = table(reading);
  if (!to || kind === 'Cross') return to && { this: to, kind };
  if (take(reading, 'ON')) {
    const on = plainExpr(reading);
    return on && { this: to, on, kind };
  }
  const using = take(reading, 'USING') && take(reading, 'L_PAREN') ? listOf(reading, nameNode) : undefined;
  return using && take(reading, 'R_PAREN') ? { this: to, using, kind } : undefined;
}
