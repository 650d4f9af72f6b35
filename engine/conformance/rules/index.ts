import { branchUnspecced } from './branchUnspecced';
import { cardinality } from './cardinality';
import { column } from './column';
import { columnComputed } from './columnComputed';
import { columnDeclared } from './columnDeclared';
import { columnExpression } from './columnExpression';
import { columnType } from './columnType';
import { columnUnspecced } from './columnUnspecced';
import { configuration } from './configuration';
import { dedupeUnspecced } from './dedupeUnspecced';
import { deduplicate } from './deduplicate';
import { distinct } from './distinct';
import { distinctUnspecced } from './distinctUnspecced';
import { fanOut } from './fanOut';
import { filter } from './filter';
import { filterUnspecced } from './filterUnspecced';
import { from } from './from';
import { grain } from './grain';
import { grainTest } from './grainTest';
import { groupBy } from './groupBy';
import { groupUnspecced } from './groupUnspecced';
import { hiddenParts } from './hiddenParts';
import { input } from './input';
import { inputGrain } from './inputGrain';
import { inputHardCoded } from './inputHardCoded';
import { inputUnspecced } from './inputUnspecced';
import { joinCondition } from './joinCondition';
import { joinKeys } from './joinKeys';
import { joinType } from './joinType';
import { joinUnspecced } from './joinUnspecced';
import { limit } from './limit';
import { limitUnspecced } from './limitUnspecced';
import { materialization } from './materialization';
import { noModel } from './noModel';
import { opaque } from './opaque';
import type { Rule } from './rule';
import { series } from './series';
import { stageNotSpecified } from './stageNotSpecified';
import { staleManifest } from './staleManifest';
import { test } from './test';
import { testArguments } from './testArguments';
import { union } from './union';
import { unnest } from './unnest';
import { valueHardCoded } from './valueHardCoded';

/** Every rule of the comparison, in the order their results are listed. */
export const rules: readonly Rule[] = [
  grain, grainTest, inputGrain, input, inputUnspecced, inputHardCoded, from, joinType, joinKeys, joinCondition, joinUnspecced, cardinality, fanOut,
  filter, filterUnspecced, groupBy, distinct, deduplicate, limit, union, unnest, series, distinctUnspecced, limitUnspecced, groupUnspecced,
  dedupeUnspecced, column, columnUnspecced, columnType, columnExpression,
  columnDeclared, columnComputed, branchUnspecced, test, testArguments, materialization, configuration, staleManifest, hiddenParts, noModel, stageNotSpecified, opaque,
  valueHardCoded,
];
