export { declaredKeys, keysOfParents, type ModelKeys } from './parents';
export { keyOfJoined, keyOfPreceding, type RowKey } from './rows';
export { stageKeys } from './stage';
export { isSubset, sameColumns, type KeysOfRelation, type ProvenKey } from './types';
