import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';

/** Characters that fill one column each and join with no other: printable ASCII, and the signs our own sentences have. */
const PLAIN = /^[\x20-\x7e‘’“”…›→·–—]*$/;

/** Columns a text fills in a terminal. */
export function widthOf(text: string): number {
  return PLAIN.test(text) ? text.length : stringWidth(text);
}

/** The lines of a text in so many columns; words that are longer are broken. */
export function wrapped(text: string, columns: number): string[] {
  // The library asks for the graphemes of every word, which takes longer than the comparison that the words are about.
  return PLAIN.test(text) ? wrappedPlain(text, columns) : wrapAnsi(text, columns, { hard: true }).split('\n');
}

/** As `wrapAnsi` with `hard`, where every character is one column. */
function wrappedPlain(text: string, columns: number): string[] {
  if (text.length <= columns) return [text.trim()];
  const rows = [''];
  let row = '';
  const next = (start: string): void => {
    rows[rows.length - 1] = row;
    rows.push(start);
    row = start;
  };
  const words = text.split(' ');
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    row = row.trimStart();
    if (index > 0 && row.length > 0) row += ' ';
    if (word.length > columns) {
      const left = columns - row.length;
      if (Math.floor((word.length - 1) / columns) < 1 + Math.floor((word.length - left - 1) / columns)) next('');
      for (const [at, character] of [...word].entries()) {
        if (row.length < columns) row += character;
        else next(character);
        if (row.length === columns && at < word.length - 1) next('');
      }
      continue;
    }
    if (row.length + word.length > columns && row.length > 0 && word.length > 0) next('');
    row += word;
  }
  rows[rows.length - 1] = row;
  return text.trim() === '' ? [''] : rows.map((own) => own.trimEnd());
}
