import { callOf } from '../sql/jinja';
import { macroExpression, missingExpression } from '../sql/knownMacros';
import { numericType, translatedType } from '../sql/macros/types';
import { relationOfCall } from '../sql/references';
import type { MacroSource } from './context';
import { itemsOf } from './builtins';
import { renderMacro } from './render';
import { bodyOfMacro, Returned, step, Undecided, type Run } from './run';
import { dictOf, isWritten, sourceOf, UNKNOWN, valueOf, type CallArguments, type Callable, type Value } from './values';
import { literalSource } from './write';

/** A function or object of dbt by its bare name; undefined for what is none. */
export function functionNamed(run: Run, name: string): Value | undefined {
  switch (name) {
    case 'ref':
    case 'source':
      return callable(name, (args) => relation(run, name, args));
    case 'this':
      return { kind: 'written', text: '{{ this }}', source: 'this', relation: true };
    case 'var':
      return callable(name, (args) => variable(run, args));
    case 'return':
      return callable(name, ({ positional: [value = null] }) => {
        throw new Returned(value);
      });
    case 'is_incremental':
      return callable(name, () => ({ kind: 'written', text: '{{ is_incremental() }}', source: 'is_incremental()' }));
    case 'execute':
      return true;
    case 'range':
      return callable(name, ({ positional }) => rangeOf(positional));
    case 'zip':
      return callable(name, ({ positional }) => zipped(positional));
    case 'dict':
    case 'namespace':
      return callable(name, ({ named }) => dictOf(named));
    case 'log':
    case 'print':
      return callable(name, () => '');
    case 'modules':
    case 'graph':
      return UNKNOWN;
    default:
      return undefined;
  }
}

/** A member of an object of dbt (`target.type`) or a macro of a package (`dbt_utils.star`); undefined for what is none. */
export function memberOf(run: Run, name: string): Value | undefined {
  if (name === 'target.type') {
    // Another target may be named at the command line.
    if (!run.context.ran) run.soft = true;
    return run.context.adapter ?? UNKNOWN;
  }
  if (/^target\.\w+$/.test(name)) return { kind: 'written', text: `{{ ${name} }}`, source: name };
  if (name === 'adapter.dispatch') return callable(name, (args) => dispatched(run, args));
  if (name === 'builtins.ref' || name === 'builtins.source') return functionNamed(run, name.slice('builtins.'.length));
  if (name === 'exceptions.raise_compiler_error') {
    return callable(name, () => {
      throw new Undecided();
    });
  }
  if (name === 'adapter.get_columns_in_relation') return callable(name, (args) => columnsIn(run, args));
  if (name === 'adapter.quote') return callable(name, ({ positional: [text] }) => (typeof text === 'string' ? quoted(run, text) : UNKNOWN));
  if (name === 'exceptions.warn') return callable(name, () => '');
  if (name === 'api.Column.translate_type') return callable(name, ({ positional: [type] }) => (typeof type === 'string' && !run.context.verbatim ? translatedType(type, run.context.dialect) : UNKNOWN));
  if (name === 'api.Column.numeric_type') return callable(name, ({ positional }) => numericTypeOf(run, positional));
  return /^\w+\.\w+$/.test(name) ? callable(name, (args) => packaged(run, name, args)) : undefined;
}

function callable(name: string, call: Callable['call']): Callable {
  return { kind: 'callable', name, call };
}

function numericTypeOf({ context }: Run, [name, ...sizes]: readonly Value[]): Value {
  const [precision, scale] = sizes.map((size) => (typeof size === 'number' ? String(size) : undefined));
  return typeof name === 'string' && !context.verbatim ? numericType(name, precision, scale, context.dialect) : UNKNOWN;
}

function packaged(run: Run, name: string, args: CallArguments): Value {
  const known = knownSql(run, name, args, macroExpression);
  if (known !== undefined) return known;
  const macro = macroNamed(run, name);
  if (!macro) return knownSql(run, name, args, missingExpression) ?? UNKNOWN;
  const result = callMacro(run, macro, args);
  // Macros of dbt_utils that ask a database are known by what they are for.
  return name.startsWith('dbt_utils.') && isWritten(result) && result.text.includes('{%') ? UNKNOWN : result;
}

