import { callOf, literalOf, normaliseJinja, type JinjaBlock, type JinjaCall } from './jinja';
import type { ConfigValue, Relation, SqlConfig } from './types';

/** The stable id of a relation in a graph: the same for every read of it. */
export function relationId(relation: Pick<Relation, 'kind' | 'package' | 'name' | 'sourceName' | 'version' | 'text'>): string {
  const version = relation.version ? `.v${relation.version}` : '';
  switch (relation.kind) {
    case 'ref':
      return `ref:${relation.package ? `${relation.package}.` : ''}${relation.name}${version}`;
    case 'source':
      return `source:${relation.sourceName ?? ''}.${relation.name}`;
    case 'this':
      return 'this';
    default:
      return `${relation.kind}:${relation.text}`;
  }
}

/** The relation a Jinja call names with literal arguments; undefined for any other call or a computed name. */
export function relationOfCall(call: JinjaCall, text: string, span: Relation['span']): Relation | undefined {
  const name = call.name.replace(/^builtins\./, '');
  const literals = call.args.map((arg) => literalOf(arg)?.value);
  if (!literals.every((value): value is string => typeof value === 'string')) return undefined;
  const [first, second] = literals;
  if (name === 'source' && first !== undefined && second !== undefined) {
    return withId({ kind: 'source', sourceName: first, name: second, text, span });
  }
  if (name !== 'ref' || first === undefined) return undefined;
  const versionSource = call.kwargs['v'] ?? call.kwargs['version'];
  const version = versionSource === undefined ? undefined : literalOf(versionSource)?.value;
  if (versionSource !== undefined && (version === undefined || version === null || typeof version === 'object')) return undefined;
  return withId({
    kind: 'ref',
    ...(second === undefined ? {} : { package: first }),
    name: second ?? first,
    ...(version === undefined ? {} : { version: String(version) }),
    text,
    span,
  });
}

function withId(relation: Omit<Relation, 'id'>): Relation {
  return { id: relationId(relation), ...relation };
}

/** `{{ this }}` as a relation; undefined for any other body. */
export function thisRelation(body: string, span: Relation['span']): Relation | undefined {
  return /^this(\.render\(\))?$/.test(body.trim()) ? { id: 'this', kind: 'this', name: 'this', text: 'this', span } : undefined;
}

/** Every literal `ref()` and `source()` anywhere in a template's expressions and statements, and `{{ this }}`; but not what stands under `if execute`, on which dbt depends for nothing. */
export function referencesOf(blocks: readonly JinjaBlock[]): Relation[] {
  return parsedBlocks(blocks).filter((block) => block.kind !== 'comment').flatMap(referencesInBlock);
}

/** The blocks that dbt renders when it parses, where `execute` is false. */
function parsedBlocks(blocks: readonly JinjaBlock[]): JinjaBlock[] {
  const skips: boolean[] = [];
  return blocks.filter((block) => {
    const tag = block.kind === 'statement' ? /^\w+/.exec(block.body)?.[0] : undefined;
    if (tag === 'if') skips.push(/^if\s+execute(\s+and\b|$)/.test(block.body));
    else if ((tag === 'else' || tag === 'elif') && skips.length > 0) skips[skips.length - 1] = false;
    else if (tag === 'endif') skips.pop();
    return !skips.includes(true);
  });
}

function referencesInBlock(block: JinjaBlock): Relation[] {
  const found: Relation[] = [];
  const self = block.kind === 'expression' ? thisRelation(block.body, block.span) : undefined;
  if (self) found.push(self);
  for (const match of block.body.matchAll(/(?<![\w.'"])(?:builtins\.)?(?:ref|source)\s*\(/g)) {
    const call = callOf(block.body.slice(match.index));
    const relation = call && relationOfCall(call, normaliseJinja(block.body.slice(match.index)).split(')')[0] + ')', block.span);
    if (relation) found.push(relation);
  }
  return found;
}

/** The `config(...)` of a template: keyword arguments, literal or opaque. Spans are those of the block. */
export function configOf(blocks: readonly JinjaBlock[]): SqlConfig {
  const values: SqlConfig['values'] = [];
  let span: SqlConfig['span'];
  for (const block of blocks) {
    if (block.kind !== 'expression') continue;
    const call = callOf(block.body);
    if (call?.name !== 'config') continue;
    span ??= block.span;
    for (const [key, source] of Object.entries(call.kwargs)) {
      const at = block.body.search(new RegExp(`\\b${key}\\s*=`));
      const start = block.bodyStart + Math.max(0, at);
      const length = at < 0 ? block.body.length : block.body.slice(at).indexOf(source) + source.length;
      values.push({ key, value: configValue(source), span: { start, end: start + length } });
    }
  }
  return { values, ...(span ? { span } : {}) };
}

/** A value of `config()` from its source. */
export function configValue(source: string): ConfigValue {
  const literal = literalOf(source);
  return literal ? { kind: 'literal', value: literal.value } : { kind: 'opaque', text: source };
}
