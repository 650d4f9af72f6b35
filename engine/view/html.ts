import type { Range } from '../text';
import { viewOf, type RowVerdict, type View, type ViewRow } from './rows';
import type { Envelope, ModelReport } from '../conformance/types';
import { STYLE } from './style';

const SYMBOLS: Record<RowVerdict, string> = { matches: '✓', differs: '✗', unknown: '?', unspecced: '+', finding: '!', waived: '~' };
const WORDS: Record<RowVerdict, string> = {
  matches: 'matches',
  differs: 'differs',
  unknown: "can't tell",
  unspecced: 'not in the spec',
  finding: 'look at this',
  waived: 'accepted',
};

/** Verdicts that "differences only" leaves out. */
const QUIET: ReadonlySet<RowVerdict> = new Set<RowVerdict>(['matches', 'unknown', 'waived']);

/** Escapes text for HTML element content and double- or single-quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"'`]/g, (c) => `&#${c.charCodeAt(0)};`);
}

/**
 * The side-by-side view of one report as an HTML fragment: no script, no style, every text escaped.
 * With `links` each place is a link that its host turns into a jump; without, it is plain text.
 * Places carry `data-file` (POSIX, relative to the project), `data-line` and `data-character` (zero-based).
 */
export function renderSideBySide(report: ModelReport, links = true): string {
  const view = viewOf(report);
  return [
    `<input type="checkbox" id="only" class="only"><header><h1>${escapeHtml(view.model)}</h1>`,
    `<p class="sentence" role="status">${escapeHtml(view.sentence)}</p>`,
    `<ul class="counts">${view.counts.map((c) => `<li class="${c.verdict}"><b>${c.count}</b> ${escapeHtml(c.label)}</li>`).join('')}</ul>`,
    `<label for="only">Differences only</label></header>`,
    `<main><div class="sides"><div>What the spec says${fileName(view.specFile)}</div><div>Verdict</div><div>What the model does${fileName(view.modelFile)}</div></div>`,
    `<p class="hidden">${escapeHtml(hiddenText(view))}</p>`,
    ...view.groups.map((group) => renderGroup(group.title, group.rows, view, links)),
    renderFooter(view, links),
    '</main>',
  ].join('\n');
}

/** What "differences only" leaves out, so that an empty page does not read as clean. */
function hiddenText({ counts }: View): string {
  const hidden = counts.filter(({ verdict, count }) => QUIET.has(verdict) && count > 0).map(({ label, count }) => `${count} ${label}`);
  const shown = counts.some(({ verdict, count }) => !QUIET.has(verdict) && count > 0);
  return `${shown ? '' : 'No differences. '}${hidden.length > 0 ? `Not shown: ${hidden.join(', ')}.` : ''}`;
}

/**
 * A whole page for `--format html` that needs no network, script or server: documents' problems, every model,
 * notices. `styleHash` is the base64 sha256 of `STYLE`; the CSP allows that one inline style sheet and nothing else.
 */
export function renderPage(heading: string, envelope: Envelope, styleHash: string): string {
  const models = envelope.models.map((report, index) => {
    const fragment = renderSideBySide(report, false).replace('id="only"', `id="only-${index}"`).replace('for="only"', `for="only-${index}"`);
    return `<section class="model">${fragment}</section>`;
  });
  const documents = envelope.documents.flatMap((document) =>
    document.problems.map((p) => `${p.severity} ${p.code} ${document.file}:${p.range.start.line + 1} ${p.message}`),
  );
  const notices = envelope.notices.map((n) => `${n.severity} ${n.code} ${n.file ? `${n.file}: ` : ''}${n.message}`);
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${styleHash}'">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeHtml(heading)}</title><style>${STYLE}</style></head>`,
    `<body class="page">${models.join('\n')}${list('Spec documents', documents)}${list('Notices', notices)}</body></html>`,
    '',
  ].join('\n');
}

function list(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return '';
  return `<section><h2>${escapeHtml(title)}</h2><ul>${lines.map((line) => `<li>${escapeHtml(line)}</li>`).join('')}</ul></section>`;
}

function fileName(file: string | null): string {
  return file === null ? '' : ` <small title="${escapeHtml(file)}">${escapeHtml(baseName(file))}</small>`;
}

