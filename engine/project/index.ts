export * from './types';
export { fileChecksum, sha256 } from './hash';
export { foldName, nameMatches } from './names';
export { candidateKeys, type CandidateKey } from './keys';
export { columnsOf, didYouMean, lookupModel, nodeOfFile, resolveRef, resolveSource } from './lookup';
export { openProject } from './open';
export { filesBelow, stem, textOf } from './files';
export { insidePath } from './dbtProject';
