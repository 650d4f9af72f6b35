/** Text as it stands in Markdown code: a backtick would end it. */
export function code(text: string): string {
  return text.replace(/`/g, "'");
}

/** Project text as Markdown that shows it literally. */
export function escape(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#]/g, (c) => `\\${c}`);
}
