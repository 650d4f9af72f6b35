import { bareExpression } from './bareExpression';
import { blockingQuestion } from './blockingQuestion';
import { choice } from './choice';
import { coverage } from './coverage';
import { duplicateId } from './duplicateId';
import { duplicateKey } from './duplicateKey';
import { encoding } from './encoding';
import { grainWords } from './grainWords';
import { limits } from './limits';
import { meaning } from './meaning';
import { missingKey } from './missingKey';
import { missingSection } from './missingSection';
import { modelAmbiguous } from './modelAmbiguous';
import { modelExists } from './modelExists';
import { outdated } from './outdated';
import { pair } from './pair';
import { paths } from './paths';
import { readingTime } from './readingTime';
import { solution } from './solution';
import { splitSentence } from './splitSentence';
import { tabs } from './tabs';
import { template } from './template';
import { templateRule } from './templateRule';
import { templateUsable } from './templateUsable';
import { twins } from './twins';
import { unclearUnit } from './unclearUnit';
import { undecidedData } from './undecidedData';
import { undefinedTerm } from './undefinedTerm';
import { unknownColumn } from './unknownColumn';
import { unknownId } from './unknownId';
import { unknownKey } from './unknownKey';
import { unknownName } from './unknownName';
import { unmeasurable } from './unmeasurable';
import { unreadable } from './unreadable';
import { vagueWord } from './vagueWord';
import { wrongType } from './wrongType';
import { yaml } from './yaml';
import type { SpecRule } from './rule';

export type { SpecRule } from './rule';

/** Every rule about spec documents, by code. */
export const specRules: readonly SpecRule[] = [
  yaml, duplicateKey, tabs, limits, unreadable, encoding, template, missingSection, unknownKey, choice, wrongType, missingKey, templateRule, templateUsable, outdated,
  modelExists, modelAmbiguous, twins, unknownName, unknownColumn, unknownId, duplicateId, coverage, meaning, paths, splitSentence,
  bareExpression, pair, blockingQuestion,
  vagueWord, undefinedTerm, unmeasurable, unclearUnit, grainWords, solution, undecidedData, readingTime,
];
