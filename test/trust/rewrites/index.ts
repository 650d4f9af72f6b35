import type { Rewrite } from '../types';
import { aliasRename } from './aliasRename';
import { caseElseNull } from './caseElseNull';
import { comments } from './comments';
import { countStar } from './countStar';
import { cteRename } from './cteRename';
import { explicitAs } from './explicitAs';
import { implicitAs } from './implicitAs';
import { inListOfOne } from './inListOfOne';
import { inListOrder } from './inListOrder';
import { joinSpelling } from './joinSpelling';
import { keywordCase } from './keywordCase';
import { notEqualSpelling } from './notEqualSpelling';
import { predicateOrder } from './predicateOrder';
import { redundantParentheses } from './redundantParentheses';
import { whitespace } from './whitespace';

/** Every rewrite, in the order of their files. */
export const REWRITES: readonly Rewrite[] = [
  aliasRename,
  caseElseNull,
  comments,
  countStar,
  cteRename,
  explicitAs,
  implicitAs,
  inListOfOne,
  inListOrder,
  joinSpelling,
  keywordCase,
  notEqualSpelling,
  predicateOrder,
  redundantParentheses,
  whitespace,
];
