/** The part of the SQL layer that reads Jinja only and needs no parser. */
export { callOf, jinjaBlocks, literalOf } from './jinja';
export { configOf, referencesOf } from './references';
