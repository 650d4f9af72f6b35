import type { ErrorObject, ValidateFunction } from 'ajv';
import { businessV1, specline, technicalV1 } from '../generated/validators';
import { didYouMean } from '../project/lookup';
import type { Span } from '../text';
import { plain, type YamlTree } from '../yaml/tree';
import { treeAt } from './locate';
import { flowSkeleton, insertKey, PLAIN } from './edits';
import { keysOf, schemaAt, schemaOf, type SchemaNode } from './schema';
import type { SpecFix, SpecKind, SpecProblem } from './types';

const VALIDATORS: Record<SpecKind | 'config', ValidateFunction> = { business: businessV1, technical: technicalV1, template: specline, config: specline };

/** What of a document does not fit its template: one problem a place, at its key or value. */
export function schemaProblems(kind: SpecKind | 'config', tree: YamlTree, text: string): SpecProblem[] {
  const validate = VALIDATORS[kind];
  if (validate(plain(tree))) return [];
  // What each branch of a choice lacks is said once, by the choice itself.
  const errors = (validate.errors ?? []).filter((error) => !error.schemaPath.includes('/oneOf/'));
  const meant = new Set(errors.flatMap((error) => (error.keyword === 'additionalProperties' ? (meantKey(kind, tree, error) ?? []) : [])));
  const seen = new Set<string>();
  return errors.flatMap((error) => {
    // A mistyped key is one problem, not also the lack of the key that was meant.
    if (error.keyword === 'required' && meant.has(`${error.instancePath}/${String((error.params as Record<string, unknown>)['missingProperty'])}`)) return [];
    const problem = problemOf(kind, tree, text, error);
    const key = problem ? `${problem.span.start}:${problem.span.end}:${problem.message}` : '';
    if (!problem || seen.has(key)) return [];
    seen.add(key);
    return [problem];
  });
}

/** Address of the key that a mistyped one stands for. */
function meantKey(kind: SpecKind | 'config', root: YamlTree, error: ErrorObject): string | undefined {
  const path = pathOf(error);
  const near = nearKey(treeAt(root, path).tree, schemaAt(kind, path), String((error.params as Record<string, unknown>)['additionalProperty']));
  return near === undefined ? undefined : `${error.instancePath}/${near}`;
}

function nearKey(tree: YamlTree | undefined, schema: SchemaNode | undefined, key: string): string | undefined {
  const present = tree?.kind === 'map' ? tree.entries.map((entry) => entry.key) : [];
  return didYouMean(key, keysOf(schema).filter((known) => !present.includes(known)));
}

