export { newBusinessSpec } from './business';
export { generateTechnical, type GenerateInput } from './generate';
export { inferTechnical, type Proposal } from './infer';
export { mergeSpec, type MergeResult } from './merge';
