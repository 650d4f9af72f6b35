import { expandTemplate } from '../../engine/jinja/expand';
import type { JinjaContext, MacroSource } from '../../engine/jinja/context';
import { dialectOf } from '../../engine/sql';
import type { CorpusManifest, ManifestNode } from './corpusProject';

type VarValue = string | boolean | string[];
export type CorpusVars = Record<string, Record<string, VarValue>>;

/**
 * The vars that a checkout's dbt_project.yml must have had for its models to compile as they did. A manifest does not keep them: for each
 * package, a var that is printed has what compiled code shows in its place; one that decides has the value under which raw code
 * comes closest to compiled code; one without a default that decides nothing visible is an empty list, since dbt asks for a value; one that
 * only code prints which was not compiled is named like the others.
 */
export function varsOfCompiled(manifest: CorpusManifest): CorpusVars {
  const macros = Object.values(manifest.macros).map((macro): MacroSource => ({ package: macro.package_name, name: /macro\s+(\w+)/.exec(macro.macro_sql)?.[1] ?? '', text: macro.macro_sql }));
  const relations = new Map([...Object.values(manifest.nodes), ...Object.values(manifest.sources)].flatMap((node) => (node.relation_name ? [[plain(node.relation_name), referenceTo(node)] as const] : [])));
  const found: CorpusVars = {};
  for (const packageName of new Set(Object.values(manifest.nodes).map((node) => node.package_name))) {
    const models = Object.values(manifest.nodes).filter((node) => node.package_name === packageName && node.resource_type === 'model' && (node.compiled_code ?? node.compiled_sql) !== undefined);
    const asked = varsIn([...models.map(rawOf), ...macros.filter((macro) => macro.package === packageName).map((macro) => macro.text)]);
    const passed = varsPassed(models, macros);
    const vars: Record<string, VarValue> = {};
    for (const name of passed.keys()) {
      const repeated = repeatedItems(models, name, passed);
      if (repeated.length > 0) vars[name] = repeated;
    }
    const context = (trial: Record<string, VarValue>): JinjaContext => ({ package: packageName, root: manifest.metadata.project_name, adapter: manifest.metadata.adapter_type, dialect: dialectOf(manifest.metadata.adapter_type), vars: trial, dispatch: {}, macros, columns: {} });
    for (const [name, candidates] of asked.deciding) {
      if (vars[name] !== undefined) continue;
      const users = models.filter((model) => rawOf(model).includes(name));
      const distances = (value?: VarValue): number[] => users.map((model) => distanceOf(model, context(value === undefined ? vars : { ...vars, [name]: value })));
      const unset = distances();
      const best = candidates.find((value) => {
        const changes = distances(value).map((distance, index) => distance - (unset[index] ?? 0));
        return changes.some((change) => change < 0) && !changes.some((change) => change > 0);
      });
      const repeated = repeatedItems(users, name, passed);
      if (repeated.length > 0) vars[name] = repeated;
      else if (best !== undefined) vars[name] = best;
      else if (asked.required.has(name) && !asked.printed.has(name) && !users.some((model) => new RegExp(`\\bin\\s+var\\(\\s*['"]${name}`).test(rawOf(model)))) vars[name] = [];
    }
    const shown = models.map((model) => ({ raw: expandTemplate(rawOf(model), context(vars))?.text ?? rawOf(model), compiled: compiledOf(model) }));
    for (const name of asked.printed) {
      const value = printedValue(shown, name, relations);
      if (value !== undefined) vars[name] = value;
    }
    for (const name of asked.required) {
      const value = asked.printed.has(name) ? undefined : onlyRelation(models.filter((model) => new RegExp(`\\w\\([^(){}]*\\bvar\\(\\s*['"]${name}['"]\\s*\\)`).test(rawOf(model))), context(vars), manifest);
      if (value !== undefined) vars[name] = value;
    }
    Object.assign(vars, namedAlike(vars, asked.printed, manifest));
    if (Object.keys(vars).length > 0) found[packageName] = vars;
  }
  return found;
}

/** Vars that only code which was not compiled prints: where the others name models after themselves with one prefix, the model of such a name. */
function namedAlike(vars: Readonly<Record<string, VarValue>>, printed: ReadonlySet<string>, manifest: CorpusManifest): Record<string, VarValue> {
  const models = new Set([...Object.values(manifest.nodes), ...Object.values(manifest.disabled ?? {}).flat()].flatMap(({ name, resource_type: type }) => (type === 'model' ? [name] : [])));
  const prefixes = new Map<string, number>();
  for (const name of printed) {
    const model = /^\{\{ ref\('(\w+)'\) \}\}$/.exec(String(vars[name]))?.[1] ?? '';
    if (model.endsWith(name)) prefixes.set(model.slice(0, -name.length), (prefixes.get(model.slice(0, -name.length)) ?? 0) + 1);
  }
  const [prefix] = [...prefixes].sort((x, y) => y[1] - x[1])[0] ?? [];
  if (prefix === undefined) return {};
  return Object.fromEntries([...printed].flatMap((name) => (vars[name] === undefined && models.has(`${prefix}${name}`) ? [[name, `{{ ref('${prefix}${name}') }}`]] : [])));
}

