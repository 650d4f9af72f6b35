export * from './types';
export { compareModel } from './compare';
export type { CompareContext } from './context';
export { analyzeNode, type NodeAnalysis } from './evidence';
export { lowerSpec } from './lowerSpec';
export { normaliseGraph } from './normal/build';
export { noticesOf } from './report';
export { RULES } from './rules';
