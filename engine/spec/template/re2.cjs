// Loaded when the first template with a pattern is read: it takes tens of milliseconds, which nobody else should wait for.
// eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would load it at once
module.exports = { re2: () => require('re2js').RE2JS };
