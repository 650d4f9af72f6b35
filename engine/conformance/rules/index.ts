import { AGG001, AGG002, AGG003, AGG004, AGG005, AGG006 } from './aggregation';
import { COL001, COL002, COL003, COL004, COL005 } from './columns';
import { CFG001 } from './config';
import { EVID002, EVID003, EVID004 } from './evidence';
import { FILTER001, FILTER002 } from './filters';
import { GRAIN001, GRAIN002 } from './grain';
import { INPUT001, INPUT002, INPUT003 } from './inputs';
import { JOIN001, JOIN002, JOIN003, JOIN004, JOIN005 } from './joins';
import type { Rule } from './rule';
import { TEST001, TEST002 } from './tests';

/** Every rule that compares a model with its spec. */
export const RULES: readonly Rule[] = [
  GRAIN001, GRAIN002, INPUT001, INPUT002, INPUT003, JOIN001, JOIN002, JOIN003, JOIN004, JOIN005, FILTER001, FILTER002,
  AGG001, AGG002, AGG003, AGG004, AGG005, AGG006, COL001, COL002, COL003, COL004, COL005, TEST001, TEST002, CFG001, EVID002, EVID003, EVID004,
];
