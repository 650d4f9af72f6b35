import type { SpeclineConfig } from '../config';
import { keysOf, resolved, typesOf, type SchemaNode } from '../schema';
import type { MigrationStep, TemplateKind } from './types';
import { versionOf } from './versions';

const KINDS: readonly TemplateKind[] = ['business', 'technical'];
const ABOUT: Readonly<Record<TemplateKind, string>> = { business: 'What a stakeholder can validate: no SQL, no dbt names.', technical: 'The blueprint that is executed, and that the model is compared with.' };
const ASKED: Readonly<Record<string, string>> = { minimal: 'always', full: 'in the full tier', optional: 'where it helps' };
/** A list of maps of lists of maps is as deep as a person follows. */
const MAX_DEPTH = 4;

/** The template that a project's specs are held against, as a Markdown page: every section and field with its question. */
export function templatePage(config: SpeclineConfig, project: string): string {
  const { template, tiers, severities } = config;
  const from = template.files.length > 0 ? `It is the built-in template with what ${template.files.map(code).join(', ')} ${template.files.length === 1 ? 'asks' : 'ask'} for.` : 'It is the built-in template.';
  return [
    `# The spec template of ${text(project === '' ? 'this project' : project)}`,
    `Every spec answers the same questions in the same order. ${from} A section that is present is complete, and what it does not list is not meant; a section that is absent says nothing.`,
    ...KINDS.flatMap((kind) => kindPart(kind, template.schemas[kind], versionOf(template, kind))),
    ...tierPart(tiers),
    ...severityPart(severities),
    ...migrationPart(config),
  ].join('\n\n').concat('\n');
}

function kindPart(kind: TemplateKind, root: SchemaNode, version: number): string[] {
  const keys = keysOf(root);
  const sections = keys.map((key) => ({ key, node: resolved(root, root.properties?.[key] ?? {}) }));
  return [
    `## ${kind === 'business' ? 'Business' : 'Technical'} spec`,
    `${ABOUT[kind]} The first line is ${code(`spec: ${kind}/v${version}`)}.`,
    table(['Section', 'Question', 'Asked for'], sections.map(({ key, node }) => [code(key), text(node.title ?? ''), ASKED[node['x-tier'] ?? 'optional'] ?? ''])),
    ...rulesOf(root, 'A spec as a whole'),
    ...sections.flatMap(({ key, node }) => sectionPart(root, key, node)),
  ];
}

function sectionPart(root: SchemaNode, key: string, node: SchemaNode): string[] {
  const { said, good, bad } = describedBy(node.description ?? '');
  const asked = node['x-asked-by'] === undefined ? '' : ` Asked for by ${code(node['x-asked-by'])}.`;
  const prefix = node['x-prefix'] ?? (node.items && resolved(root, node.items).properties?.['id']?.['x-prefix']);
  const fields = fieldsOf(root, node, '', MAX_DEPTH);
  return [
    `### ${code(key)}`,
    [`**${text(node.title ?? key)}**`, text(said), `${sentence(formOf(node))}${asked}`, prefix ? `Its ids start with ${code(`${prefix}-`)}.` : ''].filter((part) => part !== '').join(' '),
    ...(good === undefined ? [] : [`Good: ${code(good)}`]),
    ...(bad === undefined ? [] : [`Not so good: ${code(bad)}`]),
    ...examplesOf(node),
    ...(fields.length > 0 ? [table(['Field', 'Question', 'Form', 'Needed'], fields)] : []),
    ...rulesOf(node, `\`${key}\``),
  ];
}

/** Description, and the examples that it ends with. */
function describedBy(description: string): { said: string; good?: string; bad?: string } {
  const [said = '', ...rest] = description.split(/\n\n(?=(?:Good|Bad): )/);
  const find = (word: string): string | undefined => rest.find((part) => part.startsWith(`${word}: `))?.slice(word.length + 2).trim();
  const [good, bad] = [find('Good'), find('Bad')];
  return { said: said.trim(), ...(good === undefined ? {} : { good }), ...(bad === undefined ? {} : { bad }) };
}

function examplesOf({ examples }: SchemaNode): string[] {
  return examples && examples.length > 0 ? [`Such as ${examples.slice(0, 5).map((one) => code(typeof one === 'string' ? one : JSON.stringify(one))).join(', ')}.`] : [];
}

function fieldsOf(root: SchemaNode, node: SchemaNode, before: string, depth: number): string[][] {
  const inner = node.items ? resolved(root, node.items) : node;
  const prefix = node.items && before !== '' ? `${before}[].` : before === '' ? '' : `${before}.`;
  if (!inner.properties || depth === 0) return [];
  return Object.entries(inner.properties).flatMap(([key, value]) => {
    const own = resolved(root, value);
    const from = own['x-asked-by'] === undefined || own['x-asked-by'] === node['x-asked-by'] ? '' : ` (${code(own['x-asked-by'])})`;
    const row = [code(prefix + key), `${text(own.title ?? '')}${from}`, formOf(own), inner.required?.includes(key) === true ? 'yes' : ''];
    return [row, ...fieldsOf(root, own, prefix + key, depth - 1)];
  });
}

