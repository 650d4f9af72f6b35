import { rules, type Rule } from '../conformance';

/** Every page of docs/rules by its file name. */
export function rulePages(): Record<string, string> {
  return Object.fromEntries([['README.md', indexPage()], ...rules.map((rule) => [`${rule.code}.md`, rulePage(rule)])]) as Record<string, string>;
}

/** Markdown page of a rule, made of nothing but the rule's own words and its tested example. */
function rulePage(rule: Rule): string {
  const { spec, good, bad, goodYaml, badYaml } = rule.example;
  return [
    `# ${rule.code}: ${rule.title}`,
    `**${rule.question}**`,
    `Default severity: ${rule.severity}. Judged from: ${rule.evidence}.`,
    GIVES[rule.gives],
    '## Example',
    block('yaml', `spec: technical/v1\nmodel: example\n${spec}`),
    '### Nothing to object to',
    ...(goodYaml === undefined ? [] : [block('yaml', goodYaml)]),
    block('sql', good),
    '### Objected to',
    ...(badYaml === undefined ? [] : [block('yaml', badYaml)]),
    block('sql', bad),
    `Set its severity, or turn it off, in \`specline.yml\`: \`severities: { ${rule.code}: warning }\`. Accept one case with a waiver that has a reason and an end date.`,
    '',
  ].join('\n\n').replace(/\n+$/, '\n');
}

/** Markdown page that lists every rule. */
function indexPage(): string {
  const rows = [...rules].sort((a, b) => (a.code < b.code ? -1 : 1)).map((rule) => `| [${rule.code}](${rule.code}.md) | ${rule.title} | ${rule.question} | ${rule.severity} |`);
  return ['# Rules of the comparison', 'One page a rule, written from the rule\'s own metadata; the examples are run as tests.', ['| code | what it says | the question | severity |', '|---|---|---|---|', ...rows].join('\n'), ''].join('\n\n').replace(/\n+$/, '\n');
}

const GIVES: Readonly<Record<Rule['gives'], string>> = {
  clause: 'A clause *matches* or *differs* only where that is proved; else it is *unknown*, with the reason.',
  unspecced: 'A finding without a verdict: logic of the model that no line of the spec accounts for. A section that is absent is open, and nothing in it is reported.',
  finding: 'A finding without a verdict: no written clause is contradicted.',
};

function block(language: string, text: string): string {
  return `\`\`\`${language}\n${text.trim()}\n\`\`\``;
}
