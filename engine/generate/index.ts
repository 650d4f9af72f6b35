export { newBusinessSpec, type NewBusiness } from './business';
export { generateTechnical, type GenerateInput } from './generate';
export { inferData, inferTechnical } from './infer';
export { DEPENDENCY } from './inferInputs';
export { mergeSpec, type MergeResult } from './merge';
export { unifiedDiff, type Proposal } from './proposal';
export { draftOfRequest, type RequestDraft } from './fromRequest';
