import pc from 'picocolors';
import type { DocumentReport, Envelope, ModelReport } from '../../engine/conformance/types';
import type { Notice } from '../../engine/project/types';
import { viewOf, type RowVerdict, type ViewRow } from '../../engine/view';
import { oneLine } from '../../engine/text';
import { widthOf, wrapped } from './wrap';

/** How wide and how colourful text output is. */
export interface TextOptions {
  width: number;
  color: boolean;
}

type Paint = ReturnType<typeof pc.createColors>;

const MARKS: Record<RowVerdict, string> = { matches: '✓', differs: '✗', unknown: '?', unspecced: '+', finding: '!', waived: '~' };
const MAX_CELL_LINES = 4;

/** The whole envelope for a person: documents, then each model with its two sides in columns. */
export function printText(envelope: Envelope, options: TextOptions): string {
  const paint = pc.createColors(options.color);
  const parts = [
    ...documentsText(envelope.documents, paint, options.width),
    ...envelope.models.map((report) => modelText(report, paint, options.width)),
    noticesText(envelope.notices, paint, options.width),
  ];
  const text = parts.filter((part) => part !== '').join('\n');
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}

/** One model with its two sides in columns. */
export function modelText(report: ModelReport, paint: Paint, width: number): string {
  const view = viewOf(report);
  const counts = view.counts.map((c) => colour(c.verdict, paint)(`${c.count} ${c.label}`)).join(paint.dim(' · '));
  const files = [report.specFile, report.modelFile].filter((file) => file !== null).join(' ↔ ');
  const lines = ['', paint.bold(view.sentence), paint.dim(files), counts];
  for (const group of view.groups) {
    lines.push('', paint.bold(group.title));
    for (const row of group.rows) addRow(lines, row, paint, width);
  }
  if (view.notSpecified.length > 0) lines.push('', paint.dim(`Not specified, so not compared: ${view.notSpecified.join(', ')}.`));
  lines.push(paint.dim(`Evidence ${view.evidence.join('; ')}`), '');
  return lines.join('\n');
}

function addRow(lines: string[], row: ViewRow, paint: Paint, width: number): void {
  const column = Math.max(20, Math.floor((width - 7) / 2));
  const step = row.stage === null ? '' : `${row.stage} › `;
  const says = row.spec ? `${row.label === null ? '' : `${row.label} `}${row.spec.text}` : row.verdict === 'unspecced' ? '(not in the spec)' : '';
  const left = cell(step + says, column);
  const right = cell(row.does ?? (row.model.map((place) => place.text).join(' … ') || '(nothing)'), column);
  const bar = paint.dim('│');
  let mark = colour(row.verdict, paint)(MARKS[row.verdict]);
  for (let i = 0; i < left.length || i < right.length; i++) {
    lines.push(`${mark} ${pad(left[i] ?? '', column)} ${bar} ${right[i] ?? ''}`.trimEnd());
    mark = ' ';
  }
  const ran = row.onData && !row.onData.held ? `On the data: ${row.onData.text}.` : '';
  if (row.verdict === 'matches') {
    lines.push(...indent(ran, width));
    return;
  }
  const notes = [`${row.rule} ${row.message}`, row.reason ? `Can't tell: ${row.reason}.` : '', row.waiver ?? '', ran].filter((n) => n !== '');
  lines.push(...indent(notes.join(' '), width), ...indent(paint.dim(placesOf(row)), width));
}

function placesOf(row: ViewRow): string {
  const spec = row.spec ? [`spec ${at(row.spec.file, row.spec.range.start.line, row.spec.range.start.character)}`] : [];
  const model = row.model.map((m) => `model ${at(m.file, m.range.start.line, m.range.start.character)}${m.in === 'compiled' ? ' (compiled)' : ''}`);
  return [...spec, ...model].join(' · ');
}

function documentsText(documents: readonly DocumentReport[], paint: Paint, width: number): string[] {
  return documents.flatMap((document) => {
    if (document.problems.length === 0) return [`${paint.green('✓')} ${document.file}`];
    return document.problems.map((problem) => {
      const word = severityColour(problem.severity, paint)(problem.severity);
      const head = `${at(document.file, problem.range.start.line, problem.range.start.character)} ${word} ${paint.dim(problem.code)}`;
      const fixes = problem.fixes.map((fix) => paint.dim(`fix: ${fix.title}`));
      return [head, ...indent(problem.message, width), ...fixes.flatMap((fix) => indent(fix, width))].join('\n');
    });
  });
}

/** Notices as text: one sentence each, with the file where there is one. */
export function noticesText(notices: readonly Notice[], paint: Paint, width: number): string {
  return notices
    .map((notice) => {
      return indent(`${severityColour(notice.severity, paint)(notice.severity)} ${paint.dim(notice.code)} ${placed(notice)}`, width)
        .join('\n')
        .trimStart();
    })
    .join('\n');
}

function at(file: string, line: number, character: number): string {
  return `${file}:${line + 1}:${character + 1}`;
}

function cell(text: string, width: number): string[] {
  const lines = wrapped(oneLine(text), width);
  if (lines.length <= MAX_CELL_LINES) return lines;
  return [...lines.slice(0, MAX_CELL_LINES - 1), '…'];
}

function pad(text: string, width: number): string {
  // As many blanks more as the text has characters that fill no column of their own.
  return text.padEnd(width + text.length - widthOf(text));
}

function indent(text: string, width: number): string[] {
  if (text === '') return [];
  return wrapped(text, Math.max(30, width - 4)).map((line) => `    ${line}`);
}

function colour(verdict: RowVerdict, paint: Paint): (text: string) => string {
  if (verdict === 'matches') return paint.green;
  if (verdict === 'differs') return paint.red;
  if (verdict === 'unspecced') return paint.yellow;
  return verdict === 'waived' ? paint.dim : paint.cyan;
}

function severityColour(severity: string, paint: Paint): (text: string) => string {
  if (severity === 'error') return paint.red;
  return severity === 'warning' ? paint.yellow : paint.cyan;
}

/** The message with its file named once, and the line. */
function placed({ file, range, message }: Notice): string {
  if (file === undefined) return message;
  const line = range ? `:${range.start.line + 1}` : '';
  return message.startsWith(file) ? `${file}${line}${message.slice(file.length)}` : `${file}${line}: ${message}`;
}
