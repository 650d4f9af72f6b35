import type { ErrorObject, ValidateFunction } from 'ajv';
import { businessV1, specline, technicalV1 } from '../generated/validators';
import { didYouMean } from '../project/lookup';
import type { Span } from '../text';
import { plain, type YamlTree } from '../yaml/tree';
import { treeAt } from './locate';
import { flowSkeleton, insertKey, PLAIN, skeletonFixes } from './edits';
import { limitWords } from './limitWords';
import { BUILT_IN, CONFIG_SCHEMA, keysOf, schemaAt, type SchemaNode } from './schema';
import type { SpecTemplate } from './template/types';
import { validate, type SchemaError } from './template/validate';
import type { SpecFix, SpecKind, SpecProblem } from './types';

type Path = readonly (string | number)[];

/** A document, what it is held against, and its text. */
interface Subject {
  root: SchemaNode;
  tree: YamlTree;
  text: string;
}

const COMPILED: Record<SpecKind, ValidateFunction> = { business: businessV1, technical: technicalV1 };

/** What of a spec does not fit its template: one problem a place, at its key or value. */
export function schemaProblems(kind: SpecKind, template: SpecTemplate, tree: YamlTree, text: string): SpecProblem[] {
  const root = template.schemas[kind];
  if (root === BUILT_IN.schemas[kind]) return problemsOf({ root, tree, text }, compiledErrors(COMPILED[kind], tree));
  const { errors, finished } = validate(root, template.patterns, plain(tree));
  const problems = problemsOf({ root, tree, text }, errors);
  if (finished) return problems;
  return [...problems, { code: 'SPEC016', severity: 'warning', span: firstLine(text), message: `The rules of ${template.files.join(', ')} take too long for this spec, so not all of them were checked; make the spec shorter, or the rules and patterns simpler.`, fixes: [] }];
}

/** What of specline.yml, or of a file it extends, does not fit. */
export function settingsProblems(tree: YamlTree, text: string): SpecProblem[] {
  return problemsOf({ root: CONFIG_SCHEMA, tree, text }, compiledErrors(specline, tree));
}

function compiledErrors(check: ValidateFunction, tree: YamlTree): SchemaError[] {
  if (check(plain(tree))) return [];
  // What each branch of a choice lacks is said once, by the choice itself.
  return (check.errors ?? []).filter((error) => !error.schemaPath.includes('/oneOf/')).map((error) => ({ path: pathOf(error), keyword: error.keyword, params: error.params as Record<string, unknown> }));
}

function problemsOf(subject: Subject, errors: readonly SchemaError[]): SpecProblem[] {
  const meant = new Set(errors.flatMap((error) => (error.keyword === 'additionalProperties' ? (meantKey(subject, error) ?? []) : [])));
  const seen = new Set<string>();
  return errors.flatMap((error) => {
    // A mistyped key is one problem, not also the lack of the key that was meant.
    if (error.keyword === 'required' && meant.has(JSON.stringify([...error.path, error.params['missingProperty']]))) return [];
    const problem = problemOf(subject, error);
    const key = problem ? `${problem.span.start}:${problem.span.end}:${problem.message}` : '';
    if (!problem || seen.has(key)) return [];
    seen.add(key);
    return [problem];
  });
}

/** Address of the key that a mistyped one stands for. */
function meantKey({ root, tree }: Subject, { path, params }: SchemaError): string | undefined {
  const near = nearKey(treeAt(tree, path).tree, schemaAt(root, path), String(params['additionalProperty']));
  return near === undefined ? undefined : JSON.stringify([...path, near]);
}

function nearKey(tree: YamlTree | undefined, schema: SchemaNode | undefined, key: string): string | undefined {
  const present = tree?.kind === 'map' ? tree.entries.map((entry) => entry.key) : [];
  return didYouMean(key, keysOf(schema).filter((known) => !present.includes(known)));
}