/** The SQL of a macro of dbt or dbt_utils that Specline knows by heart, where nothing of the project stands in for it. */
function knownSql(run: Run, name: string, { positional, named }: CallArguments, sqlOf: typeof macroExpression): Value | undefined {
  const [owner = '', short = ''] = name.split('.');
  if (run.context.verbatim || !/^(dbt|dbt_utils)$/.test(owner) || isReplaced(run, owner, short)) return undefined;
  const sources = [...positional.map((value) => plainSource(value)), ...[...named].map(([key, value]) => (plainSource(value) === undefined ? undefined : `${key}=${plainSource(value) ?? ''}`))];
  if (sources.includes(undefined)) return undefined;
  const text = sqlOf(`${name}(${sources.join(', ')})`, run.context.dialect);
  return text === undefined || !text.includes('{{') ? text : { kind: 'written', text };
}

/** True where dbt finds a version of a macro for the adapter before the namespace's own: in the project, or where `dispatch` says. */
function isReplaced({ context: { adapter, dispatch, root, macros } }: Run, owner: string, short: string): boolean {
  const before = (dispatch[owner] ?? [root]).filter((name) => name !== owner);
  const names = prefixesOf(adapter).map((prefix) => `${prefix}__${short}`);
  return macros.some((macro) => before.includes(macro.package) && names.includes(macro.name));
}

/** What dbt itself has under a bare name, where neither the model's package nor the project has it. */
export function knownBare(run: Run, name: string, args: CallArguments): Value | undefined {
  const { package: own, root, macros } = run.context;
  return macros.some((macro) => macro.name === name && (macro.package === own || macro.package === root)) ? undefined : knownSql(run, `dbt.${name}`, args, macroExpression);
}

/** Source of a literal; text that dbt finishes goes along as the text it is. */
function plainSource(value: Value): string | undefined {
  return isWritten(value) && value.source === undefined ? literalSource(value.text) : sourceOf(value);
}

function relation(run: Run, name: string, { positional, named }: CallArguments): Value {
  const parts = [...positional.map(sourceOf), ...[...named].map(([key, value]) => (sourceOf(value) === undefined ? undefined : `${key}=${sourceOf(value) ?? ''}`))];
  if (parts.includes(undefined)) return UNKNOWN;
  const source = `${name}(${parts.join(', ')})`;
  const call = run.executing ? undefined : callOf(source);
  const found = call && relationOfCall(call, source, run.calledAt);
  if (found && !run.named.has(found.id)) run.named.set(found.id, found);
  return { kind: 'written', text: `{{ ${source} }}`, source, relation: true };
}

const BACKTICKS: ReadonlySet<string> = new Set(['bigquery', 'spark', 'databricks']);

/** A name as the adapter quotes it. */
function quoted({ context: { adapter } }: Run, name: string): Value {
  if (adapter === undefined) return UNKNOWN;
  return BACKTICKS.has(adapter) ? `\`${name}\`` : `"${name}"`;
}

/** dbt's `Column` objects of a relation whose columns are known. */
function columnsIn(run: Run, { positional: [of], named }: CallArguments): Value {
  const given = of ?? named.get('relation');
  const source = given !== undefined && isWritten(given) ? given.source : undefined;
  const call = source === undefined ? undefined : callOf(source);
  const relation = call && relationOfCall(call, source ?? '', run.calledAt);
  const columns = relation && run.context.columns[relation.id];
  if (relation && !columns) run.asked.set(relation.id, relation);
  return columns ? columns.map(({ name, type }) => dictOf([['name', name], ['column', name], ['quoted', quoted(run, name)], ['dtype', type ?? UNKNOWN], ['data_type', type ?? UNKNOWN]])) : UNKNOWN;
}

/** What `var()` gives by the files of the project; a default in the call is soft, since the command line may override it. */
function variable(run: Run, { positional, named }: CallArguments): Value {
  const [name] = positional;
  if (typeof name !== 'string') return UNKNOWN;
  const { vars } = run.context;
  if (Object.hasOwn(vars, name)) return rendered(vars[name] ?? null);
  const fallback = positional.length > 1 ? positional[1] : named.get('default');
  if (fallback === undefined) return callOfDbt('var', name);
  run.soft = true;
  return fallback;
}

/** A value that only dbt has, to be written as the call that gives it. */
function callOfDbt(of: string, name: string): Value {
  const source = `${of}(${literalSource(name)})`;
  return { kind: 'written', text: `{{ ${source} }}`, source };
}

