import type { RE2JS } from 're2js';

declare const lazy: {
  /** The regular expressions of RE2, whose matching takes time linear in the text. */
  re2: () => typeof RE2JS;
};
export = lazy;