function rawOf(node: ManifestNode): string {
  return node.raw_code ?? node.raw_sql ?? '';
}

function compiledOf(node: ManifestNode): string {
  return node.compiled_code ?? node.compiled_sql ?? '';
}

function referenceTo(node: ManifestNode): string {
  return node.resource_type === 'source' ? `{{ source('${node.source_name ?? ''}', '${node.name}') }}` : `{{ ref('${node.name}') }}`;
}

/** Vars by how texts use them: printed by themselves, or deciding what is written; those without a default are required. */
function varsIn(texts: readonly string[]): { printed: Set<string>; deciding: Map<string, VarValue[]>; required: Set<string> } {
  const [printed, required] = [new Set<string>(), new Set<string>()];
  const deciding = new Map<string, VarValue[]>();
  for (const text of texts) {
    for (const match of text.matchAll(/\{\{-?\s*var\(\s*(['"])(\w+)\1\s*\)\s*-?\}\}/g)) printed.add(match[2] ?? '');
    for (const match of text.matchAll(/\bvar\(\s*(['"])(\w+)\1\s*(?:,\s*([^()]*?|\[[^\]]*\])\s*)?\)/g)) {
      const [, , name = '', otherwise] = match;
      if (otherwise === undefined) required.add(name);
      const isBoolean = otherwise !== undefined && /^(true|false)$/i.test(otherwise.trim());
      const members = [...texts.join('\n').matchAll(new RegExp(`'(\\w+)'\\s+in\\s+var\\(\\s*['"]${name}['"]`, 'g'))].map((member) => member[1] ?? '');
      const candidates: VarValue[] = isBoolean ? [true, false] : otherwise !== undefined ? [] : members.length > 0 ? [[...new Set(members)]] : [[], true, false];
      if (candidates.length > 0) deciding.set(name, candidates);
    }
  }
  return { printed, deciding, required };
}

/** What stands in compiled code where raw code prints a var: both name their relations in one order where no macro names more. */
function printedValue(models: readonly { raw: string; compiled: string }[], name: string, relations: ReadonlyMap<string, string>): string | undefined {
  const votes = new Map<string, number>();
  for (const { raw, compiled } of models) {
    const blocks = [...raw.replace(/\{#[\s\S]*?#\}/g, '').matchAll(/\{\{-?\s*(?:ref|source|var)\([^{}]*?\)\s*-?\}\}/g)].map(([block]) => block);
    const shown = [...withoutInjected(compiled).matchAll(/\b__dbt__cte__(\w+)|(?:["`]?[\w$-]+["`]?\.){1,2}["`]?[\w$-]+["`]?/g)].flatMap(([text, ephemeral]) => (ephemeral === undefined ? (relations.get(plain(text)) ?? []) : [`{{ ref('${ephemeral}') }}`]));
    if (blocks.length !== shown.length) continue;
    for (const [index, block] of blocks.entries()) {
      const value = shown[index];
      if (value !== undefined && new RegExp(`var\\(\\s*['"]${name}['"]\\s*\\)`).test(block)) votes.set(value, (votes.get(value) ?? 0) + 1);
    }
  }
  return [...votes].sort((x, y) => y[1] - x[1])[0]?.[0];
}

/** What models that give a var to a macro depend on and name in no other way; undefined where that is not one relation. */
function onlyRelation(models: readonly ManifestNode[], context: JinjaContext, manifest: CorpusManifest): string | undefined {
  const left = models.map((model) => {
    const text = (expandTemplate(rawOf(model), context)?.text ?? rawOf(model)).replace(/"/g, "'").replace(/\s+/g, '');
    const parents = (model.depends_on?.nodes ?? []).flatMap((id) => manifest.nodes[id] ?? manifest.sources[id] ?? []).map(referenceTo);
    return parents.filter((reference) => !text.includes(reference.replace(/[{}\s]/g, '')));
  });
  const values = new Set(left.map(([first, ...more]) => (more.length === 0 ? first : undefined)));
  return values.size === 1 ? [...values][0] : undefined;
}

/** Compiled code without the ephemeral models that dbt puts before it. */
function withoutInjected(compiled: string): string {
  const opener = /\b__dbt__cte__\w+\s+as\s*\(/g;
  let [out, at] = ['', 0];
  for (let match = opener.exec(compiled); match; match = opener.exec(compiled)) {
    let end = opener.lastIndex;
    for (let depth = 1; end < compiled.length && depth > 0; end++) depth += compiled[end] === '(' ? 1 : compiled[end] === ')' ? -1 : 0;
    out += compiled.slice(at, match.index);
    opener.lastIndex = at = end;
  }
  return out + compiled.slice(at);
}

/** Vars that models name to macros which read them, and the names of those macros. */
function varsPassed(models: readonly ManifestNode[], macros: readonly MacroSource[]): Map<string, string[]> {
  const readers = macros.flatMap(({ name, text }) => {
    const parameters = (/macro\s+\w+\s*\(([^)]*)\)/.exec(text)?.[1] ?? '').split(',').map((part) => (part.split('=')[0] ?? '').trim());
    const at = parameters.findIndex((parameter) => parameter !== '' && new RegExp(`\\bvar\\(\\s*${parameter}\\s*[,)]`).test(text));
    return at < 0 ? [] : [{ name, at }];
  });
  const passed = new Map<string, string[]>();
  for (const { name, at } of readers) {
    for (const [, list = ''] of models.flatMap((model) => [...rawOf(model).matchAll(new RegExp(`\\b${name}\\(([^()]*)\\)`, 'g'))])) {
      const given = /^\s*(?:\w+\s*=\s*)?(['"])(\w+)\1\s*$/.exec(list.split(',')[at] ?? '')?.[2];
      if (given !== undefined) passed.set(given, [...new Set([...(passed.get(given) ?? []), name])]);
    }
  }
  return passed;
}

/** The items of a loop over a var, or over what a macro makes of it: what stands in compiled code where its body has the item. */
function repeatedItems(models: readonly ManifestNode[], name: string, passed: ReadonlyMap<string, readonly string[]>): string[] {
  const items = new Set<string>();
  for (const model of models) {
    const reads = ['var', ...(passed.get(name) ?? [])].join('|');
    const aliases = [...rawOf(model).matchAll(new RegExp(`\\{%-?\\s*set\\s+(\\w+)\\s*=\\s*(?:\\w+\\.)?(?:${reads})\\([^()]*['"]${name}['"][^()]*\\)\\s*-?%\\}`, 'g'))].map(([, alias = '']) => alias);
    const list = [`var\\(\\s*['"]${name}['"]\\s*\\)`, ...aliases].join('|');
    for (const [, item = '', body = ''] of rawOf(model).matchAll(new RegExp(`\\{%-?\\s*for\\s+(\\w+)\\s+in\\s+(?:${list})\\s*-?%\\}([\\s\\S]*?)\\{%-?\\s*endfor`, 'g'))) {
      const plainBody = body.replace(/\{\{[^{}]*\bloop\.[^{}]*\}\}|\{%[^{}]*\bloop\.[^{}]*%\}[^{}]*\{%-?\s*endif\s*-?%\}/g, ' ');
      const parts = plainBody.split(new RegExp(`\\{\\{-?\\s*${item}\\s*-?\\}\\}`));
      if (parts.length < 2 || parts.some((part) => part.includes('{'))) continue;
      const pattern = parts.map((part) => part.trim().split(/\s+/).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('\\s+'));
      const whole = new RegExp(pattern.slice(1).reduce((text, part, index) => `${text}\\s*${index === 0 ? '(\\w+?)' : '\\1'}\\s*${part}`, pattern[0] ?? ''), 'g');
      for (const [, found = ''] of compiledOf(model).matchAll(whole)) items.add(found);
    }
  }
  return [...items];
}

function plain(relation: string): string {
  return relation.replace(/["`]/g, '').toLowerCase();
}

/** How many words of compiled code what is known of the raw code does not have, and the other way. */
function distanceOf(model: ManifestNode, context: JinjaContext): number {
  const raw = rawOf(model);
  const text = (expandTemplate(raw, context)?.text ?? raw).replace(/\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}|\{#[\s\S]*?#\}/g, ' ');
  const counts = new Map<string, number>();
  for (const [word] of compiledOf(model).matchAll(/\w+/g)) counts.set(word, (counts.get(word) ?? 0) + 1);
  for (const [word] of text.matchAll(/\w+/g)) counts.set(word, (counts.get(word) ?? 0) - 1);
  return [...counts.values()].reduce((sum, count) => sum + Math.abs(count), 0);
}
