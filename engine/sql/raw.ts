/** The part of the SQL layer that reads Jinja only and needs no parser. */
export { callOf, dataOf, jinjaBlocks } from './jinja';
export { pythonFacts } from './python';
export { configOf, referencesOf } from './references';
