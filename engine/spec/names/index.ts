export { usesOfDbtFile, usesInDbt, usesInSpecs, type ReadableProject, type UsesInFile } from './references';
export { filesMoved } from './moves';
export type { Move, NotRenamed, ProjectEdit } from './projectEdit';
export { renamable, renameOf } from './rename';
export type { NameContext, NameUse, SpecSymbol, SymbolKind } from './types';
export { usesAt, usesOf } from './uses';
