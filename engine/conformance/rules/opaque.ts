import type { StageComparison, Comparison } from '../comparison';
import { short, stageClause, unmatched, type ClauseDraft, type Rule } from './rule';

/** EVID005: text that the spec keeps as it is stands in the model, token by token. */
export const opaque: Rule = {
  code: 'EVID005',
  title: 'Opaque text',
  question: 'Does this text stand in the model?',
  severity: 'information',
  group: 'other',
  evidence: 'the SQL, raw or compiled',
  scope: 'stage',
  example: {
    spec: "inputs:\n  - { ref: customers }\nfrom: customers\nopaque:\n  - { text: \"{{ audit_columns() }}\", reason: \"house macro\" }\n",
    good: "select customer_id, {{ audit_columns( ) }} from {{ ref('customers') }}",
    bad: "select customer_id from {{ ref('customers') }}",
  },
  judge(stage, comparison) {
    return { clauses: (stage.fact.opaque?.items ?? []).map((fact, index) => judge(stage, comparison, fact.text, index)) };
  },
};

function judge(stage: StageComparison, comparison: Comparison, text: { value: string; span: { start: number; end: number } }, index: number): ClauseDraft {
  const address = `opaque/${index + 1}`;
  const spec = { span: text.span, text: short(text.value) };
  const texts = [comparison.analysis?.raw, comparison.analysis?.chosen].filter((item) => item !== undefined);
  if (texts.length === 0) return unmatched(stage, address, spec);
  const wanted = tokens(text.value);
  for (const analysed of texts) {
    const at = wanted.length > 0 ? find(analysed.text, wanted) : undefined;
    if (at) return stageClause(stage, address, { spec, verdict: 'matches', model: analysed === comparison.analysis?.chosen ? [at] : [], message: 'The model has this text, token by token.' });
  }
  return stageClause(stage, address, { spec, verdict: 'unknown', reason: 'not-provable', message: "Can't tell: the model does not have this text; it may say the same in other words." });
}

interface TokenAt {
  text: string;
  start: number;
  end: number;
}

const TOKEN = /--[^\n]*|\/\*[\s\S]*?\*\/|\{#[\s\S]*?#\}|'(?:[^']|'')*'|"(?:[^"]|"")*"|[\w$]+|[^\s]/g;

/** SQL and Jinja tokens without comments; words outside quotes in lower case. */
function tokenised(text: string): TokenAt[] {
  return [...text.matchAll(TOKEN)].filter((match) => !/^(--|\/\*|\{#)/.test(match[0])).map((match) => ({ text: /^['"]/.test(match[0]) ? match[0] : match[0].toLowerCase(), start: match.index, end: match.index + match[0].length }));
}

function tokens(text: string): string[] {
  return tokenised(text).map((token) => token.text);
}

function find(text: string, wanted: readonly string[]): { start: number; end: number } | undefined {
  const all = tokenised(text);
  const index = all.findIndex((_, at) => wanted.every((token, offset) => all[at + offset]?.text === token));
  const [first, last] = [all[index], all[index + wanted.length - 1]];
  return index >= 0 && first && last ? { start: first.start, end: last.end } : undefined;
}
