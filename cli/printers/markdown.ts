import type { Envelope, ModelReport } from '../../engine/conformance/types';
import { viewOf, type RowVerdict, type ViewRow } from '../../engine/view';

const WORDS: Record<RowVerdict, string> = {
  matches: 'matches',
  differs: '**differs**',
  unknown: "can't tell",
  unspecced: '**not in the spec**',
  finding: 'to look at',
  waived: 'accepted',
};

/** GitHub-flavoured Markdown for a pull request: what does not match first, the matches folded away. */
export function printMarkdown(envelope: Envelope): string {
  const documents = envelope.documents.flatMap((document) =>
    document.problems.map((p) => `- \`${document.file}:${p.range.start.line + 1}\` ${p.severity} ${p.code}: ${escapeMarkdown(p.message)}`),
  );
  const notices = envelope.notices.map((n) => `- ${n.severity} ${n.code}: ${escapeMarkdown(n.message)}`);
  const parts = [...envelope.models.map(modelMarkdown), section('Spec documents', documents), section('Notices', notices)];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function modelMarkdown(report: ModelReport): string {
  const view = viewOf(report);
  const rows = view.groups.flatMap((group) => group.rows.map((row) => ({ title: group.title, row })));
  const open = rows.filter(({ row }) => row.verdict !== 'matches');
  const matching = rows.filter(({ row }) => row.verdict === 'matches');
  const folded = matching.length > 0 ? `<details><summary>${matching.length} matching</summary>\n\n${table(matching)}\n\n</details>` : '';
  const unspecified = view.notSpecified.length > 0 ? `Not specified, so not compared: ${view.notSpecified.join(', ')}.` : '';
  return [`## ${escapeMarkdown(view.model)}`, escapeMarkdown(view.sentence), open.length > 0 ? table(open) : '', folded, unspecified]
    .filter((part) => part !== '')
    .join('\n\n');
}

function table(rows: readonly { title: string; row: ViewRow }[]): string {
  const lines = rows.map(({ title, row }) => {
    const notes = [row.message, row.reason === null ? '' : `Can't tell: ${row.reason}.`, row.waiver ?? ''].filter((note) => note !== '');
    const ran = row.onData && !row.onData.held ? `<br>On the data: ${escapeMarkdown(row.onData.text)}` : '';
    const why = `${row.verdict === 'matches' ? '' : `<br>${row.rule}: ${escapeMarkdown(notes.join(' '))}`}${ran}`;
    const head = [row.stage === null ? '' : `${row.stage} ›`, row.label ?? ''].filter((part) => part !== '').map(escapeMarkdown).join(' ');
    const does = row.does === null ? row.model.map((m) => code(m.text)).join(' ') : escapeMarkdown(row.does);
    return `| ${title} | ${[head, code(row.spec?.text)].filter((part) => part !== '').join(' ')} | ${WORDS[row.verdict]}${why} | ${does} |`;
  });
  return ['| | spec | verdict | model |', '|---|---|---|---|', ...lines].join('\n');
}

function section(title: string, lines: readonly string[]): string {
  return lines.length > 0 ? `## ${title}\n\n${lines.join('\n')}` : '';
}

function code(text: string | undefined): string {
  if (!text) return '';
  const flat = text.replace(/\s+/g, ' ').trim().replace(/\|/g, '\\|');
  const fence = flat.includes('`') ? '``' : '`';
  return `${fence}${fence === '``' ? ' ' : ''}${flat}${fence === '``' ? ' ' : ''}${fence}`;
}

function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]<>|#]/g, (c) => `\\${c}`).replace(/\s+/g, ' ');
}