function pathOf(error: ErrorObject): (string | number)[] {
  return error.instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replace(/~1/g, '/').replace(/~0/g, '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

function problemOf(kind: SpecKind | 'config', root: YamlTree, text: string, error: ErrorObject): SpecProblem | undefined {
  const path = pathOf(error);
  const { tree, keySpan } = treeAt(root, path);
  const schema = schemaAt(kind, path);
  const span = tree?.span ?? keySpan ?? { start: 0, end: 0 };
  const params = error.params as Record<string, unknown>;
  switch (error.keyword) {
    case 'additionalProperties':
      return unknownKey(tree, schema, String(params['additionalProperty']), path, text);
    case 'required':
      return missingKey(kind, tree, keySpan, path, String(params['missingProperty']), text);
    case 'oneOf':
      return oneOfKeys(kind, tree, keySpan, schema, path, text);
    case 'enum':
      return choice(span, tree, (params['allowedValues'] as unknown[]).map(String), path);
    case 'const':
      return { code: 'SPEC013', severity: 'error', span: span, message: `${nameOf(path)} must be ${String(params['allowedValue'])}.`, fixes: [replace(`Write ${String(params['allowedValue'])}`, span, String(params['allowedValue']))] };
    case 'type':
      return wrongType(kind, span, keySpan, tree, schema, params['type'], path, text);
    case 'pattern':
      return { code: 'SPEC010', severity: 'error', span, message: `${nameOf(path)} does not have the form it needs. ${schema?.description ?? ''}`.trim(), fixes: [] };
    case 'minLength':
    case 'minItems':
      return { code: 'SPEC014', severity: 'error', span: tree && tree.span.end > tree.span.start ? span : (keySpan ?? span), message: `${nameOf(path)} is empty. ${schema?.title ?? ''}`.trim(), fixes: [] };
    default:
      return { code: 'SPEC010', severity: 'error', span, message: `${nameOf(path)} does not fit the template: it ${error.message ?? 'is not valid'}.`, fixes: [] };
  }
}

function unknownKey(tree: YamlTree | undefined, schema: SchemaNode | undefined, key: string, path: readonly (string | number)[], text: string): SpecProblem | undefined {
  const entry = tree?.kind === 'map' ? tree.entries.find((e) => e.key === key) : undefined;
  if (!entry || key === '') return undefined;
  // A key without a colon inside braces is a sentence that a comma split, which has a message of its own.
  const lone = entry.value.kind === 'scalar' && entry.value.value === null && entry.value.span.start === entry.keySpan.end;
  if (lone && tree?.kind === 'map' && text[tree.span.start] === '{' && entry !== tree.entries[0] && !text.slice(entry.keySpan.end).trimStart().startsWith(':')) return undefined;
  const near = nearKey(tree, schema, key);
  const where = path.length === 0 ? 'the template' : nameOf(path);
  const fixes = near === undefined ? [] : [replace(`Change to "${near}"`, entry.keySpan, near)];
  const hint = near === undefined ? `Known keys: ${keysOf(schema).join(', ')}.` : `Did you mean "${near}"?`;
  return { code: 'SPEC012', severity: 'error', span: entry.keySpan, message: `"${key}" is no key of ${where}. ${hint}`, fixes };
}

function missingKey(kind: SpecKind | 'config', tree: YamlTree | undefined, keySpan: Span | undefined, path: readonly (string | number)[], key: string, text: string): SpecProblem {
  const schema = schemaAt(kind, [...path, key]);
  const question = schema?.title ?? '';
  if (path.length === 0) {
    return { code: 'SPEC011', severity: 'error', span: firstLine(text), message: `The section "${key}" is missing. ${question}`.trim(), fixes: [] };
  }
  if (key === 'none_because') {
    return { code: 'SPEC014', severity: 'error', span: keySpan ?? tree?.span ?? { start: 0, end: 0 }, message: `${nameOf(path)} is a list of cases, or { none_because: "…" } that says why there is none.`, fixes: [] };
  }
  const first = tree?.kind === 'map' ? tree.entries[0]?.keySpan : undefined;
  return { code: 'SPEC015', severity: 'error', span: first ?? keySpan ?? tree?.span ?? { start: 0, end: 0 }, message: `${nameOf(path)} lacks "${key}". ${question}`.trim(), fixes: tree?.kind === 'map' ? [addKey(kind, tree, text, path, key, true)] : [] };
}

/** An item that has none of the keys that say what it is, or several. */
function oneOfKeys(kind: SpecKind | 'config', tree: YamlTree | undefined, keySpan: Span | undefined, schema: SchemaNode | undefined, path: readonly (string | number)[], text: string): SpecProblem | undefined {
  // A value of another type has a problem of its own.
  if (tree?.kind !== 'map') return undefined;
  const keys = (schema?.oneOf ?? []).flatMap((branch) => branch.required ?? []);
  const present = tree.entries.filter((entry) => keys.includes(entry.key));
  const words = keys.map((key) => `"${key}"`).join(' or ');
  const [first, second] = present;
  if (!first || !second) {
    const fixes = keys.map((key, index) => addKey(kind, tree, text, path, key, index === 0));
    return { code: 'SPEC015', severity: 'error', span: tree.entries[0]?.keySpan ?? keySpan ?? tree.span, message: `${nameOf(path)} lacks ${words}; write one of them.`, fixes };
  }
  return { code: 'SPEC015', severity: 'error', span: second.keySpan, message: `${nameOf(path)} has ${present.map((entry) => `"${entry.key}"`).join(' and ')}; keep one of them.`, fixes: [] };
}

/** Fix that adds a key of an item, empty where a person has to fill it in. */
function addKey(kind: SpecKind | 'config', tree: YamlTree, text: string, path: readonly (string | number)[], key: string, preferred: boolean): SpecFix {
  const schema = schemaAt(kind, [...path, key]);
  return { title: `Add "${key}"`, preferred, changes: insertKey(tree, text, key, flowSkeleton(schemaOf(kind), schema ?? {}, PLAIN), keysOf(schemaAt(kind, path))) };
}

function choice(span: Span, tree: YamlTree | undefined, allowed: readonly string[], path: readonly (string | number)[]): SpecProblem {
  const word = tree?.kind === 'scalar' ? String(tree.value ?? '') : '';
  const near = didYouMean(word, allowed);
  return {
    code: 'SPEC013',
    severity: 'error',
    span,
    message: `${nameOf(path)} is one of ${allowed.join(', ')}${word === '' ? '' : `, not "${word}"`}.`,
    fixes: allowed.map((value) => ({ ...replace(`Change to "${value}"`, span, value), preferred: value === near })),
  };
}

function wrongType(kind: SpecKind | 'config', span: Span, keySpan: Span | undefined, tree: YamlTree | undefined, schema: SchemaNode | undefined, type: unknown, path: readonly (string | number)[], text: string): SpecProblem {
  const empty = tree?.kind === 'scalar' && tree.value === null && text.slice(tree.span.start, tree.span.end).trim() === '';
  if (empty) return { code: 'SPEC014', severity: 'error', span: keySpan ?? span, message: `${nameOf(path)} is empty. ${schema?.title ?? ''}`.trim(), fixes: [] };
  const types = Array.isArray(type) ? type.map(String) : [String(type)];
  if (types.includes('string') && tree?.kind === 'scalar') {
    const source = text.slice(span.start, span.end);
    const code = schema?.['x-expression'] === true ? 'SPEC031' : 'SPEC014';
    return { code, severity: 'error', span, message: `${nameOf(path)} is text; put ${source} in quotes.`, fixes: [replace('Put it in quotes', span, JSON.stringify(source))] };
  }
  const words: Record<string, string> = { string: 'text', array: 'a list', object: 'a map of keys', boolean: 'true or false', number: 'a number', integer: 'a whole number' };
  const shape = types.includes('object') && schema?.properties ? ` (${flowSkeleton(schemaOf(kind), { ...schema, type: 'object' }, { ...PLAIN, hole: (hole) => (hole === '' ? '…' : hole) }).replace(/[{}]/g, '').trim()})` : '';
  return { code: 'SPEC014', severity: 'error', span: tree?.kind === 'scalar' ? span : (keySpan ?? span), message: `${nameOf(path)} must be ${types.map((t) => words[t] ?? t).join(' or ')}${shape}. ${schema?.title ?? ''}`.trim(), fixes: typeFixes(tree, schema, types, text) };
}

/** A single text where a list belongs goes into one; a YAML 1.1 boolean becomes one of YAML 1.2. */
function typeFixes(tree: YamlTree | undefined, schema: SchemaNode | undefined, types: readonly string[], text: string): SpecFix[] {
  if (tree?.kind !== 'scalar' || text[tree.span.start] === '*') return [];
  const source = text.slice(tree.span.start, tree.span.end);
  const boolean = /^["']?(?:(yes|on|y|true)|(no|off|n|false))["']?$/i.exec(source);
  if (types.includes('boolean') && boolean) return [replace(`Change to ${boolean[1] === undefined ? 'false' : 'true'}`, tree.span, boolean[1] === undefined ? 'false' : 'true')];
  if (types.includes('array') && !types.includes('object') && schema?.items?.type === 'string' && !source.includes('\n')) return [replace('Put it in a list', tree.span, `[${/["',[\]{}]/.test(source) && !tree.quoted ? JSON.stringify(source) : source}]`)];
  return [];
}

function replace(title: string, span: Span, text: string): SpecFix {
  return { title, preferred: true, changes: [{ span, text }] };
}

/** `edge_cases[0].when` → words a reader recognises. */
function nameOf(path: readonly (string | number)[]): string {
  return path.length === 0 ? 'The document' : path.reduce<string>((name, step) => (typeof step === 'number' ? `${name}[${step}]` : name === '' ? step : `${name}.${step}`), '');
}

function firstLine(text: string): Span {
  const end = text.search(/\r|\n/);
  return { start: 0, end: Math.max(end < 0 ? text.length : end, Math.min(1, text.length)) };
}