/** dbt renders a var that is text with Jinja. */
function rendered(data: Parameters<typeof valueOf>[0]): Value {
  if (typeof data !== 'string' || !data.includes('{{')) return valueOf(data);
  const body = /^\s*\{\{\s*([\s\S]+?)\s*\}\}\s*$/.exec(data)?.[1];
  const call = body === undefined || body.includes('}}') ? undefined : callOf(body);
  if (body === undefined || !call || call.rest !== '') return { kind: 'written', text: data };
  const isRelation = /^(builtins\.)?(ref|source)$/.test(call.name);
  return { kind: 'written', text: `{{ ${body} }}`, source: body, ...(isRelation ? { relation: true as const } : {}) };
}

/** Python's `zip`: as many pairs as the shortest list has items. */
function zipped(lists: readonly Value[]): Value {
  const items = lists.map(itemsOf);
  if (items.length === 0 || !items.every((own): own is Value[] => own !== undefined)) return UNKNOWN;
  return Array.from({ length: Math.min(...items.map((own) => own.length)) }, (_, index) => items.map((own) => own[index] ?? UNKNOWN));
}

function rangeOf(bounds: readonly Value[]): Value {
  if (!bounds.every((bound): bound is number => typeof bound === 'number')) return UNKNOWN;
  const [start, end] = bounds.length === 1 ? [0, bounds[0] ?? 0] : [bounds[0] ?? 0, bounds[1] ?? 0];
  const by = bounds[2] ?? 1;
  if (by <= 0 || end - start > 5000) return UNKNOWN;
  return Array.from({ length: Math.max(0, Math.ceil((end - start) / by)) }, (_, index) => start + index * by);
}

/** dbt's own adapters that inherit from another one. */
const PARENTS: Readonly<Record<string, string>> = { redshift: 'postgres', databricks: 'spark' };

/** What names of versions of a macro begin with, in dbt's order. */
function prefixesOf(adapter: string | undefined): string[] {
  const parent = adapter === undefined ? undefined : PARENTS[adapter];
  return [...(adapter === undefined ? [] : [adapter]), ...(parent === undefined ? [] : [parent]), 'default'];
}

function dispatched(run: Run, { positional: [name, place], named }: CallArguments): Value {
  const { adapter, root, dispatch } = run.context;
  const namespace = place ?? named.get('macro_namespace') ?? null;
  if (adapter === undefined || typeof name !== 'string' || (namespace !== null && typeof namespace !== 'string')) return UNKNOWN;
  const packages = namespace === null ? [undefined] : (dispatch[namespace] ?? [root, namespace]);
  const prefixes = prefixesOf(adapter);
  for (const owner of packages) {
    for (const prefix of prefixes) {
      const macro = macroNamed(run, owner === undefined ? `${prefix}__${name}` : `${owner}.${prefix}__${name}`);
      if (macro) return callable(macro.name, (args) => callMacro(run, macro, args));
    }
  }
  return UNKNOWN;
}

/** A macro by its name, with or without its package; dbt looks in the model's package, then in the project, then in its own. */
export function macroNamed(run: Run, name: string): MacroSource | undefined {
  const { macros, package: own, root, adapter = '' } = run.context;
  const [owner, short] = name.includes('.') ? name.split('.', 2) : [undefined, name];
  if (owner !== undefined && owner !== 'dbt') return macros.find((macro) => macro.package === owner && macro.name === short);
  const internal = [`dbt_${adapter}`, ...(PARENTS[adapter] === undefined ? [] : [`dbt_${PARENTS[adapter]}`]), 'dbt'];
  for (const packageName of owner === 'dbt' ? internal : [own, root, ...internal]) {
    const found = macros.find((macro) => macro.package === packageName && macro.name === short);
    if (found) return found;
  }
  return undefined;
}

/** What a macro gives for arguments; unknown where its text cannot be written out. */
export function callMacro(run: Run, macro: MacroSource, args: CallArguments): Value {
  step(run);
  const body = bodyOfMacro(run, macro);
  if (!body) return UNKNOWN;
  const [made, named, soft, depth] = [new Map(run.made), new Map(run.named), run.soft, run.depth];
  try {
    run.depth++;
    return renderMacro(run, macro, body, args);
  } catch (error) {
    if (error instanceof Returned) return error.value;
    if (!(error instanceof Undecided)) throw error;
    run.made = made;
    run.named = named;
    run.soft = soft;
    step(run);
    return UNKNOWN;
  } finally {
    run.depth = depth;
  }
}
