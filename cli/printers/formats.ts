export const FORMATS = ['text', 'json', 'sarif', 'junit', 'github', 'gitlab', 'markdown', 'html'] as const;
export type Format = (typeof FORMATS)[number];

/** Columns of text where output is no terminal. */
export const DEFAULT_WIDTH = 110;