/** The form of a value in a few words: `text`, `one of low, high`, `a list of text, at least 1`. */
function formOf(node: SchemaNode): string {
  if (node.const !== undefined) return `always ${code(String(node.const))}`;
  if (node.enum) return `one of ${node.enum.map((value) => code(String(value))).join(', ')}`;
  const words: Readonly<Record<string, string>> = { string: 'text', integer: 'a whole number', number: 'a number', boolean: 'true or false', object: 'a map', array: 'a list', null: 'nothing' };
  const types = typesOf(node).map((type) => (type === 'array' && node.items && typesOf(node.items).join() === 'string' ? 'a list of texts' : (words[type] ?? type)));
  const limits = [
    node.format === undefined ? undefined : `as a ${node.format}`,
    node.pattern === undefined ? undefined : `of the form ${code(node.pattern)}`,
    node.minItems === undefined ? undefined : `at least ${node.minItems}`,
    node.maxItems === undefined ? undefined : `at most ${node.maxItems}`,
    (node.minLength ?? 0) > 1 ? `at least ${node.minLength ?? 0} characters` : undefined,
    node.maxLength === undefined ? undefined : `at most ${node.maxLength} characters`,
    node.minimum === undefined ? undefined : `from ${node.minimum}`,
    node.maximum === undefined ? undefined : `up to ${node.maximum}`,
  ].filter((limit) => limit !== undefined);
  return [types.join(' or '), ...limits].filter((part) => part !== '').join(', ');
}

/** Rules that are more than the form of a value, in the template's own words or as it writes them. */
function rulesOf(node: SchemaNode, about: string): string[] {
  const own = (node.allOf ?? []).filter((rule) => rule['x-asked-by'] !== undefined).flatMap(eachRule);
  if (own.length === 0) return [];
  return [own.map((rule) => {
    const { 'x-asked-by': by = '', 'x-message': all, ...rest } = rule;
    const message = all ?? rest.then?.['x-message'] ?? rest.else?.['x-message'];
    return `- ${about}: ${message === undefined ? code(JSON.stringify(rest)) : text(message)} (${code(by)})`;
  }).join('\n')];
}

/** The rules that a list of them stands for, each with whose it is. */
function eachRule({ allOf = [], ...rule }: SchemaNode): SchemaNode[] {
  const { 'x-asked-by': by = '', ...rest } = rule;
  return [...(Object.keys(rest).some((key) => key !== 'x-message') ? [rule] : []), ...allOf.flatMap((one) => eachRule({ ...one, 'x-asked-by': by }))];
}

function tierPart(tiers: SpeclineConfig['tiers']): string[] {
  if (tiers.length === 0) return [];
  const words = { source: 'a technical spec only', minimal: 'what is asked for always', full: 'also what the full tier asks for' } as const;
  return ['## How much is asked for, by path', table(['Models', 'Asked for'], tiers.map(({ path, tier }) => [code(path), words[tier]]))];
}

function severityPart(severities: SpeclineConfig['severities']): string[] {
  const own = Object.entries(severities);
  return own.length === 0 ? [] : ['## Severities that differ from the defaults', table(['Rule', 'Severity'], own.map(([rule, severity]) => [code(rule), text(String(severity))]))];
}

function migrationPart({ template }: SpeclineConfig): string[] {
  if (template.migrations.length === 0) return [];
  const rows = [...template.migrations].sort((a, b) => a.kind.localeCompare(b.kind) || a.to - b.to).map(({ kind, to, says, steps }) => [code(`${kind}/v${to}`), text(says ?? ''), steps.map(stepText).join('; ')]);
  return ['## Versions', 'Specs of an earlier version are brought to the newest by `specline migrate`.', table(['Version', 'What for', 'What changes'], rows)];
}

function stepText(step: MigrationStep): string {
  const at = code(step.at.join('.'));
  if (step.kind === 'rename') return `${at} is called ${code(step.to)}`;
  if (step.kind === 'change') return `${at} is ${code(JSON.stringify(step.to))} instead of ${code(JSON.stringify(step.from))}`;
  return `${at} is added${step.value === undefined ? ', to be filled in' : ` as ${code(JSON.stringify(step.value))}`}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replace(/\s*\n\s*/g, ' ').replace(/(?<!\\)\|/g, '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function sentence(words: string): string {
  return words === '' ? '' : `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

/** Plain text in Markdown: nothing a template's author wrote becomes HTML or markup, but what stands in backticks stays code. */
function text(plain: string): string {
  return plain.split(/(`[^`\n]+`)/).map((part, index) => (index % 2 === 1 ? part : part.replace(/[\\*_[\]<>&#`]/g, (sign) => (sign === '<' ? '&lt;' : sign === '>' ? '&gt;' : sign === '&' ? '&amp;' : `\\${sign}`)))).join('');
}

/** Text as code, however many backticks are in it. */
function code(plain: string): string {
  const flat = plain.replace(/\s*\n\s*/g, ' ');
  const longest = Math.max(0, ...[...flat.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = flat.startsWith('`') || flat.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${flat}${pad}${fence}`;
}
