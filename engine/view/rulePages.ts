import { rules, type Rule } from '../conformance';
import { specRules, type SpecRule } from '../spec';

/** Every page of docs/rules by its file name, made of nothing but the rules' own words and their tested examples. */
export function rulePages(): Record<string, string> {
  const pages = [...rules.map((rule) => [rule.code, comparisonPage(rule)] as const), ...specRules.map((rule) => [rule.code, specPage(rule)] as const)];
  return Object.fromEntries([['README.md', indexPage()], ...pages.map(([code, page]) => [`${code}.md`, page])]) as Record<string, string>;
}

const GIVES: Readonly<Record<Rule['gives'], string>> = {
  clause: 'A clause *matches* or *differs* only where that is proved; else it is *unknown*, with the reason.',
  unspecced: 'A finding without a verdict: logic of the model that no line of the spec accounts for.',
  finding: 'A finding without a verdict: no written clause is contradicted.',
};

const OPEN = 'A section that is absent is open, and nothing in it is reported.';

function comparisonPage(rule: Rule): string {
  const { spec, good, bad, goodYaml, badYaml } = rule.example;
  const gives = rule.gives === 'unspecced' && !rule.notes ? `${GIVES.unspecced} ${OPEN}` : GIVES[rule.gives];
  return page(rule, `Judged from: ${rule.evidence}.`, gives, [
    ...(rule.notes ?? []),
    '## Example',
    block('yaml', `spec: technical/v1\nmodel: example\n${spec}`),
    '### Nothing to object to',
    ...(goodYaml === undefined ? [] : [block('yaml', goodYaml)]),
    block('sql', good),
    '### Objected to',
    ...(badYaml === undefined ? [] : [block('yaml', badYaml)]),
    block('sql', bad),
  ], 'Accept one case with a waiver that has a reason and an end date.');
}

function specPage(rule: SpecRule): string {
  const { good, bad, beside = {} } = rule.example;
  const found = rule.check ? 'Judged from: the spec, the specs beside it and the dbt project.' : 'Found while the file is read.';
  const others = Object.entries(beside).flatMap(([path, text]) => [`Beside it, \`${path}\`:`, block(path.endsWith('.sql') ? 'sql' : 'yaml', text)]);
  // What a file's bytes are cannot be shown as text.
  const examples = bad === '' ? [] : ['## Example', ...others, '### Nothing to object to', block('yaml', good), '### Objected to', block('yaml', bad)];
  return page(rule, found, 'A problem of the document.', examples, '');
}

function page({ code, title, question, severity }: Pick<Rule, 'code' | 'title' | 'question'> & { severity: string }, from: string, gives: string, body: readonly string[], end: string): string {
  const set = `Set its severity, or turn it off, in \`specline.yml\`: \`severities: { ${code}: ${severity === 'warning' ? 'error' : 'warning'} }\`. ${end}`.trim();
  return `${[`# ${code}: ${title}`, `**${question}**`, `Default severity: ${severity}. ${from}`, gives, ...body, set].join('\n\n')}\n`;
}

function indexPage(): string {
  const table = (all: readonly (Pick<Rule, 'code' | 'title' | 'question'> & { severity: string })[]): string =>
    ['| code | what it says | the question | severity |', '|---|---|---|---|', ...[...all].sort((a, b) => (a.code < b.code ? -1 : 1)).map((rule) => `| [${rule.code}](${rule.code}.md) | ${rule.title} | ${rule.question} | ${rule.severity} |`)].join('\n');
  return `${['# Rules', "One page a rule, written from the rule's own words; the examples are run as tests.", '## Of the comparison', table(rules), '## Of spec documents', table(specRules)].join('\n\n')}\n`;
}

function block(language: string, text: string): string {
  return `\`\`\`${language}\n${text.trim()}\n\`\`\``;
}
