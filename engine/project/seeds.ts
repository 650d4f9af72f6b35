import type { Json } from './types';

/** The column names in a CSV file's first line (RFC 4180), with the delimiter that dbt's `delimiter` config names. */
export function csvHeader(text: string, delimiter: Json | undefined): string[] {
  const separator = typeof delimiter === 'string' && delimiter.length === 1 ? delimiter : ',';
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (let i = text.startsWith('\uFEFF') ? 1 : 0; i < text.length; i++) {
    const c = text[i] ?? '';
    if (quoted) {
      if (c !== '"') cell += c;
      else if (text[i + 1] === '"') cell += text[++i] ?? '';
      else quoted = false;
    } else if (c === '"' && cell === '') quoted = true;
    else if (c === '\n' || c === '\r') break;
    else if (c === separator) {
      cells.push(cell);
      cell = '';
    } else cell += c;
  }
  return [...cells, cell].map((name) => name.trim()).filter((name) => name !== '');
}
