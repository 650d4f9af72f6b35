import type { Quantiles, Row } from './rows';

/** The rows as a table for a terminal. */
export function reportText(rows: readonly Row[], notes: readonly string[]): string {
  const cells = rows.map((row) => [row.name, row.unit, shown(row.ours), shown(row.peer), row.ratio === null ? '' : `${row.ratio.toFixed(1)}×`, row.goal, row.met === null ? '–' : row.met ? 'met' : 'not met']);
  const head = ['', 'unit', 'ours p50 / p95', 'peer p50 / p95', 'ratio', 'goal', ''];
  const widths = head.map((title, column) => Math.max(title.length, ...cells.map((cell) => (cell[column] ?? '').length)));
  const line = (cell: readonly string[]): string => cell.map((text, column) => text.padEnd(widths[column] ?? 0)).join('  ').trimEnd();
  const judged = rows.filter((row) => row.met !== null);
  return [...notes, '', line(head), ...cells.map(line), '', `${judged.filter((row) => row.met).length} of ${judged.length} goals are met.`, ''].join('\n');
}

function shown(quantiles: Quantiles | null): string {
  return quantiles ? `${number(quantiles.p50)} / ${number(quantiles.p95)}` : '';
}

function number(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(1);
}
