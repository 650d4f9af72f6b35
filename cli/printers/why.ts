import pc from 'picocolors';
import type { ModelReport } from '../../engine/conformance/types';
import type { Position } from '../../engine/text';
import type { Why, WhyLine } from '../../engine/why';
import { approvalText, findingSentence, missingRule, onDataTexts, unasked, verdictsOf } from '../../engine/why/words';
import { wrapped } from './wrap';

/** A place of a model and what its spec says of it. */
export interface WhyAnswer {
  file: string;
  at: Position;
  /** The text of the line. */
  line: string;
  found: Why;
  report: ModelReport;
}

const WIDTH = 110;

/** The answer for a person in a terminal. */
export function printWhy({ file, at, line, found, report }: WhyAnswer, options: { width?: number | undefined; color: boolean }): string {
  const paint = pc.createColors(options.color);
  const width = Math.max(30, (options.width ?? WIDTH) - 4);
  const indented = (text: string, by = '  '): string => wrapped(text, width).map((part) => `${by}${part}`).join('\n');
  const head = `${paint.bold(`${file}:${at.line + 1}`)}  ${paint.dim(line.trim())}`;
  const colour = { differs: paint.red, unknown: paint.yellow, matches: paint.green } as const;
  const lineText = (one: WhyLine): string => [
    `${colour[one.verdict](one.verdict === 'unknown' ? "can't tell" : one.verdict)}  ${one.address}  ${paint.dim(`${one.spec.file}:${one.spec.range.start.line + 1}`)}`,
    ...verdictsOf(one).map((sentence) => indented(sentence)),
    ...unasked(one).map((sentence) => indented(sentence)),
    ...one.rules.flatMap((rule) => (rule.sentence === null ? [indented(`${missingRule(rule)}.`)] : [indented(`${rule.id}: ${rule.sentence}`), indented(paint.dim(`${rule.file ?? ''}:${(rule.range?.start.line ?? 0) + 1}, ${approvalText(rule.approvals)}`), '    '), ...onDataTexts(rule).map((text) => indented(text, '    '))])),
  ].join('\n');
  const findings = found.findings.map((finding) => `${(finding.unspecced ? paint.yellow : paint.cyan)(finding.unspecced ? 'not in the spec' : 'noticed')}  ${finding.rule}\n${indented(findingSentence(finding))}`);
  const nothing = found.lines.length + found.findings.length > 0 ? [] : [`No line of ${report.specFile ?? 'the spec'} is about this place.${unplaced(report)}`];
  return `${[head, ...found.lines.map(lineText), ...findings, ...nothing].join('\n\n')}\n`;
}

/** How many clauses are not known to stand anywhere in the file, so that silence of a place does not read as certain. */
function unplaced({ clauses, modelFile }: ModelReport): string {
  const count = clauses.filter(({ model }) => !model.some((place) => place.in === 'raw' && place.file === modelFile)).length;
  return count === 0 ? '' : ` ${count} of its ${clauses.length} clauses have no place in the file, for nothing of them is there or a macro writes it.`;
}
