import type { Operator } from '../types';
import { aggregateChanged } from './aggregateChanged';
import { andToOr } from './andToOr';
import { booleanChanged } from './booleanChanged';
import { caseBranchDropped } from './caseBranchDropped';
import { caseBranchesSwapped } from './caseBranchesSwapped';
import { caseElseChanged } from './caseElseChanged';
import { caseResultsSwapped } from './caseResultsSwapped';
import { castTypeChanged } from './castTypeChanged';
import { coalesceDefaultChanged } from './coalesceDefaultChanged';
import { coalesceRemoved } from './coalesceRemoved';
import { columnAdded } from './columnAdded';
import { columnDropped } from './columnDropped';
import { columnsSwapped } from './columnsSwapped';
import { comparisonChanged } from './comparisonChanged';
import { configMaterializedChanged } from './configMaterializedChanged';
import { configUniqueKeyChanged } from './configUniqueKeyChanged';
import { constantDateChanged } from './constantDateChanged';
import { constantNumberChanged } from './constantNumberChanged';
import { constantStringChanged } from './constantStringChanged';
import { distinctAdded } from './distinctAdded';
import { distinctDropped } from './distinctDropped';
import { filterAdded } from './filterAdded';
import { filterDropped } from './filterDropped';
import { filterNegated } from './filterNegated';
import { filterOnToWhere } from './filterOnToWhere';
import { filterWhereToOn } from './filterWhereToOn';
import { groupKeyAdded } from './groupKeyAdded';
import { groupKeyDropped } from './groupKeyDropped';
import { joinAdded } from './joinAdded';
import { joinConditionAdded } from './joinConditionAdded';
import { joinConditionDropped } from './joinConditionDropped';
import { joinDropped } from './joinDropped';
import { joinInnerToLeft } from './joinInnerToLeft';
import { joinKeyChanged } from './joinKeyChanged';
import { joinLeftToFull } from './joinLeftToFull';
import { joinLeftToInner } from './joinLeftToInner';
import { limitAdded } from './limitAdded';
import { operatorChanged } from './operatorChanged';
import { testAcceptedValuesChanged } from './testAcceptedValuesChanged';
import { testColumnMoved } from './testColumnMoved';
import { testRemoved } from './testRemoved';
import { testSeverityWarn } from './testSeverityWarn';
import { testWhereAdded } from './testWhereAdded';
import { unionAllToUnion } from './unionAllToUnion';
import { unionBranchDropped } from './unionBranchDropped';
import { unionToUnionAll } from './unionToUnionAll';
import { windowOrderReversed } from './windowOrderReversed';
import { windowPartitionChanged } from './windowPartitionChanged';
import { wrongInput } from './wrongInput';

/** Every operator, in the order of their files. */
export const OPERATORS: readonly Operator[] = [
  aggregateChanged,
  andToOr,
  booleanChanged,
  caseBranchDropped,
  caseBranchesSwapped,
  caseElseChanged,
  caseResultsSwapped,
  castTypeChanged,
  coalesceDefaultChanged,
  coalesceRemoved,
  columnAdded,
  columnDropped,
  columnsSwapped,
  comparisonChanged,
  configMaterializedChanged,
  configUniqueKeyChanged,
  constantDateChanged,
  constantNumberChanged,
  constantStringChanged,
  distinctAdded,
  distinctDropped,
  filterAdded,
  filterDropped,
  filterNegated,
  filterOnToWhere,
  filterWhereToOn,
  groupKeyAdded,
  groupKeyDropped,
  joinAdded,
  joinConditionAdded,
  joinConditionDropped,
  joinDropped,
  joinInnerToLeft,
  joinKeyChanged,
  joinLeftToFull,
  joinLeftToInner,
  limitAdded,
  operatorChanged,
  testAcceptedValuesChanged,
  testColumnMoved,
  testRemoved,
  testSeverityWarn,
  testWhereAdded,
  unionAllToUnion,
  unionBranchDropped,
  unionToUnionAll,
  windowOrderReversed,
  windowPartitionChanged,
  wrongInput,
];
