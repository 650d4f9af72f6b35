import type { Rewrite } from '../types';
import { aliasRename } from './aliasRename';
import { betweenAsComparisons } from './betweenAsComparisons';
import { caseElseNull } from './caseElseNull';
import { castSpelling } from './castSpelling';
import { coalesceSpelling } from './coalesceSpelling';
import { comments } from './comments';
import { commutedOperands } from './commutedOperands';
import { countStar } from './countStar';
import { cteExtracted } from './cteExtracted';
import { cteInlined } from './cteInlined';
import { cteOrder } from './cteOrder';
import { cteRename } from './cteRename';
import { explicitAs } from './explicitAs';
import { finalCte } from './finalCte';
import { groupByNames } from './groupByNames';
import { groupByPositions } from './groupByPositions';
import { implicitAs } from './implicitAs';
import { inListOfOne } from './inListOfOne';
import { inListOrder } from './inListOrder';
import { joinSpelling } from './joinSpelling';
import { keywordCase } from './keywordCase';
import { notEqualSpelling } from './notEqualSpelling';
import { notOfEquality } from './notOfEquality';
import { onForUsing } from './onForUsing';
import { predicateOrder } from './predicateOrder';
import { qualifyForFilter } from './qualifyForFilter';
import { redundantParentheses } from './redundantParentheses';
import { rightForLeft } from './rightForLeft';
import { subqueryForQualify } from './subqueryForQualify';
import { swappedSides } from './swappedSides';
import { usingForOn } from './usingForOn';
import { whereToCte } from './whereToCte';
import { whitespace } from './whitespace';
import { wrappedRelation } from './wrappedRelation';

/** Every rewrite, in the order of their files. */
export const REWRITES: readonly Rewrite[] = [
  aliasRename,
  betweenAsComparisons,
  caseElseNull,
  castSpelling,
  coalesceSpelling,
  comments,
  commutedOperands,
  countStar,
  cteExtracted,
  cteInlined,
  cteOrder,
  cteRename,
  explicitAs,
  finalCte,
  groupByNames,
  groupByPositions,
  implicitAs,
  inListOfOne,
  inListOrder,
  joinSpelling,
  keywordCase,
  notEqualSpelling,
  notOfEquality,
  onForUsing,
  predicateOrder,
  qualifyForFilter,
  redundantParentheses,
  rightForLeft,
  subqueryForQualify,
  swappedSides,
  usingForOn,
  whereToCte,
  whitespace,
  wrappedRelation,
];