function renderGroup(title: string, rows: readonly ViewRow[], view: View, links: boolean): string {
  const quiet = rows.every((row) => QUIET.has(row.verdict)) ? ' quiet' : '';
  return `<section class="group${quiet}"><h2>${escapeHtml(title)}</h2>${rows.map((row) => renderRow(row, view, links)).join('\n')}</section>`;
}

function renderRow(row: ViewRow, view: View, links: boolean): string {
  const about = row.label === null ? '' : `<span class="about">${escapeHtml(row.label)}</span> `;
  const spec = row.spec
    ? place({ ...row.spec, in: 'spec' }, `<pre>${about}${escapeHtml(row.spec.text)}</pre>`, view, links)
    : `<p class="nothing">${row.verdict === 'unspecced' ? 'not in the spec' : ''}</p>`;
  const notes = [row.message, row.reason ? `Can't tell: ${row.reason}.` : '', row.waiver ?? ''].filter((note) => note !== '');
  const stage = row.stage === null ? '' : `<small class="stage">${row.spec ? 'step' : 'stage'} ${escapeHtml(row.stage)}</small>`;
  const title = `${WORDS[row.verdict]}: ${[row.stage, row.label, row.spec?.text ?? row.message].filter((part) => part !== null).join(' ')}`;
  return [
    `<article class="row ${row.verdict}" tabindex="0" aria-label="${escapeHtml(title)}" data-id="${escapeHtml(row.id)}" data-rule="${escapeHtml(row.rule)}" data-verdict="${row.verdict}">`,
    `<div class="spec">${stage}${spec}</div>`,
    `<div class="verdict"><span class="word"><span class="mark" aria-hidden="true">${SYMBOLS[row.verdict]}</span> ${escapeHtml(WORDS[row.verdict])}</span><code>${escapeHtml(row.rule)}</code></div>`,
    `<div class="does">${modelSide(row, view, links)}</div>`,
    row.verdict === 'matches' ? '' : `<p class="why">${notes.map(escapeHtml).join(' ')}</p>`,
    row.onData ? `<p class="why">On the data: ${escapeHtml(row.onData.text)}.</p>` : '',
    '</article>',
  ].join('');
}

function modelSide(row: ViewRow, view: View, links: boolean): string {
  const says = row.does === null ? '' : `<p class="says">${escapeHtml(row.does)}</p>`;
  if (row.model.length === 0) return says || '<p class="nothing">nothing found</p>';
  return row.model.map((m, index) => place(m, says === '' ? `<pre>${escapeHtml(m.text)}</pre>` : index === 0 ? says : '', view, links)).join('');
}

function place({ file, range, in: side }: { file: string; range: Range; in: string }, body: string, view: View, links: boolean): string {
  const line = range.start.line + 1;
  const title = escapeHtml(`${file}:${line}`);
  // The two files are named on top; others, and compiled code, by each place.
  const own = side !== 'compiled' && (file === view.specFile || file === view.modelFile);
  const words = `${body}<small>${own ? 'line ' : `${escapeHtml(baseName(file))}:`}${line}${side === 'compiled' ? ' (compiled)' : ''}</small>`;
  // Compiled code may stand in the manifest only, so there is no file to jump to.
  if (!links || side === 'compiled') return `<div class="place" title="${title}">${words}</div>`;
  const data = `data-side="${side}" data-file="${escapeHtml(file)}" data-line="${range.start.line}" data-character="${range.start.character}" data-end-line="${range.end.line}" data-end-character="${range.end.character}"`;
  return `<a class="place" href="#" ${data} title="${title}">${words}</a>`;
}

function baseName(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1);
}

function renderFooter(view: View, links: boolean): string {
  const open = view.notSpecified.length > 0 ? `<p>Not specified, so not compared: ${escapeHtml(view.notSpecified.join(', '))}.</p>` : '';
  const keys = links ? '<p class="keys"><kbd>↑</kbd> <kbd>↓</kbd> move between rows, <kbd>←</kbd> opens the spec, <kbd>→</kbd> or <kbd>Enter</kbd> the model, <kbd>d</kbd> shows differences only.</p>' : '';
  return `<footer>${open}<p>Evidence: ${escapeHtml(view.evidence.join('; '))}</p>${keys}</footer>`;
}