/** The places of an error of the compiled schemas. */
function pathOf(error: ErrorObject): (string | number)[] {
  return error.instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replace(/~1/g, '/').replace(/~0/g, '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

/** A rule between keys says so in the template's words, or in ours and whose rule it is; what says only that a value has another form keeps its code. */
function problemOf(subject: Subject, error: SchemaError): SpecProblem | undefined {
  const problem = plainProblem(subject, error);
  if (!problem) return undefined;
  if (error.rule !== undefined) return { ...problem, code: 'SPEC016', message: error.message ?? `${problem.message} This is a rule of ${error.rule}.` };
  return error.message === undefined ? problem : { ...problem, message: error.message };
}

function plainProblem(subject: Subject, { path, keyword, params }: SchemaError): SpecProblem | undefined {
  const { root, text } = subject;
  const { tree, keySpan } = treeAt(subject.tree, path);
  const schema = schemaAt(root, path);
  const span = path.length === 0 ? firstLine(text) : (tree?.span ?? keySpan ?? { start: 0, end: 0 });
  switch (keyword) {
    case 'additionalProperties':
      return unknownKey(tree, schema, String(params['additionalProperty']), path, text);
    case 'required':
      return missingKey(root, tree, keySpan, path, String(params['missingProperty']), text);
    case 'dependentRequired': {
      const problem = missingKey(root, tree, keySpan, path, String(params['missingProperty']), text);
      return { ...problem, message: `${nameOf(path)} has "${String(params['property'])}" and lacks "${String(params['missingProperty'])}", which belongs to it. ${schemaAt(root, [...path, String(params['missingProperty'])])?.title ?? ''}`.trim() };
    }
    case 'oneOf': {
      const isKeys = schema?.oneOf?.every((branch) => branch.required !== undefined) === true;
      return isKeys ? oneOfKeys(root, tree, keySpan, schema, path, text) : { code: 'SPEC010', severity: 'error', span, message: `${nameOf(path)} ${limitWords(keyword, params, undefined) ?? ''}.`, fixes: [] };
    }
    case 'enum':
      return choice(span, tree, (params['allowedValues'] as unknown[]).map(String), path);
    case 'const':
      return { code: 'SPEC013', severity: 'error', span, message: `${nameOf(path)} must be ${String(params['allowedValue'])}.`, fixes: [replace(`Write ${String(params['allowedValue'])}`, span, String(params['allowedValue']))] };
    case 'type':
      return wrongType(root, span, keySpan, tree, schema, params['type'], path, text);
    case 'pattern':
      return { code: 'SPEC010', severity: 'error', span, message: `${nameOf(path)} does not have the form it needs. ${schema?.description ?? ''}`.trim(), fixes: [] };
    case 'minLength':
    case 'minItems':
      if (params['length'] === undefined || params['length'] === 0) return { code: 'SPEC014', severity: 'error', span: tree && tree.span.end > tree.span.start ? span : (keySpan ?? span), message: `${nameOf(path)} is empty. ${schema?.title ?? ''}`.trim(), fixes: [] };
  }
  const value = tree?.kind === 'scalar' ? tree.value : undefined;
  const asks = keyword === 'minItems' || keyword === 'minLength' ? ` ${schema?.title ?? ''}` : '';
  return { code: 'SPEC010', severity: 'error', span: tree?.kind === 'scalar' || path.length === 0 ? span : (keySpan ?? span), message: `${nameOf(path)} ${limitWords(keyword, params, value) ?? 'does not fit the template'}.${asks}`.trim(), fixes: [] };
}

function unknownKey(tree: YamlTree | undefined, schema: SchemaNode | undefined, key: string, path: Path, text: string): SpecProblem | undefined {
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

function missingKey(root: SchemaNode, tree: YamlTree | undefined, keySpan: Span | undefined, path: Path, key: string, text: string): SpecProblem {
  const schema = schemaAt(root, [...path, key]);
  const question = schema?.title ?? '';
  if (path.length === 0) {
    return { code: 'SPEC011', severity: 'error', span: firstLine(text), message: `The section "${key}" is missing. ${question}`.trim(), fixes: tree ? skeletonFixes(root, tree, text, key) : [] };
  }
  if (key === 'none_because') {
    return { code: 'SPEC014', severity: 'error', span: keySpan ?? tree?.span ?? { start: 0, end: 0 }, message: `${nameOf(path)} is a list of cases, or { none_because: "…" } that says why there is none.`, fixes: [] };
  }
  const first = tree?.kind === 'map' ? tree.entries[0]?.keySpan : undefined;
  return { code: 'SPEC015', severity: 'error', span: first ?? keySpan ?? tree?.span ?? { start: 0, end: 0 }, message: `${nameOf(path)} lacks "${key}". ${question}`.trim(), fixes: tree?.kind === 'map' ? [addKey(root, tree, text, path, key, true)] : [] };
}

/** An item that has none of the keys that say what it is, or several. */
function oneOfKeys(root: SchemaNode, tree: YamlTree | undefined, keySpan: Span | undefined, schema: SchemaNode | undefined, path: Path, text: string): SpecProblem | undefined {
  // A value of another type has a problem of its own.
  if (tree?.kind !== 'map') return undefined;
  const keys = (schema?.oneOf ?? []).flatMap((branch) => branch.required ?? []);
  const present = tree.entries.filter((entry) => keys.includes(entry.key));
  const words = keys.map((key) => `"${key}"`).join(' or ');
  const [first, second] = present;
  if (!first || !second) {
    const fixes = keys.map((key, index) => addKey(root, tree, text, path, key, index === 0));
    return { code: 'SPEC015', severity: 'error', span: tree.entries[0]?.keySpan ?? keySpan ?? tree.span, message: `${nameOf(path)} lacks ${words}; write one of them.`, fixes };
  }
  return { code: 'SPEC015', severity: 'error', span: second.keySpan, message: `${nameOf(path)} has ${present.map((entry) => `"${entry.key}"`).join(' and ')}; keep one of them.`, fixes: [] };
}

/** Fix that adds a key of an item, empty where a person has to fill it in. */
function addKey(root: SchemaNode, tree: YamlTree, text: string, path: Path, key: string, preferred: boolean): SpecFix {
  const schema = schemaAt(root, [...path, key]);
  return { title: `Add "${key}"`, preferred, changes: insertKey(tree, text, key, flowSkeleton(root, schema ?? {}, PLAIN), keysOf(schemaAt(root, path))) };
}

function choice(span: Span, tree: YamlTree | undefined, allowed: readonly string[], path: Path): SpecProblem {
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

function wrongType(root: SchemaNode, span: Span, keySpan: Span | undefined, tree: YamlTree | undefined, schema: SchemaNode | undefined, type: unknown, path: Path, text: string): SpecProblem {
  const empty = tree?.kind === 'scalar' && tree.value === null && text.slice(tree.span.start, tree.span.end).trim() === '';
  if (empty) return { code: 'SPEC014', severity: 'error', span: keySpan ?? span, message: `${nameOf(path)} is empty. ${schema?.title ?? ''}`.trim(), fixes: [] };
  const types = Array.isArray(type) ? type.map(String) : [String(type)];
  if (types.includes('string') && tree?.kind === 'scalar') {
    const source = text.slice(span.start, span.end);
    const code = schema?.['x-expression'] === true ? 'SPEC031' : 'SPEC014';
    return { code, severity: 'error', span, message: `${nameOf(path)} is text; put ${source} in quotes.`, fixes: [replace('Put it in quotes', span, JSON.stringify(source))] };
  }
  const words: Record<string, string> = { string: 'text', array: 'a list', object: 'a map of keys', boolean: 'true or false', number: 'a number', integer: 'a whole number' };
  const shape = types.includes('object') && schema?.properties ? ` (${flowSkeleton(root, { ...schema, type: 'object' }, { ...PLAIN, hole: (hole) => (hole === '' ? '…' : hole) }).replace(/[{}]/g, '').trim()})` : '';
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
function nameOf(path: Path): string {
  return path.length === 0 ? 'The document' : path.reduce<string>((name, step) => (typeof step === 'number' ? `${name}[${step}]` : name === '' ? step : `${name}.${step}`), '');
}

function firstLine(text: string): Span {
  const end = text.search(/\r|\n/);
  return { start: 0, end: Math.max(end < 0 ? text.length : end, Math.min(1, text.length)) };
}
