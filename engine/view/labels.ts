import type { Clause } from '../conformance/types';

/** What a clause is about and what it says of that, so that its row can be read alone. */
export interface ClauseWords {
  /** Leads the text, as in `amount, type:`; null where the text says it itself. */
  label: string | null;
  text: string;
  /** Address of what the clause is about: a column's type and expression share the column's. */
  subject: string;
  /** True where the model's place does not show what the verdict is about, so that the message has to say it. */
  told: boolean;
}

/** Sections of which a clause may be about a part of an item. */
const SECTIONS = new Set(['inputs', 'joins', 'columns', 'tests']);
const PARTS = new Set(['grain', 'keys', 'condition', 'cardinality', 'type', 'nullable', 'expression', 'from', 'arguments', 'severity']);
const TOLD = new Set(['grain', 'cardinality', 'type', 'nullable']);

/** The words of a clause, from its stable address and its text; `textOf` gives the text of another clause of the report. */
export function wordsOfClause({ id, stage, spec }: Pick<Clause, 'id' | 'stage' | 'spec'>, textOf: (id: string) => string | undefined): ClauseWords {
  const prefix = stage === undefined ? '' : `steps/${stage}/`;
  const own = id.startsWith(prefix) ? id.slice(prefix.length) : id;
  const address = own.includes('~') ? own.replace(/~\d+$/, '') : own;
  const first = address.indexOf('/');
  const last = address.lastIndexOf('/');
  const section = address.slice(0, Math.max(0, first));
  const part = address.slice(last + 1);
  if (last - first < 2 || !SECTIONS.has(section) || !PARTS.has(part)) return { label: labelOf(address, spec.text), text: spec.text, subject: `${prefix}${address}`, told: address === 'grain' || section === 'tests' || section === 'materialization' };
  const name = address.slice(first + 1, last);
  const subject = `${prefix}${section}/${name}`;
  const test = section === 'tests' ? (textOf(subject) ?? name) : '';
  return { label: partLabel(name, part, test), text: part === 'arguments' ? argumentsText(spec.text) : spec.text, subject, told: TOLD.has(part) || section === 'tests' };
}

function partLabel(name: string, part: string, test: string): string {
  switch (part) {
    case 'grain': return `${name}, one row per`;
    case 'keys': return `join ${name} on`;
    case 'condition': return `join ${name} only where`;
    case 'cardinality': return `join ${name} is`;
    case 'expression': return `${name} =`;
    case 'from': return `${name} from`;
    case 'arguments': return `${test} with`;
    case 'severity': return `${test}, severity:`;
    case 'nullable': return `${name}:`;
    default: return `${name}, ${part}:`;
  }
}

function labelOf(address: string, text: string): string | null {
  const slash = address.indexOf('/');
  const section = slash < 0 ? address : address.slice(0, slash);
  const name = address.slice(slash + 1);
  switch (section) {
    case 'grain': return 'one row per';
    case 'aggregate': return 'group';
    case 'deduplicate': return 'deduplicate:';
    case 'recursive':
    case 'generate':
    case 'opaque': return `${section}:`;
    case 'materialization': return `${name}:`;
    case 'inputs': return name === text.replace(/^.*\./, '') ? null : `${name}:`;
    case 'filters': return /^\d+$/.test(name) ? null : `${name}:`;
    // An address made of the test's own text says nothing more.
    case 'tests': return name.replace(/^T-|-\d+$/g, '') === text.replace(' on ', '-') ? null : `${name}:`;
    default: return null;
  }
}

/** `{"values":["a","b"]}` as `values: [a, b]`. */
function argumentsText(json: string): string {
  const value: unknown = JSON.parse(json);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return plain(value);
  return Object.entries(value).map(([key, item]) => `${key}: ${plain(item)}`).join(', ');
}

function plain(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return `[${value.map(plain).join(', ')}]`;
  if (typeof value === 'object' && value !== null) return `{${Object.entries(value).map(([key, item]) => `${key}: ${plain(item)}`).join(', ')}}`;
  return String(value);
}
