import type { SqlText } from './selects';

/** Where the value of a setting in `{{ config(…) }}` is written as a string or a list of strings: its text and its offsets. */
export interface Setting {
  text: string;
  start: number;
  end: number;
}

/** Finds a setting of the model's config call; undefined where it is absent or not written as literals. */
export function settingOf(sql: SqlText, name: string): Setting | undefined {
  const call = sql.tokens.find((token) => token.kind === 'jinja' && /^\{\{-?\s*config\s*\(/.test(token.text));
  const found = call && new RegExp(`\\b${name}\\s*=\\s*('[^']*'|"[^"]*"|\\[[^\\]]*\\])(?=\\s*[,)])`).exec(call.text);
  const text = found?.[1];
  if (!call || !found || text === undefined) return undefined;
  const start = call.start + found.index + found[0].length - text.length;
  return { text, start, end: start + text.length };
}
